"""Every problem of a document, where a decoder tells only the first.

A cold path: the document is decoded again without a type, and walked beside the declared one. What
the walk cannot enter is handed to the decoder as a whole. The walk stops where it has told enough or
worked enough, so a large wrong document costs no more than a small one.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, Required, Union, get_args, get_origin

import msgspec

from pleiad_http.exceptions import Problem
from pleiad_http.kinds import Kind, field_types, is_dict, items_of, kind_of

__all__ = ["MOST_PROBLEMS", "Nested", "every_problem", "problems_of"]

MOST_PROBLEMS = 100
"""A client is told no more problems of one document than these."""

MOST_VALUES = 20_000
"""The walk looks at this many values, each as often as it is handed to the decoder."""

Convert = Callable[[Any, Any], Any]
"""Makes a value of builtins, of a type, or raises `msgspec.ValidationError`."""

Path = tuple[str | int, ...]

_HOLDING = (dict, list)
"""What holds other values, of all that a document is made of."""

_AT = re.compile(r"^(?P<message>.*?)(?: - at (?:`key` in )?`(?P<path>\$[^`]*)`)?$", re.DOTALL)
_NAMING = re.compile(" - at | field `")
"""PERF: what names neither a place nor a field, which most texts do not, is told 2 us sooner."""
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
_FIELD = re.compile(r"(?P<what>missing required|contains unknown) field `(?P<name>.+)`$", re.DOTALL)


class Nested(ValueError):
    """What a decoder raises inside another one, which keeps it as its error's cause.

    Args:
        problems: Their paths begin at the value that the inner decoder was given.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message if problems else "")
        self.problems = problems


def problems_of(error: Exception, path: Path = ()) -> list[Problem]:
    """The problem that msgspec's error text tells of; all of them, where its cause knows them.

    Args:
        error: Its exception.
        path: Where the value stood that it was about.
    """
    text = str(error)
    if not isinstance(error.__cause__, Nested) and not _NAMING.search(text):
        return [Problem(text.replace("`", ""), path)]
    found = _AT.match(text)
    message, where = (found["message"], found["path"] or "$") if found else (text, "$")
    steps = [int(s[2]) if s[2] else (s[1] or "...") for s in _STEP.finditer(where)]
    if isinstance(error.__cause__, Nested):
        return [Problem(p.message, (*path, *steps, *p.path)) for p in error.__cause__.problems]
    field = _FIELD.search(message)
    if field is not None:
        steps.append(field["name"])
        message = "Field required" if "missing" in field["what"] else "Unknown field"
    return [Problem(message.replace("`", ""), (*path, *steps))]


def every_problem(value: Any, annotation: Any, convert: Convert) -> list[Problem]:
    """The problems of a value, in the order of the declared fields; `MOST_PROBLEMS` at most.

    Args:
        value: Builtins.
        annotation: What they are to be.
        convert: What the decoder would do with a part of them.
    """
    walk = _Walk(convert)
    try:
        walk.see(value, annotation, ())
    except _Enough:
        return walk.found[:MOST_PROBLEMS]
    return walk.found


class _Enough(Exception):
    """The walk has told, or seen, as much as it may."""


class _Walk:
    """Goes through a value beside its type.

    Attributes:
        found: The problems so far.
    """

    def __init__(self, convert: Convert) -> None:
        self.found: list[Problem] = []
        self._convert = convert
        self._left = MOST_VALUES

    def see(self, value: Any, annotation: Any, path: Path) -> int:
        """Note the problems of a value; how many values it is made of.

        PERF: a value that holds no others, which most are, is not looked at any further: saves 5 us.
        """
        if not isinstance(value, _HOLDING):
            self._as_a_whole(value, annotation, path, 1)
            return 1
        parts = _parts(value, _unwrapped(annotation))
        if parts is None:
            size = _size(value)
            self._as_a_whole(value, annotation, path, size)
            return size
        before, size = len(self.found), 1
        for step, part, kind in parts:
            if kind is _MISSING:
                self._note([Problem("Field required", (*path, step))])
            else:
                size += self.see(part, kind, (*path, step))
        if len(self.found) == before:
            self._as_a_whole(value, annotation, path, size)
        return size

    def _as_a_whole(self, value: Any, annotation: Any, path: Path, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _Enough
        try:
            self._convert(value, annotation)
        except msgspec.ValidationError as error:
            self._note(problems_of(error, path))

    def _note(self, problems: list[Problem]) -> None:
        self.found += problems
        if len(self.found) >= MOST_PROBLEMS:
            raise _Enough


def _size(value: Any) -> int:
    """How many values a value is made of; no more than matters."""
    size, todo = 0, [value]
    while todo and size <= MOST_VALUES:
        size += 1
        todo.extend(items_of(todo.pop()))
    return size


_MISSING: Any = object()
Part = tuple[str | int, Any, Any]
"""A step, the value there, and its type, or `_MISSING` where a required value is not there."""


def _parts(value: Any, annotation: Any) -> Iterable[Part] | None:
    """What a value is made of, as its type sees it; `None` where the walk cannot enter."""
    origin = get_origin(annotation) or annotation
    arguments = get_args(annotation)
    if is_dict(value):
        if kind_of(annotation) in _READERS:
            return _fields(value, origin)
        if isinstance(origin, type) and issubclass(origin, Mapping) and len(arguments) == 2:
            return ((str(key), each, arguments[1]) for key, each in value.items())
    if isinstance(value, list) and isinstance(origin, type):
        homogeneous = len(arguments) == 1 or arguments[1:] == (Ellipsis,)
        if homogeneous and issubclass(origin, (Sequence, set, frozenset)):
            return ((index, each, arguments[0]) for index, each in enumerate(items_of(value)))
    return None


def _fields(value: dict[str, Any], model: Any) -> Iterator[Part]:
    for key, annotation, required in _declared(model):
        if key in value:
            yield key, value[key], annotation
        elif required:
            yield key, None, _MISSING


@lru_cache(maxsize=512)
def _declared(model: Any) -> list[tuple[str, Any, bool]]:
    """The keys of a model, the types of their values, and whether they must be there.

    PERF: kept, as every value of the model asks for it: 30 us each time.
    """
    hints = field_types(model)
    fields = _READERS[kind_of(model)](model)
    return [(key, hints.get(name, Any), required) for name, key, required in fields]


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


_READERS: Mapping[Kind, Callable[[Any], Iterator[Field]]] = {
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
