"""Every problem of a document, where a decoder tells only the first.

A cold path: the document is decoded again without a type, and walked beside the declared one. What
the walk cannot enter is handed to the decoder as a whole. The walk stops where it has told enough or
worked enough, so a large wrong document costs no more than a small one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from pleiad_http.exceptions import DecodeError
from pleiad_http.fields import fields_of
from pleiad_http.invalid_values import Problem
from pleiad_http.kinds import Kind, is_dict, items_of, key_of, kind_of

__all__ = ["MOST_PROBLEMS", "Nested", "every_problem", "malformed", "problems_of"]

MOST_PROBLEMS = 100
"""A client is told no more problems of one document than these."""

MOST_VALUES = 20_000
"""The walk looks at this many values, each as often as it is handed to the decoder."""

Convert = Callable[[Any, Any], Any]
"""Makes a value of builtins, of a type, or raises `msgspec.ValidationError`."""

Path = tuple[str | int, ...]

Part = tuple[str | int, Any, Any]
"""A step, the value there, and its type."""

Entry = tuple[str, Any, Mapping[type, str]]
"""A field's key, its type, and what there is to say of a value there by its class alone."""

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


def malformed(error: Exception) -> DecodeError:
    """What to raise for content that is not even of its format.

    Args:
        error: What the codec raised.
    """
    deep = isinstance(error, RecursionError)
    text = isinstance(error, UnicodeError)
    message = "Not UTF-8" if text else "Nested too deeply" if deep else str(error)
    return DecodeError([Problem(message)], malformed=True)


def every_problem(
    value: Any, annotation: Any, convert: Convert, *, strict: bool = False
) -> list[Problem]:
    """The problems of a value, in the order of the declared fields; `MOST_PROBLEMS` at most.

    Args:
        value: Builtins.
        annotation: What they are to be.
        convert: What the decoder would do with a part of them.
        strict: Whether it makes nothing of a value of another type.
    """
    walk = _Walk(convert, strict)
    try:  # noqa: SIM105 - PERF: `suppress` takes 0.2 us
        walk.see(value, annotation, ())
    except _Enough:
        pass
    return walk.found


_PLAIN: Mapping[type, str] = {str: "str", int: "int", float: "float", bool: "bool"}
_READ_BY_VALUE = {(int, float), (float, int)}
"""`1.0` may be an int, and `1` is a float."""

MISFITS: Mapping[tuple[type, type], str] = {
    (wanted, found): f"Expected {name}, got {told}"
    for wanted, name in _PLAIN.items()
    for found, told in {**_PLAIN, NoneType: "null"}.items()
    if found is not wanted and (wanted, found) not in _READ_BY_VALUE
}
"""What a strict decoder says of a value that has the wrong type, whatever it is.

PERF: told without it, 1.5 us sooner each.
"""


class _Enough(Exception):
    """The walk has told, or seen, as much as it may."""


