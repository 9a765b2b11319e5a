"""Whether a returned value is what the annotation says.

A check is made once per annotation: a function of the value that returns it, or raises. The original
value is what goes on; nothing is converted. An exact type is the fast path; a miss goes to a test
that accepts subclasses, the numeric tower of PEP 484, and nothing else (a bool is no int).

    "types"     the type, and the items of a container, one level deep
    "always"    every field of every model, all the way down
    "off"       nothing
"""

import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints, is_typeddict

from pleiad.options import ResponsePolicy
from pleiad_di import type_name

__all__ = ["Check", "ReturnMismatch", "check_for"]

Check: TypeAlias = Callable[[Any], Any]
"""Returns its argument, or raises `ReturnMismatch`."""

Path: TypeAlias = tuple[str | int, ...]
Test: TypeAlias = Callable[[Any, Path], None]
"""Raises `ReturnMismatch` where the value at the path is not what was declared."""

ALL_THE_WAY = 1_000_000
"""More levels than any value has."""

LEVELS: Mapping[ResponsePolicy, int] = {"types": 1, "always": ALL_THE_WAY}


class ReturnMismatch(TypeError):
    """A handler returned something else than it declares: a fault of the program, hence a 500.

    Attributes:
        handler: The route and its handler.
        expected: The declared type, at `path`.
        found: The value there.
        path: Where in the returned value, empty for the value itself.
    """

    def __init__(self, expected: Any, found: Any, path: Path) -> None:
        super().__init__()
        self.handler = "the handler"
        self.expected = expected
        self.found = found
        self.path = path

    def __str__(self) -> str:
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.path)
        at = f" at '{where.lstrip('.')}'" if where else ""
        found = "nothing" if self.found is ABSENT else f"{self.found!r:.100}"
        kind = "" if self.found is ABSENT else f"{type(self.found).__name__} "
        return f"{self.handler} declares {type_name(self.expected)}{at}, but returned {kind}{found}"


class Absent:
    """Stands for a field that is not there."""


ABSENT = Absent()


def check_for(annotation: Any, policy: ResponsePolicy, handler: str) -> Check | None:
    """The check of what a handler returns; `None` where every value passes.

    Args:
        annotation: What it declares.
        policy: How deep the check goes.
        handler: The route and its handler, for the error.
    """
    if policy == "off":
        return None
    test = _Tests().test(annotation, LEVELS[policy])
    if test is None:
        return None

    def passed(value: Any) -> Any:
        try:
            test(value, ())
        except ReturnMismatch as mismatch:
            mismatch.handler = handler
            raise
        return value

    if policy == "always":
        return passed
    return _fast(annotation, passed) or passed


def _fast(annotation: Any, passed: Check) -> Check | None:
    """The check that an exact type passes at once.

    PERF: 0.04 us for a class and 0.6 us for a list of 50, against 0.2 and 4.6 by `passed` alone.
    """
    if type(annotation) is type or (isinstance(annotation, type) and not get_args(annotation)):
        wanted = annotation

        def check_class(value: Any) -> Any:
            return value if type(value) is wanted else passed(value)

        return None if is_typeddict(annotation) else check_class
    item = next(iter(get_args(annotation)), None)
    if get_origin(annotation) is list and isinstance(item, type) and not get_args(item):
        return None if is_typeddict(item) else _fast_list(item, passed)
    if get_origin(annotation) is dict and len(get_args(annotation)) == 2:
        key, value = get_args(annotation)
        return _fast_dict(key, value, passed)
    return None


def _fast_dict(key_type: Any, value_type: Any, passed: Check) -> Check | None:
    if key_type is not str or is_typeddict(value_type) or get_args(value_type):
        return None
    if value_type is not Any and not isinstance(value_type, type):
        return None
    anything = value_type in (Any, object)

    def check_dict(value: Any) -> Any:
        kind = cast("Any", type(value))
        if kind is not dict:
            return passed(value)
        for key, each in value.items():
            if type(key) is not str or not (anything or type(each) is value_type):
                return passed(value)
        return value

    return check_dict


def _fast_list(item: type[Any], passed: Check) -> Check:
    def check_list(value: Any) -> Any:
        kind = cast("Any", type(value))
        if kind is not list:
            return passed(value)
        for each in value:
            if type(each) is not item:
                return passed(value)
        return value

    return check_list


