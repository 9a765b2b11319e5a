"""Responses: content, status, headers and cookies, and the two ASGI messages they become."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

from pleiad_http.background import BackgroundTask, BackgroundTasks
from pleiad_http.conditional import conditioned
from pleiad_http.cookies import Cookie
from pleiad_http.encoding import MSGPACK, TypeEncoders, encoder_for, encoder_of_class
from pleiad_http.enums import MediaType
from pleiad_http.etag import ETag, read_etag
from pleiad_http.exceptions import ClientException, HTTPException, error_body
from pleiad_http.headers import MutableHeaders, ResponseHeader, header_pair, header_pairs
from pleiad_http.kept import Kept
from pleiad_http.media_types import content_type_of, is_json, media_type_of
from pleiad_http.types import Message, RawHeaders, Receive, Scope, Send

__all__ = ["Response", "error_messages", "error_response"]

T = TypeVar("T")
Headers = Mapping[str, str] | Sequence[ResponseHeader]
Cookies = Mapping[str, str] | Sequence[Cookie]


class Response(Generic[T]):
    """A response; it is also an ASGI application that sends itself.

    What is left `None` is the route's to say; alone, it is 200 and the content's own media type.

    Args:
        content: A value to encode, or text or bytes.
        status_code: The status.
        media_type: The `Content-Type`.
        headers: Headers.
        cookies: Cookies.
        background: Runs when the response has been sent.
        encoding: How text is encoded.
        type_encoders: For classes that no codec knows.

    Attributes:
        streams: Whether the content is sent piece by piece, so that `messages` cannot give it.

    Raises:
        ValueError: A header or cookie that cannot be sent; see `header_pair` and `Cookie`.
    """

    streams: ClassVar[bool] = False

    __slots__ = (
        "_given",
        "_headers",
        "background",
        "content",
        "cookies",
        "encoding",
        "media_type",
        "status_code",
        "type_encoders",
    )

    def __init__(
        self,
        content: T = None,  # type: ignore[assignment]
        *,
        status_code: int | None = None,
        media_type: MediaType | str | None = None,
        headers: Headers | None = None,
        cookies: Cookies | None = None,
        background: BackgroundTask | BackgroundTasks | None = None,
        encoding: str = "utf-8",
        type_encoders: TypeEncoders | None = None,
    ) -> None:
        self.content = content
        self.status_code = status_code
        self.media_type: str | None = None
        self.background = background
        self.encoding = encoding
        self.type_encoders = type_encoders
        self._given = _pairs(headers) if headers else []
        self._headers: MutableHeaders | None = None
        self.cookies: list[Cookie] = [*_each_cookie(cookies)] if cookies else []
        if media_type is not None:
            text = media_type.value if isinstance(media_type, MediaType) else media_type
            self.media_type = text
            _CONTENT_TYPES[text, encoding]  # or it cannot be sent

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.status(200)}, {self.content!r:.60})"

    @property
    def headers(self) -> MutableHeaders:
        """The headers, to be read and changed."""
        # PERF: made when they are asked for, which most are not: 2.5 thousand instructions.
        if self._headers is None:
            self._headers = MutableHeaders(self._given)
        return self._headers

    def status(self, default: int) -> int:
        """Its status, where the route says `default`."""
        return default if self.status_code is None else self.status_code

    def set_header(self, name: str, value: str) -> None:
        """Set a header; another value of it goes.

        Raises:
            ValueError: See `header_pair`.
        """
        self.headers[name] = value

    def set_cookie(self, key: str | Cookie, value: str = "", **attributes: Any) -> None:
        """Set a cookie.

        Args:
            key: Its name, or the whole cookie.
            value: Its value.
            **attributes: Those of `Cookie`.

        Raises:
            ValueError: See `Cookie`.
            TypeError: A whole cookie, and more beside it.
        """
        if isinstance(key, Cookie) and (value or attributes):
            raise TypeError(
                f"set_cookie: the cookie '{key.key}' says its value and attributes itself"
            )
        cookie = key if isinstance(key, Cookie) else Cookie(key, value, **attributes)
        others = [each for each in self.cookies if each.identity != cookie.identity]
        self.cookies = [*others, cookie]

    def delete_cookie(
        self, key: str, path: str = "/", domain: str | None = None, **attributes: Any
    ) -> None:
        """Make the client forget a cookie.

        Args:
            key: Its name.
            path: The path with which it was set.
            domain: The domain with which it was set.
            **attributes: Others of `Cookie`, such as `partitioned`.
        """
        attributes.setdefault("secure", key.lower().startswith(("__secure-", "__host-")))
        self.set_cookie(Cookie(key, path=path, domain=domain, max_age=0, expires=0, **attributes))

    def set_etag(self, etag: ETag | str) -> None:
        """Set the `ETag`: a successful answer to GET or HEAD is then a 304 where the client has it.

        Args:
            etag: The tag; or as text, what names the version, with or without the header's quotes.

        Raises:
            ValueError: A character that no tag has.
        """
        if isinstance(etag, str):
            etag = read_etag(etag) or ETag(etag)
        self.set_header("etag", etag.to_header())

    def render(self, media_type: str | None = None) -> bytes:
        """The content as bytes.

        Args:
            media_type: What it is encoded as, where the response does not say.

        Raises:
            SerializationException: It cannot be encoded.
        """
        content: Any = self.content
        kind = self._type(media_type)
        if isinstance(content, bytes):
            return content
        if isinstance(content, str) and not _is_encoded(kind):
            return content.encode(self.encoding)
        if self.type_encoders:
            return encoder_for(type(content), kind, self.type_encoders)(content)
        return encoder_of_class(content.__class__, kind)(content)

    def messages(
        self,
        status_code: int = 200,
        media_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Iterable[Cookie] = (),
        encode: Callable[[Any], bytes] | None = None,
        scope: Scope | None = None,
    ) -> tuple[Message, Message]:
        """The messages that start and end the response.

        PERF: six arguments by name cost a fortieth of a response with headers and a cookie.

        Args:
            status_code: Where the response does not say.
            media_type: Where it does not say.
            headers: More headers; its own win by name.
            cookies: More cookies; its own win by name.
            encode: Encodes the content where the media type is the one given here.
            scope: The request's, whose conditions may make it a 304; see `conditioned`.

        Raises:
            ClientException: 412: it is not what the client wants.
        """
        status = self.status(status_code)
        content = b"" if status in _WITHOUT_CONTENT else self._encoded(encode, media_type)
        start = self.head(len(content), status, media_type, headers, cookies, scope)
        if start["status"] == 304:
            content = b""
        return start, {"type": "http.response.body", "body": content}

    def head(
        self,
        length: int | None,
        status_code: int = 200,
        media_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Iterable[Cookie] = (),
        scope: Scope | None = None,
    ) -> Message:
        """The message that starts the response.

        A class of one's own may add headers to what this gives, but not what conditions are about: an
        `ETag` or `Last-Modified` must be among `headers` before.

        Args:
            length: Bytes of its content; `None` where nobody knows.
            status_code: Where the response does not say.
            media_type: Where it does not say.
            headers: More headers; its own win by name.
            cookies: More cookies; its own win by name.
            scope: See `messages`.

        Raises:
            ClientException: See `messages`.
        """
        status = self.status(status_code)
        raw = self._given.copy() if self._headers is None else self._headers.raw.copy()
        known = dict(raw) if raw else {}  # PERF: a set of the names takes twice as long
        if headers:
            _add_others(raw, known, headers)
        if status in _WITHOUT_CONTENT:
            raw = [each for each in raw if each[0] not in _OF_CONTENT]
        else:
            kind = self.media_type or self._type(media_type)
            if kind and b"content-type" not in known:
                raw.append(_CONTENT_TYPES[kind, self.encoding])
            if length is not None and b"content-length" not in known:
                raw.append((b"content-length", b"%d" % length))
        for cookie in self._cookies_with(cookies) if cookies else self.cookies:
            raw.append((b"set-cookie", cookie.to_header()))
        start: Message = {"type": "http.response.start", "status": status, "headers": raw}
        # PERF: asked of the names that are at hand, which `conditioned` would look for: 0.2 us.
        if scope is not None and (b"etag" in known or b"last-modified" in known):
            return conditioned(scope, start)
        return start

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
        """Send it, without content where HEAD is answered, or a 304 where the client has it.

        What a response needs to know of the request, it learns here; a class whose `streams` is true
        sends its content piece by piece.

        Args:
            scope: The request's.
            receive: The request's.
            send: The request's.
            status_code: Where the response does not say.
            media_type: Where it does not say.
            headers: More headers; its own win by name.
            cookies: More cookies; its own win by name.
            encode: Encodes the content where the media type is the one given here.

        Raises:
            ClientException: 412: it is not what the client wants.
        """
        start, body = self.messages(
            status_code=status_code,
            media_type=media_type,
            headers=headers,
            cookies=cookies,
            encode=encode,
            scope=scope,
        )
        await send(start)
        await send({**body, "body": b""} if scope.get("method") == "HEAD" else body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response; then run the background task.

        A fault of the request that shows before the first byte is answered in its place.
        """
        begun = False

        async def tracked(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.send(scope, receive, tracked)
        except ClientException as error:
            if begun:
                raise
            await error_response(error).send(scope, receive, send)
            return
        if self.background is not None:
            await self.background()

    def _encoded(self, encode: Callable[[Any], bytes] | None, media_type: str | None) -> bytes:
        """The content by the route's encoder, where nothing of the response's own stands against it."""
        content: Any = self.content
        if isinstance(content, bytes):
            return content
        if encode is None or self.type_encoders or self.encoding != "utf-8":
            return self.render(media_type)
        if self.media_type is not None and self.media_type != media_type:
            return self.render(media_type)
        return encode(content)

    def _cookies_with(self, others: Iterable[Cookie]) -> list[Cookie]:
        """Those of others that it does not set itself, and then its own."""
        keys = {cookie.key for cookie in self.cookies}
        return [*[cookie for cookie in others if cookie.key not in keys], *self.cookies]

    def _type(self, default: str | None) -> str:
        if self.media_type is not None:
            return self.media_type
        if default is not None:
            return default
        text = isinstance(self.content, str | bytes)
        if text and self.encoding != "utf-8":
            return "text/plain"
        return _TEXT if text else _JSON


def error_response(error: BaseException) -> Response[Any]:
    """What answers an exception, where nothing else does."""
    known = error if isinstance(error, HTTPException) else None
    return Response(
        error_body(error),
        status_code=known.status_code if known else 500,
        media_type=_JSON,
        headers=known.headers if known else None,
    )


def error_messages(error: HTTPException) -> tuple[Message, Message]:
    """The messages of `error_response`.

    PERF: made without a response, which nobody sees: 27 thousand instructions of the 75 that a 404
    took.
    """
    status = error.status_code
    headers = _pairs(error.headers) if error.headers else []
    of_content = headers and not _OF_CONTENT.isdisjoint(dict(headers))
    if of_content or status in _WITHOUT_CONTENT:
        return error_response(error).messages()
    content = _encode_error(error_body(error))
    headers += [_JSON_CONTENT, (b"content-length", b"%d" % len(content))]
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": content},
    )


