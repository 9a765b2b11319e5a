"""What kind of model a type is, told without importing the library that made it."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

__all__ = ["Kind", "field_types", "kind_of_model", "parts_of"]


class Kind(Enum):
    """The kinds of models."""

    STRUCT = "msgspec Struct"
    PYDANTIC = "pydantic model"
    DATACLASS = "dataclass"
    ATTRS = "attrs class"
    TYPED_DICT = "TypedDict"
    NAMED_TUPLE = "NamedTuple"


_MARKS = (
    ("__struct_fields__", Kind.STRUCT),
    ("__pydantic_validator__", Kind.PYDANTIC),
    ("__attrs_attrs__", Kind.ATTRS),
)
"""pydantic's dataclasses have pydantic's mark as well, so they count as pydantic's."""


def kind_of_model(annotation: Any) -> Kind | None:
    """The kind of a model class, or of a generic one with its arguments; `None` for anything else."""
    cls = get_origin(annotation) or annotation
    if not isinstance(cls, type):
        return None
    for mark, kind in _MARKS:
        if hasattr(cls, mark):
            return kind
    if is_dataclass(cls):
        return Kind.DATACLASS
    if is_typeddict(cls):
        return Kind.TYPED_DICT
    return Kind.NAMED_TUPLE if issubclass(cls, tuple) and hasattr(cls, "_fields") else None


def parts_of(annotation: Any) -> Iterator[Any]:
    """The annotation and everything it is made of: members of unions, items of containers."""
    yield annotation
    for argument in get_args(annotation):
        if not isinstance(argument, str | int | bytes):
            yield from parts_of(argument)


def field_types(model: Any) -> dict[str, Any]:
    """The annotations of a model's fields; empty where they cannot be resolved."""
    try:
        return get_type_hints(get_origin(model) or model, include_extras=True)
    except (NameError, TypeError):
        return {}
