"""What an app has answered so far, checked message by message."""

from collections import deque
from typing import Any

from pleiad_http import Message, RawHeaders
from pleiad_testing.errors import ProtocolFault

__all__ = ["Answer"]

BODILESS = frozenset({204, 304})
START = "http.response.start"
BODY = "http.response.body"
FORBIDDEN = b"\r\n\0"


class Answer:
    """The messages of one answer, in the order that ASGI asks for.

    Args:
        method: Of the request; the answer to HEAD keeps no body.
        path: Of the request, for messages.

    Attributes:
        status: The status, or 0 before the answer has begun.
        headers: Those of the answer.
        chunks: What has been sent and not yet read; no chunk is empty.
        waiting: Its size in bytes.
        complete: Whether the last part of the body was sent.
    """

    __slots__ = ("_label", "_method", "_sent", "chunks", "complete", "headers", "status", "waiting")

    def __init__(self, method: str, path: str) -> None:
        self._method = method
        self._label = f"{method} {path}"
        self._sent = 0
        self.status = 0
        self.headers: RawHeaders = []
        self.chunks: deque[bytes] = deque()
        self.waiting = 0
        self.complete = False

    def accept(self, message: Message) -> None:
        """Take the next message.

        Raises:
            ProtocolFault: It may not come now, or is not well formed.
        """
        try:
            kind = message["type"]
        except (KeyError, TypeError):
            kind = None
        if kind == START:
            self._start(message)
        elif kind == BODY:
            self._body(message)
        else:
            known = f"{START!r} or {BODY!r}"
            raise self.fault(f"sent {message!r}; a message is a dict whose type is {known}")

    def take(self) -> bytes:
        """The oldest chunk, which is no longer waiting."""
        chunk = self.chunks.popleft()
        self.waiting -= len(chunk)
        return chunk

    def fault(self, what: str) -> ProtocolFault:
        """An exception that says of which request the app did what."""
        return ProtocolFault(f"{self._label}: the app {what}")

    def _start(self, message: Message) -> None:
        if self.status:
            raise self.fault(f"sent {START!r} a second time")
        status = message.get("status")
        if not isinstance(status, int) or not 100 <= status <= 599:
            raise self.fault(f"sent the status {status!r}; it must be an int from 100 to 599")
        self.headers = [self._header(each) for each in message.get("headers") or ()]
        self.status = status

    def _header(self, pair: Any) -> tuple[bytes, bytes]:
        try:
            name, value = pair
        except (TypeError, ValueError):
            name = value = None
        if not isinstance(name, bytes) or not isinstance(value, bytes):
            raise self.fault(
                f"sent the header {pair!r}; it must be a pair of bytes, name and value"
            )
        if any(each in FORBIDDEN for each in name + value):
            raise self.fault(f"sent the header {pair!r}, which holds a line end or a NUL")
        return name, value

    def _body(self, message: Message) -> None:
        if not self.status:
            raise self.fault(f"sent {BODY!r} before {START!r}")
        if self.complete:
            raise self.fault(f"sent {BODY!r} after the end of its answer")
        body = message.get("body", b"")
        if not _is_bytes(body):
            raise self.fault(f"sent a body of type {type(body).__name__}; it must be bytes")
        self._count(len(body), more=bool(message.get("more_body", False)))
        self.complete = not message.get("more_body", False)
        if body and self._method != "HEAD":
            self.chunks.append(bytes(body))
            self.waiting += len(body)

    def _count(self, size: int, *, more: bool) -> None:
        self._sent += size
        if self._method == "HEAD":
            return
        if self.status in BODILESS:
            if size:
                raise self.fault(f"sent a body with the status {self.status}, which has none")
            return
        declared = [value for name, value in self.headers if name.lower() == b"content-length"]
        if not declared:
            return
        if not declared[0].isdigit():
            raise self.fault(f"sent the content-length {declared[0]!r}, which is no number")
        length = int(declared[0])
        if self._sent > length or (self._sent < length and not more):
            sent = f"{self._sent} bytes{' so far' if more else ''}"
            raise self.fault(f"sent {sent} of a body whose content-length is {length}")


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes | bytearray | memoryview)
