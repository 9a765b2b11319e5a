"""What an annotation says of the parts of its values: a container's items, a model's fields."""

import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from typing import Any, NamedTuple, cast, get_args, get_origin

from pleiad_http import Kind, bound_fields, field_types, generic_bases, has_type_parameters, kind_of

__all__ = [
    "Member",
    "container_of",
    "generic_of",
    "is_generic_model",
    "model_fields",
    "opened_fields",
    "undecorated",
    "unpacked",
]


def undecorated(annotation: Any) -> Any:
    """The annotation without what only names or decorates it."""
    while True:
        origin = get_origin(annotation)
        if origin is typing.Annotated or getattr(origin, "_name", "") in _DECORATING:
            annotation = get_args(annotation)[0]
        elif hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        else:
            return annotation


_DECORATING = frozenset({"Required", "NotRequired", "ReadOnly", "ClassVar", "Final"})
"""By name: Python 3.13 has its own `ReadOnly`, and before it came from elsewhere."""


# Containers


def container_of(annotation: Any) -> tuple[type[Any], tuple[Any, ...]] | None:
    """The container of Python's that a type is, or is derived from, and what it says of its items."""
    if get_origin(annotation) is tuple:
        return tuple, get_args(annotation)
    for cls, arguments, _ in generic_bases(annotation):
        if arguments and cls.__module__ in _CONTAINERS and issubclass(cls, Iterable):
            return cast("Any", cls), arguments
    return None


_CONTAINERS = frozenset({"builtins", "collections", "collections.abc"})


class Member(NamedTuple):
    """What a tuple says of one item, or of as many as there are."""

    annotation: Any
    repeats: bool


def unpacked(arguments: Iterable[Any]) -> Iterator[Member]:
    """The types of a tuple's items, those of a tuple that is unpacked among them."""
    for each in arguments:
        inner = each
        if get_origin(each) is typing.Unpack:
            inner = get_args(each)[0]
        elif not getattr(each, "__unpacked__", False):
            yield Member(each, repeats=False)
            continue
        members = get_args(inner)
        if members[1:] == (Ellipsis,):
            yield Member(members[0], repeats=True)
        elif get_origin(inner) is tuple:
            yield from unpacked(members)
        else:
            yield Member(Any, repeats=True)


# Models


def generic_of(cls: Any) -> Any:
    """The class that pydantic made a generic model's class of; any other class itself."""
    made: Mapping[str, Any] | None = getattr(cls, "__pydantic_generic_metadata__", None)
    return (made and made["origin"]) or cls


def is_generic_model(annotation: Any) -> bool:
    """Whether it is a model with arguments for its parameters: of any kind."""
    cls = get_origin(annotation) or annotation
    return kind_of(cls) is not Kind.BUILTIN and (
        bool(get_args(annotation)) or generic_of(cls) is not cls
    )


def model_fields(annotation: Any) -> Mapping[str, Any]:
    """The declared fields of any kind of model, by attribute or key, their arguments in place."""
    cls = get_origin(annotation) or annotation
    if kind_of(cls) is Kind.PYDANTIC and not is_dataclass(cls):
        return {name: each.annotation for name, each in cls.__pydantic_fields__.items()}
    found = bound_fields(annotation)
    return {name: found[name] for name in _names(cls) if name in found}


def opened_fields(annotation: Any) -> Mapping[str, Any]:
    """Those fields of a generic model whose types its arguments decide."""
    cls = generic_of(get_origin(annotation) or annotation)
    # pydantic keeps the open types in the class that the generic one was made of
    own = field_types(cls) if cls is get_origin(annotation) else model_fields(cls)
    types = model_fields(annotation)
    return {
        name: types[name]
        for name, each in own.items()
        if name in types and has_type_parameters(each)
    }


def _names(cls: Any) -> Iterable[str]:
    if is_dataclass(cls):
        return [each.name for each in dataclass_fields(cls)]
    if hasattr(cls, "__attrs_attrs__"):
        return [each.name for each in cls.__attrs_attrs__]
    for mark in ("__struct_fields__", "_fields", "__annotations__"):
        if hasattr(cls, mark):
            return cast("Iterable[str]", getattr(cls, mark))
    return ()
