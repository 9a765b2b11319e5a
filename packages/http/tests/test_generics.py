"""Type parameters and what stands for them, in every kind of model."""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypedDict, TypeVar

import attrs
import msgspec
import pydantic.dataclasses
import pytest
from pydantic import BaseModel

from pleiad_http import (
    DecodeError,
    bound_fields,
    decoder_for,
    generic_bases,
    has_type_parameters,
    substituted,
)

T = TypeVar("T")
K = TypeVar("K")


class Struct(msgspec.Struct, Generic[T]):
    items: list[T]
    n: int = 0


class OfInts(Struct[int]):
    more: str = ""


class OfLists(Struct[list[K]], Generic[K]):
    key: K | None = None


class Reused(Struct[dict[str, T]], Generic[T]):
    own: T | None = None


@dataclass
class Data(Generic[T]):
    items: list[T]


@dataclass
class DataOfInts(Data[int]):
    pass


@attrs.define
class Attrs(Generic[T]):
    items: list[T]


class Typed(TypedDict, Generic[T]):
    items: list[T]


class TypedMore(Typed[list[T]], Generic[T]):
    own: T


class Named(NamedTuple, Generic[T]):  # type: ignore[misc]
    items: list[T]


@pydantic.dataclasses.dataclass
class PydanticData(Generic[T]):
    items: list[T]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        pytest.param(Struct[int], {"items": list[int], "n": int}, id="struct"),
        pytest.param(Struct, {"items": list[Any], "n": int}, id="left open"),
        pytest.param(OfInts, {"items": list[int], "n": int, "more": str}, id="bound by a subclass"),
        pytest.param(OfLists[str], {"items": list[list[str]], "n": int, "key": str | None}, id="handed on"),
        pytest.param(Reused[int], {"items": list[dict[str, int]], "n": int, "own": int | None}, id="one name, two parameters"),
        pytest.param(Data[int], {"items": list[int]}, id="dataclass"),
        pytest.param(DataOfInts, {"items": list[int]}, id="dataclass of ints"),
        pytest.param(Attrs[int], {"items": list[int]}, id="attrs"),
        pytest.param(Typed[int], {"items": list[int]}, id="typed dict"),
        pytest.param(TypedMore[int], {"items": list[list[int]], "own": int}, id="typed dict of typed dict"),
        pytest.param(Named[int], {"items": list[int]}, id="named tuple"),
        pytest.param(PydanticData[int], {"items": list[int]}, id="pydantic dataclass"),
        pytest.param(Struct[Annotated[int, []]], {"items": list[Annotated[int, []]], "n": int}, id="no hash"),
    ],
)  # fmt: skip
def test_fields(model: Any, fields: dict[str, Any]) -> None:
    assert dict(bound_fields(model)) == fields


@pytest.mark.parametrize(
    ("annotation", "result"),
    [
        pytest.param(T, int, id="parameter"),
        pytest.param(K, Any, id="another"),
        pytest.param(list[T], list[int], id="list"),
        pytest.param(dict[K, list[T]], dict[Any, list[int]], id="both"),
        pytest.param(Struct[T], Struct[int], id="model"),
        pytest.param(T | None, int | None, id="union"),
        pytest.param(Struct, Struct, id="class"),
        pytest.param(int, int, id="none"),
    ],
)
def test_substituted(annotation: Any, result: Any) -> None:
    assert substituted(annotation, {T: int}) == result
    assert has_type_parameters(annotation) == (annotation != result)


def test_ancestors() -> None:
    found = [(cls, arguments) for cls, arguments, _ in generic_bases(OfLists[int])]
    assert found[:2] == [(OfLists, (int,)), (Struct, (list[int],))]


class Model(BaseModel):
    a: int


@pytest.mark.parametrize("model", [Struct, Data, Typed, TypedMore])
def test_every_wrong_field_of_a_generic_model_is_told(model: Any) -> None:
    own = {"own": 1} if model is TypedMore else {}
    wrong: Any = [["x"], ["y"]] if model is TypedMore else ["x", "y"]
    with pytest.raises(DecodeError) as caught:
        decoder_for(model[int])(msgspec.json.encode({"items": wrong, **own}))
    assert len(caught.value.problems) == 2
