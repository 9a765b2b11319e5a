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
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from pleiad.options import ResponsePolicy
from pleiad_di import type_name

__all__ = ["Check", "ReturnMismatch", "check_for"]

Check: TypeAlias = Callable[[Any], Any]
"""Returns its argument, or raises `ReturnMismatch`."""

Path: TypeAlias = tuple[str | int, ...]

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

    def __init__(self, expected: Any, found: Any, path: Path = ()) -> None:
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


class Test(msgspec.Struct, frozen=True):
    """What a value is held to.

    PERF: most values are of exactly the declared class, so whoever holds many asks for that before
    it calls: a field costs 0.05 us so, and 0.15 by a call.

    Attributes:
        exact: Classes whose own instances, not those of subclasses, pass.
        run: Raises `ReturnMismatch` where the value is not what was declared. Whoever looks into a
            value puts the place of what it looked at before the path.
    """

    exact: frozenset[type]
    run: Callable[[Any], None]


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
    exact, run = test.exact, test.run

    def check(value: Any) -> Any:
        if type(value) not in exact:
            try:
                run(value)
            except ReturnMismatch as mismatch:
                mismatch.handler = handler
                raise
        return value

    return check


class _Tests:
    """Makes the tests of one annotation; a model that holds itself gets one that does so too."""

    def __init__(self) -> None:
        self._known: dict[Any, Test] = {}

    def test(self, annotation: Any, levels: int) -> Test | None:
        """The test of an annotation; `None` where every value passes."""
        annotation = _plain(annotation)
        origin = get_origin(annotation)
        if annotation in (None, types.NoneType):
            return _instance(None, types.NoneType)
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
        tests = [each for each in members if each is not None]
        return None if len(tests) < len(members) else _any_of(annotation, tests)

    def _tuple(self, annotation: Any, levels: int) -> Test:
        arguments = get_args(annotation)
        outer = _instance(annotation, tuple)
        if not levels:
            return outer
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return _items(outer, self.test(arguments[0], levels - 1))
        tests = [self.test(each, levels - 1) for each in arguments if each != ()]
        return _places(annotation, outer, tests)

    def _collection(self, annotation: Any, cls: Any, levels: int) -> Test:
        outer = _instance(annotation, cls)
        return _items(outer, self.test(get_args(annotation)[0], levels - 1)) if levels else outer

    def _mapping(self, annotation: Any, cls: type[Any], levels: int) -> Test:
        outer = _instance(annotation, cls)
        arguments = get_args(annotation)
        if not levels or len(arguments) != 2:
            return outer
        return _entries(outer, *(self.test(each, levels - 1) for each in arguments))

    def _model(self, annotation: Any, cls: type[Any], levels: int) -> Test:
        outer = _instance(annotation, cls)
        if levels < 2:
            return outer
        known = self._known.get(annotation)
        if known is not None:
            return known
        declared = _fields(get_origin(annotation) or annotation)
        if not declared:
            return outer
        fields: list[Field] = []
        test = self._known[annotation] = _model(outer, cls, fields)
        required = getattr(annotation, "__required_keys__", declared)
        for name, each in declared.items():
            field = self.test(each, levels - 1) or _ANYTHING
            fields.append((name, field.exact, field.run, each if name in required else ABSENT))
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
_NOTHING: frozenset[type] = frozenset()


def _instance(annotation: Any, cls: type[Any]) -> Test:
    accepted = (cls, *_WIDER.get(cls, ()))
    refuses_bool = cls in (int, float, complex)

    def run(value: Any) -> None:
        if not isinstance(value, accepted) or (refuses_bool and isinstance(value, bool)):
            raise ReturnMismatch(annotation, value)

    return Test(frozenset(accepted), run)


_ANYTHING = _instance(object, object)


def _literal(annotation: Any) -> Test:
    allowed: tuple[Any, ...] = get_args(annotation)

    def run(value: Any) -> None:
        if not any(type(value) is type(each) and value == each for each in allowed):
            raise ReturnMismatch(annotation, value)

    return Test(_NOTHING, run)


def _any_of(annotation: Any, members: list[Test]) -> Test:
    def run(value: Any) -> None:
        deepest = ReturnMismatch(annotation, value)
        for member in members:
            try:
                return member.run(value)
            except ReturnMismatch as mismatch:
                deepest = max(deepest, mismatch, key=lambda each: len(each.path))
        raise deepest

    return Test(_NOTHING.union(*(member.exact for member in members)), run)


def _items(outer: Test, item: Test | None) -> Test:
    if item is None:
        return outer
    collections, is_collection, exact, run_item = outer.exact, outer.run, item.exact, item.run

    def run(value: Collection[Any]) -> None:
        if type(value) not in collections:
            is_collection(value)
        # PERF: counted, the classes of 500 items take 6 us; each asked for, 9.
        classes: list[type] = [*map(type, value)]
        if sum(map(classes.count, exact)) == len(classes):
            return
        for index, each in enumerate(value):
            try:
                run_item(each)
            except ReturnMismatch as mismatch:
                mismatch.path = (index, *mismatch.path)
                raise

    return Test(_NOTHING, run)


def _places(annotation: Any, outer: Test, tests: Sequence[Test | None]) -> Test:
    def run(value: tuple[Any, ...]) -> None:
        outer.run(value)
        if len(value) != len(tests):
            raise ReturnMismatch(annotation, value)
        for index, (each, test) in enumerate(zip(value, tests, strict=True)):
            if test is not None and type(each) not in test.exact:
                try:
                    test.run(each)
                except ReturnMismatch as mismatch:
                    mismatch.path = (index, *mismatch.path)
                    raise

    return Test(_NOTHING, run)


def _entries(outer: Test, key_test: Test | None, value_test: Test | None) -> Test:
    mappings, is_mapping = outer.exact, outer.run
    keys, values = key_test or _ANYTHING, value_test or _ANYTHING
    exact_keys, exact_values, all_values = keys.exact, values.exact, value_test is None

    def run(value: Mapping[Any, Any]) -> None:
        if type(value) not in mappings:
            is_mapping(value)
        for key, each in value.items():
            try:
                if type(key) not in exact_keys:
                    keys.run(key)
                if not (all_values or type(each) in exact_values):
                    values.run(each)
            except ReturnMismatch as mismatch:
                mismatch.path = (str(key), *mismatch.path)
                raise

    return Test(_NOTHING, run)


Field: TypeAlias = tuple[str, frozenset[type], Callable[[Any], None], Any]
"""Name, classes that pass at once, test, and what is expected where it must be there."""


def _model(outer: Test, cls: type[Any], fields: Sequence[Field]) -> Test:
    models, is_model = outer.exact, outer.run
    read: Callable[..., Any] = dict[str, Any].get if cls is dict else getattr

    def run(value: Any) -> None:
        if type(value) not in models:
            is_model(value)
        for name, exact, run_field, expected in fields:
            found = read(value, name, ABSENT)
            if type(found) in exact:
                continue
            if found is not ABSENT:
                try:
                    run_field(found)
                except ReturnMismatch as mismatch:
                    mismatch.path = (name, *mismatch.path)
                    raise
            elif expected is not ABSENT:
                raise ReturnMismatch(expected, found, (name,))

    return Test(_NOTHING, run)


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
