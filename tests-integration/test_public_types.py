"""A foreign type in a public signature is a promise; this table is where it is made.

Everything that `__all__` names is walked: the annotations of functions, of classes and their public
methods, the bases, the type aliases. The annotations must resolve at run time as well, since this
framework and its users' tools read them there.
"""

import functools
import importlib
import inspect
import pkgutil
import sys
import types
import typing
from collections.abc import Iterator

import pytest

FOREIGN = {
    "di": set(),
    "http": {"msgspec"},
    "middleware": {"msgspec"},
    "openapi": {"msgspec"},
    "params": {"msgspec"},
    "pleiad": {"httpx2", "msgspec"},
    "routing": set(),
    "testing": {"httpx2"},
    "websockets": {"msgspec"},
}
CALLED_BY_USERS = {"__init__", "__new__", "__call__", "__enter__", "__aenter__", "__getitem__"}


def classes_in(annotation) -> Iterator[type]:
    """Give every class that an annotation or an alias names."""
    origin = typing.get_origin(annotation)
    if annotation is typing.Generic or origin is typing.Literal:
        return
    if isinstance(annotation, list | tuple):
        for item in annotation:
            yield from classes_in(item)
    elif isinstance(annotation, typing.TypeVar):
        yield from classes_in((annotation.__bound__, annotation.__constraints__))
    elif origin is typing.Annotated:
        yield from classes_in((annotation.__origin__, [type(m) for m in annotation.__metadata__]))
    elif origin:
        yield from classes_in((origin, typing.get_args(annotation)))
    elif isinstance(annotation, type):
        yield annotation


def functions_of(owner: type) -> Iterator[types.FunctionType]:
    """Give the functions behind a class's public methods and properties."""
    for name, value in vars(owner).items():
        if name.startswith("_") and name not in CALLED_BY_USERS:
            continue
        for attribute in ("fget", "func", "__func__"):
            value = getattr(value, attribute, value)
        if isinstance(value, types.FunctionType):
            yield value


def hints(value) -> list[object]:
    return list(typing.get_type_hints(value, include_extras=True).values())


def annotations_of(value) -> Iterator[object]:
    """Give whatever types a public value shows."""
    if isinstance(value, type):
        yield from hints(value)
        yield from value.__bases__
        for function in functions_of(value):
            yield from annotations_of(function)
    elif isinstance(value, types.FunctionType | functools.partial):
        function = inspect.unwrap(getattr(value, "func", value))
        for form in (function, *typing.get_overloads(function)):
            yield from hints(form)
    else:
        yield value  # an alias, or a constant that is no type


def modules_of(package) -> Iterator[types.ModuleType]:
    """Give the public modules: a package's own, and below `pleiad` every one that has `__all__`."""
    top = importlib.import_module(package.module)
    yield top
    if package.name == "pleiad":
        for found in pkgutil.iter_modules(top.__path__, "pleiad."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def shown_by(package) -> Iterator[tuple[str, str]]:
    """Give `(import root, public name that shows it)` of every type that is not Python's own."""
    for module in modules_of(package):
        for name in getattr(module, "__all__", ()):
            for found in classes_in(list(annotations_of(getattr(module, name)))):
                root = found.__module__.partition(".")[0]
                if root not in sys.stdlib_module_names:
                    yield root, f"{module.__name__}.{name}"


@pytest.fixture
def shown(package) -> dict[str, set[str]]:
    roots = {}
    for root, name in shown_by(package):
        roots.setdefault(root, set()).add(name)
    return roots


def test_foreign_types_are_the_promised_ones(package, shown):
    foreign = {root: names for root, names in shown.items() if not root.startswith("pleiad")}
    assert foreign.keys() == FOREIGN[package.folder.name], foreign


def test_types_of_siblings_come_from_declared_ones(package, shown):
    siblings = {root for root in shown if root.startswith("pleiad")}
    declared = {item.partition(">")[0].replace("-", "_") for item in package.dependencies}
    assert siblings <= declared | {package.module}, shown


def test_walk_sees_what_it_should():
    """The walk itself: a foreign type is found in each of the places it can hide."""

    class Hidden:
        pass

    T = typing.TypeVar("T", bound=Hidden)
    Hidden.__module__ = "foreign"

    def function(first: T, *rest: list[int]) -> None: ...

    class WithProperty:
        @property
        def value(self) -> Hidden | None: ...

    class WithField:
        field: dict[str, typing.Annotated[Hidden, "note"]]

    class Below(Hidden):
        pass

    shows = [
        function,
        functools.partial(function),
        WithProperty,
        WithField,
        Below,
        typing.Callable[[Hidden], None],
        typing.Annotated[int, Hidden()],
    ]
    for value in shows:
        assert Hidden in classes_in(list(annotations_of(value))), value
    assert Hidden not in classes_in(list(annotations_of(typing.Literal["foreign"])))
