"""Streams under real servers: how they end when the client leaves, or when they fail."""

import json
import re
import socket
import time
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from server_process import UVICORN, UVICORN_READY, ServerProcess

HERE = Path(__file__).resolve().parent
HYPERCORN_READY = re.compile(r"Running on http://127\.0\.0\.1:(?P<port>\d+)")
GRANIAN_READY = re.compile(r"Started worker-1")
HYPERCORN = ("hypercorn", "--bind", "127.0.0.1:0")
GRANIAN = ("granian", "--interface", "asgi", "--host", "127.0.0.1")
SECONDS_TO_CLOSE = 1.0
"""A generator is closed within this time of the client's leaving."""


class Kind(NamedTuple):
    """A server, and the HTTP a client speaks with it."""

    command: tuple[object, ...]
    ready: re.Pattern[str] = UVICORN_READY
    http_version: str = "1.1"


KINDS = {
    "uvicorn-httptools-uvloop": Kind((*UVICORN, "--http", "httptools", "--loop", "uvloop")),
    "uvicorn-h11-asyncio": Kind((*UVICORN, "--http", "h11", "--loop", "asyncio")),
    "hypercorn-http1": Kind(HYPERCORN, HYPERCORN_READY),
    "hypercorn-http2": Kind(HYPERCORN, HYPERCORN_READY, "2"),
    "granian-http1": Kind(GRANIAN, GRANIAN_READY),
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def serve(kind) -> ServerProcess:
    port = free_port() if kind.command[0] == "granian" else 0
    place = ("--port", port) if port else ()
    command = (*kind.command, *place, "streams_app:app")
    return ServerProcess(command, kind.ready, port=port, env={"PYTHONPATH": str(HERE)})


class Running(NamedTuple):
    kind: Kind
    server: ServerProcess

    def client(self) -> httpx2.Client:
        """A client of its own connection: to leave is to close it."""
        version = self.kind.http_version
        return httpx2.Client(
            base_url=f"http://127.0.0.1:{self.server.port}",
            http1=version == "1.1",
            http2=version == "2",
            timeout=20,
        )


@pytest.fixture(scope="module", params=KINDS)
def running(request):
    kind = KINDS[request.param]
    with serve(kind) as server:
        yield Running(kind, server)


def wait_for(condition, seconds=10.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("method", "name"),
    [("GET", "silent"), ("GET", "endless"), ("GET", "events"), ("POST", "posted")],
)
def test_generator_is_closed_when_the_client_leaves(running, method, name):
    closed = running.server.log.count(f"{name}: closed")
    content = b"unread" if method == "POST" else None
    with running.client() as client, client.stream(method, f"/{name}", content=content) as response:
        assert response.status_code in (200, 201)
        assert b"first" in next(response.iter_raw())
        assert running.server.log.count(f"{name}: closed") == closed
    wait_for(lambda: running.server.log.count(f"{name}: closed") == closed + 1, SECONDS_TO_CLOSE)
    assert "Traceback" not in running.server.log


def test_pings_come_while_a_generator_is_silent(running):
    with running.client() as client, client.stream("GET", "/events") as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        content = ""
        for piece in response.iter_text():
            content += piece
            if content.count(": ping\r\n\r\n") >= 3:
                break
    assert content.startswith("data: first\r\n\r\n")


def test_stalled_reader_stops_the_generator(running):
    """Nothing is made that nobody reads; what was made fits into the buffers of two sockets."""
    with running.client() as client, client.stream("GET", "/large"):
        time.sleep(0.5)
    wait_for(lambda: "large: closed after" in running.server.log, SECONDS_TO_CLOSE)
    made = int(re.search(r"large: closed after (\d+)", running.server.log)[1])
    assert made * 65536 < 64_000_000


def test_everything_arrives(running):
    with running.client() as client:
        response = client.get("/lines")
    assert response.headers["content-type"] == "application/jsonl"
    assert [json.loads(line) for line in response.text.splitlines()] == list(range(1000))


def test_head_makes_nothing(running):
    begun = running.server.log.count("silent: begun")
    with running.client() as client:
        response = client.head("/silent")
    assert (response.status_code, response.content) == (200, b"")
    assert running.server.log.count("silent: begun") == begun


def test_failing_stream_is_incomplete_for_the_client(running):
    with (
        running.client() as client,
        pytest.raises(httpx2.RemoteProtocolError),
        client.stream("GET", "/failing") as response,
    ):
        content = b""
        for piece in response.iter_raw():
            content += piece
    assert content == b"1\n"
    wait_for(lambda: "in the midst" in running.server.log)
    assert running.server.log.count("ZeroDivisionError: in the midst") == 1
