"""A constraint that nobody would look at is refused when the decoder is made."""

from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, TypedDict

import annotated_types
import attrs
import msgspec
import pydantic
import pytest

from pleiad_http import SerializationException, decoder_for

Positive = Annotated[int, annotated_types.Gt(0)]


@dataclass
class ADataclass:
    page: Positive


@attrs.define
class AnAttrs:
    pages: list[Positive]


class AStruct(msgspec.Struct):
    page: Annotated[int, pydantic.Field(ge=1)] | None


class ATypedDict(TypedDict):
    page: Annotated[str, annotated_types.MinLen(1)]


class ANamedTuple(NamedTuple):
    page: Annotated[int, pydantic.AfterValidator(abs)]


@dataclass
class Outer:
    inner: list[ADataclass]


class Fine(msgspec.Struct):
    page: Annotated[int, msgspec.Meta(gt=0), "a note"]
    text: Annotated[str, pydantic.Field(description="no constraint")] = ""


class Model(pydantic.BaseModel):
    page: Positive


@dataclass
class OfModel:
    model: Model


@pytest.mark.parametrize(
    "annotation", [ADataclass, AnAttrs, AStruct, ATypedDict, ANamedTuple, Outer, list[Outer | None]]
)
def test_it_is_refused(annotation: Any) -> None:
    with pytest.raises(SerializationException, match="field 'pages?' of '.*' is held to .*Meta"):
        decoder_for(annotation)


@pytest.mark.parametrize("annotation", [Fine, Model, OfModel, list[Fine], Positive])
def test_what_is_looked_at_is_fine(annotation: Any) -> None:
    decoder_for(annotation)
