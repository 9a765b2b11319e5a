"""Server-sent events: a response that tells a browser's `EventSource` one message after another.

The format is WHATWG HTML's, section 9.2; what a message becomes is in `sse_messages`.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from pleiad_http.background import BackgroundTask, BackgroundTasks
from pleiad_http.delivery import Delivery
from pleiad_http.encoding import TypeEncoders
from pleiad_http.iteration import is_iterable
from pleiad_http.response import Cookies, Headers
from pleiad_http.sse_messages import ServerSentEventMessage, message_of
from pleiad_http.stream import Stream
from pleiad_http.types import Receive, Scope, Send

__all__ = ["ServerSentEvent", "last_event_id"]

T = TypeVar("T")

PING = b": ping\r\n\r\n"
RETRY_AFTER_SHUTDOWN = 3000
"""Milliseconds after which a client comes back to an app that has shut down, unless the response has
a `retry_duration` of its own."""

PARTING = ServerSentEventMessage(None, retry=RETRY_AFTER_SHUTDOWN).encode()

HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}
"""Neither caches nor buffers between may keep a message; nginx asks for a header of its own."""


class ServerSentEvent(Stream[T]):
    """Sends each item as a message of an event stream.

    An item is text, bytes, a number or a model, which is sent as JSON; a dict, whose keys are fields of
    a message; or a `ServerSentEventMessage`. Where the app shuts down, the stream ends and the client is
    told when to come back.

    Args:
        content: Of such items; see `Stream`. A callable with a parameter is called with what the client
            says in `Last-Event-ID`, or `None`. Text, bytes or a dict is a single message.
        event_type: The name of events whose items are only data.
        event_id: The id of events whose items are only data.
        retry_duration: Milliseconds after which a client that lost the connection comes back; told at
            the beginning.
        comment_message: Sent at the beginning; clients ignore it.
        ping_interval: After so many seconds in which nothing was sent a comment is, lest something in
            between takes the connection for dead; `None` for never.
        status_code: The status.
        headers: Headers; they win over `cache-control: no-cache` and `x-accel-buffering: no`.
        cookies: Cookies.
        background: Runs when the response has been sent, or the client has left.
        type_encoders: For classes that no codec knows.

    Raises:
        TypeError: The content can neither be iterated over nor called.
        ValueError: See `ServerSentEventMessage` and `Response`; a `ping_interval` not above 0.
    """

    __slots__ = ("_opening", "_parting", "_ping_interval", "event_id", "event_type")

    def __init__(
        self,
        content: Any,
        *,
        event_type: str | None = None,
        event_id: str | int | None = None,
        retry_duration: int | None = None,
        comment_message: str | None = None,
        ping_interval: float | None = None,
        status_code: int | None = 200,
        headers: Headers | None = None,
        cookies: Cookies | None = None,
        background: BackgroundTask | BackgroundTasks | None = None,
        type_encoders: TypeEncoders | None = None,
    ) -> None:
        super().__init__(
            content,
            status_code=status_code,
            media_type="text/event-stream",
            headers=headers or HEADERS,
            cookies=cookies,
            background=background,
            endless=True,
        )
        self.type_encoders = type_encoders
        if headers:
            for name, value in HEADERS.items():
                self.headers.setdefault(name, value)
        if ping_interval is not None and not ping_interval > 0:
            raise ValueError(f"ping_interval is seconds, above 0, not {ping_interval!r:.40}")
        ServerSentEventMessage(event=event_type, id=event_id)
        opening = ServerSentEventMessage(None, retry=retry_duration, comment=comment_message)
        self.event_type = event_type
        self.event_id = event_id
        self._opening = opening.encode()
        self._parting = PARTING
        if retry_duration is not None:
            self._parting = ServerSentEventMessage(None, retry=retry_duration).encode()
        self._ping_interval = ping_interval

    def _delivery(self, scope: Scope, receive: Receive, send: Send) -> Delivery:
        return Delivery(
            scope,
            receive,
            send,
            opening=self._opening,
            parting=self._parting,
            ping=PING,
            ping_interval=self._ping_interval,
        )

    def _arguments(self, scope: Scope) -> tuple[Any, ...]:
        return (last_event_id(scope),) if _wants_id(self.content) else ()

    def _item_encoder(
        self, media_type: str | None, encode: Callable[[Any], bytes] | None
    ) -> Callable[[Any], bytes]:
        event, event_id = self.event_type, self.event_id
        encode_json = self._json_encoder(None, media_type, encode)
        fields = ServerSentEventMessage(None, event=event, id=event_id).encode().decode()
        before = fields.removesuffix("\r\n") + "data: "

        def message(item: Any) -> bytes:
            # PERF: text of one line, which most items are, takes 0.2 us so and 2 as a message.
            if type(item) is str and "\n" not in item and "\r" not in item:
                return f"{before}{item}\r\n\r\n".encode()
            return message_of(item, event, event_id).encode(encode_json)

        return message


def last_event_id(scope: Scope) -> str | None:
    """The id of the last event that the client has seen, when it comes back; `None` where it says none.

    Args:
        scope: The request's.
    """
    for name, value in scope["headers"]:
        if name == b"last-event-id":
            text: str = value.decode("utf-8", "replace")
            return text or None
    return None


def _wants_id(content: Any) -> bool:
    """Whether a callable must be given something, or says that it takes the id."""
    if is_iterable(content):
        return False
    try:
        parameters = inspect.signature(content).parameters.values()
    except ValueError:
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return any(
        each.kind in positional and (each.default is each.empty or each.name == "last_event_id")
        for each in parameters
    )
