"""Which classes are services of the user's own, so that a provider may be found by them.

A `page: int` must stay a query parameter and a `user: User` a model, whatever a provider returns.
So a builtin, anything of the standard library, an enum and a data model never match by type.
"""

import sys
from enum import Enum
from typing import Any

__all__ = ["is_own", "is_typed_dict"]

_MODEL_MARKS = (
    "__struct_fields__",
    "__pydantic_fields__",
    "__dataclass_fields__",
    "__attrs_attrs__",
    "_fields",
)


def is_own(annotation: Any) -> bool:
    """Whether the annotation is a class or protocol that is neither plain data nor a data model."""
    cls: Any = annotation if isinstance(annotation, type) else None
    if cls is None or is_typed_dict(cls):
        return False
    if cls.__module__.partition(".")[0] in sys.stdlib_module_names:
        return False
    return not issubclass(cls, Enum) and not any(hasattr(cls, mark) for mark in _MODEL_MARKS)


def is_typed_dict(cls: type[Any]) -> bool:
    """Of `typing`, or of `typing_extensions`, which `typing.is_typeddict` does not know."""
    return dict in cls.__mro__ and hasattr(cls, "__total__")
