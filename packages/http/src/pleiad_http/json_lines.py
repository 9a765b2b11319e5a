"""JSON documents, one on each line, sent as they are made.

The media type is `application/jsonl`. Neither it nor `application/x-ndjson` is registered; this one is
what jsonlines.org and OpenAPI 3.2 name first, it carries no `x-`, which RFC 6648 is against, and the
formats are the same: UTF-8, one document on a line, each line ended by a line feed.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from pleiad_http.background import BackgroundTask, BackgroundTasks
from pleiad_http.encoding import TypeEncoders
from pleiad_http.enums import MediaType
from pleiad_http.line_ends import CR, LF
from pleiad_http.response import Cookies, Headers
from pleiad_http.stream import Stream

__all__ = ["JSONLines"]

T = TypeVar("T")
JSON_LINES = "application/jsonl"


class JSONLines(Stream[T]):
    """Sends each item as a line of JSON.

    Args:
        content: Of items of any kind that JSON is made of; see `Stream`.
        item_type: Their type, by which the one encoder for them all is chosen. Models of pydantic are
            encoded faster where it is said.
        encode: Encodes an item; by default an encoder of its type.
        status_code: The status.
        media_type: The `Content-Type`; `application/jsonl` by default, whatever the route says.
        headers: Headers.
        cookies: Cookies.
        background: Runs when the response has been sent, or the client has left.
        type_encoders: For classes that no codec knows.
        endless: Whether the content has no end of its own; see `Stream`.

    Raises:
        TypeError: The content can neither be iterated over nor called.
        ValueError: What `encode` would never ask for; see `Response`.
    """

    __slots__ = ("encode", "item_type")

    def __init__(
        self,
        content: Any,
        *,
        item_type: Any = None,
        encode: Callable[[Any], bytes] | None = None,
        status_code: int | None = None,
        media_type: MediaType | str | None = JSON_LINES,
        headers: Headers | None = None,
        cookies: Cookies | None = None,
        background: BackgroundTask | BackgroundTasks | None = None,
        type_encoders: TypeEncoders | None = None,
        endless: bool = False,
    ) -> None:
        super().__init__(
            content,
            status_code=status_code,
            media_type=media_type or JSON_LINES,
            headers=headers,
            cookies=cookies,
            background=background,
            endless=endless,
        )
        if encode is not None and (item_type is not None or type_encoders):
            raise ValueError(
                "JSONLines: encode makes all of it: leave out item_type and type_encoders"
            )
        self.type_encoders = type_encoders
        self.item_type = item_type
        self.encode = encode

    def _item_encoder(
        self, media_type: str | None, encode: Callable[[Any], bytes] | None
    ) -> Callable[[Any], bytes]:
        own = self.encode or self._json_encoder(self.item_type, media_type, encode)
        return partial(_line, own)


def _line(encode: Callable[[Any], bytes], item: Any) -> bytes:
    """One line; line ends within a document that came encoded stand between its tokens."""
    document = encode(item)
    if LF in document or CR in document:
        document = document.replace(b"\n", b" ").replace(b"\r", b" ")
    return document + b"\n"
