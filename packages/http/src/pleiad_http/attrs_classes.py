"""attrs classes that convert what they are given.

msgspec makes instances of attrs classes itself: validators run, converters do not. A class with
converters is therefore hidden from msgspec behind a stand-in, which it asks a hook for; the hook
decodes the arguments and calls the class.

A class stops at the first value that it refuses. Where all problems are to be told, every attrs class
has a stand-in, and each field's converter and validator is asked alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from pleiad_http.exceptions import DecodeError
from pleiad_http.generics import bound_fields
from pleiad_http.invalid_values import Problem
from pleiad_http.kinds import Kind, is_dict, kind_of, parts_of
from pleiad_http.problems import Convert, Nested, every_problem, problems_of

__all__ = ["StandIn", "attrs_instance", "make_attrs", "thorough", "with_stand_ins"]


class _StandsIn(type):
    """Lets msgspec take an instance of the attrs class for one of the stand-in."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.cls)  # type: ignore[attr-defined]


class StandIn(metaclass=_StandsIn):
    """Stands for an attrs class in an annotation; each class has a subclass of its own.

    Attributes:
        cls: The attrs class.
        annotation: The same, with its arguments where it is generic.
    """

    cls: Any
    annotation: Any


def with_stand_ins(annotation: Any, *, for_all: bool = False) -> Any:
    """The annotation, with stand-ins for the attrs classes in it that have converters.

    Args:
        annotation: The annotation.
        for_all: Whether for those without converters, too.
    """
    stood_for = _is_attrs if for_all else _converts
    if not any(stood_for(part) for part in parts_of(annotation)):
        return annotation
    if stood_for(annotation):
        return _stand_in(annotation)
    origin: Any = get_origin(annotation)
    arguments = get_args(annotation)
    changed = tuple(with_stand_ins(each, for_all=for_all) for each in arguments)
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
        found = every_problem(value, arguments, thorough(convert))
        found += _also_refused(stand_in.cls, value, found, arguments, convert)
        raise Nested(found or problems_of(error)) from None
    fields = [each for each in stand_in.cls.__attrs_attrs__ if each.init]
    values = {each.name: getattr(given, each.name) for each in fields}
    try:
        return attrs_instance(
            stand_in.cls, {name: each for name, each in values.items() if each is not msgspec.UNSET}
        )
    except DecodeError as error:
        raise Nested(error.problems) from None


def attrs_instance(cls: Any, values: Mapping[str, Any], *, by_alias: bool = False) -> Any:
    """An instance of an attrs class.

    Args:
        cls: The class.
        values: By the fields' names, of which private ones begin with an underscore.
        by_alias: Whether by what the constructor calls them instead, and problems as well.

    Raises:
        DecodeError: What the class has against any of them.
    """
    keys = {each: each.alias if by_alias else each.name for each in cls.__attrs_attrs__}
    given = {field: values[key] for field, key in keys.items() if key in values}
    try:
        return cls(**{field.alias: value for field, value in given.items()})
    except _REFUSED as error:
        refused = dict(_refused(cls, given))
        found = [Problem(_said(refused[f]), (keys[f],)) for f in given if f in refused]
        raise DecodeError(found or [Problem(_said(error))]) from None


def thorough(convert: Convert) -> Convert:
    """The same as a function that tells every problem of an attrs class, not only the first."""
    return lambda value, annotation: convert(value, with_stand_ins(annotation, for_all=True))


def _also_refused(
    cls: Any,
    value: Any,
    found: Sequence[Problem],
    arguments: type[msgspec.Struct],
    convert: Convert,
) -> list[Problem]:
    """What the class has against the values in which no problem was found."""
    if not is_dict(value):
        return []
    wrong = {each.path[:1] for each in found}
    types = {each.name: each.type for each in msgspec.structs.fields(arguments)}
    right: dict[Any, Any] = {}
    for field in cls.__attrs_attrs__:
        if field.name in types and field.name in value and (field.name,) not in wrong:
            with suppress(msgspec.ValidationError):  # more is wrong than is told
                right[field] = convert(value[field.name], types[field.name])
    return [Problem(_said(error), (field.name,)) for field, error in _refused(cls, right)]


_REFUSED = (ValueError, TypeError, ArithmeticError, LookupError)
"""What a class's own code may raise of a client's value."""


def _refused(cls: Any, values: Mapping[Any, Any]) -> Iterator[tuple[Any, Exception]]:
    """The fields whose converter or validator has something against the value, and what."""
    made: Any = cls.__new__(cls)
    converted: list[Any] = []
    for field, value in values.items():
        try:
            object.__setattr__(made, field.name, _converted(field, value, made))
            converted.append(field)
        except _REFUSED as error:
            yield field, error
    for field in converted:
        try:
            if field.validator is not None:
                field.validator(made, field, getattr(made, field.name))
        except _REFUSED as error:
            yield field, error


def _converted(field: Any, value: Any, instance: Any) -> Any:
    """The value as the field's converter makes it; one of attrs' own kind may ask for more."""
    if field.converter is None:
        return value
    more = [instance] if getattr(field.converter, "takes_self", False) else []
    more += [field] if getattr(field.converter, "takes_field", False) else []
    return getattr(field.converter, "converter", field.converter)(value, *more)


def _said(error: Exception) -> str:
    """What an exception says; those of attrs' validators carry objects behind their text."""
    return str(error.args[0]) if error.args else str(error)


def _is_attrs(annotation: Any) -> bool:
    return kind_of(annotation) is Kind.ATTRS


def _converts(annotation: Any) -> bool:
    if not _is_attrs(annotation):
        return False
    cls: Any = get_origin(annotation) or annotation
    return any(each.converter is not None or _converts(each.type) for each in cls.__attrs_attrs__)


@lru_cache(maxsize=512)
def _stand_in(annotation: Any) -> type[StandIn]:
    cls: Any = get_origin(annotation) or annotation
    members = {"cls": cls, "annotation": annotation, "__module__": cls.__module__}
    return cast("type[StandIn]", _StandsIn(cls.__name__, (StandIn,), members))


@lru_cache(maxsize=512)
def _arguments(stand_in: type[StandIn]) -> type[msgspec.Struct]:
    """A Struct of the arguments that the class takes."""
    cls = stand_in.cls
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    hints = bound_fields(stand_in.annotation)
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
