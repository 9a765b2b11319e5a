"""Every problem of a document, where a decoder tells only the first.

A cold path: the document is decoded again without a type, and walked beside the declared one. What
the walk cannot enter is handed to the decoder as a whole.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, Required, Union, get_args, get_origin

import msgspec

from pleiad_http.exceptions import Problem
from pleiad_http.kinds import Kind, field_types, kind_of_model

__all__ = ["every_problem", "problem_of"]

Convert = Callable[[Any, Any], Any]
"""Makes a value of builtins, of a type, or raises `msgspec.ValidationError`."""

Path = tuple[str | int, ...]

_AT = re.compile(r"^(?P<message>.*?)(?: - at `(?P<path>\$[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
_FIELD = re.compile(r"(?P<what>missing required|contains unknown) field `(?P<name>.+)`$")


def problem_of(error: Exception, path: Path = ()) -> Problem:
    """A problem out of msgspec's error text.

    Args:
        error: Its exception.
        path: Where the value stood that it was about.
    """
    found = _AT.match(str(error))
    message, where = (found["message"], found["path"] or "$") if found else (str(error), "$")
    steps = [int(s[2]) if s[2] else (s[1] or "...") for s in _STEP.finditer(where)]
    field = _FIELD.search(message)
    if field is not None:
        steps.append(field["name"])
        message = "Field required" if "missing" in field["what"] else "Unknown field"
    return Problem(message.replace("`", "'"), (*path, *steps))


def every_problem(value: Any, annotation: Any, convert: Convert, path: Path = ()) -> list[Problem]:
    """All problems of a value, in the order of the declared fields.

    Args:
        value: Builtins.
        annotation: What they are to be.
        convert: What the decoder would do with a part of them.
        path: Where the value stands.
    """
    plain = _unwrapped(annotation)
    parts = _parts(value, plain)
    if parts is None:
        return _as_a_whole(value, annotation, convert, path)
    found: list[Problem] = []
    for step, part, kind in parts:
        if kind is _MISSING:
            found.append(Problem("Field required", (*path, step)))
        else:
            found += every_problem(part, kind, convert, (*path, step))
    return found or _as_a_whole(value, annotation, convert, path)


def _as_a_whole(value: Any, annotation: Any, convert: Convert, path: Path) -> list[Problem]:
    try:
        convert(value, annotation)
    except msgspec.ValidationError as error:
        return [problem_of(error, path)]
    return []


_MISSING: Any = object()
Part = tuple[str | int, Any, Any]
"""A step, the value there, and its type, or `_MISSING` where a required value is not there."""


def _parts(value: Any, annotation: Any) -> list[Part] | None:
    """What a value is made of, as its type sees it; `None` where the walk cannot enter."""
    origin = get_origin(annotation) or annotation
    if isinstance(value, dict) and kind_of_model(annotation) is not None:
        return list(_fields(value, origin))
    if not isinstance(origin, type):
        return None
    arguments = get_args(annotation)
    if isinstance(value, dict) and issubclass(origin, Mapping) and len(arguments) == 2:
        return [(str(key), each, arguments[1]) for key, each in value.items()]
    homogeneous = len(arguments) == 1 or arguments[1:] == (Ellipsis,)
    if isinstance(value, list) and homogeneous and issubclass(origin, (Sequence, set, frozenset)):
        return [(index, each, arguments[0]) for index, each in enumerate(value)]
    return None


def _fields(value: dict[str, Any], model: Any) -> Iterator[Part]:
    hints = field_types(model)
    for name, key, required in _READERS.get(kind_of_model(model), _no_fields)(model):
        if key in value:
            yield key, value[key], hints.get(name, Any)
        elif required:
            yield key, None, _MISSING


Field = tuple[str, str, bool]
"""A field's name, its key in a document, and whether it must be there."""


def _struct_fields(model: Any) -> Iterator[Field]:
    for field in msgspec.structs.fields(model):
        yield field.name, field.encode_name, field.required


def _dataclass_fields(model: Any) -> Iterator[Field]:
    nothing = dataclasses.MISSING
    for field in dataclasses.fields(model):
        if field.init:
            required = field.default is nothing and field.default_factory is nothing
            yield field.name, field.name, required


def _attrs_fields(model: Any) -> Iterator[Field]:
    for field in model.__attrs_attrs__:
        if field.init:
            yield field.name, field.name, type(field.default).__name__ == "_Nothing"


def _typed_dict_fields(model: Any) -> Iterator[Field]:
    for name in model.__annotations__:
        yield name, name, name in model.__required_keys__


def _no_fields(model: Any) -> Iterator[Field]:
    return iter(())


_READERS: Mapping[Kind | None, Callable[[Any], Iterator[Field]]] = {
    Kind.STRUCT: _struct_fields,
    Kind.DATACLASS: _dataclass_fields,
    Kind.ATTRS: _attrs_fields,
    Kind.TYPED_DICT: _typed_dict_fields,
}


def _unwrapped(annotation: Any) -> Any:
    """The annotation without what decorates it, and `T` of `T | None`."""
    while get_origin(annotation) in (Annotated, Required, NotRequired):
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        members = [each for each in get_args(annotation) if each is not NoneType]
        return _unwrapped(members[0]) if len(members) == 1 else annotation
    return annotation
