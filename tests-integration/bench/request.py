"""What is sent to an app."""

from collections.abc import Sequence
from typing import NamedTuple

JSON = "application/json"
MESSAGE = 64 * 1024
"""Bytes that a server gives at once: uvicorn's own high-water mark."""
CLIENT_HEADERS = (
    (b"host", b"127.0.0.1:8000"),
    (b"user-agent", b"bench/1.0"),
    (b"accept", b"*/*"),
)
HANDSHAKE_HEADERS = (
    (b"upgrade", b"websocket"),
    (b"connection", b"Upgrade"),
    (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    (b"sec-websocket-version", b"13"),
)
IDS = range(1, 1001)
"""What stands for `{id}` in a path, in turn: no answer can be kept from the request before."""


class Request(NamedTuple):
    """What is sent, and whether the answer is a stream.

    `{id}` in the path is another number in each request. Where there are `texts` it is a WebSocket,
    and they are what its client says: each when the one before was answered.
    """

    path: str
    query: bytes = b""
    method: str = "GET"
    body: bytes = b""
    content_type: str = JSON
    streams: bool = False
    texts: Sequence[str] = ()

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        sent = [*CLIENT_HEADERS]
        if self.texts:
            sent += HANDSHAKE_HEADERS
        if self.body:
            sent.append((b"content-type", self.content_type.encode()))
            sent.append((b"content-length", b"%d" % len(self.body)))
        return sent

    @property
    def chunks(self) -> Sequence[bytes | str]:
        """The body as it comes from a server, or the texts."""
        if self.texts:
            return self.texts
        starts = range(0, len(self.body) or 1, MESSAGE)
        return [self.body[start : start + MESSAGE] for start in starts]

    @property
    def paths(self) -> list[str]:
        if "{id}" not in self.path:
            return [self.path]
        return [self.path.replace("{id}", str(each)) for each in IDS]
