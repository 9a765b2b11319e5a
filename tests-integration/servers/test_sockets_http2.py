"""WebSockets over HTTP/2, under hypercorn; uvicorn speaks no HTTP/2."""

import json
import time
from pathlib import Path

import httpx2
import pytest
from socket_over_http2 import SocketOverHTTP2, is_offered
from socket_servers import serve

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def server():
    with serve("hypercorn", HERE, "sockets_app:app") as server:
        yield server


def test_hypercorn_offers_it_and_granian_does_not(server):
    assert is_offered(server.port)
    with serve("granian", HERE, "sockets_app:app") as granian:
        # granian 2.8 misses a signal that comes before its app has answered anything
        assert httpx2.get(f"http://127.0.0.1:{granian.port}/held").status_code == 405
        assert not is_offered(granian.port)


def test_conversation(server):
    with SocketOverHTTP2(server.port, "/held") as talk:
        assert talk.status == 200
        for text in ("hello", "", "ü" * 5000):
            talk.send(text)
            assert talk.receive() == text
    wait_for_log(server, "resource: closed")


@pytest.mark.parametrize(
    ("path", "message", "close"),
    [
        ("/closing", None, (4002, "first")),
        ("/orders", "[", (1007, "Input data was truncated")),
        ("/orders", b"{}", (1003, "Send text messages")),
        ("/held", "fail", (1011, "")),
    ],
)
def test_close(server, path, message, close):
    with SocketOverHTTP2(server.port, path) as talk:
        if message is not None:
            talk.send(message)
        assert talk.receive() is None
        assert talk.close == close


def test_refusal(server):
    with SocketOverHTTP2(server.port, "/guarded") as talk:
        talk.read_until(lambda: talk.ended)
        assert talk.status == 401
        assert json.loads(talk.body) == {"status_code": 401, "detail": "who are you?"}


def test_stream(server):
    with SocketOverHTTP2(server.port, "/ticks") as talk:
        assert [talk.receive() for _ in range(3)] == ["0", "1", "2"]
    wait_for_log(server, "ticks: closed")


def test_hypercorn_takes_all_that_a_client_does_not_read(server):
    """Beyond the window that the client gives it, and beyond the bound of its own buffer.

    Over HTTP/1.1 `send` waits, as test_sockets shows. The same happens to the content of a response.
    """
    with SocketOverHTTP2(server.port, "/flood"):
        wait_for_log(server, "flood: made 1000\n")  # 64 MB
    wait_for_log(server, "flood: closed")


def wait_for_log(server, text) -> None:
    until = time.monotonic() + 30
    while text not in server.log:
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)
