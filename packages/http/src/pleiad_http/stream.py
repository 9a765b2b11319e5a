"""Responses whose content is sent as it is made."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, TypeVar, cast

from pleiad_http.background import BackgroundTask, BackgroundTasks
from pleiad_http.cookies import Cookie
from pleiad_http.delivery import Delivery
from pleiad_http.encoding import encoder_for
from pleiad_http.enums import MediaType
from pleiad_http.exceptions import SerializationException
from pleiad_http.iteration import check_content, close_unused, items_of
from pleiad_http.media_types import is_json, media_type_of
from pleiad_http.response import Cookies, Headers, Response
from pleiad_http.types import Message, Receive, Scope, Send

__all__ = ["Stream"]

T = TypeVar("T")


class Stream(Response[T]):
    """Sends text or bytes as they are made; items that need no waiting go together, see `Delivery`.

    The items are closed exactly once, whatever happens: the client leaves, the request is cancelled,
    an item cannot be encoded, only the head was asked for. What they raise leaves the response without
    its end, so that the client can tell.

    Args:
        content: An iterable, an iterator or a generator, sync or async, or a callable without
            parameters that returns one or a coroutine of one. A sync one is advanced in a worker
            thread, unless it is a list or another collection at hand.
        status_code: The status.
        media_type: The `Content-Type`; `application/octet-stream`, where nobody says.
        headers: Headers.
        cookies: Cookies.
        background: Runs when the response has been sent, or the client has left.
        encoding: How text is encoded.
        endless: Whether the content has no end of its own: it then ends, and looks complete, when the
            app shuts down. What has an end is sent to it.

    Attributes:
        check: Called with each item before it is encoded, if set; what it raises ends the stream.

    Raises:
        TypeError: The content can neither be iterated over nor called.
        ValueError: See `Response`.
    """

    streams: ClassVar[bool] = True

    __slots__ = ("check", "endless")

    def __init__(
        self,
        content: Any,
        *,
        status_code: int | None = None,
        media_type: MediaType | str | None = None,
        headers: Headers | None = None,
        cookies: Cookies | None = None,
        background: BackgroundTask | BackgroundTasks | None = None,
        encoding: str = "utf-8",
        endless: bool = False,
    ) -> None:
        check_content(content)
        super().__init__(
            content,
            status_code=status_code,
            media_type=media_type,
            headers=headers,
            cookies=cookies,
            background=background,
            encoding=encoding,
        )
        self.check: Callable[[Any], object] | None = None
        self.endless = endless

    def render(self, media_type: str | None = None) -> bytes:
        """A stream is never there as a whole.

        Raises:
            TypeError: Always.
        """
        raise TypeError(
            f"{type(self).__name__} has no content at one time: await it, or its send method"
        )

    async def send(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        status_code: int = 200,
        media_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Iterable[Cookie] = (),
        encode: Callable[[Any], bytes] | None = None,
    ) -> None:
        """Send it item by item; where the client leaves, this returns.

        Where there is to be no content, as for HEAD or a 304, the items are closed and none is made.

        Raises:
            ClientException: 412: it is not what the client wants.
            Exception: What the items raise, or their encoder.
        """
        try:
            start = self.head(
                None,
                status_code=status_code,
                media_type=media_type,
                headers=headers,
                cookies=cookies,
                scope=scope,
            )
        except Exception:
            await close_unused(self.content)
            raise
        if _has_no_content(scope, start):
            await close_unused(self.content)
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        items = partial(items_of, self.content, *self._arguments(scope))
        encode_item = self._item_encoder(media_type, encode)
        if self.check is not None:
            encode_item = partial(_checked, self.check, encode_item)
        await self._delivery(scope, receive, send).run(start, items, encode_item)

    def _delivery(self, scope: Scope, receive: Receive, send: Send) -> Delivery:
        return Delivery(scope, receive, send, parting=b"" if self.endless else None)

    def _arguments(self, scope: Scope) -> tuple[Any, ...]:
        """What content that is a callable is called with."""
        return ()

    def _item_encoder(
        self, media_type: str | None, encode: Callable[[Any], bytes] | None
    ) -> Callable[[Any], bytes]:
        """What makes an item bytes; asked once for all of them."""
        return self._bytes_of

    def _bytes_of(self, item: Any) -> bytes:
        if isinstance(item, bytes):
            return item
        if isinstance(item, str):
            return item.encode(self.encoding)
        if isinstance(item, bytearray | memoryview):
            return bytes(cast("bytes", item))
        raise SerializationException(
            f"Stream sends str and bytes, but an item is {type(item).__name__}:"
            " encode it, or send JSONLines"
        )

    def _json_encoder(
        self, item_type: Any, media_type: str | None, encode: Callable[[Any], bytes] | None
    ) -> Callable[[Any], bytes]:
        """The route's encoder where it is one of JSON and nothing of the response's own is against it."""
        own = self.type_encoders or item_type is not None
        if encode is None or own or not (media_type and is_json(media_type_of(media_type))):
            annotation = Any if item_type is None else item_type
            return encoder_for(annotation, MediaType.JSON.value, self.type_encoders)
        return encode

    def _type(self, default: str | None) -> str:
        return self.media_type or default or "application/octet-stream"


def _checked(check: Callable[[Any], object], encode: Callable[[Any], bytes], item: Any) -> bytes:
    check(item)
    return encode(item)


def _has_no_content(scope: Scope, start: Message) -> bool:
    """Whether only the head is sent (RFC 9110, sections 9.3.2 and 15)."""
    return scope.get("method") == "HEAD" or start["status"] in (204, 205, 304)
