"""A server of an ASGI app in a process group of its own, on a port that no test chose."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Self

SECONDS_TO_START = 30
SECONDS_TO_STOP = 15
UVICORN = ("uvicorn", "--host", "127.0.0.1", "--port", "0", "--no-access-log")
UVICORN_READY = re.compile(r"running on http://127\.0\.0\.1:(?P<port>\d+)")


class ServerProcess:
    """Start `python -m <command>`, wait until its log says `ready`, stop it after the block.

    Args:
        command: The module and its arguments.
        ready: What the log says when requests may come; its group `port` is the port.
        port: The port, where the log does not say it.
        env: Environment variables beside those of this process.
    """

    def __init__(self, command, ready=UVICORN_READY, *, port=0, env=None) -> None:
        self.port = port
        self.lines: list[str] = []
        self.started = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", *map(str, command)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
            env=os.environ | (env or {}),
        )
        self.reader = threading.Thread(target=self.read, args=(ready,), daemon=True)
        self.reader.start()

    def read(self, ready) -> None:
        """Keep every line of the log, so that the pipe never fills; runs in a thread."""
        for line in self.process.stdout:
            self.lines.append(line)
            if not self.started.is_set() and (found := ready.search(line)):
                self.port = int(found.groupdict().get("port") or self.port)
                self.started.set()
        self.started.set()

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def __enter__(self) -> Self:
        if not self.started.wait(SECONDS_TO_START) or self.process.poll() is not None:
            self.kill()
            raise RuntimeError(f"the server did not start:\n{self.log}")
        self.wait_for_connection()
        return self

    def wait_for_connection(self) -> None:
        """Connect once: some servers say that they listen a moment before they do."""
        until = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if time.monotonic() > until:
                    self.kill()
                    raise
                time.sleep(0.02)
            else:
                return

    def __exit__(self, *_) -> None:
        try:
            if self.process.poll() is None:
                self.stop()
        finally:
            self.kill()

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Give the exit code; the whole log is in `log` afterwards."""
        code = self.process.wait(SECONDS_TO_STOP)
        self.reader.join(SECONDS_TO_STOP)
        return code

    def stop(self) -> int:
        self.terminate()
        return self.wait()

    def kill(self) -> None:
        """End what is left of the process group, and release the pipe."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.reader.join(SECONDS_TO_STOP)
        self.process.stdout.close()


def uvicorn(folder, app, **options) -> ServerProcess:
    """Serve `module:name` of a folder."""
    return ServerProcess((*UVICORN, "--app-dir", folder, app), **options)
