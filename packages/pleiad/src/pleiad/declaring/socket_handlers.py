"""WebSocket handlers: what `@websocket` and its kind make of a function."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, Unpack

from pleiad.declaring.layer import Layer
from pleiad.declaring.options import (
    ListenerOptions,
    SocketOptions,
    StreamOptions,
    WebsocketHandlerOptions,
    WebsocketListenerOptions,
    WebsocketStreamOptions,
)
from pleiad.declaring.route_handler import (
    BaseRouteHandler,
    Unused,
    check_function,
    check_threads,
    layer_options,
    paths_of,
)
from pleiad_http import ImproperlyConfiguredException
from pleiad_websockets import Mode

__all__ = [
    "WEBSOCKET",
    "WebsocketChannelsRouteHandler",
    "WebsocketListenerRouteHandler",
    "WebsocketRouteHandler",
    "WebsocketStreamRouteHandler",
    "websocket",
    "websocket_listener",
    "websocket_stream",
]

WEBSOCKET = "WEBSOCKET"
"""What stands where a request has its method."""

H = TypeVar("H", bound="WebsocketRouteHandler")

UNUSED = Unused(
    frozenset(
        {
            "after_request",
            "after_response",
            "before_request",
            "cache_control",
            "callbacks",
            "cancel_on_disconnect",
            "etag",
            "limits",
            "media_decoders",
            "media_encoders",
            "multipart_form_part_limit",
            "operation_class",
            "raises",
            "request_class",
            "request_max_body_size",
            "response_class",
            "response_cookies",
            "response_headers",
            "responses",
            "timeout",
        }
    ),
    "a WebSocket",
)
"""What is about HTTP."""

UNUSED_BY_TALKING = Unused(
    UNUSED.options
    | {"content_encoding", "content_media_type", "deprecated", "response_description"}
    | {"sync_to_thread"},
    "a WebSocket whose handler talks by itself",
)
"""Beside that, what is about messages, which nobody knows here, or about sync functions."""

MODES = ("text", "binary")


class WebsocketRouteHandler(BaseRouteHandler, frozen=True, kw_only=True, eq=False):
    """A handler of WebSockets."""


class WebsocketListenerRouteHandler(WebsocketRouteHandler, frozen=True, kw_only=True, eq=False):
    """A handler that is called with each message.

    Attributes:
        connection_accept_handler: Accepts the socket; `WebSocket.accept` by default.
        connection_lifespan: Stands around the messages, in the place of accepting and hooks.
        on_accept: Runs when the socket is accepted.
        on_disconnect: Runs on every way out.
        receive_mode: Whether messages come as text or as bytes.
        send_mode: Whether what is returned goes as text or as bytes.
    """

    connection_accept_handler: Callable[..., Any] | None = None
    connection_lifespan: Callable[..., Any] | None = None
    on_accept: Callable[..., Any] | None = None
    on_disconnect: Callable[..., Any] | None = None
    receive_mode: Mode = "text"
    send_mode: Mode = "text"


class WebsocketStreamRouteHandler(WebsocketRouteHandler, frozen=True, kw_only=True, eq=False):
    """A handler whose items are sent.

    Attributes:
        listen_for_disconnect: Whether the client's leaving is noticed at once.
        mode: Whether items go as text or as bytes.
        warn_on_data_discard: Whether to warn of messages that are thrown away.
    """

    listen_for_disconnect: bool = True
    mode: Mode = "text"
    warn_on_data_discard: bool = True


class WebsocketChannelsRouteHandler(WebsocketRouteHandler, frozen=True, kw_only=True, eq=False):
    """A handler that sends the messages of channels.

    Attributes:
        parameter: The parameter of its path that names the channel.
        channels: By name, the type of a channel's messages.
        arbitrary: Whether there may be others.
        mode: Whether messages go as text or as bytes.
    """

    parameter: str
    channels: Mapping[str, Any]
    arbitrary: bool
    mode: Mode


def websocket(
    path: str | Sequence[str] | None = None, **options: Unpack[WebsocketHandlerOptions]
) -> Callable[[Callable[..., Any]], WebsocketRouteHandler]:
    """Declare that an async function talks with the clients of a WebSocket.

    It takes the `WebSocket`, accepts it, and returns when all is said; the socket is closed then.

    Args:
        path: A template such as `/ws/{room:str}`, or several; `/` by default.
        **options: See `WebsocketHandlerOptions`. An unknown one goes into `opt`.
    """
    return _decorator(
        "websocket", WebsocketRouteHandler, path, dict(options), {}, unused=UNUSED_BY_TALKING
    )


def websocket_listener(
    path: str | Sequence[str] | None = None, **options: Unpack[WebsocketListenerOptions]
) -> Callable[[Callable[..., Any]], WebsocketListenerRouteHandler]:
    """Declare that a function is called with each message of a WebSocket, and its result sent.

    The function, sync or async, takes the message as `data`: `str` and `bytes` as it comes, any
    other type out of JSON. It is sent what the function returns, unless that is `None`.

    Args:
        path: A template such as `/ws/{room:str}`, or several; `/` by default.
        **options: See `WebsocketListenerOptions`. An unknown one goes into `opt`.
    """
    own = ListenerOptions.__annotations__
    return _decorator("websocket_listener", WebsocketListenerRouteHandler, path, dict(options), own)


def websocket_stream(
    path: str | Sequence[str] | None = None, **options: Unpack[WebsocketStreamOptions]
) -> Callable[[Callable[..., Any]], WebsocketStreamRouteHandler]:
    """Declare that the items of a generator are sent to the clients of a WebSocket.

    The socket is accepted before the first item and closed after the last one.

    Args:
        path: A template such as `/ws/{room:str}`, or several; `/` by default.
        **options: See `WebsocketStreamOptions`. An unknown one goes into `opt`.
    """
    own = StreamOptions.__annotations__
    return _decorator("websocket_stream", WebsocketStreamRouteHandler, path, dict(options), own)


def _decorator(
    name: str,
    cls: type[H],
    path: Any,
    options: dict[str, Any],
    own: Mapping[str, Any],
    unused: Unused = UNUSED,
) -> Callable[[Callable[..., Any]], H]:
    paths = paths_of(name, path)
    owner = f"{name}({', '.join(repr(each) for each in paths)})"
    named = own.keys() | SocketOptions.__annotations__.keys()
    given = {key: options[key] for key in named if key in options}
    layer = Layer.of(owner, layer_options(owner, options, named, unused))
    check_own(owner, given)

    def decorate(fn: Callable[..., Any]) -> H:
        check_function(owner, fn)
        check_threads(owner, fn, layer)
        return cls(fn=fn, paths=paths, layer=layer, **given)

    return decorate


def check_own(owner: str, given: Mapping[str, Any]) -> None:
    """See that a handler's own options have values that they can have, and fit together.

    Raises:
        ImproperlyConfiguredException: They do not.
    """
    for key in ("mode", "receive_mode", "send_mode"):
        if given.get(key, "text") not in MODES:
            raise ImproperlyConfiguredException(
                f"{owner}: {key}={given[key]!r}: say 'text' or 'binary'"
            )
    hooks = ("connection_accept_handler", "on_accept", "on_disconnect")
    if given.get("connection_lifespan") is not None:
        also = next((key for key in hooks if given.get(key) is not None), None)
        if also is not None:
            raise ImproperlyConfiguredException(
                f"{owner}: connection_lifespan stands in the place of {also}: give one of them"
            )
