"""Messages of an event stream (WHATWG HTML, section 9.2.5 and 9.2.6)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec

from pleiad_http.exceptions import SerializationException
from pleiad_http.line_ends import CR, LF

__all__ = ["ServerSentEventMessage", "message_of"]

_LINE_END = re.compile(rb"\r\n|\r|\n")
_CONTROL = re.compile(r"[\r\n\0]")
_BYTES = (bytes, bytearray, memoryview)
_SEPARATORS = ("\r\n", "\n", "\r")


class ServerSentEventMessage(msgspec.Struct, frozen=True):
    """One message of an event stream.

    Attributes:
        data: Text or UTF-8 of any number of lines; anything else is sent as JSON. Empty data is an
            event as well; `None` sends none, and browsers tell nobody of the message then.
        event: The event's name; browsers take `message` where there is none.
        id: What the client says in `Last-Event-ID` when it comes back.
        retry: Milliseconds after which a client that lost the connection comes back.
        comment: Which clients ignore.
        sep: What ends a line.

    Raises:
        ValueError: A line end or NUL in event, id or comment, `retry` below 0, another `sep`.
    """

    data: Any = ""
    event: str | None = None
    id: str | int | None = None
    retry: int | None = None
    comment: str | None = None
    sep: str = "\r\n"

    def __post_init__(self) -> None:
        # PERF: calls for what is not there would be half of what a message takes.
        if self.event is not None:
            _check_text("event", self.event)
        if self.id is not None:
            _check_text("id", self.id)
        if self.comment is not None:
            _check_text("comment", self.comment)
        if self.retry is not None:
            _check_retry(self.retry)
        if self.sep not in _SEPARATORS:
            raise ValueError(
                f"no line of an event stream ends with {self.sep!r:.20}: take '\\r\\n'"
            )

    def encode(self, encode_json: Callable[[Any], bytes] = msgspec.json.encode) -> bytes:
        """The message as it is sent.

        Args:
            encode_json: Encodes data that is neither text nor bytes.

        Raises:
            SerializationException: Data that is no UTF-8.
        """
        end = self.sep.encode()
        lines: list[bytes] = []
        if self.comment is not None:
            lines.append(b": " + _bytes(self.comment))
        if self.event is not None:
            lines.append(b"event: " + _bytes(self.event))
        if self.id is not None:
            lines.append(b"id: " + _bytes(self.id))
        if self.retry is not None:
            lines.append(b"retry: %d" % self.retry)
        if self.data is not None:
            data = _data(self.data, encode_json)
            if LF in data or CR in data:
                data = _LINE_END.sub(end + b"data: ", data)
            lines.append(b"data: " + data)
        return end.join(lines) + end + end if lines else b""


FIELDS = frozenset(ServerSentEventMessage.__struct_fields__)


def message_of(
    item: Any, event: str | None = None, event_id: str | int | None = None
) -> ServerSentEventMessage:
    """An item of a stream as a message.

    Args:
        item: A message, a mapping of its fields, or data.
        event: The event's name, where the item is data.
        event_id: Its id, where the item is data.

    Raises:
        ValueError: A mapping with other keys; see `ServerSentEventMessage`.
    """
    if isinstance(item, ServerSentEventMessage):
        return item
    if isinstance(item, Mapping):
        fields = cast("Mapping[str, Any]", item)
        unknown = [key for key in fields if key not in FIELDS]
        if unknown:
            raise ValueError(
                f"a dict of a stream of events holds the fields of a message, but has {unknown!r:.80}:"
                " to send a dict as JSON, give {'data': it}"
            )
        return ServerSentEventMessage(**fields)
    return ServerSentEventMessage("null" if item is None else item, event, event_id)


def _check_text(name: str, value: object) -> None:
    if _CONTROL.search(text := str(value)):
        raise ValueError(
            f"{name} of a server-sent event has a line end or NUL, which would end it: {text!r:.80}"
        )


def _check_retry(retry: object) -> None:
    if not isinstance(retry, int) or isinstance(retry, bool) or retry < 0:
        raise ValueError(f"retry of a server-sent event is milliseconds, not {retry!r:.40}")


def _bytes(value: object) -> bytes:
    # an enum that is a string has another text than its value
    return (value if isinstance(value, str) else str(value)).encode()


def _data(data: Any, encode_json: Callable[[Any], bytes]) -> bytes:
    if isinstance(data, str):
        return data.encode()
    if isinstance(data, _BYTES):
        return _utf8(bytes(cast("bytes", data)))
    return encode_json(data)


def _utf8(content: bytes) -> bytes:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise SerializationException(
            f"data of a server-sent event is no UTF-8: {error}; encode it, say as base64"
        ) from None
    return content
