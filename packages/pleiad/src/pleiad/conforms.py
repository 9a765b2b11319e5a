"""Whether a value is of a type, all its parts included: the tests that a return check is made of.

A test takes a value, and raises `ReturnMismatch`; the path to what is wrong grows on the way out, so
that a value that conforms costs none. Subclasses conform, and the numeric tower of PEP 484; a bool is
no int. What cannot be looked at without using it up, as the items of an iterator, passes.
"""

import types
import typing
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, TypeAlias, cast, get_args, get_origin, is_typeddict

from pleiad.declared import (
    container_of,
    generic_of,
    is_generic_model,
    model_fields,
    opened_fields,
    undecorated,
    unpacked,
)
from pleiad.mismatch import ABSENT, ReturnMismatch
from pleiad_http import Kind, kind_of, substituted

__all__ = ["DEEP", "SHALLOW", "Depth", "Test", "Tests"]

Test: TypeAlias = Callable[[Any], None]
"""Raises `ReturnMismatch` where the value is not what was declared."""


class Depth(NamedTuple):
    """How far a test looks.

    Attributes:
        items: Levels of containers that are entered.
        fields: Levels of models that are entered.
        every: Whether all fields of a model are looked at, or only those of its type parameters,
            which make it a container of whatever stands for them.
    """

    items: int
    fields: int
    every: bool

    @property
    def in_items(self) -> "Depth":
        """What is left for the items of a container."""
        return self if self.every else Depth(self.items - 1, 0, every=False)

    @property
    def in_fields(self) -> "Depth":
        """What is left for the fields of a model."""
        return self if self.every else Depth(self.items, self.fields - 1, every=False)


SHALLOW = Depth(1, 1, every=False)
DEEP = Depth(1, 1, every=True)


class Tests:
    """Makes the tests of one annotation.

    A test of a model, or of what an alias stands for, is made when a value first needs it: a type may
    hold itself, with ever longer arguments too.
    """

    def __init__(self) -> None:
        self._known: dict[object, Test] = {}

    def test(self, annotation: Any, depth: Depth) -> Test | None:
        """The test of an annotation; `None` where every value conforms."""
        annotation = undecorated(annotation)
        if getattr(get_origin(annotation) or annotation, "__value__", None) is not None:
            return self._later(annotation, depth, self._alias)
        origin = get_origin(annotation) or annotation
        form = _FORMS.get(origin)
        if form is not None:
            return form(self, annotation, depth)
        if not isinstance(origin, type):
            return None
        if getattr(origin, "_is_protocol", False):
            checkable = getattr(origin, "_is_runtime_protocol", False)
            return _instance(annotation, origin) if checkable else None
        container = container_of(annotation)
        if container is not None:
            return self._container(annotation, origin, *container, depth)
        return self._model(annotation, origin, depth)

    def union(self, annotation: Any, depth: Depth) -> Test | None:
        """The test of a union: the mismatch that lies deepest is told."""
        members = [self.test(each, depth) for each in get_args(annotation)]
        if None in members:
            return None

        def test(value: Any) -> None:
            mismatches: list[ReturnMismatch] = []
            for member in members:
                try:
                    return cast("Test", member)(value)
                except ReturnMismatch as mismatch:
                    mismatches.append(mismatch)
            deepest = max(mismatches, key=lambda each: len(each.path))
            raise deepest if deepest.path else ReturnMismatch(annotation, value)

        return test

    def _container(
        self,
        annotation: Any,
        cls: type[Any],
        kind: type[Any],
        arguments: tuple[Any, ...],
        depth: Depth,
    ) -> Test:
        outer = _instance(annotation, cls)
        if depth.items < 1:
            return outer
        if issubclass(kind, tuple) and arguments[1:] != (Ellipsis,):
            return self._tuple(annotation, outer, arguments, depth.in_items)
        tests = [self.test(each, depth.in_items) for each in arguments if each is not Ellipsis]
        if issubclass(kind, Counter):
            tests.append(_instance(int, int))
        if issubclass(kind, Mapping):
            return _entries(outer, *tests) if len(tests) == 2 and any(tests) else outer
        if len(tests) != 1 or tests[0] is None:
            return outer
        return _items(outer, _scalar(arguments[0]), tests[0])

    def _tuple(
        self, annotation: Any, outer: Test, arguments: tuple[Any, ...], depth: Depth
    ) -> Test:
        """A tuple with a type for each item; `*tuple[T, ...]` among them takes what is left."""
        members = list(unpacked(arguments))
        rest = next((i for i, each in enumerate(members) if each.repeats), None)
        tests = [self.test(each.annotation, depth) for each in members]

        def test(value: Any) -> None:
            outer(value)
            expected = tests
            if rest is not None:
                repeats = max(len(value) - len(tests) + 1, 0)
                expected = [*tests[:rest], *[tests[rest]] * repeats, *tests[rest + 1 :]]
            if len(value) != len(expected):
                raise ReturnMismatch(annotation, value)
            index = 0
            try:
                for index, item in enumerate(expected):
                    if item is not None:
                        item(value[index])
            except ReturnMismatch as mismatch:
                raise mismatch.within(index) from None

        return test

    def _model(self, annotation: Any, cls: type[Any], depth: Depth) -> Test:
        outer = _instance(annotation, dict if is_typeddict(cls) else cls)
        is_model = kind_of(cls) is not Kind.BUILTIN
        if depth.fields < 1 or not is_model or not (depth.every or is_generic_model(annotation)):
            return outer
        inner = self._later(annotation, depth, self._fields)

        def test(value: Any) -> None:
            outer(value)
            inner(value)

        return test

    def _fields(self, annotation: Any, depth: Depth) -> Test:
        cls = get_origin(annotation) or annotation
        found = model_fields(annotation) if depth.every else opened_fields(annotation)
        tests = {
            name: (_scalar(each), self.test(each, depth.in_fields)) for name, each in found.items()
        }
        required = getattr(cls, "__required_keys__", found)
        read = _item if is_typeddict(cls) else _attribute

        def test(value: Any) -> None:
            name = ""
            try:
                for name, (exact, field) in tests.items():
                    part = read(value, name)
                    if type(part) is exact:
                        continue
                    if part is ABSENT:
                        if name in required:
                            raise ReturnMismatch(found[name], part)
                    elif field is not None:
                        field(part)
            except ReturnMismatch as mismatch:
                raise mismatch.within(name) from None

        return test

    def _alias(self, annotation: Any, depth: Depth) -> Test | None:
        alias = get_origin(annotation) or annotation
        bound = dict(zip(getattr(alias, "__type_params__", ()), get_args(annotation), strict=False))
        return self.test(substituted(alias.__value__, bound), depth)

    def _later(
        self, annotation: Any, depth: Depth, make: Callable[[Any, Depth], Test | None]
    ) -> Test:
        """The test that `make` makes, when a value first needs it."""
        key = (annotation if _is_hashable(annotation) else id(annotation), depth)
        known = self._known.get(key)
        if known is not None:
            return known
        made: list[Test | None] = []

        def test(value: Any) -> None:
            if not made:
                made.append(make(annotation, depth))
            if made[0] is not None:
                made[0](value)

        self._known[key] = test
        return test


