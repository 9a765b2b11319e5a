"""Whether a value of one declared type may stand where another is declared.

Only what is surely wrong is called wrong: an annotation that is not a plain class, or a generic of
one, is given the benefit of the doubt.
"""

from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pleiad_di.own import is_typed_dict
from pleiad_di.provide import MISSING

__all__ = ["agrees", "fits"]

_WIDER: dict[type, tuple[type, ...]] = {float: (int,), complex: (int, float)}
"""The numeric tower of PEP 484: what else is accepted where the key is declared."""


def agrees(given: Any, wanted: Any) -> bool:
    """Whether a value declared as `given` may be passed where `wanted` is declared.

    A base class is let through: what arrives may be the subclass that is wanted.
    """
    if given is wanted:
        return True
    wanted_classes, given_classes = _classes(wanted), _classes(given)
    if wanted_classes is None or given_classes is None:
        return True
    return any(
        _is_a(each, wanted_classes) or any(issubclass(w, each) for w in wanted_classes)
        for each in given_classes
    )


def fits(value: object, wanted: Any) -> bool:
    """Whether a value, such as a default, may be of the declared type; `None` fits no plain class."""
    classes = _classes(wanted)
    return classes is None or _is_a(type(value), classes)


def _is_a(given: type, wanted: tuple[type, ...]) -> bool:
    return any(issubclass(given, (each, *_WIDER.get(each, ()))) for each in wanted)


def _classes(annotation: Any) -> tuple[type, ...] | None:
    """The classes that an annotation stands for, or `None` where that is not certain."""
    if annotation is None:
        return (NoneType,)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _classes(get_args(annotation)[0])
    if origin in (Union, UnionType):
        members = [_classes(each) for each in get_args(annotation)]
        known = [each for each in members if each is not None]
        return sum(known, ()) if len(known) == len(members) else None
    found = origin or annotation
    if found in (Any, MISSING, object) or not isinstance(found, type):
        return None
    if is_typed_dict(found):
        return (dict,)
    return None if getattr(found, "_is_protocol", False) else (found,)
