"""Reading the content of a request, never more of it than the limit says."""

from collections.abc import AsyncIterator

from pleiad_http.exceptions import ClientDisconnected, ClientException, RequestEntityTooLarge
from pleiad_http.types import Receive, Scope

__all__ = ["BODY", "content_length", "read_body", "stream_body"]

BODY = "pleiad.body"
"""Where the scope keeps content that has been read, for middleware and route alike."""


def content_length(scope: Scope) -> int | None:
    """What the client says of its content's length; `None` where it says nothing.

    Raises:
        ClientException: 400: it is no number, or it is said twice.
    """
    found: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"content-length":
            if found is not None or not value.isdigit() or len(value) > 18:
                raise ClientException("Invalid Content-Length header")
            found = value
    return None if found is None else int(found)


async def read_body(scope: Scope, receive: Receive, limit: int | None) -> bytes:
    """The whole content, read once and kept in the scope.

    PERF: content in one message, which is nearly all of it, is neither copied nor joined.

    Args:
        scope: The request's.
        receive: The request's.
        limit: The most bytes there may be.

    Raises:
        RequestEntityTooLarge: More bytes; where their number is announced, none is read.
        ClientException: 400: an invalid `Content-Length`.
        ClientDisconnected: The client left before it had sent all.
    """
    known: bytes | None = scope.get(BODY)
    if known is not None:
        return known
    length = content_length(scope)
    if limit is not None and length is not None and length > limit:
        raise _too_large(limit)
    message = await receive()
    if message["type"] != "http.request":
        raise ClientDisconnected("the client left before it had sent its request")
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        body = await _joined(body, receive, limit)
    if limit is not None and len(body) > limit:
        raise _too_large(limit)
    scope[BODY] = body
    return body


async def stream_body(scope: Scope, receive: Receive, limit: int | None) -> AsyncIterator[bytes]:
    """The content chunk by chunk; nothing of it is kept.

    Raises:
        RequestEntityTooLarge: More bytes than the limit; raised before the chunk that exceeds it.
        ClientException: 400: an invalid `Content-Length`.
        ClientDisconnected: The client left before it had sent all.
    """
    if BODY in scope:
        yield scope[BODY]
        return
    length = content_length(scope)
    if limit is not None and length is not None and length > limit:
        raise _too_large(limit)
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnected("the client left before it had sent its request")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if limit is not None and size > limit:
            raise _too_large(limit)
        more = message.get("more_body", False)
        if chunk:
            yield chunk


async def _joined(first: bytes, receive: Receive, limit: int | None) -> bytes:
    chunks, size, more = [first], len(first), True
    while more:
        if limit is not None and size > limit:
            raise _too_large(limit)
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnected("the client left before it had sent its request")
        chunk: bytes = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _too_large(limit: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(f"The request's content is larger than {limit} bytes")
