"""Every option that a user may write, spelled once.

Editors complete and check these; `Layer` is what becomes of them. What each layer takes:

    Pleiad        LayerOptions + AppOptions
    Router        LayerOptions
    Controller    LayerOptions, as class attributes
    @get, ...     LayerOptions + HandlerOptions
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, TypeAlias, TypedDict

from pleiad.declaring.describe import DescriptionOptions
from pleiad_di import Provide
from pleiad_http import (
    BackgroundTask,
    BackgroundTasks,
    CacheControlHeader,
    Cookie,
    ETag,
    Limits,
    MediaType,
    Message,
    ProblemDetails,
    Request,
    Response,
    ResponseHeader,
    Scope,
    State,
)
from pleiad_middleware import Middleware
from pleiad_openapi import OpenAPIConfig
from pleiad_params import Parameter
from pleiad_websockets import Mode, SocketPolicy, WebSocket

__all__ = [
    "AppOptions",
    "DeclaredHandlerOptions",
    "DeclaredLayerOptions",
    "HandlerOptions",
    "LayerOptions",
    "ListenerOptions",
    "PleiadOptions",
    "ResponsePolicy",
    "SocketOptions",
    "StreamOptions",
    "WebsocketHandlerOptions",
    "WebsocketListenerOptions",
    "WebsocketStreamOptions",
]

Hook: TypeAlias = Callable[..., Any]
"""A sync or async function whose parameters are injected like a handler's."""

ResponsePolicy: TypeAlias = Literal["types", "always", "off"]


class DeclaredLayerOptions(TypedDict, total=False):
    """The options of every layer that say how a request is handled."""

    after_request: Hook | None
    """Takes the `Response` and returns the one to send. The nearest layer's alone runs."""
    after_response: Hook | None
    """Runs when the response has been sent. The nearest layer's alone runs."""
    before_request: Hook | None
    """Runs before any value is read; what it returns, unless `None`, is the answer.

    The nearest layer's alone runs."""
    cache_control: CacheControlHeader | None
    """The `Cache-Control` of successful answers that have none of their own."""
    cancel_on_disconnect: bool
    """Whether a request's work is cancelled when its client leaves; nobody looks otherwise.

    A client is seen to leave once the content of its request has been read."""
    dependencies: Mapping[str, Provide | Callable[..., Any]]
    """Providers by the name under which handlers ask for them; a nearer layer's wins."""
    etag: ETag | Literal["content"] | None
    """The `ETag` of successful answers to GET that have none of their own: a constant, or
    `"content"`, which names the bytes that are sent. Clients that have them get a 304."""
    exception_handlers: Mapping[int | type[Exception], Hook]
    """What answers an exception, by its class or status code; a nearer layer's wins.

    Looked up by the exact status first, then along the class's MRO; `500` takes the rest."""
    guards: Sequence[Hook]
    """Checks that raise to refuse a request; the outer layers' come first."""
    limits: Limits
    """How large a request may be; each limit that is left at its default is the outer layer's."""
    media_decoders: Mapping[str, Callable[[bytes], Any]]
    """For content of further media types, what makes builtins of it: `{"application/yaml": load}`.

    A handler says that it takes them: `Body(media_type=...)`."""
    media_encoders: Mapping[str, Callable[[Any], bytes]]
    """For answers of further media types, what encodes builtins.

    A handler says that it answers with them: `media_type=...`."""
    middleware: Sequence[Middleware]
    """ASGI middleware: anything `app -> app`; the outer layers' come first."""
    opt: Mapping[str, Any]
    """Anything that guards and middleware want to know about a route."""
    parameters: Mapping[str, Parameter]
    """Parameters that every handler within has, by name: looked at even where no handler takes them.

    What a handler says of a parameter of that name wins."""
    request_class: type[Request[Any, Any, Any]]
    """The class of every `request`."""
    response_class: type[Response[Any]]
    """Wraps what a handler returns."""
    response_cookies: Sequence[Cookie] | Mapping[str, str]
    """Cookies of every response; a nearer layer's wins by name."""
    response_headers: Sequence[ResponseHeader] | Mapping[str, str]
    """Headers of every response; a nearer layer's wins by name."""
    signature_namespace: Mapping[str, Any]
    """Names that annotations may use although their module does not have them at run time."""
    sync_to_thread: bool
    """Whether sync handlers run in a worker thread: they do by default."""
    timeout: float | None
    """Seconds within which the answer begins; else its work is cancelled, and it is a 503.

    Of a stream that is the first byte. `None` where there is no limit."""
    type_decoders: Sequence[tuple[Callable[[Any], bool], Callable[[type[Any], Any], Any]]]
    """Makes values of types that no codec knows: pairs of a predicate and a `decode(type, value)`."""
    type_encoders: Mapping[Any, Callable[[Any], Any]]
    """Turns values of a class into what can be encoded; a nearer layer's wins by class."""
    validate_responses: ResponsePolicy
    """What a returned value is held to: `"types"` (the type, and the items of a container),
    `"always"` (the whole value, field by field: the default with `debug=True`), or `"off"`."""
    websocket_class: type[WebSocket[Any, Any, Any]]
    """The class of every `socket`."""
    websocket_policy: SocketPolicy
    """What the client of a WebSocket may do: origins, sizes, rates; each field that is left at its
    default is the outer layer's."""