_TEXT = MediaType.TEXT.value
_JSON = MediaType.JSON.value
_JSON_CONTENT = header_pair("content-type", _JSON)
_encode_error = encoder_for(dict, _JSON)
_OF_CONTENT = frozenset({b"content-length", b"content-type", b"transfer-encoding"})


_WITHOUT_CONTENT = frozenset({*range(200), 204, 205, 304})
"""Statuses whose responses never have content (RFC 9110, section 15)."""


def _content_type(said: tuple[str, str]) -> tuple[bytes, bytes]:
    return header_pair("content-type", content_type_of(*said))


# PERF: 3 us each time, and an app has a handful of media types.
_CONTENT_TYPES = Kept(_content_type, most=128)


@lru_cache(maxsize=128)
def _is_encoded(media_type: str) -> bool:
    """Whether text is a value to encode there, as in JSON, rather than the content itself."""
    kind = media_type_of(media_type)
    return is_json(kind) or kind in MSGPACK


def _pairs(headers: Headers) -> RawHeaders:
    # PERF: whether it is a mapping takes 0.3 us to learn, whether it is a dict 0.03.
    if isinstance(headers, (dict, Mapping)):
        return header_pairs(headers.items())
    return header_pairs((each.name, each.value) for each in headers)


def _add_others(raw: RawHeaders, known: dict[bytes, bytes], headers: Mapping[str, str]) -> None:
    """Add the headers that are not there yet."""
    pairs = header_pairs(headers.items())
    raw += [pair for pair in pairs if pair[0] not in known]
    known.update(pairs)


def _each_cookie(cookies: Cookies) -> Iterable[Cookie]:
    if not isinstance(cookies, list) and isinstance(cookies, (dict, Mapping)):
        return [Cookie(key, value) for key, value in cookies.items()]
    return cookies
