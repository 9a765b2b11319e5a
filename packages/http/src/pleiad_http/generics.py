"""Generic types: their parameters, replaced by what was written for them, in bases as well."""

import inspect
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin

from pleiad_http.kinds import field_types

__all__ = ["Bound", "bound_fields", "generic_bases", "has_type_parameters", "substituted"]

Bound = Mapping[Any, Any]
"""What stands for each type parameter."""


def substituted(annotation: Any, bound: Bound) -> Any:
    """The annotation with its type parameters replaced; one that nothing stands for is `Any`."""
    if isinstance(annotation, TypeVar):
        return bound.get(annotation, Any)
    if not has_type_parameters(annotation):
        return annotation
    return annotation[tuple(bound.get(each, Any) for each in annotation.__parameters__)]


def generic_bases(annotation: Any) -> Iterator[tuple[Any, tuple[Any, ...], Bound]]:
    """A class and those it was derived from, nearer ones first.

    Args:
        annotation: A class, or a generic one with its arguments.

    Yields:
        Each class, its arguments, and what they make of its parameters.
    """
    todo = [annotation]
    while todo:
        each = todo.pop(0)
        cls: Any = get_origin(each) or each
        arguments = get_args(each)
        bound = dict(zip(getattr(cls, "__parameters__", ()), arguments, strict=False))
        yield cls, arguments, bound
        todo += [substituted(base, bound) for base in _bases(cls) if _is_class(base)]


def has_type_parameters(annotation: Any) -> bool:
    """Whether something of an annotation is left to whoever uses its parameters."""
    if isinstance(annotation, type) and not get_args(annotation):
        return False
    return isinstance(annotation, TypeVar) or bool(getattr(annotation, "__parameters__", ()))


def _bases(cls: type[Any]) -> tuple[Any, ...]:
    bases: tuple[Any, ...] = vars(cls).get("__orig_bases__", cls.__bases__)
    return bases


def _is_class(base: Any) -> bool:
    origin = get_origin(base) or base
    return isinstance(origin, type) and origin is not object and origin.__module__ != "typing"


def bound_fields(model: Any) -> Mapping[str, Any]:
    """The annotations of a model's fields, its parameters replaced; see `field_types`.

    Args:
        model: A class of any kind, or a generic one with its arguments.
    """
    try:
        return _known_fields(model)
    except TypeError:  # what stands in `Annotated[...]` may be anything, also what has no hash
        return _bound_fields(model)


@lru_cache(maxsize=1024)
def _known_fields(model: Any) -> Mapping[str, Any]:
    return _bound_fields(model)


def _bound_fields(model: Any) -> Mapping[str, Any]:
    types = field_types(model)
    if not any(map(has_type_parameters, types.values())):
        return types
    owners = list(generic_bases(model))
    # The TypedDicts of a family have all their keys each, so the one that declared a key comes last.
    flat = hasattr(get_origin(model) or model, "__total__")
    found: dict[str, Any] = {}
    for name, each in types.items():
        declaring = [bound for cls, _, bound in owners if name in inspect.get_annotations(cls)]
        nowhere: Bound = {}
        found[name] = substituted(each, declaring[-1 if flat else 0] if declaring else nowhere)
    return found