class _Walk:
    """Goes through a value beside its type.

    Attributes:
        found: The problems so far.
    """

    def __init__(self, convert: Convert, strict: bool) -> None:  # noqa: FBT001
        self.found: list[Problem] = []
        self._convert = convert
        self._strict = strict
        self._left = MOST_VALUES

    def see(self, value: Any, annotation: Any, path: Path) -> int:
        """Note the problems of a value; how many values it is made of.

        PERF: a value that holds no others, which most are, is not looked at any further: saves 5 us.
        """
        if not isinstance(value, _HOLDING):
            self._as_a_whole(value, annotation, path, 1)
            return 1
        parts = self._parts(value, _meant(value, annotation), path)
        if parts is None:
            size = _size(value)
            self._as_a_whole(value, annotation, path, size)
            return size
        before, size = len(self.found), 1
        for step, part, kind in parts:
            size += self.see(part, kind, (*path, step))
        if len(self.found) == before:
            self._as_a_whole(value, annotation, path, size)
        return size

    def _parts(self, value: Any, annotation: Any, path: Path) -> Iterable[Part] | None:
        """What a value is made of, as its type sees it; `None` where the walk cannot enter."""
        kind = kind_of(annotation)
        if is_dict(value):
            if kind in _KEYED:
                return self._fields(value, annotation, path)
            return _values(value, annotation)
        if kind is Kind.NAMED_TUPLE or _is_array_like(get_origin(annotation) or annotation):
            return _in_place(value, [each for _, each, _ in _entries(annotation, self._strict)])
        return _items(value, annotation)

    def _fields(self, value: dict[str, Any], model: Any, path: Path) -> Iterator[Part]:
        """The parts of a model that are to be seen; what their class alone tells is noted already."""
        for key, annotation, said in _entries(model, self._strict):
            part = value.get(key, _MISSING)
            message = said.get(part.__class__)
            if message is not None:
                self._note(Problem(message, (*path, key)))
            elif part is not _MISSING:
                yield key, part, annotation

    def _as_a_whole(self, value: Any, annotation: Any, path: Path, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _Enough
        plain = self._strict and type(annotation) is type  # of all types these surely have a hash
        message = MISFITS.get((annotation, value.__class__)) if plain else None
        if message is not None:
            self._note(Problem(message, path))
            return
        try:
            self._convert(value, annotation)
        except msgspec.ValidationError as error:
            for problem in problems_of(error, path):
                self._note(problem)
        except TypeError:
            return  # a type that has a meaning only within another one

    def _note(self, problem: Problem) -> None:
        self.found.append(problem)
        if len(self.found) == MOST_PROBLEMS:
            raise _Enough


def _size(value: Any) -> int:
    """How many values a value is made of; no more than matters."""
    size, todo = 0, [value]
    while todo and size <= MOST_VALUES:
        size += 1
        todo.extend(items_of(todo.pop()))
    return size


_KEYED = (Kind.STRUCT, Kind.DATACLASS, Kind.TYPED_DICT)
"""The models that are entered by their keys; the others are told of by whoever makes them."""


class _Missing:
    """The class of what stands for a value that is not there."""


_MISSING: Any = _Missing()


def _entries(model: Any, strict: bool) -> Sequence[Entry]:  # noqa: FBT001
    """The fields of a model, as a decoder sees them that is strict or not.

    PERF: kept, as every value of the model asks for it: 30 us each time.
    """
    key = key_of(model)
    return _made_entries(model, strict) if key is None else _known_entries(model, key, strict)


@lru_cache(maxsize=512)
def _known_entries(model: Any, key: str, strict: bool) -> Sequence[Entry]:  # noqa: FBT001
    return _made_entries(model, strict)


def _made_entries(model: Any, strict: bool) -> Sequence[Entry]:  # noqa: FBT001
    entries: list[Entry] = []
    for field in fields_of(model):
        said: dict[type, str] = {_Missing: "Field required"} if field.required else {}
        if strict:
            said |= {
                found: text for (each, found), text in MISFITS.items() if each is field.annotation
            }
        entries.append((field.key, field.annotation, said))
    return entries


def _values(value: dict[Any, Any], annotation: Any) -> Iterable[Part] | None:
    """The values of a mapping, each at its key."""
    origin, arguments = get_origin(annotation) or annotation, get_args(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping) and len(arguments) == 2:
        return ((str(key), each, arguments[1]) for key, each in value.items())
    return None


def _items(value: list[Any], annotation: Any) -> Iterable[Part] | None:
    """The items of a list, or of what is written as one, each at its place."""
    origin, arguments = get_origin(annotation) or annotation, get_args(annotation)
    if not isinstance(origin, type):
        return None
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        return _in_place(value, arguments)
    homogeneous = len(arguments) == 1 or arguments[1:] == (Ellipsis,)
    if homogeneous and issubclass(origin, (Sequence, set, frozenset)):
        return ((index, each, arguments[0]) for index, each in enumerate(value))
    return None


def _member(value: Any, union: Any) -> Any:
    """The one member of a union that a value can only be meant for; the union where there is none."""
    candidates = [each for each in map(_unwrapped, get_args(union)) if _fits(value, each)]
    return candidates[0] if len(candidates) == 1 else union


def _fits(value: Any, annotation: Any) -> bool:
    """Whether a value has the outer shape of a type: that of an object or an array, and its tag."""
    kind, origin = kind_of(annotation), get_origin(annotation) or annotation
    if not isinstance(origin, type):
        return False
    if is_dict(value):
        tag = getattr(getattr(origin, "__struct_config__", None), "tag", None)
        if tag is not None:
            return bool(value.get(origin.__struct_config__.tag_field) == tag)  # type: ignore[attr-defined]
        return kind in (*_KEYED, Kind.ATTRS, Kind.PYDANTIC) or issubclass(origin, Mapping)
    if isinstance(value, list):
        return origin is not str and issubclass(origin, (Sequence, set, frozenset))
    return False


def _is_array_like(cls: Any) -> bool:
    """Whether a Struct's fields are told by their places; a tag would shift them."""
    config = getattr(cls, "__struct_config__", None)
    return config is not None and config.array_like and config.tag is None


def _in_place(values: Iterable[Any], annotations: Iterable[Any]) -> Iterable[Part]:
    """Items that have a type each; how many there are is not seen here."""
    pairs = zip(values, annotations, strict=False)
    return ((index, value, annotation) for index, (value, annotation) in enumerate(pairs))


def _meant(value: Any, annotation: Any) -> Any:
    """The type that a value can only be meant for: that of its own, or one member of a union."""
    if isinstance(annotation, type):  # PERF: which most are; each `get_origin` takes 0.4 us
        return annotation
    plain = _unwrapped(annotation)
    return _member(value, plain) if get_origin(plain) in (Union, UnionType) else plain


def _unwrapped(annotation: Any) -> Any:
    """The annotation without what decorates it, and `T` of `T | None`."""
    if isinstance(annotation, type):  # PERF: which most are; each `get_origin` takes 0.4 us
        return annotation
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        members = [each for each in get_args(annotation) if each is not NoneType]
        return _unwrapped(members[0]) if len(members) == 1 else annotation
    return annotation
