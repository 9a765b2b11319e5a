"""A PostgreSQL of the tests' own, which they may kill."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import pytest

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name))
BIN = next((each for each in reversed(FOLDERS) if (each / "initdb").exists()), None)
USER = "nobody"
SECONDS = 30.0

needs_postgresql = pytest.mark.skipif(
    BIN is None or (os.geteuid() == 0 and shutil.which("setpriv") is None),
    reason="there is no PostgreSQL: apt-get install postgresql",
)


def as_somebody() -> list[str]:
    """The beginning of a command that does not run as root, as which PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={USER}", "--regid=nogroup", "--clear-groups"]


class PostgreSQLServer:
    """A server in a folder of its own that goes with it, reached through a Unix socket there."""

    def __init__(self, encoding: str = "UTF8") -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pleiad-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, USER, "nogroup")
        self._data = self._folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        options = ("--auth=trust", "--username=pleiad", "--no-sync", f"--encoding={encoding}")
        self._run("initdb", "--locale=C", *options, "-D", self._data)

    @property
    def url(self) -> str:
        return f"postgresql://pleiad@/postgres?host={self._folder}"

    def start(self) -> None:
        until = time.monotonic() + SECONDS
        ready = self._command("pg_isready", "-q", "-h", self._folder)
        while subprocess.run(ready, check=False).returncode != 0:
            assert time.monotonic() < until, "postgres did not start"
            if self._process is None or self._process.poll() is not None:
                # After a crash it refuses to start as long as a process of the old one is left.
                self._process = self._started()
            time.sleep(0.05)

    def _started(self) -> "subprocess.Popen[bytes]":
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = self._command("postgres", "-D", self._data, "-k", self._folder, "-h", "", "-F")
        return subprocess.Popen(command, cwd=self._folder, **quiet)

    def kill(self) -> None:
        """End it as a crash would; the processes of its connections see that, and end too."""
        self._process.kill()
        self._process.wait()
        self._process = None

    def _command(self, name: str, *arguments: object) -> list[str]:
        return [*as_somebody(), str(BIN / name), *map(str, arguments)]

    def _run(self, *command: object) -> None:
        done = subprocess.run(
            self._command(*command), cwd=self._folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
