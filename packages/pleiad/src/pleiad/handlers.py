"""Route handlers: what `@get` and its kind make of a function."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, Unpack

import msgspec

from pleiad.layer import FOLDED, KNOWN, Layer
from pleiad.options import AppOptions, DeclaredHandlerOptions, HandlerOptions, LayerOptions
from pleiad_di import callable_name, near
from pleiad_http import HttpMethod, ImproperlyConfiguredException, MediaType

__all__ = [
    "ASGIRouteHandler",
    "BaseRouteHandler",
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

OF_THE_APP = frozenset(AppOptions.__annotations__)
"""The options that only the app has."""

NOT_BUILT = frozenset(
    {
        "cache",
        "cache_key_builder",
        "dto",
        "handler_class",
        "operation_class",
        "return_dto",
        "websocket_class",
    }
)
"""Options of Litestar's that are still to come: they must not end in `opt`, where nobody reads them."""

H = TypeVar("H", bound="BaseRouteHandler")


class BaseRouteHandler(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A function, the paths it answers, and its layer.

    Once registered, `layer` holds what all layers around the handler say together.

    Attributes:
        fn: The function as it was written.
        paths: Path templates, each without the prefixes of the layers around it.
        layer: Its options.
        name: The name under which reverse routing finds it.
    """

    fn: Callable[..., Any]
    paths: tuple[str, ...]
    layer: Layer
    name: str | None = None

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the function itself, as if it had not been decorated."""
        return self.fn(*arguments, **keywords)

    @property
    def handler_name(self) -> str:
        """The function's name."""
        return callable_name(self.fn)

    @property
    def opt(self) -> Mapping[str, Any]:
        """What the route says to its guards and middleware."""
        return self.layer.opt

    def of(self: H, owner: object) -> H:
        """The same handler as a method of `owner`."""
        return msgspec.structs.replace(self, fn=self.fn.__get__(owner))

    def within(self: H, outer: Layer) -> H:
        """The same handler with the options of the layers around it."""
        return msgspec.structs.replace(self, layer=self.layer.within(outer))


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
        **options: Those of a layer; of them guards, middleware and exception handlers apply.
    """

    def decorate(fn: Callable[..., Any]) -> ASGIRouteHandler:
        return ASGIRouteHandler(
            fn=fn,
            paths=_paths("asgi", path),
            layer=Layer.of(f"asgi({path!r})", options),
            name=name,
            is_mount=is_mount,
        )

    return decorate


def _decorator(
    verb: str, methods: tuple[str, ...], path: Any, options: dict[str, Any]
) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    paths = _paths(verb, path)
    owner = f"{verb}({', '.join(repr(each) for each in paths)})"
    layer = Layer.of(owner, _with_opt(owner, options))
    own = {key: options[key] for key in OWN if key in options}
    own["media_types"] = _media_types(own.pop("media_type", None))

    def decorate(fn: Callable[..., Any]) -> HTTPRouteHandler:
        if isinstance(fn, BaseRouteHandler) or not callable(fn):
            raise ImproperlyConfiguredException(
                f"{owner} decorates {fn!r}: it takes a function; for several paths or methods write"
                " one decorator with path=[...] or route(http_method=[...])"
            )
        return HTTPRouteHandler(fn=fn, paths=paths, layer=layer, http_methods=methods, **own)

    return decorate


def _media_types(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    several: Sequence[Any] = (given,) if isinstance(given, str) else tuple(given)
    return tuple(each.value if isinstance(each, MediaType) else str(each) for each in several)


def _paths(verb: str, path: Any) -> tuple[str, ...]:
    if path is None:
        return ("/",)
    if isinstance(path, str):
        return (path,)
    if inspect.isroutine(path):
        raise ImproperlyConfiguredException(f"write '@{verb}()' with parentheses")
    return tuple(path) or ("/",)


def _with_opt(owner: str, options: dict[str, Any]) -> dict[str, Any]:
    """The layer's options; an unknown one goes to `opt`, unless it is nearly one that exists."""
    known = KNOWN | OWN
    layer = {key: value for key, value in options.items() if key in KNOWN}
    extra: dict[str, Any] = {}
    for key, value in options.items():
        if key in known or key in FOLDED:
            continue
        if key in NOT_BUILT:
            raise ImproperlyConfiguredException(f"{owner}: Pleiad has no option '{key}' yet")
        if key in OF_THE_APP:
            raise ImproperlyConfiguredException(
                f"{owner} has no option '{key}': it is the app's, so write Pleiad(..., {key}=...)"
            )
        slip = near(key, known)
        if slip:
            raise ImproperlyConfiguredException(
                f"{owner} has no option '{key}'. Did you mean '{slip}'?"
                f" If '{key}' is meant for guards or middleware, write opt={{'{key}': ...}}."
            )
        extra[key] = value
    layer.update({key: options[key] for key in FOLDED if key in options})
    return {**layer, "opt": {**layer.get("opt", {}), **extra}} if extra else layer
