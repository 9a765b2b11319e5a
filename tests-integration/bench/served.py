"""Requests a second under uvicorn: one server process for each app, and a load from this one."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from contenders import MODULES
from exchange import AnswerError

HERE = Path(__file__).resolve().parent
CONNECTIONS = 16
SECONDS_TO_START = 30
SECONDS_TO_STOP = 10
WARM_UP = 0.2
UVICORN = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "info")
RUNNING = re.compile(r"Uvicorn running on http://127\.0\.0\.1:(\d+)")
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Served:
    """One app under its own uvicorn, in its own process group, on a port the system chose."""

    def __init__(self, name) -> None:
        app = f"apps.{MODULES[name]}:app"
        command = [sys.executable, "-m", "uvicorn", "--app-dir", HERE, app, "--port", "0", *UVICORN]
        self.name = name
        self.process = subprocess.Popen(
            [str(part) for part in command], stderr=subprocess.PIPE, text=True, process_group=0
        )
        self.port = 0

    async def wait(self) -> None:
        """Read the log until the server says its port."""
        log = await asyncio.wait_for(asyncio.to_thread(self.read_port), SECONDS_TO_START)
        if not self.port:
            raise AnswerError(f"{self.name} did not start:\n{log}")

    def read_port(self) -> str:
        lines = []
        for line in self.process.stderr:
            lines.append(line)
            if found := RUNNING.search(line):
                self.port = int(found[1])
                break
        return "".join(lines)

    def processor_seconds(self) -> float:
        """Give the processor time of the server's one working thread (Linux)."""
        spent = Path(f"/proc/{self.process.pid}/schedstat")
        return int(spent.read_text().split()[0]) / 1e9 if spent.exists() else float("nan")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stderr.close()


def request_bytes(scenario) -> bytes:
    target = scenario.path + (f"?{scenario.query.decode()}" if scenario.query else "")
    lines = [f"{scenario.method} {target} HTTP/1.1".encode()]
    lines += [name + b": " + value for name, value in scenario.headers]
    return b"\r\n".join([*lines, b"", scenario.body])


async def answer_length(port, scenario) -> int:
    """Ask once, and give the length of the whole answer: all the others will be as long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request_bytes(scenario))
    head = await reader.readuntil(b"\r\n\r\n")
    if int(head.split(b" ", 2)[1]) != scenario.status:
        raise AnswerError(f"{scenario.name}: {head.decode('latin-1')}")
    body = await reader.readexactly(int(CONTENT_LENGTH.search(head)[1]))
    writer.close()
    return len(head) + len(body)


class Load:
    """Some connections that each ask again as soon as they are answered."""

    def __init__(self, port, scenario, length) -> None:
        self.port = port
        self.request = request_bytes(scenario)
        self.start = f"HTTP/1.1 {scenario.status} ".encode()
        self.length = length
        self.answered = 0
        self.running = True
        self.wrong = b""

    async def run(self, seconds) -> float:
        """Give the requests answered a second."""
        loop = asyncio.get_running_loop()
        self.answered, self.running = 0, True
        begin = loop.time()
        opened = [
            await loop.create_connection(lambda: Asking(self), "127.0.0.1", self.port)
            for _ in range(CONNECTIONS)
        ]
        await asyncio.sleep(seconds)
        self.running = False
        per_second = self.answered / (loop.time() - begin)
        for transport, _ in opened:
            transport.abort()
        if self.wrong:
            raise AnswerError(f"an answer of another shape: {self.wrong!r}")
        return per_second


class Asking(asyncio.Protocol):
    """One connection. Bytes are counted, not parsed: the load must be cheaper than the server."""

    def __init__(self, load) -> None:
        self.load = load
        self.missing = 0
        self.transport = None

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.missing = self.load.length
        self.transport.write(self.load.request)

    def data_received(self, data) -> None:
        load = self.load
        if self.missing == load.length and not data.startswith(load.start):
            load.wrong = data[:200]
        self.missing -= len(data)
        if self.missing > 0:
            return
        if self.missing < 0:
            load.wrong = data[:200]
        load.answered += 1
        if load.running and not load.wrong:
            self.ask()


async def turn(server, scenario, length, seconds):
    """Load one server for a while: requests a second, and its processor time for each."""
    load = Load(server.port, scenario, length)
    before = server.processor_seconds()
    per_second = await load.run(seconds)
    spent = server.processor_seconds() - before
    return {"per_second": per_second, "server_us": spent / load.answered * 1e6}


async def measure_served(names, scenarios, rounds, seconds):
    """Give `{scenario: {contender: [one dict of each round]}}`, the contenders taking turns."""
    servers = []
    measured = {s.name: {name: [] for name in names} for s in scenarios}
    try:
        servers.extend(Served(name) for name in names)
        for server in servers:
            await server.wait()
        lengths = {}
        for scenario in scenarios:
            for server in servers:
                length = await answer_length(server.port, scenario)
                lengths[scenario.name, server.name] = length
                await turn(server, scenario, length, WARM_UP)
        for number in range(rounds):
            for scenario in scenarios:
                for place in range(len(servers)):
                    server = servers[(place + number) % len(servers)]
                    length = lengths[scenario.name, server.name]
                    done = await turn(server, scenario, length, seconds)
                    measured[scenario.name][server.name].append(done)
    finally:
        for server in servers:
            server.stop()
    return measured
