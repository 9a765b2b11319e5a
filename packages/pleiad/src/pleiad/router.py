"""Routers: handlers under one prefix, with options in common."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias, Unpack

import msgspec

from pleiad.controller import Controller
from pleiad.declaring.layer import Layer
from pleiad.declaring.options import LayerOptions
from pleiad.handlers import BaseRouteHandler, WebsocketListener
from pleiad_di import callable_name
from pleiad_http import ImproperlyConfiguredException
from pleiad_routing import Template

__all__ = ["Declared", "RouteHandlers", "Router", "declared"]


class Router:
    """Handlers, controllers and routers under one prefix.

    Args:
        path: The prefix of every handler's path.
        route_handlers: What it holds.
        **options: See `LayerOptions`.

    Attributes:
        path: The prefix.
        route_handlers: What it holds.
        layer: Its options.
    """

    def __init__(
        self, path: str, *, route_handlers: "RouteHandlers" = (), **options: Unpack[LayerOptions]
    ) -> None:
        self.path = path
        self.route_handlers = list(route_handlers)
        self.layer = Layer.of(f"Router({path!r})", options)

    def register(self, value: "Registered") -> None:
        """Add a handler, controller or router: before the router itself is registered."""
        self.route_handlers.append(value)


Registered: TypeAlias = BaseRouteHandler | type[Controller] | type[WebsocketListener] | Router
RouteHandlers: TypeAlias = Sequence[Registered]
"""What can be registered."""


class Declared(msgspec.Struct, frozen=True):
    """A handler at one full path, with the options of all layers around it.

    Attributes:
        path: The path template, prefixes included.
        handler: The handler, its layer complete.
    """

    path: str
    handler: BaseRouteHandler


def declared(
    values: Iterable[Any], path: str, layer: Layer, around: tuple[Router, ...] = ()
) -> Iterator[Declared]:
    """Everything registered, flat.

    Args:
        values: Handlers, controllers (classes or instances) and routers.
        path: The prefix so far.
        layer: The layers so far.
        around: The routers so far, to find one that holds itself.

    Raises:
        ImproperlyConfiguredException: Something that cannot be registered.
    """
    for value in values:
        if isinstance(value, BaseRouteHandler):
            handler = value.within(layer)
            for own in value.paths:
                yield Declared(Template.join(path, own), handler)
        elif _is_a(value, WebsocketListener):
            listener = value() if isinstance(value, type) else value
            yield from declared([listener.handler()], path, layer, around)
        elif isinstance(value, Router):
            if value in around:
                raise ImproperlyConfiguredException(f"Router({value.path!r}) holds itself")
            inner, prefix = value.layer.within(layer), Template.join(path, value.path)
            yield from declared(value.route_handlers, prefix, inner, (*around, value))
        elif _is_a(value, Controller):
            controller = value() if isinstance(value, type) else value
            inner = controller.layer().within(layer)
            yield from declared(
                controller.handlers(), Template.join(path, controller.path), inner, around
            )
        else:
            raise ImproperlyConfiguredException(
                f"{_described(value)} cannot be registered: a route handler is what a decorator such as @get()"
                " makes of a function, a Controller subclass, or a Router"
            )


def _described(value: object) -> str:
    return f"function '{callable_name(value)}'" if inspect.isroutine(value) else repr(value)


def _is_a(value: object, cls: type[Any]) -> bool:
    """Whether it is an instance of the class, or a subclass."""
    return isinstance(value, cls) or (isinstance(value, type) and issubclass(value, cls))
