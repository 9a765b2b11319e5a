"""One app under uvicorn, hypercorn and granian, over HTTP/1.1 and HTTP/2: one table of answers."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import anyio
import httpx2
import pytest
from server_process import UVICORN, UVICORN_READY, ServerProcess

HERE = Path(__file__).resolve().parent
HYPERCORN_READY = re.compile(r"Running on https?://127\.0\.0\.1:(?P<port>\d+)")
GRANIAN_READY = re.compile(r"Started worker-1")
HYPERCORN = ("hypercorn", "--bind", "127.0.0.1:0")
GRANIAN = ("granian", "--interface", "asgi", "--host", "127.0.0.1")
OPENSSL = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"


class Kind(NamedTuple):
    """A server, and the HTTP a client speaks with it."""

    command: tuple[object, ...]
    ready: re.Pattern[str] = UVICORN_READY
    http_version: str = "1.1"
    tls: bool = False
    codes: frozenset[int] = frozenset({0})


# uvicorn ends by the signal itself, after its shutdown is complete
BY_SIGNAL = frozenset({0, -signal.SIGTERM})
KINDS = {
    "uvicorn-httptools-uvloop": Kind(
        (*UVICORN, "--http", "httptools", "--loop", "uvloop"), codes=BY_SIGNAL
    ),
    "uvicorn-h11-asyncio": Kind((*UVICORN, "--http", "h11", "--loop", "asyncio"), codes=BY_SIGNAL),
    "hypercorn-http1": Kind(HYPERCORN, HYPERCORN_READY),
    "hypercorn-http2": Kind(HYPERCORN, HYPERCORN_READY, "2"),
    "hypercorn-http2-tls": Kind(HYPERCORN, HYPERCORN_READY, "2", tls=True),
    "granian-http1": Kind(GRANIAN, GRANIAN_READY),
    "granian-http2": Kind(GRANIAN, GRANIAN_READY, "2"),
}

TRIES = 4
BEYOND_OUR_CLIENT = {"granian-http2"}
"""h2, the client's, takes a GOAWAY for the end and fails at the PING granian sends after it."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def place(kind, folder):
    """Give the arguments that name the app, the port and the certificate, as each server wants."""
    module = kind.command[0]
    if module == "granian":
        port = free_port()
        return ("--port", port, "shop:app"), port
    if module == "uvicorn":
        return ("shop:app",), 0
    tls = ()
    if kind.tls:
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        command = [*OPENSSL.split(), "-addext", "subjectAltName=IP:127.0.0.1"]
        subprocess.run(
            [*command, "-keyout", key, "-out", certificate], check=True, capture_output=True
        )
        tls = ("--keyfile", key, "--certfile", certificate)
    return (*tls, "shop:app"), 0


def serve(kind, folder) -> ServerProcess:
    if kind.tls and shutil.which("openssl") is None:
        pytest.skip("makes its certificate with the openssl command, which is not here")
    arguments, port = place(kind, folder)
    return ServerProcess(
        (*kind.command, *arguments), kind.ready, port=port, env={"PYTHONPATH": str(HERE)}
    )


def options(kind, server):
    """Give what a client needs to speak this version of HTTP, without asking for another first."""
    scheme = "https" if kind.tls else "http"
    return {
        "base_url": f"{scheme}://127.0.0.1:{server.port}",
        "http1": kind.http_version == "1.1",
        "http2": kind.http_version == "2",
        "verify": False,
        "timeout": 20,
    }


class Running(NamedTuple):
    kind: Kind
    server: ServerProcess
    client: httpx2.Client


@pytest.fixture(scope="module", params=KINDS)
def running(request, tmp_path_factory):
    kind = KINDS[request.param]
    folder = tmp_path_factory.mktemp("server")
    with serve(kind, folder) as server, httpx2.Client(**options(kind, server)) as client:
        yield Running(kind, server, client)


class Ask(NamedTuple):
    path: str
    status: int
    answer: object
    method: str = "GET"
    sent: dict[str, object] = {}  # noqa: RUF012
    headers: dict[str, str] = {}  # noqa: RUF012


JSON = {"content-type": "application/json"}
LARGE = b"\x01" * 1_500_000
NOT_FOUND = {"status_code": 404, "detail": "Not Found"}

