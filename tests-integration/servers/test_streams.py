"""Streams under real servers: how they end when the client leaves, or when they fail."""

import json
import re
import time

import httpx2
import pytest
from server_kinds import KINDS, Running, serve, wait_for


@pytest.fixture(scope="module", params=KINDS)
def running(request):
    kind = KINDS[request.param]
    with serve(kind, "streams_app:app") as server:
        yield Running(kind, server)


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
    wait_for(lambda: running.server.log.count(f"{name}: closed") == closed + 1)
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
    wait_for(lambda: "large: closed after" in running.server.log)
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
