"""HTTP handlers, and plain ASGI ones: what `@get` and its kind make of a function."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, Unpack

from pleiad.declaring.layer import FOLDED, KNOWN, Layer
from pleiad.declaring.options import DeclaredHandlerOptions, HandlerOptions, LayerOptions
from pleiad.declaring.route_handler import (
    BaseRouteHandler,
    Unused,
    check_function,
    check_threads,
    check_used,
    layer_options,
    paths_of,
)
from pleiad_di import near
from pleiad_http import HttpMethod, ImproperlyConfiguredException, MediaType

__all__ = [
    "ASGIRouteHandler",
    "HTTPRouteHandler",
    "asgi",
    "delete",
    "get",
    "head",
    "patch",
    "post",
    "put",
    "route",
]

OWN = frozenset(DeclaredHandlerOptions.__annotations__)
"""The options that stand on the handler itself; all others make its layer."""

UNUSED = Unused(frozenset({"websocket_class", "websocket_policy"}), "a request")
"""What is about WebSockets."""

USED_BY_ASGI = frozenset(
    {
        "dependencies",
        "exception_handlers",
        "guards",
        "limits",
        "middleware",
        "multipart_form_part_limit",
        "opt",
        "parameters",
        "request_class",
        "request_max_body_size",
        "signature_namespace",
        "signature_types",
        "type_decoders",
        "websocket_class",
    }
)
"""What guards an application, what guards take, and what a `Request` of its own is held to."""

UNUSED_BY_ASGI = Unused(
    (KNOWN | FOLDED) - USED_BY_ASGI, "a plain ASGI application, which answers by itself"
)


class HTTPRouteHandler(BaseRouteHandler, frozen=True, kw_only=True, eq=False):
    """A handler of HTTP requests.

    Attributes:
        http_methods: The methods it answers.
        background: Runs when the response has been sent.
        media_types: How the result is encoded, of several as the client chooses; none: as its
            annotation suggests.
        status_code: The status of a successful response; `None`: the method's default.
    """

    http_methods: tuple[str, ...]
    background: Any = None
    media_types: tuple[str, ...] = ()
    status_code: int | None = None


class ASGIRouteHandler(BaseRouteHandler, frozen=True, kw_only=True, eq=False):
    """A plain ASGI application at a path.

    Attributes:
        is_mount: Whether everything below the path goes to it as well.
    """

    is_mount: bool = False


class Verb(Protocol):
    """A decorator for one HTTP method."""

    def __call__(
        self, path: str | Sequence[str] | None = None, **options: Unpack[HandlerOptions]
    ) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
        """Declare that a function answers requests.

        Args:
            path: A template such as `/items/{id:int}`, or several; `/` by default.
            **options: See `HandlerOptions`. An unknown one goes into `opt`.
        """
        ...


def route(
    path: str | Sequence[str] | None = None,
    *,
    http_method: HttpMethod | str | Sequence[HttpMethod | str],
    **options: Unpack[HandlerOptions],
) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Declare that a function answers requests of one or several methods.

    Args:
        path: A template such as `/items/{id:int}`, or several; `/` by default.
        http_method: One method or several.
        **options: See `HandlerOptions`. An unknown one goes into `opt`.

    Raises:
        ImproperlyConfiguredException: There is no such method, or an option is nearly one that exists.
    """
    methods = (http_method,) if isinstance(http_method, str) else tuple(http_method)
    return _decorator("route", tuple(_method(each) for each in methods), path, dict(options))


def _method(name: HttpMethod | str) -> str:
    method = str(getattr(name, "value", name)).upper()
    if method not in METHODS:
        slip = near(method, METHODS)
        hint = f" Did you mean '{slip}'?" if slip else ""
        raise ImproperlyConfiguredException(f"route: there is no HTTP method '{name}'.{hint}")
    return method


METHODS = frozenset(each.value for each in HttpMethod)


def _verb(method: str) -> Verb:
    name = method.lower()

    def verb(
        path: str | Sequence[str] | None = None, **options: Unpack[HandlerOptions]
    ) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
        return _decorator(name, (method,), path, dict(options))

    verb.__name__ = verb.__qualname__ = name
    verb.__doc__ = Verb.__call__.__doc__
    return verb


get = _verb("GET")
"""Answers GET, and HEAD without the content. See `Verb`."""

post = _verb("POST")
"""Answers POST. See `Verb`."""

put = _verb("PUT")
"""Answers PUT. See `Verb`."""

patch = _verb("PATCH")
"""Answers PATCH. See `Verb`."""

delete = _verb("DELETE")
"""Answers DELETE. See `Verb`."""

head = _verb("HEAD")
"""Answers HEAD alone; GET's route answers it otherwise. See `Verb`."""


def asgi(
    path: str | Sequence[str] | None = None,
    *,
    is_mount: bool = False,
    name: str | None = None,
    **options: Unpack[LayerOptions],
) -> Callable[[Callable[..., Any]], ASGIRouteHandler]:
    """Declare that an ASGI application answers at a path.

    Args:
        path: A template, or several; `/` by default.
        is_mount: Whether everything below the path goes to it as well: it then sees the path up to
            here as its `root_path`.
        name: The name under which reverse routing finds it.
        **options: Those of a layer; of them the ones that are about guards, middleware, exception
            handlers and limits.

    Raises:
        ImproperlyConfiguredException: An option that would be ignored, or that does not exist.
    """
    owner, paths = f"asgi({path!r})", paths_of("asgi", path)
    check_used(owner, options.keys(), UNUSED_BY_ASGI)
    layer = Layer.of(owner, options)

    def decorate(fn: Callable[..., Any]) -> ASGIRouteHandler:
        return ASGIRouteHandler(fn=fn, paths=paths, layer=layer, name=name, is_mount=is_mount)

    return decorate


def _decorator(
    verb: str, methods: tuple[str, ...], path: Any, options: dict[str, Any]
) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    paths = paths_of(verb, path)
    owner = f"{verb}({', '.join(repr(each) for each in paths)})"
    layer = Layer.of(owner, layer_options(owner, options, OWN, UNUSED))
    _check_etag(owner, methods, layer)
    own = {key: options[key] for key in OWN if key in options}
    own["media_types"] = _media_types(own.pop("media_type", None))

    def decorate(fn: Callable[..., Any]) -> HTTPRouteHandler:
        check_function(owner, fn)
        check_threads(owner, fn, layer)
        return HTTPRouteHandler(fn=fn, paths=paths, layer=layer, http_methods=methods, **own)

    return decorate


def _check_etag(owner: str, methods: tuple[str, ...], layer: Layer) -> None:
    tagged = ("GET",) if layer.etag == "content" else ("GET", "HEAD")
    if layer.etag and not set(tagged).intersection(methods):
        raise ImproperlyConfiguredException(
            f"{owner} has the option 'etag', which names what GET answers: remove it, or set the"
            " tag of a response: response.set_etag(...)"
        )


def _media_types(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    several: Sequence[Any] = (given,) if isinstance(given, str) else tuple(given)
    return tuple(each.value if isinstance(each, MediaType) else str(each) for each in several)
