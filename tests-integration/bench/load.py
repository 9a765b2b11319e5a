"""A load at a fixed rate, and how long each answer took from the moment it was due.

wrk has no rate, and tools that wait for an answer before they ask again hide the time in which they
did not ask. Here requests are due at even distances whatever the server does: one that finds no free
connection waits, and its waiting counts.
"""

import asyncio
import time
from collections import deque
from itertools import cycle

from exchange import AnswerError
from servers import CONTENT_LENGTH, request_bytes

CONNECTIONS = 32


class Rate:
    """Asks at a fixed rate.

    Args:
        port: Of the server.
        scenario: What is asked.
        rate: Requests a second.
    """

    def __init__(self, port, scenario, rate) -> None:
        self.port = port
        self.requests = cycle(
            [request_bytes(scenario.request, path) for path in scenario.request.paths]
        )
        self.statuses = scenario.statuses
        self.distance = 1 / rate
        self.free = deque()
        self.waiting = deque()
        self.latencies = []
        self.wrong = ""

    async def run(self, seconds) -> list[float]:
        """Give the latencies, in seconds, sorted."""
        loop, clock = asyncio.get_running_loop(), time.perf_counter  # uvloop's has whole ms
        opened = [
            (await loop.create_connection(lambda: Asking(self), "127.0.0.1", self.port))[0]
            for _ in range(CONNECTIONS)
        ]
        begin = due = clock()
        while due < begin + seconds and not self.wrong:
            if clock() >= due:
                self.waiting.append(due)
                due += self.distance
            self.ask()
            await asyncio.sleep(0)  # it has a processor of its own, and timers are too coarse
        while self.waiting or len(self.free) < CONNECTIONS:
            if self.wrong or clock() > begin + 3 * seconds:
                break
            self.ask()
            await asyncio.sleep(0)
        for transport in opened:
            transport.abort()
        if self.wrong:
            raise AnswerError(self.wrong)
        return sorted(self.latencies)

    def ask(self) -> None:
        while self.waiting and self.free:
            self.free.popleft().ask(self.waiting.popleft(), next(self.requests))


class Asking(asyncio.Protocol):
    """One connection, on which one request is under way at most."""

    def __init__(self, rate) -> None:
        self.rate = rate
        self.received = b""
        self.due = 0.0

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.rate.free.append(self)

    def ask(self, due, request) -> None:
        self.due = due
        self.received = b""
        self.transport.write(request)

    def data_received(self, data) -> None:
        self.received += data
        if self.is_complete():
            rate = self.rate
            rate.latencies.append(time.perf_counter() - self.due)
            rate.free.append(self)

    def is_complete(self) -> bool:
        head, blank, body = self.received.partition(b"\r\n\r\n")
        if not blank:
            return False
        if int(head[9:12]) not in self.rate.statuses:
            self.rate.wrong = f"an answer of another status: {head[:200]!r}"
        length = CONTENT_LENGTH.search(head)
        return body.endswith(b"0\r\n\r\n") if length is None else len(body) >= int(length[1])


def quantile(latencies, share) -> float:
    return latencies[min(len(latencies) - 1, int(len(latencies) * share))]
