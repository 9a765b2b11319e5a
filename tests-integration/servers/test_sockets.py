"""WebSockets under real servers, spoken to by the `websockets` client."""

import json
import re
import socket
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from server_process import ServerProcess
from socket_servers import KINDS, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

HERE = Path(__file__).resolve().parent
WITHOUT_HEADERS = {"granian"}
"""Servers that drop the headers of an accepted handshake."""


class Running(NamedTuple):
    name: str
    server: ServerProcess

    def connect(self, path, **options):
        options = {"compression": None, "close_timeout": 5, **options}
        return connect(f"ws://127.0.0.1:{self.server.port}{path}", **options)


@pytest.fixture(scope="module", params=KINDS)
def running(request):
    with serve(request.param, HERE, "sockets_app:app") as server:
        yield Running(request.param, server)


def wait_for(condition, seconds=30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)


@contextmanager
def logs_once_more(server, text):
    """What happens in the block makes the server's log say a text exactly once more."""
    before = server.log.count(text)
    yield
    wait_for(lambda: server.log.count(text) > before)
    assert server.log.count(text) == before + 1


def closed_with(talk) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            talk.recv(10)
    frame = closed.value.rcvd
    return (frame.code, frame.reason) if frame else (1006, "")


def test_handshake(running):
    with running.connect("/held", subprotocols=["v3", "v1", "v2"]) as talk:
        assert talk.subprotocol == "v2"
        held = None if running.name in WITHOUT_HEADERS else "resource"
        assert talk.response.headers.get("x-held") == held


@pytest.mark.parametrize("compression", [None, "deflate"])
def test_messages_of_all_sizes(running, compression):
    with running.connect("/held", compression=compression) as talk:
        for size in (0, 1, 125, 126, 65535, 65536, 500_000):
            text = "é" * (size // 2)
            talk.send(text)
            assert talk.recv(10) == text


def test_refusal_has_its_status(running):
    with pytest.raises(InvalidStatus) as refused, running.connect("/guarded"):
        pass
    response = refused.value.response
    assert response.status_code == 401
    assert json.loads(response.body) == {"status_code": 401, "detail": "who are you?"}


def test_reason_is_cut_between_characters(running):
    with running.connect("/guarded", additional_headers={"authorization": "secret"}) as talk:
        assert closed_with(talk) == (4001, "é" * 61)


def test_second_close_is_quiet(running):
    with running.connect("/closing") as talk:
        assert closed_with(talk) == (4002, "first")
    assert "Traceback" not in running.server.log


@pytest.mark.parametrize(
    ("message", "close"),
    [
        pytest.param("[", (1007, "Input data was truncated"), id="no JSON"),
        pytest.param('{"item": 5}', (1007, "item: Expected str, got int"), id="type"),
        pytest.param(b"{}", (1003, "Send text messages"), id="bytes"),
        pytest.param("x" * 1001, (4413, "A message may have 1000 bytes"), id="size"),
    ],
)
def test_clients_fault(running, message, close):
    with logs_once_more(running.server, "orders: left"), running.connect("/orders") as talk:
        talk.send('{"item": "tea"}')
        assert json.loads(talk.recv(10)) == {"item": "tea", "count": 2}
        talk.send(message)
        assert closed_with(talk) == close


def test_origin(running):
    with running.connect("/orders", origin="https://example.com"):
        pass
    with (
        pytest.raises(InvalidStatus) as refused,
        running.connect("/orders", origin="https://example.org"),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_servers_fault_tells_nothing(running):
    with (
        logs_once_more(running.server, "ValueError: a secret"),
        logs_once_more(running.server, "resource: closed"),
        running.connect("/held") as talk,
    ):
        talk.send("fail")
        assert closed_with(talk) == (1011, "")


def test_sync_listener(running):
    with running.connect("/sync") as talk:
        talk.send(b"abc")
        assert talk.recv(10) == b"cba"


@pytest.mark.parametrize("how", ["close", "kill"])
@pytest.mark.parametrize(
    ("path", "log"),
    [("/held", "resource: closed"), ("/ticks", "ticks: closed"), ("/silent", "silent: closed")],
)
def test_what_is_held_is_freed_when_the_client_leaves(running, path, log, how):
    with logs_once_more(running.server, log), running.connect(path) as talk:
        talk.send("first")
        assert talk.recv(10) is not None
        if how == "kill":
            talk.socket.shutdown(socket.SHUT_RDWR)


def test_stalled_reader_stops_the_sender(running):
    """Nothing is made that nobody reads; what was made fits into the buffers of two sockets."""
    with running.connect("/flood", max_queue=1) as talk:
        wait_for(lambda: "flood: made" in running.server.log)
        time.sleep(0.5)
        made = int(re.findall(r"flood: made (\d+)", running.server.log)[-1])
        assert made * 65536 < 64_000_000
        talk.socket.shutdown(socket.SHUT_RDWR)
    wait_for(lambda: "flood: closed" in running.server.log)


def test_request_to_a_websocket(running):
    with httpx2.Client(base_url=f"http://127.0.0.1:{running.server.port}") as client:
        assert client.get("/held").status_code == 405


def test_log_has_no_traceback_but_that_of_the_fault(running):
    """The last test of the module: what came before was as it should be."""
    text = running.server.log
    assert text.count("Traceback") == text.count("ValueError: a secret")
