"""Options that stand on a class as attributes."""

import inspect
from collections.abc import Iterable
from types import FunctionType
from typing import Any

__all__ = ["class_options"]


def class_options(instance: object, names: Iterable[str]) -> dict[str, Any]:
    """Those of the names that an instance's class has, each with its value."""
    return {key: _option(instance, key) for key in names if hasattr(type(instance), key)}


def _option(instance: object, key: str) -> Any:
    """A hook may be a method, or a plain function that merely stands on the class."""
    value = inspect.getattr_static(instance, key)
    if isinstance(value, FunctionType):
        first = next(iter(inspect.signature(value).parameters), None)
        return value.__get__(instance) if first == "self" else value
    return getattr(instance, key)
