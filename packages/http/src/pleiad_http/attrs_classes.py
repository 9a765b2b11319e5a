"""attrs classes that convert what they are given.

msgspec makes instances of attrs classes itself: validators run, converters do not. A class with
converters is therefore hidden from msgspec behind a stand-in, which it asks a hook for; the hook
decodes the arguments and calls the class.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from pleiad_http.kinds import Kind, field_types, kind_of, parts_of
from pleiad_http.problems import Convert, Nested, every_problem, problems_of

__all__ = ["StandIn", "make_attrs", "with_stand_ins"]


class _StandsIn(type):
    """Lets msgspec take an instance of the attrs class for one of the stand-in."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.cls)  # type: ignore[attr-defined]


class StandIn(metaclass=_StandsIn):
    """Stands for an attrs class in an annotation; each class has a subclass of its own.

    Attributes:
        cls: The attrs class.
    """

    cls: Any


def with_stand_ins(annotation: Any) -> Any:
    """The annotation, with stand-ins for the attrs classes in it that have converters."""
    if not any(_converts(part) for part in parts_of(annotation)):
        return annotation
    if _converts(annotation):
        return _stand_in(annotation)
    origin: Any = get_origin(annotation)
    arguments = get_args(annotation)
    changed = tuple(with_stand_ins(each) for each in arguments)
    if changed == arguments:
        return annotation
    if origin in (Union, UnionType):
        return Union[changed]  # noqa: UP007 - made of a tuple
    return origin[changed]


def make_attrs(stand_in: type[StandIn], value: Any, convert: Convert) -> Any:
    """An instance of the class that is stood for.

    Args:
        stand_in: What stands for it.
        value: Builtins.
        convert: Makes a value of builtins, of a type.

    Raises:
        Nested: The value does not fit, or the class refuses it.
    """
    arguments = _arguments(stand_in)
    try:
        given = convert(value, arguments)
    except msgspec.ValidationError as error:
        raise Nested(every_problem(value, arguments, convert) or problems_of(error)) from None
    names = {each.name: each.alias for each in stand_in.cls.__attrs_attrs__ if each.init}
    keywords = {alias: getattr(given, name) for name, alias in names.items()}
    try:
        return stand_in.cls(**{k: v for k, v in keywords.items() if v is not msgspec.UNSET})
    except (TypeError, ArithmeticError, LookupError) as error:
        raise ValueError(str(error)) from None


def _converts(annotation: Any) -> bool:
    if kind_of(annotation) is not Kind.ATTRS or not isinstance(annotation, type):
        return False
    fields: Any = getattr(annotation, "__attrs_attrs__", ())
    return any(each.converter is not None or _converts(each.type) for each in fields)


@lru_cache(maxsize=512)
def _stand_in(cls: type[Any]) -> type[StandIn]:
    stand_in: Any = _StandsIn(cls.__name__, (StandIn,), {"cls": cls, "__module__": cls.__module__})
    return cast("type[StandIn]", stand_in)


@lru_cache(maxsize=512)
def _arguments(stand_in: type[StandIn]) -> type[msgspec.Struct]:
    """A Struct of the arguments that the class takes."""
    cls = stand_in.cls
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    hints = field_types(cls)
    for each in cls.__attrs_attrs__:
        if not each.init:
            continue
        taken = with_stand_ins(_taken(each, hints))
        if type(each.default).__name__ == "_Nothing":
            fields.append((each.name, taken))
        else:
            fields.append((each.name, taken | msgspec.UnsetType, msgspec.UNSET))
    return msgspec.defstruct(cls.__name__, fields, kw_only=True)


def _taken(field: Any, hints: Mapping[str, Any]) -> Any:
    """The type of what may be given for a field: what its converter takes, if it has one."""
    if field.converter is None:
        return hints.get(field.name, Any)
    try:
        known = get_type_hints(field.converter)
    except (TypeError, NameError):
        return Any
    known.pop("return", None)
    return next(iter(known.values()), Any)
