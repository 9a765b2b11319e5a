"""Servers that are told to stop, under load and with streams that never end.

What is lost is told by the app: a request that it began has a whole answer. One that it never saw may
find its connection closed before the first byte: HTTP lets a server close a connection that is idle
(RFC 9112, section 9.5), and the request was on its way then. Nothing is ever answered in part.
"""

import json
import os
import re
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
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
PATIENT = {"hypercorn-http1": 120, "hypercorn-in-process": 120}
"""Seconds of the servers that give up: they have no part in the end of a stream then."""


class Kind(NamedTuple):
    """A server, and what it makes of a signal."""

    command: tuple[object, ...]
    ready: re.Pattern[str] = UVICORN_READY
    http_version: str = "1.1"
    code: int = 0
    impatient: tuple[object, ...] = ()


# uvicorn ends by the signal itself, after its shutdown is complete
BY_SIGNAL = -signal.SIGTERM
UVICORN_IMPATIENT = ("--timeout-graceful-shutdown", 1)
HYPERCORN_IMPATIENT = ("--graceful-timeout", 1)
KINDS = {
    "uvicorn-httptools-uvloop": Kind(
        (*UVICORN, "--http", "httptools", "--loop", "uvloop"),
        code=BY_SIGNAL,
        impatient=UVICORN_IMPATIENT,
    ),
    "uvicorn-h11-asyncio": Kind(
        (*UVICORN, "--http", "h11", "--loop", "asyncio"),
        code=BY_SIGNAL,
        impatient=UVICORN_IMPATIENT,
    ),
    "hypercorn-http1": Kind(HYPERCORN, HYPERCORN_READY, impatient=HYPERCORN_IMPATIENT),
    "hypercorn-in-process": Kind((*HYPERCORN, "--workers", 0), HYPERCORN_READY),
    "hypercorn-http2": Kind(HYPERCORN, HYPERCORN_READY, "2"),
    "granian-http1": Kind(GRANIAN, GRANIAN_READY),
}
OVER_HTTP1 = [name for name, kind in KINDS.items() if kind.http_version == "1.1"]
CANCELLING = [name for name, kind in KINDS.items() if kind.impatient]
"""Those that cancel what has not ended in time; granian kills its worker instead."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def serve(name, *options, app="app") -> ServerProcess:
    kind = KINDS[name]
    port = free_port() if kind.command[0] == "granian" else 0
    place = ("--port", port) if port else ()
    command = (*kind.command, *place, *options, f"shutdown_app:{app}")
    return ServerProcess(command, kind.ready, port=port, env={"PYTHONPATH": str(HERE)})


def client_of(name, server) -> httpx2.Client:
    version = KINDS[name].http_version
    return httpx2.Client(
        base_url=f"http://127.0.0.1:{server.port}",
        http1=version == "1.1",
        http2=version == "2",
        timeout=20,
    )


def wait_for(condition, seconds=30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)


LOSES_THE_CODE = {"hypercorn-http1", "hypercorn-http2"}
"""The main process of hypercorn 0.18 overwrites the exit code of a worker that failed with 0."""

CLOSES_TOO_EARLY = {name for name in KINDS if name.startswith("hypercorn")}
"""hypercorn 0.18 closes an idle connection although a request has arrived a moment before: seen once in
some dozen runs on a busy machine. The client sees it closed before the first byte."""

# Under load


class Asking(threading.Thread):
    """Asks over one connection, again and again, until it is closed."""

    def __init__(self, name, port, stopping) -> None:
        super().__init__(daemon=True)
        self.asker = name
        self.port = port
        self.stopping = stopping
        self.answered: list[str] = []
        self.answered_late = 0
        self.unanswered: list[str] = []
        self.faults: list[str] = []

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            for number in range(100_000):
                if not self.ask(connection, f"{self.asker}-{number}"):
                    return

    def ask(self, connection, name) -> bool:
        """Whether an answer came, and the connection stays."""
        late = self.stopping.is_set()
        try:
            connection.sendall(self.request(name))
            got = self.answer(connection)
        except OSError:  # reset: the server had closed before it read the request
            got = b""
        if not got:
            self.unanswered.append(name)
            if not self.stopping.is_set():
                self.faults.append(f"{name}: closed before anybody stopped the server")
            return False
        head, _, content = got.partition(b"\r\n\r\n")
        try:
            assert json.loads(content)["name"] == name
            assert head.split()[1] in (b"200", b"201")
        except (AssertionError, ValueError):
            self.faults.append(f"{name}: {got[:300]!r}")
            return False
        self.answered.append(name)
        self.answered_late += late or self.stopping.is_set()
        return b"connection: close" not in head.lower()

    def request(self, name) -> bytes:
        if len(self.answered) % 3:
            return f"GET /job/{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        body = json.dumps({"text": "y" * 5000}).encode()
        head = f"POST /job/{name} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}"
        return f"{head}\r\nContent-Type: application/json\r\n\r\n".encode() + body

    def answer(self, connection) -> bytes:
        """All bytes of one answer; fewer where the connection was closed."""
        got, length = b"", None
        while length is None or len(got) < length:
            piece = connection.recv(65536)
            if not piece:
                return got
            got += piece
            if length is None and b"\r\n\r\n" in got:
                top = got.partition(b"\r\n\r\n")[0]
                length = len(top) + 4 + int(re.search(rb"(?i)content-length: (\d+)", top)[1])
        return got


@pytest.mark.parametrize("name", OVER_HTTP1)
def test_sigterm_under_load_loses_no_answer(name):
    stopping = threading.Event()
    with serve(name) as server:
        askers = [Asking(f"asker{number}", server.port, stopping) for number in range(12)]
        for asker in askers:
            asker.start()
        wait_for(lambda: all(len(asker.answered) >= 5 for asker in askers))
        stopping.set()
        server.terminate()
        for asker in askers:
            asker.join(20)
        assert server.wait() == KINDS[name].code
    begun = set(json.loads(re.search(r"^begun: (.*)$", server.log, re.MULTILINE)[1]))
    answered = {each for asker in askers for each in asker.answered}
    unanswered = {each for asker in askers for each in asker.unanswered}
    assert [fault for asker in askers for fault in asker.faults] == []
    assert not any(asker.is_alive() for asker in askers)
    assert answered <= begun
    lost = begun - answered
    assert lost <= (unanswered if name in CLOSES_TOO_EARLY else set()), "a whole answer for each"
    assert len(unanswered) <= len(askers)
    assert sum(asker.answered_late for asker in askers) > 0, "it was under load"
    assert "Traceback" not in server.log


@pytest.mark.parametrize("name", KINDS)
def test_slow_handlers_finish(name):
    with serve(name) as server, ThreadPoolExecutor(2) as pool, client_of(name, server) as client:
        waiting = [pool.submit(client.get, path) for path in ("/slow", "/slow-sync")]
        wait_for(lambda: "slow: begun" in server.log and "slow-sync: begun" in server.log)
        server.terminate()
        assert [each.result(20).text for each in waiting] == ["slow", "slow"]
        assert server.wait() == KINDS[name].code


# Streams without an end


ENDS = {
    "events": b"retry: 250\r\n\r\ndata: first\r\ndata: \r\n\r\nretry: 250\r\n\r\n",
    "lines": b'"first\\n"\n',
    "looking": b"first\nlast\n",
}


class Listening:
    """A client of a stream, which has its first item."""

    def __init__(self, stack, name, server, path) -> None:
        client = stack.enter_context(client_of(name, server))
        self.pieces = stack.enter_context(client.stream("GET", f"/{path}")).iter_raw()
        self.content = b""
        while b"first" not in self.content:
            self.content += next(self.pieces)

    def all(self) -> bytes:
        return self.content + b"".join(self.pieces)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("name", OVER_HTTP1)  # h2, the client's, takes a GOAWAY for the end
def test_endless_streams_end_before_the_server_waits_for_them(name, number):
    patience = ("--graceful-timeout", PATIENT[name]) if name in PATIENT else ()
    with ExitStack() as stack, serve(name, *patience) as server:
        listening = {path: Listening(stack, name, server, path) for path in ENDS}
        if number == signal.SIGINT:  # as a terminal sends it: to the workers as well
            os.killpg(server.process.pid, number)
        else:
            server.terminate()
        assert {path: each.all() for path, each in listening.items()} == ENDS
        code = server.wait()
    assert [server.log.count(f"{path}: closed") for path in ENDS] == [1, 1, 1]
    assert code in (KINDS[name].code, 0) if number == signal.SIGTERM else code in (0, -number)
    assert "Traceback" not in server.log


@pytest.mark.parametrize("name", CANCELLING)
def test_stream_that_hears_nothing_is_cancelled_when_the_server_loses_patience(name):
    with (
        serve(name, *KINDS[name].impatient) as server,
        client_of(name, server) as client,
        pytest.raises(httpx2.RemoteProtocolError),
        client.stream("GET", "/deaf") as response,
    ):
        pieces = response.iter_raw()
        assert next(pieces) == b"first\n"
        server.terminate()
        list(pieces)  # it does not look complete
    server.reader.join(20)
    assert server.log.count("deaf: closed") == 1
    assert "begun: " in server.log


def test_second_signal_forces_uvicorn_out():
    name = "uvicorn-h11-asyncio"
    with serve(name) as server, client_of(name, server) as client:
        with client.stream("GET", "/deaf") as response:
            pieces = response.iter_raw()
            assert next(pieces) == b"first\n"
            server.process.send_signal(signal.SIGINT)
            wait_for(lambda: "Waiting for connections" in server.log)
            assert server.process.poll() is None
            server.process.send_signal(signal.SIGINT)
            server.wait()
    assert "deaf: closed" in server.log


# Lifespans that fail


@pytest.mark.parametrize("name", KINDS)
def test_failing_startup_ends_the_server(name):
    server = serve(name, app="starts_badly")
    try:
        assert server.wait() > 0 or name in LOSES_THE_CODE
        assert "ZeroDivisionError: in a hook" in server.log
        assert server.log.count("manager: opened") == server.log.count("manager: closed") == 1
    finally:
        server.kill()


@pytest.mark.parametrize("name", KINDS)
def test_failing_shutdown_still_closes_the_rest(name):
    with serve(name, app="stops_badly") as server:
        with client_of(name, server) as client:
            # granian 2.8 misses a signal that comes as soon as it says that it has started
            assert client.get("/job/first").json()["name"] == "first"
        server.stop()
    assert server.log.count("hook after: run") == server.log.count("manager: closed") == 1
    assert "ZeroDivisionError: in a hook" in server.log
