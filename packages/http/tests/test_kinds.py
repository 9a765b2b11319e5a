import dataclasses
import sys
from collections.abc import Callable
from typing import Annotated, Any, Generic, NamedTuple, NewType, TypedDict, TypeVar

import attrs
import msgspec
import pydantic
import pydantic.dataclasses
import pytest
import typing_extensions

from pleiad_http import Kind, kind_of
from pleiad_http.kinds import classes_in, field_types, key_of, models_in, parts_of

T = TypeVar("T")


class Struct(msgspec.Struct, Generic[T]):
    a: T


class Model(pydantic.BaseModel):
    a: int


class GenericModel(pydantic.BaseModel, Generic[T]):
    a: T


@pydantic.dataclasses.dataclass
class PydanticDataclass:
    a: int


@dataclasses.dataclass
class Dataclass(Generic[T]):
    a: T


@attrs.define
class Attrs:
    a: int


class Typed(TypedDict):
    a: int


class GenericTyped(typing_extensions.TypedDict, Generic[T]):
    a: T


class Totalled(dict[str, int]):
    """A dict with something of a TypedDict's."""

    __required_keys__ = frozenset({"a"})


class Named(NamedTuple):
    a: int


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (Struct, Kind.STRUCT),
        (Struct[int], Kind.STRUCT),
        (Model, Kind.PYDANTIC),
        (GenericModel[int], Kind.PYDANTIC),
        (PydanticDataclass, Kind.PYDANTIC),
        (Dataclass, Kind.DATACLASS),
        (Dataclass[int], Kind.DATACLASS),
        (Attrs, Kind.ATTRS),
        (Typed, Kind.TYPED_DICT),
        (GenericTyped, Kind.TYPED_DICT),
        (GenericTyped[int], Kind.TYPED_DICT),
        (Totalled, Kind.BUILTIN),
        (Named, Kind.NAMED_TUPLE),
        (int, Kind.BUILTIN),
        (list[Model], Kind.BUILTIN),
        (Model | None, Kind.BUILTIN),
        (tuple, Kind.BUILTIN),
        (Any, Kind.BUILTIN),
        (None, Kind.BUILTIN),
        (T, Kind.BUILTIN),
        (Model(a=1), Kind.BUILTIN),
    ],
    ids=str,
)
def test_kind_of(annotation: Any, kind: Kind) -> None:
    assert kind_of(annotation) is kind


def test_parts_of() -> None:
    alias = NewType("alias", Model)  # type: ignore[valid-newtype]
    parts = list(parts_of(dict[str, Annotated[list[Attrs] | None, "x"]]))
    assert {str, Attrs, type(None)} <= {part for part in parts if isinstance(part, type)}
    assert Model in list(parts_of(list[alias]))
    assert list(parts_of(Callable[[int], str]))


if sys.version_info >= (3, 12):

    def test_type_statements() -> None:
        names: dict[str, Any] = {"Model": Model}
        exec("type Alias = list[Model]", names)
        assert Model in list(parts_of(names["Alias"]))


class Leaf(msgspec.Struct):
    up: "Branch | None"


@dataclasses.dataclass
class Branch:
    leaves: list[Leaf]
    model: Model
    pair: "tuple[Named, Typed]"


def test_models_in() -> None:
    """Models within models, round and round; pydantic's are not entered."""
    assert models_in(list[Branch] | None) == {
        Branch: Kind.DATACLASS,
        Leaf: Kind.STRUCT,
        Model: Kind.PYDANTIC,
        Named: Kind.NAMED_TUPLE,
        Typed: Kind.TYPED_DICT,
    }
    assert models_in(dict[str, int]) == {}
    assert classes_in(dict[str, list[Model]]) == {
        dict: Kind.BUILTIN,
        str: Kind.BUILTIN,
        list: Kind.BUILTIN,
        Model: Kind.PYDANTIC,
    }


def test_annotations_that_cannot_be_resolved() -> None:
    @dataclasses.dataclass
    class Wrong:
        a: "Missing"  # type: ignore[name-defined]  # noqa: F821

    assert field_types(Wrong) == {}


class Alias:
    """As an alias of Python 3.12's `type` statement, which other versions cannot write."""

    def __init__(self) -> None:
        self.__value__: Any = list[self]  # type: ignore[valid-type]


def test_an_alias_that_stands_for_itself_is_entered_once() -> None:
    alias = Alias()
    assert list(parts_of(alias)) == [alias, list[alias], alias]  # type: ignore[valid-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(int | str, str | int, id="order of a union"),
        pytest.param(list[int | str], list[str | int], id="within a container"),
        pytest.param(Annotated[int, 1], Annotated[int, True], id="metadata"),
    ],
)
def test_what_is_equal_but_not_the_same_has_another_key(one: Any, other: Any) -> None:
    assert one == other
    assert key_of(one) != key_of(other)


def test_the_same_has_the_same_key() -> None:
    assert key_of(Struct) == key_of(Struct)
    assert key_of(list[Struct[int]]) == key_of(list[Struct[int]])
    assert key_of(Annotated[int, []]) is None