class LayerOptions(DeclaredLayerOptions, DescriptionOptions, total=False):
    """The options of every layer."""


class DeclaredHandlerOptions(TypedDict, total=False):
    """The options that only a handler has."""

    background: BackgroundTask | BackgroundTasks | None
    """Runs when the response has been sent."""
    media_type: MediaType | str | Sequence[MediaType | str] | None
    """How the returned value is encoded; by default as its annotation suggests.

    Of several the client's `Accept` header chooses: 406 where it accepts none of them."""
    name: str | None
    """The name under which `route_reverse` and `url_for` find it."""
    status_code: int | None
    """The status of a successful response. By default 201 for POST, 204 for DELETE where nothing
    is returned, and 200."""


class HandlerOptions(LayerOptions, DeclaredHandlerOptions, total=False):
    """The options of a handler."""


class SocketOptions(TypedDict, total=False):
    """The options that only a WebSocket handler has."""

    name: str | None
    """The name under which `route_reverse` and `url_for` find it."""


class WebsocketHandlerOptions(LayerOptions, SocketOptions, total=False):
    """The options of a WebSocket handler; of those of a layer, the ones that are not about HTTP."""


class ListenerOptions(TypedDict, total=False):
    """The options that only a WebSocket listener has."""

    connection_accept_handler: Callable[[WebSocket[Any, Any, Any]], Awaitable[None]]
    """Accepts the socket; `WebSocket.accept` by default."""
    connection_lifespan: Callable[..., AbstractAsyncContextManager[Any]] | None
    """An async context manager around the messages, injected like a handler.

    It stands in the place of the accepting and of the two hooks; where it has not accepted the socket
    when it is entered, that is done then."""
    on_accept: Hook | None
    """Runs when the socket is accepted; injected like a handler."""
    on_disconnect: Hook | None
    """Runs once on every way out of an accepted socket; injected like a handler."""
    receive_mode: Mode
    """Whether messages come as `"text"` (the default) or `"binary"`."""
    send_mode: Mode
    """Whether what is returned goes as `"text"` (the default) or `"binary"`."""


class WebsocketListenerOptions(WebsocketHandlerOptions, ListenerOptions, total=False):
    """The options of a WebSocket listener."""


class StreamOptions(TypedDict, total=False):
    """The options that only a WebSocket stream has."""

    listen_for_disconnect: bool
    """Whether to notice at once that the client leaves (the default), and not at the next item. What
    the client sends is received for that, and thrown away."""
    mode: Mode
    """Whether items go as `"text"` (the default) or `"binary"`."""
    warn_on_data_discard: bool
    """Whether to warn when something of the client's was thrown away: so by default."""


class WebsocketStreamOptions(WebsocketHandlerOptions, StreamOptions, total=False):
    """The options of a WebSocket stream."""


class AppOptions(TypedDict, total=False):
    """The options that only the app has."""

    after_exception: Sequence[Hook]
    """Told of every exception, before it is answered."""
    before_send: Sequence[Callable[[Message, Scope], Awaitable[None] | None]]
    """Called with every ASGI message before it is sent; may change it."""
    debug: bool
    """Whether an unexpected exception is shown to the client, and responses are checked deeply."""
    lifespan: Sequence[
        Callable[..., AbstractAsyncContextManager[Any]] | AbstractAsyncContextManager[Any]
    ]
    """Async context managers, or callables `app -> context manager`, around the app's running."""
    on_app_init: Sequence[Callable[..., Any]]
    """Called with the `AppConfig` before the app is built; may change it."""
    on_shutdown: Sequence[Callable[..., Any]]
    """Sync or async functions, of the app or of nothing, called when it stops."""
    on_startup: Sequence[Callable[..., Any]]
    """Sync or async functions, of the app or of nothing, called when it starts."""
    openapi_config: OpenAPIConfig | None
    """What the OpenAPI document says of the app as a whole, and where it is served.

    `None`: there is no document, and no page that shows one."""
    path: str
    """A prefix of every path."""
    problem_details: ProblemDetails | bool
    """Whether every error that no exception handler answers becomes a problem document (RFC 9457):
    `application/problem+json`. A `ProblemDetails` says how the URIs of the kinds of problems begin."""
    plugins: Sequence[Any]
    """Objects with `on_app_init`, such as `ChannelsPlugin`: called with the `AppConfig` after the hooks."""
    state: State
    """What the app's parts share."""


class PleiadOptions(LayerOptions, AppOptions, total=False):
    """The options of the app."""
