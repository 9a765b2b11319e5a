"""The paths of pydantic's errors lead somewhere in the document."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    Field,
    Json,
    TypeAdapter,
    ValidationError,
)

from pleiad_http import DecodeError, decoder_for, encode_json, encode_msgpack, from_pydantic


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    bones: int


def positive(value: int) -> int:
    if value < 0:
        raise ValueError("not positive")
    return value


class Shop(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    number: int | list[int] = 0
    stock: dict[int, int] = {}
    pets: list[Cat | Dog] = []
    count: Annotated[int, AfterValidator(positive)] = 0
    deep: int = Field(0, validation_alias=AliasPath("x", "y"))
    either: int = Field(0, validation_alias=AliasChoices("q", "r"))
    text: Json[list[int]] = []


TABLE: list[Any] = [
    pytest.param({"pet": {"kind": "cat", "lives": "x"}}, {("pet", "lives")}, id="discriminated"),
    pytest.param({"pet": {"kind": "cat"}}, {("pet", "lives")}, id="missing there"),
    pytest.param({"pet": {"kind": "cow"}}, {("pet",)}, id="no such member"),
    pytest.param({"number": ["x"]}, {("number",), ("number", 0)}, id="union"),
    pytest.param({"stock": {"x": 1, "2": "y"}}, {("stock", "x"), ("stock", "2")}, id="key and value"),
    pytest.param({"pets": [{"kind": "cat"}]}, {("pets", 0, "lives"), ("pets", 0, "kind"), ("pets", 0, "bones")}, id="list of a union"),
    pytest.param({"count": -1}, {("count",)}, id="validator"),
    pytest.param({"x": {"y": "z"}}, {("x", "y")}, id="alias path"),
    pytest.param({"r": "z"}, {("r",)}, id="alias choice"),
    pytest.param({"text": '["a"]'}, {("text",)}, id="json within json"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "paths"), TABLE)
@pytest.mark.parametrize("packed", [False, True], ids=["json", "msgpack"])
def test_paths(document: Any, paths: set[Any], packed: bool) -> None:
    data = (encode_msgpack if packed else encode_json)(document)
    decode = decoder_for(Shop, "application/vnd.msgpack" if packed else "application/json")
    with pytest.raises(DecodeError) as caught:
        decode(data)
    assert {each.path for each in caught.value.problems} == paths


def test_json_that_only_pydantic_reads() -> None:
    with pytest.raises(DecodeError) as caught:
        decoder_for(Shop)(b'{"number":NaN}')
    assert {each.path for each in caught.value.problems} == {
        ("number", "int"), ("number", "list[int]")
    }  # fmt: skip


def test_without_the_document_labels_stay() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Shop).validate_python({"pet": {"kind": "cat", "lives": "x"}})
    assert from_pydantic(caught.value, None).problems[0].path == ("pet", "cat", "lives")