ASKS = {
    "text": Ask(
        "/",
        200,
        "Welcome to the shop",
        headers={"content-type": "text/plain; charset=utf-8", "content-length": "19"},
    ),
    "head": Ask("/", 200, "", "HEAD", headers={"content-length": "19"}),
    "path-and-query": Ask("/items/7?page=3", 200, {"id": 7, "page": 3}, headers=JSON),
    "body": Ask(
        "/items",
        201,
        {"name": "Tea", "price": 2.5},
        "POST",
        {"json": {"name": "Tea", "price": 2.5}},
        JSON,
    ),
    "chunked-body": Ask(
        "/size", 201, {"bytes": 6, "sum": 597}, "POST", {"content": [b"abc", b"", b"def"]}
    ),
    "large-body": Ask("/size", 201, {"bytes": len(LARGE), "sum": 1000}, "POST", {"content": LARGE}),
    "too-large-body": Ask("/small", 413, None, "POST", {"content": b"x" * 1001}),
    "stream": Ask("/numbers", 200, "0\n1\n2\n3\n4\n"),
    "header-and-cookie": Ask(
        "/said",
        200,
        {"name": "Zoë", "basket": "tea"},
        sent={"headers": {"x-name": "Zoë".encode("latin-1"), "cookie": "basket=tea"}},
    ),
    "sync-handler": Ask("/thread", 200, {"loop": False}),
    "lifespan-ran-first": Ask("/started", 200, {"started": True}),
    "encoded-path": Ask("/items/%37", 200, {"id": 7, "page": 1}),
    "404": Ask("/nothing", 404, NOT_FOUND, headers=JSON),
    "404-of-a-handler": Ask("/items/0", 404, {"status_code": 404, "detail": "There is no item 0"}),
    "405": Ask("/", 405, {"status_code": 405, "detail": "Method Not Allowed"}, "DELETE"),
    "400": Ask("/items/7?page=x", 400, None, headers=JSON),
    "400-body": Ask("/items", 400, None, "POST", {"content": b"{"}, JSON),
    "500": Ask(
        "/fails", 500, {"status_code": 500, "detail": "Internal Server Error"}, headers=JSON
    ),
    "after-the-500": Ask("/", 200, "Welcome to the shop"),
}


def send(running, ask) -> httpx2.Response:
    """Send over the connection all share; what is answered before its body came, over its own.

    hypercorn 0.18 drops an HTTP/2 connection (KeyError in h2.py) whose request was answered before
    its body had come, whatever the app; now and then before the client has written that body, which
    then sees no answer and asks again.
    """
    if ask.status != 413:
        return running.client.request(ask.method, ask.path, **ask.sent)
    dropping = running.kind.command is HYPERCORN and running.kind.http_version == "2"
    for _ in range(TRIES if dropping else 0):
        with contextlib.suppress(httpx2.TransportError):
            return send_alone(running, ask)
    return send_alone(running, ask)


def send_alone(running, ask) -> httpx2.Response:
    with httpx2.Client(**options(*running[:2])) as own:
        return own.request(ask.method, ask.path, **ask.sent)


@pytest.mark.parametrize("name", ASKS)
def test_answer(running, name):
    ask = ASKS[name]
    response = send(running, ask)
    got = response.text if isinstance(ask.answer, str) else response.json()
    wanted = got if ask.answer is None else ask.answer
    headers = {key: response.headers.get(key) for key in ask.headers}
    assert (response.status_code, got, headers) == (ask.status, wanted, ask.headers)
    assert response.http_version == f"HTTP/{running.kind.http_version}"


def test_scope_is_the_servers(running):
    answer = running.client.get("/connection").json()
    scheme = "https" if running.kind.tls else "http"
    version = running.kind.http_version
    assert answer == {
        "http_version": version,
        "scheme": scheme,
        "client": "127.0.0.1",
        "path": "/connection",
    }


def test_each_cookie_is_a_header_of_its_own(running):
    response = running.client.get("/cookies")
    cookies = response.headers.get_list("set-cookie")
    assert [cookie.partition(";")[0] for cookie in cookies] == ["a=1", "b=2"]


def test_one_connection_serves_many_requests(running):
    for number in range(1, 51):
        assert running.client.get(f"/items/{number}").json()["id"] == number


def test_requests_at_once_are_not_mixed_up(running):
    """Over HTTP/2 these are fifty streams of one connection."""
    found = {}
    over_one = httpx2.Limits(max_connections=1 if running.kind.http_version == "2" else 10)

    async def ask(client, number):
        found[number] = (await client.get(f"/items/{number}")).json()["id"]

    async def ask_all():
        asking = httpx2.AsyncClient(**options(*running[:2]), limits=over_one)
        async with asking as client, anyio.create_task_group() as tasks:
            for number in range(1, 51):
                tasks.start_soon(ask, client, number)

    anyio.run(ask_all)
    assert found == {number: number for number in range(1, 51)}


@pytest.mark.parametrize("name", KINDS)
def test_sigterm_stops_it_cleanly(name, tmp_path):
    kind = KINDS[name]
    with serve(kind, tmp_path) as server:
        with httpx2.Client(**options(kind, server)) as client:
            assert client.get("/started").json() == {"started": True}
        assert "lifespan: opened" in server.log
        code = server.stop()
        assert code in kind.codes
        assert server.log.count("lifespan: opened") == server.log.count("lifespan: closed") == 1
        assert "Traceback" not in server.log
        wait_for(lambda: no_process_left(server.process.pid))


def no_process_left(group) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("name", sorted(KINDS.keys() - BEYOND_OUR_CLIENT))
def test_a_request_under_way_is_answered_after_sigterm(name, tmp_path):
    kind = KINDS[name]
    with serve(kind, tmp_path) as server, ThreadPoolExecutor(1) as pool:
        with httpx2.Client(**options(kind, server)) as client:
            waiting = pool.submit(client.get, "/slow")
            wait_for(lambda: "slow: begun" in server.log)
            server.terminate()
            assert waiting.result(10).text == "slow"
        assert server.wait() in kind.codes
        assert "lifespan: closed" in server.log


def wait_for(condition, seconds=30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)
