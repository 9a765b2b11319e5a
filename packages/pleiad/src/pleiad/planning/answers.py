"""What a route makes of what its handler returns: checked, encoded, with the route's headers."""

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from typing import Any

from msgspec import UNSET

from pleiad.answering.caching import caching_of, is_success
from pleiad.answering.negotiation import Negotiation
from pleiad.answering.responder import Responder
from pleiad.checking.check import Check, check_for, make_test
from pleiad.checking.conforms import Test
from pleiad.declaring.http_handlers import HTTPRouteHandler
from pleiad.declaring.layer import Layer
from pleiad.declaring.options import ResponsePolicy
from pleiad.planning.request_planner import Shared
from pleiad.planning.returns import NO_CONTENT, Returns, Shape
from pleiad_http import (
    MSGPACK,
    JSONLines,
    MediaType,
    Response,
    ServerSentEvent,
    Stream,
    content_type_of,
    encoder_for,
    header_pair,
    is_json,
    media_type_of,
    to_builtins,
)
from pleiad_http.iteration import on_the_loop

__all__ = ["Answers"]


class Answers:
    """How one route answers.

    Args:
        method: Its method.
        handler: Its handler, the layer complete.
        returns: What the handler is declared to return.
        status: The status of a successful response.
        shared: What the app's plans have in common.

    Attributes:
        has_content: Whether a successful response has content.
        media_types: Those of its content, as declared; of several the client chooses.
    """

    def __init__(
        self,
        method: str,
        handler: HTTPRouteHandler,
        returns: Returns,
        status: int,
        shared: Shared,
    ) -> None:
        self.has_content = status not in NO_CONTENT and method != "HEAD"
        self.media_types: tuple[str, ...] = handler.media_types or (returns.media_type(),)
        self._declares = bool(handler.media_types)
        self._layer: Layer = handler.layer
        self._returns = returns
        self._status = status
        self._shared = shared
        self._response_class = _response_class(handler.layer)
        self._caching = caching_of(handler.layer, method)

    @property
    def plain(self) -> bool:
        """Whether the messages are written out: no `Response` is made on the way."""
        layer = self._layer
        hooked = callable(layer.after_request) or callable(layer.before_request)
        made = hooked or self._response_class is not Response or self.negotiated
        return self._returns.shape is Shape.VALUE and not (made or self._caching.tags)

    @property
    def negotiated(self) -> bool:
        """Whether the client chooses the media type."""
        return len(self.media_types) > 1

    @property
    def unwritable(self) -> str | None:
        """The first media type that no codec makes of what the handler returns, if there is one."""
        if self._returns.shape is not Shape.VALUE or not self.has_content:
            return None
        if self._returns.content in (str, bytes, Any, object):
            return None
        known = self._layer.media_encoders
        for each in self.media_types:
            kind = media_type_of(each)
            if kind not in known and kind not in MSGPACK and not is_json(kind):
                return None if kind.startswith("text/") and self._layer.type_encoders else each
        return None

    @property
    def test(self) -> Test | None:
        """What the content is held to."""
        return make_test(self._returns.content, self._policy, self._shared.checks)

    @cached_property
    def check(self) -> Check | None:
        """Holds the content to what is declared."""
        return check_for(self._returns.content, self._policy, self._shared.checks)

    @property
    def _policy(self) -> ResponsePolicy:
        policy = self._layer.validate_responses
        if policy is UNSET:
            return "always" if self._shared.debug else "types"
        return policy

    @cached_property
    def encode(self) -> Callable[[Any], bytes]:
        """Encodes the content in the one media type."""
        return self._encoder(self.media_types[0])

    def as_stream(self, items: Any) -> Stream[Any]:
        """The response that sends the items that an iterator of the handler's gives, each checked."""
        stream = self._stream(on_the_loop(items) if self._layer.sync_to_thread is False else items)
        stream.check = self.check
        return stream

    def _stream(self, items: Any) -> Stream[Any]:
        cls = self._returns.items
        if cls is ServerSentEvent:
            return ServerSentEvent(items, type_encoders=self._layer.type_encoders)
        if cls is JSONLines:
            declared = self.media_types[0] if self._declares else None
            return JSONLines(items, encode=self._item_encoder, media_type=declared)
        return Stream(items, media_type=self.media_types[0])

    @cached_property
    def _item_encoder(self) -> Callable[[Any], bytes]:
        """Encodes one item of many."""
        return encoder_for(self._returns.content, MediaType.JSON, self._layer.type_encoders)

    @cached_property
    def responder(self) -> Responder:
        """Makes the response in the one media type."""
        return self._responder(self.media_types[0])

    @property
    def negotiation(self) -> Negotiation:
        """Makes the response in the media type that the client chooses."""
        return Negotiation({each: self._responder(each) for each in self.media_types})

    @property
    def constant_headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """All headers that are known before the content is."""
        headers = self._headers
        if is_success(self._status):
            headers = {**self._caching.headers, **headers}
        if self.has_content:
            headers = {"content-type": content_type_of(self.media_types[0]), **headers}
        pairs = [_pair(name, value) for name, value in headers.items()]
        cookies = self._layer.response_cookies.values()
        return (*pairs, *((b"set-cookie", each.to_header()) for each in cookies))

    @property
    def _headers(self) -> dict[str, str]:
        """The headers that the layer says."""
        return {name: each.value for name, each in self._layer.response_headers.items()}

    def _encoder(self, media_type: str) -> Callable[[Any], bytes]:
        encode = self._layer.media_encoders.get(media_type_of(media_type))
        if encode is not None:
            return partial(_by_encoder, encode, self._layer.type_encoders)
        return encoder_for(
            self._returns.content, media_type, type_encoders=self._layer.type_encoders
        )

    def _responder(self, media_type: str) -> Responder:
        varies = {"vary": "accept"} if self.negotiated else {}
        return Responder(
            check=self.check,
            response_class=self._response_class,
            status=self._status,
            media_type=media_type,
            declares=self._declares,
            headers={**varies, **self._headers},
            caching=self._caching,
            cookies=tuple(self._layer.response_cookies.values()),
            encode=self._encoder(media_type),
        )


# PERF: routes that send the same header share it, which then stays in the processor's cache.
_pair = lru_cache(maxsize=256)(header_pair)


def _response_class(layer: Layer) -> type[Response[Any]]:
    cls = layer.response_class
    return Response if cls is UNSET or cls is None else cls


def _by_encoder(
    encode: Callable[[Any], bytes], type_encoders: Mapping[Any, Callable[[Any], Any]], value: Any
) -> bytes:
    """A user's encoder is given builtins."""
    return encode(to_builtins(value, type_encoders))