# Special forms


def _anything(tests: Tests, annotation: Any, depth: Depth) -> None:
    """Nothing is known of the value."""


def _none(tests: Tests, annotation: Any, depth: Depth) -> Test:
    return _instance(None, types.NoneType)


def _literal(tests: Tests, annotation: Any, depth: Depth) -> Test:
    allowed: tuple[Any, ...] = get_args(annotation)

    def test(value: Any) -> None:
        if not any(type(value) is type(each) and value == each for each in allowed):
            raise ReturnMismatch(annotation, value)

    return test


def _never(tests: Tests, annotation: Any, depth: Depth) -> Test:
    def test(value: Any) -> None:
        raise ReturnMismatch(annotation, value)

    return test


_FORMS: Mapping[Any, Callable[[Tests, Any, Depth], Test | None]] = {
    None: _none,
    types.NoneType: _none,
    Any: _anything,
    object: _anything,
    type: _anything,
    Callable: _anything,
    typing.Literal: _literal,
    typing.LiteralString: lambda tests, annotation, depth: _instance(str, str),
    typing.Never: _never,
    typing.NoReturn: _never,
    typing.Union: Tests.union,
    types.UnionType: Tests.union,
}
"""Types that are no classes, or whose values no codec takes."""


# Classes

_WIDER: Mapping[type, tuple[type, ...]] = {float: (int,), complex: (int, float)}


def _instance(annotation: Any, cls: type[Any]) -> Test:
    accepted = (cls, *_WIDER.get(cls, ()))
    refuses_bool = cls in (int, float, complex)
    generic = generic_of(cls)  # one that was made without arguments: its fields decide

    def test(value: Any) -> None:
        if isinstance(value, accepted):
            if not (refuses_bool and isinstance(value, bool)):
                return
        elif type(value) is generic:
            return
        raise ReturnMismatch(annotation, value)

    return test


def _scalar(annotation: Any) -> type[Any] | None:
    """The class whose own values conform, whatever they hold.

    PERF: looking at it first takes a quarter off a deep check, since most values are scalars.
    """
    plain = undecorated(annotation)
    return plain if plain in _SCALARS else None


_SCALARS = (str, int, float, bool, bytes, types.NoneType)


def _is_hashable(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True


# Containers


def _items(outer: Test, exact: type[Any] | None, item: Test) -> Test:
    def test(value: Any) -> None:
        outer(value)
        if isinstance(value, Collection):  # the items of an iterator are there once
            index = 0
            try:
                for each in cast("Any", value):
                    if type(each) is not exact:
                        item(each)
                    index += 1
            except ReturnMismatch as mismatch:
                raise mismatch.within(index) from None

    return test


def _entries(outer: Test, key: Test | None, value: Test | None) -> Test:
    def test(mapping: Any) -> None:
        outer(mapping)
        name = None
        try:
            for name, each in mapping.items():
                if key is not None:
                    key(name)
                if value is not None:
                    value(each)
        except ReturnMismatch as mismatch:
            raise mismatch.within(str(name)) from None

    return test


# Models


def _attribute(value: Any, name: str) -> Any:
    return getattr(value, name, ABSENT)


def _item(value: Mapping[str, Any], name: str) -> Any:
    return value.get(name, ABSENT)
