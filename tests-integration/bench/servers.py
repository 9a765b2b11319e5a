"""Servers to measure: one process for each app, pinned to one processor, on a free port."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

from contenders import MODULES, ON_THEIR_OWN
from exchange import AnswerError

HERE = Path(__file__).resolve().parent
SECONDS_TO_START = 30
SECONDS_TO_STOP = 10
SERVER_CORE, LOAD_CORE = "0", "1"
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def uvicorn(name, port) -> list[str]:
    options = "--loop uvloop --http httptools --no-access-log --log-level warning".split()
    options += "--ws websockets-sansio --ws-ping-interval 9999".split()
    return [sys.executable, "-m", "uvicorn", f"apps.{MODULES[name]}:app", "--port", port, *options]


def granian(name, port) -> list[str]:
    options = "--interface asgi --workers 1 --loop uvloop --no-access-log --log-level error".split()
    app = f"apps.{MODULES[name]}:app"
    return [sys.executable, "-m", "granian", app, "--port", port, *options]


def own(name, port) -> list[str]:
    return [sys.executable, str(HERE / "apps" / ON_THEIR_OWN[name]), port]


SERVERS = {"uvicorn": uvicorn, "granian": granian}


def pinned(core, command) -> list[str]:
    """Give the command that keeps to one processor, where that can be said."""
    return ["taskset", "-c", core, *command] if can_pin() else list(command)


def keep_to(core) -> None:
    """Keep this process to one processor, where that can be said."""
    if can_pin():
        os.sched_setaffinity(0, {int(core)})


def can_pin() -> bool:
    return shutil.which("taskset") is not None and (os.cpu_count() or 1) > 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """One app under a server, in its own process group."""

    def __init__(self, name, server) -> None:
        self.name = name
        self.port = free_port()
        command = own if name in ON_THEIR_OWN else SERVERS[server]
        self.log = TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            pinned(SERVER_CORE, command(name, str(self.port))),
            cwd=HERE,
            env={**os.environ, "PYTHONPATH": str(HERE)},
            stdout=self.log,
            stderr=self.log,
            process_group=0,
        )

    async def wait(self) -> None:
        """Wait until it takes connections."""
        try:
            async with asyncio.timeout(SECONDS_TO_START):
                while not await takes_connections(self.port):
                    if self.process.poll() is not None:
                        raise AnswerError(f"{self.name} did not start:\n{self.said()}")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AnswerError(f"{self.name} takes no connections:\n{self.said()}") from None

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read()[-2000:]

    def processor_seconds(self) -> float:
        """Give the processor time that its threads and children have had (Linux)."""
        return sum(map(thread_seconds, threads_of(self.process.pid)))

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()


async def takes_connections(port) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def threads_of(process) -> list[Path]:
    tasks = Path(f"/proc/{process}/task")
    if not tasks.exists():
        return []
    threads = list(tasks.iterdir())
    children = " ".join((each / "children").read_text() for each in threads).split()
    return [*threads, *(thread for child in children for thread in threads_of(child))]


def thread_seconds(thread) -> float:
    try:
        return int((thread / "schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:  # it has ended
        return 0.0


def request_bytes(request, path=None) -> bytes:
    target = path or request.paths[0]
    if request.query:
        target += f"?{request.query.decode()}"
    lines = [f"{request.method} {target} HTTP/1.1".encode()]
    lines += [name + b": " + value for name, value in request.headers]
    return b"\r\n".join([*lines, b"", request.body])


async def check_served(served, scenario) -> None:
    """Ask once, and see that the status is right."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(request_bytes(scenario.request))
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS_TO_STOP)
    writer.close()
    if int(head.split(b" ", 2)[1]) not in scenario.statuses:
        raise AnswerError(f"{served.name}, {scenario.name}: {head.decode('latin-1')}")
