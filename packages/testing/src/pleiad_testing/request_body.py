"""A request's body as ASGI messages, read from the client only as fast as the app asks."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import anyio
import httpx2
from anyio import to_thread

from pleiad_http import Message

__all__ = ["RequestBody"]

DISCONNECT = "http.disconnect"


class RequestBody:
    """The body of one request.

    What the client made out of bytes is read in the event loop. What is iterated in the client's
    own code is iterated in a thread, since it may block.

    Args:
        request: Of httpx2. Its content-length says where the body ends; without one, and without
            a transfer-encoding, there is none.

    Attributes:
        ended: Whether there is nothing more to receive.
    """

    def __init__(self, request: httpx2.Request) -> None:
        self._left = _length(request)
        self._chunks = _chunks(request.stream)
        self._one_at_a_time = anyio.Lock()
        self.ended = False

    async def next(self) -> Message:
        """The next message; a disconnect where the body is shorter than was declared."""
        async with self._one_at_a_time:
            if self.ended:
                return {"type": DISCONNECT}
            chunk = b"" if self._left == 0 else await anext(self._chunks, None)
            if self._left is None:
                self.ended = chunk is None
                return _part(chunk or b"", more=not self.ended)
            if chunk is None:
                self.ended = True
                return {"type": DISCONNECT}
            chunk = chunk[: self._left]
            self._left -= len(chunk)
            self.ended = self._left == 0
            return _part(chunk, more=not self.ended)

    async def aclose(self) -> None:
        """Read no more."""
        self.ended = True
        try:
            self._one_at_a_time.acquire_nowait()
        except anyio.WouldBlock:
            return  # a task that the app has left behind still reads
        try:
            close: Callable[[], Awaitable[None]] | None = getattr(self._chunks, "aclose", None)
            if close is not None:
                await close()
        finally:
            self._one_at_a_time.release()


def _part(chunk: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": chunk, "more_body": more}


def _length(request: httpx2.Request) -> int | None:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal():
        return int(declared)
    return None if declared or "transfer-encoding" in request.headers else 0


def _chunks(stream: object) -> AsyncIterator[bytes]:
    if isinstance(stream, httpx2.AsyncByteStream):
        return aiter(stream)
    if isinstance(stream, httpx2.SyncByteStream):
        return _in_thread(iter(stream))
    raise TypeError(f"a request's stream cannot be a {type(stream).__name__}")


async def _in_thread(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (
        chunk := await to_thread.run_sync(next, chunks, None, abandon_on_cancel=True)
    ) is not None:
        yield chunk
