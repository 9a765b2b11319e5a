"""What every kind of route handler is: a function, its paths, its layer."""

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import msgspec

from pleiad.declaring.layer import FOLDED, KNOWN, Layer
from pleiad.declaring.options import (
    AppOptions,
    DeclaredHandlerOptions,
    ListenerOptions,
    StreamOptions,
)
from pleiad_di import Kind, callable_name, kind_of, near
from pleiad_http import ImproperlyConfiguredException

__all__ = [
    "BaseRouteHandler",
    "Unused",
    "check_function",
    "check_threads",
    "check_used",
    "layer_options",
    "paths_of",
]

ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(
        DeclaredHandlerOptions.__annotations__, "@get(..., {}=...) and its kind have it"
    ),
    **dict.fromkeys(ListenerOptions.__annotations__, "@websocket_listener(..., {}=...) has it"),
    **dict.fromkeys(StreamOptions.__annotations__, "@websocket_stream(..., {}=...) has it"),
    "http_method": "@route(..., {}=...) has it",
    "is_mount": "@asgi(..., {}=...) has it",
    **dict.fromkeys(AppOptions.__annotations__, "it is the app's, so write Pleiad(..., {}=...)"),
}
"""The options that only some kinds of handlers have, or only the app: they must not end in `opt`."""

NOT_BUILT = frozenset(
    {
        "cache",
        "cache_key_builder",
        "dto",
        "handler_class",
        "return_dto",
    }
)
"""Options of Litestar's that are still to come: they must not end in `opt`, where nobody reads them."""

H = TypeVar("H", bound="BaseRouteHandler")


class Unused(msgspec.Struct, frozen=True):
    """The options of a layer that a kind of handler has no use for: on it they would be ignored.

    Attributes:
        options: Their names.
        subject: What they say nothing about.
    """

    options: frozenset[str]
    subject: str


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


def check_function(owner: str, fn: Any) -> None:
    """See that a decorator stands on a function.

    Raises:
        ImproperlyConfiguredException: It stands on something else, such as another handler.
    """
    if isinstance(fn, BaseRouteHandler) or not callable(fn):
        raise ImproperlyConfiguredException(
            f"{owner} decorates {fn!r}: it takes a function; for several paths or methods write"
            " one decorator with path=[...] or route(http_method=[...])"
        )


def check_threads(owner: str, fn: Any, layer: Layer) -> None:
    """See that `sync_to_thread=True` stands on a function that can run in a thread.

    Args:
        owner: The decorator, for the error.
        fn: What it decorates.
        layer: The options of the handler alone.

    Raises:
        ImproperlyConfiguredException: It stands on an async function.
    """
    if layer.sync_to_thread is True and kind_of(fn) in (Kind.ASYNC, Kind.ASYNC_GENERATOR):
        raise ImproperlyConfiguredException(
            f"{owner} has the option 'sync_to_thread', but '{callable_name(fn)}' is async: remove it"
        )


def check_used(owner: str, options: Collection[str], unused: Unused) -> None:
    """See that a handler has a use for the options it was given.

    Args:
        owner: The decorator, for the error.
        options: The names of all that the decorator was given.
        unused: What its kind of handler has no use for.

    Raises:
        ImproperlyConfiguredException: One of them would be ignored.
    """
    found = sorted(unused.options.intersection(options))
    if found:
        raise ImproperlyConfiguredException(
            f"{owner} has the option '{found[0]}', which says nothing about {unused.subject}: remove it"
        )


def paths_of(verb: str, path: Any) -> tuple[str, ...]:
    """The path templates that a decorator was given: one, several, or none."""
    if path is None:
        return ("/",)
    if isinstance(path, str):
        return (path,)
    if inspect.isroutine(path):
        raise ImproperlyConfiguredException(f"write '@{verb}()' with parentheses")
    return tuple(path) or ("/",)


def layer_options(
    owner: str, options: Mapping[str, Any], own: Collection[str], unused: Unused
) -> dict[str, Any]:
    """A handler's options for its layer; an unknown one goes to `opt`, unless it nearly exists.

    Args:
        owner: The decorator, for the error.
        options: All that the decorator was given.
        own: The options that stand on the handler itself.
        unused: The options of a layer that would be ignored.

    Raises:
        ImproperlyConfiguredException: An option that is nearly one that exists, that only others
            have, that is not built yet, or that would be ignored.
    """
    check_used(owner, options.keys(), unused)
    known = KNOWN.union(own)
    layer = {key: value for key, value in options.items() if key in KNOWN}
    extra: dict[str, Any] = {}
    for key, value in options.items():
        if key in known or key in FOLDED:
            continue
        if key in NOT_BUILT:
            raise ImproperlyConfiguredException(f"{owner}: Pleiad has no option '{key}' yet")
        if key in ELSEWHERE:
            raise ImproperlyConfiguredException(
                f"{owner} has no option '{key}': {ELSEWHERE[key].format(key)}"
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
