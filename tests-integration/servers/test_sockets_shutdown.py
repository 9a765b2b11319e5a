"""Servers that are told to stop while WebSockets are open: 1012, a time of grace, and everything closed.

Servers differ in what they do by themselves, as `test_socket_servers.py` shows; the app's clients and
handlers see no difference.
"""

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from silent_client import SilentClient
from socket_over_http2 import SocketOverHTTP2
from socket_servers import KINDS, serve
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

HERE = Path(__file__).resolve().parent
MANY = 100


def more(name, *options):
    """The server of a name with more arguments."""
    kind = KINDS[name]
    return kind._replace(command=(*kind.command, *options))


STOPPED = {
    **KINDS,
    "uvicorn-workers": more("uvicorn-sansio", "--workers", 2),
    "hypercorn-in-process": more("hypercorn", "--workers", 0),
    "hypercorn-trio": more("hypercorn", "--worker-class", "trio"),
    "granian-single-threaded": more("granian", "--runtime-mode", "st"),
    "granian-asyncio": more("granian", "--loop", "asyncio"),
}
UVICORN = ("--timeout-graceful-shutdown", 1)
IMPATIENT = {
    "uvicorn-websockets": UVICORN,
    "uvicorn-sansio": UVICORN,
    "uvicorn-wsproto": UVICORN,
    "hypercorn": ("--graceful-timeout", 1),
}
END = "app: stopped"
CODES = {0, -signal.SIGTERM}
"""uvicorn ends by the signal itself, after its shutdown is complete."""


def stopping(name, *options):
    return serve(name, HERE, "sockets_app:app", *options, kinds=STOPPED)


def talk_to(server, path):
    url = f"ws://127.0.0.1:{server.port}{path}"
    return connect(url, compression=None, close_timeout=5)


def close_code(talk) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            talk.recv(20)
    return closed.value.rcvd.code if closed.value.rcvd else 1006


def said_before_the_end(server) -> list[str]:
    """What the handlers say; the app's own word is the last of all.

    Of two workers one may have stopped before. The log of the server stands between.
    """
    words = ("resource: ", "ticks: ", "silent: ", "parting: ", "staying: ", "stubborn: ", END)
    lines = [line.strip() for line in server.log.splitlines() if line.startswith(words)]
    assert lines[-1] == END
    return [line for line in lines if line != END]


@pytest.mark.parametrize("name", STOPPED)
def test_open_sockets_are_closed_with_1012_before_the_app_stops(name):
    with stopping(name) as server:
        with (
            talk_to(server, "/held") as held,
            talk_to(server, "/ticks") as ticks,
            talk_to(server, "/silent") as silent,
        ):
            held.send("hello")
            first = [each.recv(10) for each in (held, ticks, silent)]
            assert first == ["hello", "0", "first"]
            server.terminate()
            assert [close_code(each) for each in (held, ticks, silent)] == [1012, 1012, 1012]
        assert server.wait() in CODES
    lines = said_before_the_end(server)
    assert sorted(lines) == ["resource: closed", "silent: closed", "ticks: closed"]
    assert "Traceback" not in server.log


@pytest.mark.parametrize("name", KINDS)
def test_handler_may_go_on_for_its_grace(name):
    """One that ends within it ends by itself; one that would not is cancelled. Then the app stops."""
    with stopping(name) as server:
        with talk_to(server, "/parting") as parting, talk_to(server, "/staying") as staying:
            parting.send("hello")
            assert [parting.recv(10), staying.recv(10)] == ["hello", "first"]
            server.terminate()
            assert [close_code(parting), close_code(staying)] == [1012, 1012]
        assert server.wait() in CODES
    lines = said_before_the_end(server)
    lines.remove("staying: closed")  # before or after the other one
    assert lines == ["parting: done", "resource: closed"]
    assert "Traceback" not in server.log


@pytest.mark.parametrize("name", IMPATIENT)
def test_server_that_loses_patience_ends_the_grace(name):
    """What it cancels closes in full all the same, and the app stops after it."""
    with stopping(name, *IMPATIENT[name]) as server:
        with talk_to(server, "/stubborn") as talk:
            assert talk.recv(10) == "first"
            server.terminate()
            assert close_code(talk) == 1012
        assert server.wait() in CODES
    assert said_before_the_end(server) == ["stubborn: closed", "resource: closed"]


def test_granian_that_loses_patience_kills_its_worker():
    """That is why its `--workers-kill-timeout` should be longer than the grace."""
    with stopping("granian", "--workers-kill-timeout", 1) as server:
        with talk_to(server, "/stubborn") as talk:
            assert talk.recv(10) == "first"
            server.terminate()
            assert close_code(talk) == 1012
        server.wait()
    assert "resource: closed" not in server.log
    assert END not in server.log


@pytest.mark.parametrize("name", [*KINDS, "granian-single-threaded", "granian-asyncio"])
def test_none_of_many_is_forgotten(name):
    """granian by itself drops them without a word, the more the surer."""

    async def hear(server, opened) -> int:
        url = f"ws://127.0.0.1:{server.port}/parting"
        async with connect_async(url, compression=None, open_timeout=60, close_timeout=60) as talk:
            await talk.send("hello")
            await talk.recv()
            opened.release()
            await talk.wait_closed()
            return talk.close_code

    async def main(server) -> Counter[int]:
        opened = asyncio.Semaphore(0)
        async with asyncio.timeout(120), asyncio.TaskGroup() as group:
            hearing = [group.create_task(hear(server, opened)) for _ in range(MANY)]
            for _ in range(MANY):
                await opened.acquire()
            server.terminate()
        return Counter(each.result() for each in hearing)

    with stopping(name) as server:
        assert asyncio.run(main(server)) == {1012: MANY}
        assert server.wait() in CODES
    assert server.log.count("parting: done") == server.log.count("resource: closed") == MANY
    assert "panicked" not in server.log
    assert "Traceback" not in server.log


@pytest.mark.parametrize("name", KINDS)
def test_client_that_answers_nothing_holds_nobody_up(name):
    with stopping(name) as server, SilentClient(server.port, "/left/silent") as client:
        assert client.say("hello") == "5"
        server.terminate()
        assert client.receive_all() == (0, 1012)
        assert server.wait() in CODES
    assert said_before_the_end(server) == ["silent: 1012", "silent: closed"]
    assert "Traceback" not in server.log


@pytest.mark.parametrize("name", KINDS)
def test_sigint_as_a_terminal_sends_it(name):
    """The workers get it as well as their main process."""
    with stopping(name) as server:
        with talk_to(server, "/held") as talk:
            talk.send("hello")
            assert talk.recv(10) == "hello"
            os.killpg(server.process.pid, signal.SIGINT)
            assert close_code(talk) == 1012
        assert server.wait() in (0, -signal.SIGINT)
    assert said_before_the_end(server) == ["resource: closed"]


def test_over_http2():
    with stopping("hypercorn") as server, SocketOverHTTP2(server.port, "/held") as talk:
        talk.send("hello")
        assert talk.receive() == "hello"
        server.terminate()
        assert talk.receive() is None
        assert talk.close == (1012, "")
        assert server.wait() in CODES
    assert said_before_the_end(server) == ["resource: closed"]
    assert "Traceback" not in server.log
