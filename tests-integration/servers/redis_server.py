"""A Redis of the tests' own, which they may kill."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest

EXECUTABLE = shutil.which("redis-server")
SECONDS = 10.0

needs_redis = pytest.mark.skipif(
    EXECUTABLE is None, reason="there is no redis-server: apt-get install redis-server"
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


class RedisServer:
    """A server that keeps nothing on disk, on a free port of the loopback."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        options = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--daemonize", "no")
        command = (EXECUTABLE, "--port", str(self.port), "--dir", str(self._folder), *options)
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + SECONDS
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as asked:
                    asked.sendall(b"PING\r\n")
                    if asked.recv(7).startswith(b"+PONG"):
                        return
            except OSError:
                pass
            assert time.monotonic() < until, "redis-server did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.kill()