class _Tests:
    """Makes the tests of one annotation; a model that holds itself gets one that does so too."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, bool], list[Test | None]] = {}

    def test(self, annotation: Any, levels: int) -> Test | None:
        annotation = _plain(annotation)
        origin = get_origin(annotation)
        if annotation in (None, types.NoneType):
            return _is_none
        if annotation is Any or annotation is object or isinstance(annotation, TypeVar):
            return None
        if origin is typing.Literal:
            return _literal(annotation)
        if origin in (typing.Union, types.UnionType):
            return self._union(annotation, levels)
        if is_typeddict(origin or annotation):
            return self._model(annotation, dict, levels)
        cls: Any = origin or annotation
        if not isinstance(cls, type) or getattr(cls, "_is_protocol", False):
            return None
        if cls in (type, Callable):
            return None
        if issubclass(cls, tuple) and origin is tuple:
            return self._tuple(annotation, levels)
        kind = cast("Any", cls)
        if origin and issubclass(cls, Mapping):
            return self._mapping(annotation, kind, levels)
        if origin and issubclass(kind, Collection) and len(get_args(annotation)) == 1:
            return self._collection(annotation, get_origin(annotation), levels)
        return self._model(annotation, origin or annotation, levels)

    def _union(self, annotation: Any, levels: int) -> Test | None:
        members = [self.test(each, levels) for each in get_args(annotation)]
        if None in members:
            return None

        def test(value: Any, path: Path) -> None:
            mismatches: list[ReturnMismatch] = []
            for member in members:
                try:
                    return typing.cast("Test", member)(value, path)
                except ReturnMismatch as mismatch:
                    mismatches.append(mismatch)
            deepest = max(mismatches, key=lambda each: len(each.path))
            raise (
                deepest
                if len(deepest.path) > len(path)
                else ReturnMismatch(annotation, value, path)
            )

        return test

    def _tuple(self, annotation: Any, levels: int) -> Test:
        arguments = get_args(annotation)
        outer = _instance(annotation, tuple)
        if not levels:
            return outer
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return _items(outer, self.test(arguments[0], levels - 1))
        tests = [self.test(each, levels - 1) for each in arguments if each != ()]

        def test(value: Any, path: Path) -> None:
            outer(value, path)
            if len(value) != len(tests):
                raise ReturnMismatch(annotation, value, path)
            for index, item in enumerate(tests):
                if item is not None:
                    item(value[index], (*path, index))

        return test

    def _collection(self, annotation: Any, cls: Any, levels: int) -> Test:
        outer = _instance(annotation, cls)
        return _items(outer, self.test(get_args(annotation)[0], levels - 1)) if levels else outer

    def _mapping(self, annotation: Any, cls: type[Any], levels: int) -> Test:
        outer = _instance(annotation, cls)
        arguments = get_args(annotation)
        if not levels or len(arguments) != 2:
            return outer
        key_test, value_test = (self.test(each, levels - 1) for each in arguments)

        def test(value: Any, path: Path) -> None:
            outer(value, path)
            for key, each in value.items():
                if key_test is not None:
                    key_test(key, (*path, str(key)))
                if value_test is not None:
                    value_test(each, (*path, str(key)))

        return test

    def _model(self, annotation: Any, cls: type[Any], levels: int) -> Test:
        outer = _instance(annotation, cls)
        if levels < 2:
            return outer
        known = self._known.get((annotation, True))
        if known is not None:
            return lambda value, path: typing.cast("Test", known[0])(value, path)
        cell = self._known[annotation, True] = [outer]
        fields = _fields(get_origin(annotation) or annotation)
        if not fields:
            return outer
        required = getattr(annotation, "__required_keys__", fields)
        tests = {name: self.test(each, levels - 1) for name, each in fields.items()}
        read = _item if cls is dict else _attribute

        def test(value: Any, path: Path) -> None:
            outer(value, path)
            for name, field in tests.items():
                found = read(value, name)
                if found is ABSENT:
                    if name in required:
                        raise ReturnMismatch(fields[name], found, (*path, name))
                elif field is not None:
                    field(found, (*path, name))

        cell[0] = test
        return test


def _plain(annotation: Any) -> Any:
    """The annotation without what only names or decorates it."""
    while True:
        if get_origin(annotation) in _DECORATING:
            annotation = get_args(annotation)[0]
        elif hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif hasattr(annotation, "__value__"):
            annotation = annotation.__value__
        else:
            return annotation


_DECORATING = (typing.Annotated, typing.Required, typing.NotRequired, typing.ClassVar, typing.Final)
_WIDER: Mapping[type, tuple[type, ...]] = {float: (int,), complex: (int, float)}


def _instance(annotation: Any, cls: type[Any]) -> Test:
    accepted = (cls, *_WIDER.get(cls, ()))
    refuses_bool = cls in (int, float, complex)

    def test(value: Any, path: Path) -> None:
        if not isinstance(value, accepted) or (refuses_bool and isinstance(value, bool)):
            raise ReturnMismatch(annotation, value, path)

    return test


def _items(outer: Test, item: Test | None) -> Test:
    if item is None:
        return outer

    def test(value: Iterable[Any], path: Path) -> None:
        outer(value, path)
        for index, each in enumerate(value):
            item(each, (*path, index))

    return test


def _literal(annotation: Any) -> Test:
    allowed: tuple[Any, ...] = get_args(annotation)

    def test(value: Any, path: Path) -> None:
        if not any(type(value) is type(each) and value == each for each in allowed):
            raise ReturnMismatch(annotation, value, path)

    return test


def _is_none(value: Any, path: Path) -> None:
    if value is not None:
        raise ReturnMismatch(None, value, path)


def _attribute(value: Any, name: str) -> Any:
    return getattr(value, name, ABSENT)


def _item(value: Mapping[str, Any], name: str) -> Any:
    return value.get(name, ABSENT)


def _fields(model: Any) -> dict[str, Any]:
    """The declared fields of any kind of model, each with its annotation."""
    names = (
        getattr(model, "__struct_fields__", None)
        or getattr(model, "__dataclass_fields__", None)
        or getattr(model, "__pydantic_fields__", None)
        or [each.name for each in getattr(model, "__attrs_attrs__", ())]
        or getattr(model, "_fields", None)
        or (getattr(model, "__annotations__", None) if is_typeddict(model) else None)
    )
    if not names:
        return {}
    hints = get_type_hints(model)
    return {name: hints[name] for name in names if name in hints}
