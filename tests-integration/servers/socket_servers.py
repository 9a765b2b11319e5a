"""The servers that speak WebSocket, each serving `module:app` of a folder."""

import re
import socket
from typing import NamedTuple

from server_process import UVICORN, UVICORN_READY, ServerProcess

HYPERCORN_READY = re.compile(r"Running on http://127\.0\.0\.1:(?P<port>\d+)")
GRANIAN_READY = re.compile(r"Started worker-1")


class Kind(NamedTuple):
    """A server and its arguments."""

    command: tuple[object, ...]
    ready: re.Pattern[str] = UVICORN_READY


KINDS = {
    "uvicorn-websockets": Kind((*UVICORN, "--ws", "websockets")),
    "uvicorn-sansio": Kind((*UVICORN, "--ws", "websockets-sansio")),
    "uvicorn-wsproto": Kind((*UVICORN, "--ws", "wsproto")),
    "hypercorn": Kind(("hypercorn", "--bind", "127.0.0.1:0"), HYPERCORN_READY),
    "granian": Kind(("granian", "--interface", "asgi", "--host", "127.0.0.1"), GRANIAN_READY),
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def serve(name, folder, app, *options, env=None, kinds=KINDS) -> ServerProcess:
    """Serve an app of a folder by the server of a name.

    Args:
        name: The server's, in `kinds`.
        folder: Where the app's module stands.
        app: The app, `module:name`.
        *options: More arguments of the server.
        env: Environment variables.
        kinds: The servers that there are.
    """
    kind = kinds[name]
    port = free_port() if kind.command[0] == "granian" else 0
    command = (*kind.command, *(("--port", port) if port else ()), *options, app)
    environment = {"PYTHONPATH": str(folder), **(env or {})}
    return ServerProcess(command, kind.ready, port=port, env=environment)
