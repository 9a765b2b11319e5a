"""Controllers: handlers as methods of a class, which is a layer around them."""

import inspect
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from pleiad.handlers import BaseRouteHandler
from pleiad.layer import FOLDED, KNOWN, Layer

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
        options = {key: self._option(key) for key in KNOWN | FOLDED if hasattr(type(self), key)}
        return Layer.of(type(self).__name__, options)

    def handlers(self) -> Iterator[BaseRouteHandler]:
        """The decorated methods, bound to this instance, in the order of their definition."""
        seen: dict[str, Any] = {}
        for cls in reversed(type(self).__mro__):
            seen.update(vars(cls))
        for value in seen.values():
            if isinstance(value, BaseRouteHandler):
                yield value.of(self)

    def _option(self, key: str) -> Any:
        """A hook may be a method, or a plain function that merely stands on the class."""
        value = inspect.getattr_static(self, key)
        if isinstance(value, FunctionType):
            first = next(iter(inspect.signature(value).parameters), None)
            return value.__get__(self) if first == "self" else value
        return getattr(self, key)
