"""What a return annotation lets pass."""

import enum
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    Protocol,
    TypedDict,
    TypeVar,
)

import attrs
import msgspec
import pytest
from pydantic import BaseModel

from pleiad.checking.check import ReturnMismatch, check_for

T = TypeVar("T")
UserId = NewType("UserId", int)


class Colour(enum.Enum):
    RED = "red"


class Struct(msgspec.Struct):
    a: int
    b: "list[Struct]" = []


class Model(BaseModel):
    a: int
    b: list[int] = []


@dataclass
class Data:
    a: int
    b: "dict[str, Data]" = field(default_factory=dict)


@attrs.define
class Attrs:
    a: int


class Pair(NamedTuple):
    a: int
    b: str


class Sub(Struct):
    c: int = 0


class Movie(TypedDict, total=False):
    title: str
    year: int


class Box(Generic[T]):
    pass


class Sized(Protocol):
    def size(self) -> int: ...


RIGHT: list[Any] = [
    (int, 1), (int, 10**30), (float, 1.0), (float, 1), (str, ""), (bytes, b""), (bool, True), (None, None),
    (Any, NotImplemented), (object, 1), (T, 1), (UserId, 1), (Annotated[int, "x"], 1), (Literal[1, "a"], "a"),
    (int | None, None), (int | str, "a"), (dict, {}), (dict[str, int], {"a": 1}), (dict[str, Any], {"a": []}),
    (Mapping[str, int], {"a": 1}), (list, [1, "a"]), (list[int], [1]), (list[Struct], [Struct(1), Sub(2)]),
    (Sequence[int], (1, 2)), (tuple[int, str], (1, "a")), (tuple[int, ...], ()), (set[int], {1}),
    (deque[int], deque([1])), (Struct, Sub(1)), (Model, Model(a=1)), (Data, Data(1)), (Attrs, Attrs(1)),
    (Pair, Pair(1, "b")), (Movie, {"title": "x"}), (Colour, Colour.RED), (Decimal, Decimal(1)),
    (date, datetime(2026, 1, 1)), (Box[int], Box()), (Sized, 1), (type[int], int),
]  # fmt: skip


@pytest.mark.parametrize("policy", ["types", "always"])
@pytest.mark.parametrize(("annotation", "value"), RIGHT, ids=lambda each: f"{each!r:.40}")
def test_what_is_declared_passes(annotation: Any, value: Any, policy: Any) -> None:
    check = check_for(annotation, policy)
    if check is not None:
        check(value)


WRONG: list[Any] = [
    (int, True, ""), (int, 1.0, ""), (int, "1", ""), (int, None, ""), (float, True, ""), (str, b"", ""),
    (None, 0, ""), (UserId, "1", ""), (Literal[1], True, ""), (Literal["a"], "b", ""), (int | None, "", ""),
    (dict, [], ""), (dict[str, int], {"a": "1"}, "a"), (dict[str, int], {1: 1}, "1"), (list, (), ""),
    (list[int], ["a"], "[0]"), (list[int], [1, None], "[1]"), (list[Struct], [{"a": 1}], "[0]"),
    (tuple[int, str], (1,), ""), (tuple[int, str], (1, 2), "[1]"), (set[int], {"a"}, "[0]"),
    (Struct, {"a": 1}, ""), (Struct, Model(a=1), ""), (Model, {"a": 1}, ""), (Data, Attrs(1), ""),
    (Pair, (1, "b"), ""), (Movie, [], ""), (Colour, "red", ""), (Decimal, 1, ""), (date, "2026-01-01", ""),
    (int | list[int], ["a"], "[0]"),
]  # fmt: skip


@pytest.mark.parametrize("policy", ["types", "always"])
@pytest.mark.parametrize(("annotation", "value", "path"), WRONG, ids=lambda each: f"{each!r:.40}")
def test_anything_else_is_refused(annotation: Any, value: Any, path: str, policy: Any) -> None:
    check = check_for(annotation, policy)
    assert check is not None
    with pytest.raises(ReturnMismatch) as refused:
        check(value)
    assert str(refused.value).startswith("the handler declares ")
    assert (f" at '{path}'," in str(refused.value)) == bool(path)


def broken(model: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(model, name, value)
    return model


DEEP: list[Any] = [
    pytest.param(list[list[int]], [["a"]], "[0][0]", id="list of lists"),
    pytest.param(Struct, broken(Struct(1), a="x"), "a", id="struct"),
    pytest.param(Struct, Struct(1, [broken(Struct(1), a="x")]), "b[0].a", id="struct in itself"),
    pytest.param(Model, broken(Model(a=1), a="x"), "a", id="pydantic"),
    pytest.param(Model, broken(Model(a=1), b=[1, None]), "b[1]", id="list in pydantic"),
    pytest.param(Data, Data(1, {"k": broken(Data(1), a=None)}), "b.k.a", id="dataclass in a dict"),
    pytest.param(Attrs, broken(Attrs(1), a="x"), "a", id="attrs"),
    pytest.param(Pair, Pair(1, 2), "b", id="named tuple"),  # type: ignore[arg-type]
    pytest.param(Movie, {"year": "x"}, "year", id="typed dict"),
    pytest.param(dict[str, list[int]], {"k": ["x"]}, "k[0]", id="list in dict"),
]


@pytest.mark.parametrize(("annotation", "value", "path"), DEEP)
def test_only_the_deep_check_looks_into_models(annotation: Any, value: Any, path: str) -> None:
    shallow = check_for(annotation, "types")
    deep = check_for(annotation, "always")
    assert shallow is not None
    assert deep is not None
    shallow(value)
    with pytest.raises(ReturnMismatch) as refused:
        deep(value)
    assert f" at '{path}'," in str(refused.value)


def test_nothing_is_checked_where_that_is_wanted() -> None:
    assert check_for(int, "off") is None


def test_a_missing_attribute_is_told() -> None:
    data = Data(1)
    del data.a
    check = check_for(Data, "always")
    assert check is not None
    with pytest.raises(ReturnMismatch, match="declares int at 'a', but returned nothing"):
        check(data)
