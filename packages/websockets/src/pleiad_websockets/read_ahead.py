"""Seeing a client leave while its handler only sends.

From ASGI 2.4 on `send` raises when the client has left. An older server takes every message in silence
(hypercorn and granian do), so who only sends would send for ever. There a task receives ahead of the
handler, and what it has received waits here.
"""

from collections.abc import Awaitable, Callable

from anyio import create_memory_object_stream

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
        self._put, self._take = create_memory_object_stream[Message](MOST)

    async def run(self) -> None:
        """Receive until the client leaves; runs beside the handler."""
        kind = ""
        while kind != "websocket.disconnect":
            message = await self._receive()
            kind = message["type"]
            if kind == "websocket.disconnect":
                self._gone(message)
            await self._put.send(message)

    def receive(self) -> Awaitable[Message]:
        """The next message, in its order."""
        return self._take.receive()

    def close(self) -> None:
        """Forget what nobody has taken."""
        self._put.close()
        self._take.close()
