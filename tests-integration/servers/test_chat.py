"""The chat of the examples: two processes of uvicorn, one Redis; each of the three is killed."""

import json
import time
from pathlib import Path

import httpx2
import pytest
from redis_server import RedisServer, needs_redis
from server_process import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"

pytestmark = needs_redis


@pytest.fixture
def redis(tmp_path):
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
def serve(redis):
    """Give a function that starts one more process."""
    started = []

    def start():
        server = uvicorn(EXAMPLES, "chat:app", env={"REDIS_URL": redis.url}).__enter__()
        started.append(server)
        return server

    yield start
    for server in started:
        server.kill()


def enter(server, room="den"):
    return connect(f"ws://127.0.0.1:{server.port}/rooms/{room}")


def say(talk, text, name="Ada"):
    talk.send(json.dumps({"name": name, "text": text}))


def hear(talk, seconds=10):
    return json.loads(talk.recv(seconds))["text"]


def test_two_processes_share_a_chat(serve):
    one, two = serve(), serve()
    with enter(one) as ada, enter(two) as ben, enter(two, "kitchen") as cat:
        say(ada, "hello")
        assert [hear(ada), hear(ben)] == ["hello", "hello"]
        say(ben, "hi")
        assert [hear(ada), hear(ben)] == ["hi", "hi"]
        say(cat, "alone")
        assert hear(cat) == "alone"
        with enter(one) as late:
            assert [hear(late), hear(late)] == ["hello", "hi"]
        with httpx2.stream("GET", f"http://127.0.0.1:{one.port}/rooms/den/events") as response:
            lines = response.iter_lines()
            assert [json.loads(next(lines)[6:])["text"], next(lines)] == ["hello", ""]
        ada.send("no JSON")
        with pytest.raises(ConnectionClosed) as closed:
            ada.recv(10)
        assert closed.value.rcvd.code == 1007


def test_process_that_is_killed_takes_nothing_along(serve):
    one, two = serve(), serve()
    with enter(two) as ben:
        with enter(one) as ada:
            say(ada, "before")
            assert [hear(ada), hear(ben)] == ["before", "before"]
            one.kill()
            with pytest.raises(ConnectionClosed):
                ada.recv(10)
        say(ben, "after", "Ben")
        assert hear(ben) == "after"
        with enter(serve()) as ada:
            assert [hear(ada), hear(ada)] == ["before", "after"]


def test_redis_that_is_killed_is_reached_again(serve, redis):
    one, two = serve(), serve()
    with enter(one) as ada, enter(two) as ben:
        say(ada, "before")
        assert [hear(ada), hear(ben)] == ["before", "before"]
        redis.kill()
        time.sleep(0.3)
        redis.start()
        for talk in (ada, ben):  # the old Redis took its history along: that is told
            with pytest.raises(ConnectionClosed) as closed:
                talk.recv(20)
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (
                1013,
                "Messages may have been lost: connect again",
            )
    until = time.monotonic() + 10
    while not all("the backend is back" in server.log for server in (one, two)):
        assert time.monotonic() < until
        time.sleep(0.05)
    with enter(one) as ada, enter(two) as ben:
        say(ada, "after")
        assert [hear(ada), hear(ben)] == ["after", "after"]
    for server in (one, two):
        assert server.stop() in (0, -15)
        assert server.log.count("the backend failed") >= 1
