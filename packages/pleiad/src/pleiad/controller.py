"""Controllers: handlers as methods of a class, which is a layer around them."""

from collections.abc import Iterator
from typing import Any

from pleiad.declaring.class_options import class_options
from pleiad.declaring.layer import FOLDED, KNOWN, Layer
from pleiad.declaring.route_handler import BaseRouteHandler

__all__ = ["Controller"]


class Controller:
    """Subclass it, set the options of `LayerOptions` as class attributes, and decorate methods.

    The class is instantiated once, without arguments, when it is registered.

    Attributes:
        path: The prefix of every handler's path.
    """

    path: str = "/"

    def layer(self) -> Layer:
        """The class attributes that are options."""
        return Layer.of(type(self).__name__, class_options(self, KNOWN | FOLDED))

    def handlers(self) -> Iterator[BaseRouteHandler]:
        """The decorated methods, bound to this instance, in the order of their definition."""
        seen: dict[str, Any] = {}
        for cls in reversed(type(self).__mro__):
            seen.update(vars(cls))
        for value in seen.values():
            if isinstance(value, BaseRouteHandler):
                yield value.of(self)
