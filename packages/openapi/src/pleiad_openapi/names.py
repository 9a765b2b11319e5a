"""What types are called: by people, and as components of a document."""

import re
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

__all__ = ["component_name", "place_of", "type_name"]

_UNFIT = re.compile(r"[^A-Za-z0-9.\-]+")


def type_name(annotation: Any) -> str:
    """A type as its author wrote it, without modules."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_name(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(type_name(each) for each in arguments)
    if annotation is NoneType:
        return "None"
    if arguments:
        inner = ", ".join("..." if each is Ellipsis else type_name(each) for each in arguments)
        return f"{type_name(origin)}[{inner}]"
    if isinstance(annotation, TypeVar):
        return str(annotation.__name__)
    return str(getattr(annotation, "__name__", None) or annotation)


def component_name(annotation: Any) -> str:
    """The name of a model's schema: `Item`, `Page_Item`; a class's `__schema_name__` where it has one.

    Of a generic class with a `__schema_name__` the arguments stand behind it as well.
    """
    origin: Any = get_origin(annotation) or annotation
    own = vars(origin).get("__schema_name__") if isinstance(origin, type) else None
    if own is None:
        return fit_name(type_name(annotation))
    inner = ", ".join(type_name(each) for each in get_args(annotation))
    return fit_name(f"{own}[{inner}]" if inner else str(own))


def fit_name(text: str) -> str:
    """Text as OpenAPI lets a component be called (`^[a-zA-Z0-9._-]+$`)."""
    return _UNFIT.sub("_", text).strip("_") or "Unnamed"


def place_of(annotation: Any) -> str:
    """Where a type was written: `shop.models.Item`."""
    cls = get_origin(annotation) or annotation
    module = getattr(cls, "__module__", "")
    name = getattr(cls, "__qualname__", None) or type_name(annotation)
    return f"{module}.{name}" if module else str(name)
