"""The servers that an app of this folder is served by, and the HTTP that a client speaks with each."""

import re
import socket
import time
from pathlib import Path
from typing import NamedTuple

import httpx2
from server_process import UVICORN, UVICORN_READY, ServerProcess

HERE = Path(__file__).resolve().parent
HYPERCORN_READY = re.compile(r"Running on http://127\.0\.0\.1:(?P<port>\d+)")
GRANIAN_READY = re.compile(r"Started worker-1")
HYPERCORN = ("hypercorn", "--bind", "127.0.0.1:0")
GRANIAN = ("granian", "--interface", "asgi", "--host", "127.0.0.1")


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


class Running(NamedTuple):
    """A server that runs."""

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


def serve(kind, app, **env) -> ServerProcess:
    """Serve `module:name` of this folder.

    Args:
        kind: The server.
        app: The app.
        **env: Environment variables.
    """
    port = free_port() if kind.command[0] == "granian" else 0
    place = ("--port", port) if port else ()
    command = (*kind.command, *place, app)
    return ServerProcess(command, kind.ready, port=port, env={"PYTHONPATH": str(HERE), **env})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def wait_for(condition, seconds=30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)
