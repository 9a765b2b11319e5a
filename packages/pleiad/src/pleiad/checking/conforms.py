"""Whether a value is of a type, all its parts included: the tests that a return check is made of.

A value of exactly the declared class, as nearly all are, passes where its class says enough; any other
is looked at, and `ReturnMismatch` raised. The path to what is wrong grows on the way out, so that a
value that conforms costs none. Subclasses conform, and the numeric tower of PEP 484; a bool is
no int. What cannot be looked at without using it up, as the items of an iterator, passes.
"""

import types
import typing
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, get_args, get_origin

import msgspec

from pleiad.checking.declared import (
    container_of,
    generic_of,
    is_generic_model,
    model_fields,
    opened_fields,
    undecorated,
    unpacked,
)
from pleiad.checking.mismatch import ABSENT, ReturnMismatch
from pleiad_http import Kind, fields_of, kind_of, substituted

__all__ = ["DEEP", "SHALLOW", "Depth", "Test", "Tests"]

NOTHING: frozenset[type] = frozenset()


class Test(msgspec.Struct, frozen=True):
    """What a value is held to.

    PERF: whoever holds many values looks at their classes before it calls: a field costs 0.05 us so,
    and 0.15 by a call.

    Attributes:
        exact: The classes whose own instances, not those of subclasses, conform.
        run: Raises `ReturnMismatch` where the value is not what was declared.
    """

    exact: frozenset[type]
    run: Callable[[Any], None]


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

    The tests of a model's fields, and of what an alias stands for, are made when a value first needs
    them: a type may hold itself, with ever longer arguments too.
    """

    def __init__(self) -> None:
        self._known: dict[object, Test] = {}

    def test(self, annotation: Any, depth: Depth) -> Test | None:
        """The test of an annotation; `None` where every value conforms."""
        annotation = undecorated(annotation)
        if getattr(get_origin(annotation) or annotation, "__value__", None) is not None:
            return self._once(annotation, depth, self._alias)
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
        return self._once(annotation, depth, self._model)

    def union(self, annotation: Any, depth: Depth) -> Test | None:
        """The test of a union."""
        members = [self.test(each, depth) for each in get_args(annotation)]
        tests = [each for each in members if each is not None]
        return None if len(tests) < len(members) else _any_of(annotation, tests)

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
        return outer if len(tests) != 1 or tests[0] is None else _items(outer, tests[0])

    def _tuple(
        self, annotation: Any, outer: Test, arguments: tuple[Any, ...], depth: Depth
    ) -> Test:
        """A tuple with a type for each item; `*tuple[T, ...]` among them takes what is left."""
        members = list(unpacked(arguments))
        rest = next((i for i, each in enumerate(members) if each.repeats), None)
        tests = [self.test(each.annotation, depth) or _ANYTHING for each in members]
        return _places(annotation, outer, tests, rest)

    def _model(self, annotation: Any, depth: Depth) -> Test:
        cls: Any = get_origin(annotation) or annotation
        kind = kind_of(cls)
        is_dict, is_model = kind is Kind.TYPED_DICT, kind is not Kind.BUILTIN
        outer = _instance(annotation, dict if is_dict else cls)
        if depth.fields < 1 or not is_model or not (depth.every or is_generic_model(annotation)):
            return outer
        read = dict[str, Any].get if is_dict else getattr
        return _parts(outer, read, lambda: self._fields(annotation, depth))

    def _fields(self, annotation: Any, depth: Depth) -> "list[Field]":
        found = model_fields(annotation) if depth.every else opened_fields(annotation)
        is_dict = kind_of(annotation) is Kind.TYPED_DICT
        optional = {f.name for f in fields_of(annotation) if not f.required} if is_dict else ()
        fields: list[Field] = []
        for name, each in found.items():
            test = self.test(each, depth.in_fields) or _ANYTHING
            fields.append((name, test.exact, test.run, ABSENT if name in optional else each))
        return fields

    def _alias(self, annotation: Any, depth: Depth) -> Test:
        """What an alias stands for is seen when a value first needs it."""
        alias = get_origin(annotation) or annotation
        bound = dict(zip(getattr(alias, "__type_params__", ()), get_args(annotation), strict=False))
        made: list[Test] = []

        def run(value: Any) -> None:
            if not made:
                meant = substituted(alias.__value__, bound)
                made.append(self.test(meant, depth) or _ANYTHING)
            if type(value) not in made[0].exact:
                made[0].run(value)

        return Test(NOTHING, run)

    def _once(self, annotation: Any, depth: Depth, make: Callable[[Any, Depth], Test]) -> Test:
        """The test that `make` makes, the same one for the same annotation."""
        key = (annotation if _is_hashable(annotation) else id(annotation), depth)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = make(annotation, depth)
        return known


# Special forms


def _anything(tests: Tests, annotation: Any, depth: Depth) -> None:
    """Nothing is known of the value."""


def _none(tests: Tests, annotation: Any, depth: Depth) -> Test:
    return _instance(None, types.NoneType)


def _literal(tests: Tests, annotation: Any, depth: Depth) -> Test:
    allowed: tuple[Any, ...] = get_args(annotation)

    def run(value: Any) -> None:
        if not any(type(value) is type(each) and value == each for each in allowed):
            raise ReturnMismatch(annotation, value)

    return Test(NOTHING, run)


def _never(tests: Tests, annotation: Any, depth: Depth) -> Test:
    def run(value: Any) -> None:
        raise ReturnMismatch(annotation, value)

    return Test(NOTHING, run)


def _any_of(annotation: Any, members: Sequence[Test]) -> Test:
    """What conforms to one of them; the mismatch that lies deepest is told."""

    def run(value: Any) -> None:
        deepest = ReturnMismatch(annotation, value)
        for member in members:
            try:
                return member.run(value)
            except ReturnMismatch as mismatch:
                deepest = max(deepest, mismatch, key=lambda each: len(each.path))
        raise deepest

    return Test(NOTHING.union(*(member.exact for member in members)), run)


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

    def run(value: Any) -> None:
        if isinstance(value, accepted):
            if not (refuses_bool and isinstance(value, bool)):
                return
        elif type(value) is generic:
            return
        raise ReturnMismatch(annotation, value)

    return Test(frozenset({*accepted, generic}), run)


_ANYTHING = _instance(object, object)


def _is_hashable(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True


# Containers


def _items(outer: Test, item: Test) -> Test:
    collections, is_collection, exact, run_item = outer.exact, outer.run, item.exact, item.run

    def run(value: Any) -> None:
        if type(value) not in collections:
            is_collection(value)
            if not _is_collection(value):
                return
        # PERF: counted, the classes of 500 items take 6 us; each asked for, 9.
        classes: list[type] = [*map(type, value)]
        if sum(map(classes.count, exact)) == len(classes):
            return
        index = 0
        try:
            for each in value:
                run_item(each)
                index += 1
        except ReturnMismatch as mismatch:
            raise mismatch.within(index) from None

    return Test(NOTHING, run)


def _is_collection(value: object) -> bool:
    """Whether its items are there as often as they are asked for, which those of an iterator are not."""
    return isinstance(value, Collection)


def _places(annotation: Any, outer: Test, tests: Sequence[Test], rest: int | None) -> Test:
    """Items with a test each; that at the place `rest` is for as many as there are."""

    def run(value: Any) -> None:
        outer.run(value)
        expected = tests
        if rest is not None:
            repeats = max(len(value) - len(tests) + 1, 0)
            expected = [*tests[:rest], *[tests[rest]] * repeats, *tests[rest + 1 :]]
        if len(value) != len(expected):
            raise ReturnMismatch(annotation, value)
        index = 0
        try:
            for index, test in enumerate(expected):
                if type(value[index]) not in test.exact:
                    test.run(value[index])
        except ReturnMismatch as mismatch:
            raise mismatch.within(index) from None

    return Test(NOTHING, run)


def _entries(outer: Test, key: Test | None, value: Test | None) -> Test:
    mappings, is_mapping = outer.exact, outer.run
    keys, values = key or _ANYTHING, value or _ANYTHING
    exact_keys, exact_values, all_values = keys.exact, values.exact, value is None

    def run(mapping: Any) -> None:
        if type(mapping) not in mappings:
            is_mapping(mapping)
        name = None
        try:
            for name, each in mapping.items():
                if type(name) not in exact_keys:
                    keys.run(name)
                if not (all_values or type(each) in exact_values):
                    values.run(each)
        except ReturnMismatch as mismatch:
            raise mismatch.within(str(name)) from None

    return Test(NOTHING, run)


# Models

Field: TypeAlias = tuple[str, frozenset[type], Callable[[Any], None], Any]
"""Its name, the classes that pass at once, its test, and what is expected where it must be there."""


def _parts(outer: Test, read: Callable[..., Any], fields_of: Callable[[], Sequence[Field]]) -> Test:
    """A model whose fields have tests, which are made for the first value."""
    models, is_model = outer.exact, outer.run
    made: list[Sequence[Field]] = []

    def run(value: Any) -> None:
        if type(value) not in models:
            is_model(value)
        if not made:
            made.append(fields_of())
        name = ""
        try:
            for name, exact, run_field, expected in made[0]:
                part = read(value, name, ABSENT)
                if type(part) in exact:
                    continue
                if part is not ABSENT:
                    run_field(part)
                elif expected is not ABSENT:
                    raise ReturnMismatch(expected, part)
        except ReturnMismatch as mismatch:
            raise mismatch.within(name) from None

    return Test(NOTHING, run)
