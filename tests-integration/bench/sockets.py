"""Many WebSockets in one room: memory for each, and messages a second to all of them.

Each app runs under its own uvicorn; this process holds the other ends as plain sockets, so that what
is measured is the server. Run it with `hatch run bench:python tests-integration/bench/sockets.py`.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
APPS = {"Pleiad": "pleiad_app", "Starlette": "starlette_app", "Litestar": "litestar_app"}
RUNNING = re.compile(r"Uvicorn running on http://127\.0\.0\.1:(\d+)")
FRAME = 2 + 64
"""Bytes of one message as the server sends it."""
HANDSHAKE = (
    "GET /room HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
).encode()


class Server:
    """One app under its own uvicorn."""

    def __init__(self, name) -> None:
        quiet = (
            "--no-access-log",
            "--ws-per-message-deflate",
            "false",
            "--ws-ping-interval",
            "9999",
        )
        options = ("--loop", "uvloop", *quiet)
        command = (sys.executable, "-m", "uvicorn", "--app-dir", HERE / "socket_apps")
        self.process = subprocess.Popen(
            [*map(str, command), f"{APPS[name]}:app", "--port", "0", *options],
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        for line in self.process.stderr:
            if found := RUNNING.search(line):
                self.port = int(found[1])
                break
        else:
            raise RuntimeError(f"{name} did not start")
        self.log = asyncio.create_task(asyncio.to_thread(self.process.stderr.read))

    @property
    def memory(self) -> int:
        """Resident bytes."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024

    @property
    def processor_seconds(self) -> float:
        ticks = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Ear(asyncio.Protocol):
    """One client: counts what it hears.

    Args:
        room: Counts for all of them.
    """

    def __init__(self, room) -> None:
        self.room = room
        self.head = b""
        self.open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(HANDSHAKE)

    def data_received(self, data) -> None:
        if self.open.done():
            self.room.heard(len(data))
            return
        self.head += data
        head, end, rest = self.head.partition(b"\r\n\r\n")
        if end:
            if not head.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(head)
            self.open.set_result(None)
            self.room.heard(len(rest))

    def connection_lost(self, error) -> None:
        if not self.room.over:
            self.room.fail(RuntimeError(f"a connection was lost: {error!r}"))


class Room:
    """All clients of one server."""

    def __init__(self) -> None:
        self.bytes = self.wanted = 0
        self.over = False
        self.complete = asyncio.get_running_loop().create_future()

    def heard(self, count) -> None:
        self.bytes += count
        if self.wanted and self.bytes >= self.wanted and not self.complete.done():
            self.complete.set_result(None)

    def fail(self, error) -> None:
        if not self.complete.done():
            self.complete.set_exception(error)

    def expect(self, count) -> None:
        self.bytes, self.wanted = 0, count
        self.complete = asyncio.get_running_loop().create_future()


async def connect(port, count, room) -> list[Ear]:
    loop = asyncio.get_running_loop()
    ears = []
    for start in range(0, count, 50):
        several = range(start, min(start + 50, count))
        made = await asyncio.gather(
            *(loop.create_connection(lambda: Ear(room), "127.0.0.1", port) for _ in several)
        )
        ears += [ear for _, ear in made]
        await asyncio.gather(*(ear.open for _, ear in made))
    return ears


async def say(port, times) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /say/{times} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    status = await reader.readline()
    if status.split()[1] != b"200":
        raise RuntimeError(status)
    writer.close()


async def measure(name, connections, messages, rounds) -> dict[str, float]:
    server = Server(name)
    room = Room()
    try:
        first = await connect(server.port, 20, room)  # what is loaded at the first connection
        before = server.memory
        ears = first + await connect(server.port, connections, room)
        await asyncio.sleep(0.5)
        memory = (server.memory - before) / connections
        rates, costs = [], []
        for number in range(rounds + 1):
            room.expect(len(ears) * messages * FRAME)
            spent, began = server.processor_seconds, time.perf_counter()
            await say(server.port, messages)
            await asyncio.wait_for(room.complete, 120)
            if number:  # the first round warms up
                rates.append(len(ears) * messages / (time.perf_counter() - began))
                costs.append((server.processor_seconds - spent) / (len(ears) * messages) * 1e6)
        room.over = True
        for ear in ears:
            ear.transport.abort()
        return {
            "bytes_per_connection": memory,
            "messages_per_second": median(rates),
            "processor_us_per_message": median(costs),
        }
    finally:
        room.over = True
        server.stop()


def allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(APPS), choices=list(APPS))
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    allow_many_files()
    found = {
        name: await measure(name, options.connections, options.messages, options.rounds)
        for name in options.only
    }
    if options.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(
            f"{name:<10} {row['bytes_per_connection'] / 1024:7.1f} KiB a connection"
            f" {row['messages_per_second']:9.0f} messages/s"
            f" {row['processor_us_per_message']:7.1f} us of the processor a message"
        )


if __name__ == "__main__":
    asyncio.run(main())
