"""Models whose fields are values of one source."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, Generic, NamedTuple, Required, TypedDict, TypeVar

import annotated_types
import attrs
import msgspec
import pydantic
import pydantic.dataclasses
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import NotRequired, ReadOnly
from typing_extensions import TypedDict as ExtendedTypedDict

from pleiad_http import ClientException, ValidationException
from pleiad_params import Cookie, Form, Header, Parameter, Query

Page = Annotated[int, annotated_types.Ge(1)]
T = TypeVar("T")


class Order(Enum):
    UP = "up"
    DOWN = "down"


class AStruct(msgspec.Struct):
    page: Page
    tags: list[str] = []
    order: Order | None = None


@dataclass
class ADataclass:
    page: Page
    tags: list[str] = field(default_factory=list)
    order: Order | None = None


@attrs.define
class AnAttrs:
    page: Page
    tags: list[str] = attrs.field(factory=list)
    order: Order | None = None


class ATypedDict(TypedDict):
    page: Page
    tags: NotRequired[list[str]]
    order: NotRequired[Order]


class AReadOnly(TypedDict):
    page: ReadOnly[Page]
    tags: ReadOnly[NotRequired[list[str]]]
    order: Annotated[NotRequired[ReadOnly[Order]], "metadata"]


class AnExtended(ExtendedTypedDict, total=False):
    page: Required[ReadOnly[Page]]
    tags: ReadOnly[list[str]]
    order: ReadOnly[Order]


class ANamedTuple(NamedTuple):
    page: Page
    tags: list[str] = []  # noqa: RUF012 - what the test is about
    order: Order | None = None


class APydantic(pydantic.BaseModel):
    page: Page
    tags: list[str] = []
    order: Order | None = None


@pydantic.dataclasses.dataclass
class APydanticDataclass:
    page: Page
    tags: list[str] = pydantic.Field(default_factory=list)
    order: Order | None = None


DICTS = [ATypedDict, AReadOnly, AnExtended]
KINDS = [AStruct, ADataclass, AnAttrs, *DICTS, ANamedTuple, APydantic, APydanticDataclass]


def taking(annotation: Any) -> Any:
    def function(filters: Any) -> None: ...

    function.__annotations__["filters"] = annotation
    return function


def as_dict(value: Any) -> dict[str, Any]:
    names = ("page", "tags", "order")
    if isinstance(value, dict):
        return {name: value[name] for name in names if name in value}
    return {name: getattr(value, name) for name in names}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read(bound: Any, kind: Any) -> None:
    value = bound(taking(Annotated[kind, Query()]))("page=2&tags=a&tags=b&order=up")["filters"]
    assert type(value) is (dict if kind in DICTS else kind)
    assert as_dict(value) == {"page": 2, "tags": ["a", "b"], "order": Order.UP}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_out_has_its_default(bound: Any, kind: Any) -> None:
    value = as_dict(bound(taking(Annotated[kind, Query()]))("page=2")["filters"])
    assert value == ({"page": 2} if kind in DICTS else {"page": 2, "tags": [], "order": None})


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        pytest.param("", ["page"], id="missing"),
        pytest.param("page=0", ["page"], id="constraint"),
        pytest.param("page=1_0", ["page"], id="no int of ours"),
        pytest.param("page=%201", ["page"], id="space"),
        pytest.param("page=%D9%A1", ["page"], id="other digits"),
        pytest.param("page=x&order=sideways", ["order", "page"], id="two at once"),
        pytest.param("order=sideways", ["order", "page"], id="missing and wrong"),
        pytest.param("page=0&order=sideways", ["order", "page"], id="constraint and enum"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_every_wrong_value_is_told(bound: Any, kind: Any, query: str, wrong: list[str]) -> None:
    with pytest.raises(ValidationException) as refused:
        bound(taking(Annotated[kind, Query()]))(query)
    entries: Any = refused.value.extra
    assert sorted(each["key"] for each in entries) == wrong
    assert {each["source"] for each in entries} == {"query"}
    assert all(each["message"] for each in entries)


@given(st.binary(max_size=60))
def test_any_query_gives_a_model_or_an_error(bound: Any, query: bytes) -> None:
    for kind in KINDS:
        read = bound(taking(Annotated[kind, Query(unknown="refuse")]))
        try:
            read(b"page=1&" + query)
        except ClientException:
            continue


class Aliased(pydantic.BaseModel):
    first: int = pydantic.Field(alias="f")
    second: int = pydantic.Field(
        default=0, validation_alias=pydantic.AliasChoices("s", "second", pydantic.AliasPath("x", 0))
    )


class Renamed(msgspec.Struct, rename="camel"):
    page_size: int


@attrs.define
class Underscored:
    _size: int


class Generics(msgspec.Struct, Generic[T]):
    value: T
    values: list[T] = []


@dataclass
class Checked:
    low: int = 0
    high: int = 9

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


class Validated(pydantic.BaseModel):
    low: int = 0
    high: int = 9

    @pydantic.model_validator(mode="after")
    def in_order(self) -> "Validated":
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


class Strict(pydantic.BaseModel, strict=True):
    low: int
    on: bool = False
    rates: list[float] = []


@pytest.mark.parametrize(
    ("kind", "query", "expected"),
    [
        pytest.param(Aliased, "f=1&s=2", Aliased(f=1, s=2), id="aliases"),
        pytest.param(Aliased, "f=1&second=2", Aliased(f=1, s=2), id="choice of aliases"),
        pytest.param(Renamed, "pageSize=5", Renamed(5), id="renamed"),
        pytest.param(Underscored, "size=5", Underscored(5), id="private name"),
        pytest.param(Generics[int], "value=1&values=2", Generics(1, [2]), id="generic"),
        pytest.param(Checked, "", Checked(), id="nothing but defaults"),
        pytest.param(Strict, "low=1&on=true&rates=1.5", Strict(low=1, on=True, rates=[1.5]), id="strict"),
    ],
)  # fmt: skip
def test_names_and_types(bound: Any, kind: Any, query: str, expected: Any) -> None:
    assert bound(taking(Annotated[kind, Query()]))(query)["filters"] == expected


@pytest.mark.parametrize("kind", [Checked, Validated])
def test_a_models_own_check_is_told(bound: Any, kind: Any) -> None:
    with pytest.raises(ValidationException) as refused:
        bound(taking(Annotated[kind, Query()]))("low=5&high=1")
    [entry] = refused.value.extra  # type: ignore[misc]
    assert "low is above high" in entry["message"]
    assert entry["key"] == "filters"


class ForbiddingStruct(msgspec.Struct, forbid_unknown_fields=True):
    value: int = 0


class ForbiddingModel(pydantic.BaseModel, extra="forbid"):
    value: int = 0


class AllowingModel(pydantic.BaseModel, extra="allow"):
    a: int = 0


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(Annotated[Generics[int], Query(unknown="refuse")], id="marker"),
        pytest.param(Annotated[ForbiddingStruct, Query()], id="Struct"),
        pytest.param(Annotated[ForbiddingModel, Query()], id="pydantic"),
    ],
)
def test_an_unknown_name_is_refused(bound: Any, annotation: Any) -> None:
    def function(filters: Any, other: int = 0) -> None: ...

    function.__annotations__["filters"] = annotation
    read = bound(function)
    assert read("value=1&other=2")["other"] == 2
    with pytest.raises(ValidationException) as refused:
        read("value=1&b=1")
    assert refused.value.extra == [
        {"message": "Unknown query parameter 'b'", "key": "b", "source": "query"}
    ]


def test_an_unknown_name_is_ignored_or_kept(bound: Any) -> None:
    assert bound(taking(Annotated[AStruct, Query()]))("page=1&b=1")["filters"] == AStruct(1)
    kept = bound(taking(Annotated[AllowingModel, Query()]))("a=1&b=x")["filters"]
    assert kept.model_extra == {"b": "x"}


@pytest.mark.parametrize(
    ("query", "expected"), [("", None), ("page=1", AStruct(1)), ("other=1", None)]
)
def test_a_group_may_be_missing(bound: Any, query: str, expected: Any) -> None:
    assert bound(taking(Annotated[AStruct | None, Query()]))(query)["filters"] == expected


def test_a_groups_default(bound: Any) -> None:
    def function(filters: Annotated[AStruct, Query()] = AStruct(7)) -> None: ...

    assert bound(function)("")["filters"] == AStruct(7)
    assert bound(function)("page=1")["filters"] == AStruct(1)


class Traced(msgspec.Struct):
    x_request_id: str
    accept: list[str] = []
    if_match: str | None = None


class RenamedHeaders(msgspec.Struct, rename={"key": "X_Key"}):
    key: str


def test_headers(bound: Any) -> None:
    read = bound(taking(Annotated[Traced, Header()]))
    assert read(headers={"X-Request-Id": "1", "Accept": "a"})["filters"] == Traced("1", ["a"])
    with pytest.raises(ValidationException) as refused:
        read(headers={"x_request_id": "1"})
    assert refused.value.extra == [
        {"message": "Missing required header parameter 'x-request-id'", "key": "x-request-id", "source": "header"}
    ]  # fmt: skip
    assert bound(taking(Annotated[RenamedHeaders, Header()]))(headers={"X_Key": "1"})["filters"].key


def test_cookies(bound: Any) -> None:
    read = bound(taking(Annotated[AStruct, Cookie(unknown="refuse")]))
    assert read(headers={"cookie": "page=3; order=down"})["filters"] == AStruct(3, [], Order.DOWN)
    with pytest.raises(ValidationException) as refused:
        read(headers={"cookie": "page=3; evil=1"})
    assert refused.value.extra == [
        {"message": "Unknown cookie parameter 'evil'", "key": "evil", "source": "cookie"}
    ]


class Nested(msgspec.Struct):
    inner: AStruct


class BadConstraint(msgspec.Struct):
    text: Annotated[int, annotated_types.MinLen(3)]


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(
            Annotated[Nested, Query()],
            "is a group whose field 'inner' is of a type that no text becomes",
            id="model in a model",
        ),
        pytest.param(Annotated[BadConstraint, Query()], "is a group whose field 'text':", id="constraint"),
        pytest.param(
            Annotated[AStruct, Parameter(query="x")],
            "is of a type that no query, header or cookie can give",
            id="not marked as a group",
        ),
        *(
            pytest.param(
                Annotated[AStruct, Query(**option)],
                f"is a group of values, about which '{name}' says nothing: say it of a field",
                id=f"{name} of a group",
            )
            for name, option in {
                "name": {"name": "x"},
                "title": {"title": "T"},
                "description": {"description": "D"},
                "examples": {"examples": [{}]},
                "schema_extra": {"schema_extra": {"x-a": 1}},
                "gt": {"gt": 3},
                "max_length": {"max_items": 3},
            }.items()
        ),
        pytest.param(
            Annotated[AStruct | None, Header(pattern="a")], "about which 'pattern' says", id="optional group"
        ),
        pytest.param(
            Annotated[int, Query(unknown="refuse")],
            "is one value, about which 'unknown' says nothing: remove it, or take a model",
            id="unknown of one value",
        ),
        pytest.param(
            Annotated[AStruct, Form("data", unknown="refuse")],
            "is one value, about which 'unknown' says nothing",
            id="unknown of a field of a form",
        ),
    ],
)  # fmt: skip
def test_a_group_that_cannot_be(bound: Any, annotation: Any, message: str) -> None:
    [problem] = bound(taking(annotation)).problems
    assert message in problem


def test_each_field_is_bound_on_its_own(bound: Any) -> None:
    found = bound(taking(Annotated[Traced, Header()])).values.bound
    assert [(each.name, each.source, each.key, each.required) for each in found] == [
        ("filters.x_request_id", "header", "x-request-id", True),
        ("filters.accept", "header", "accept", False),
        ("filters.if_match", "header", "if-match", False),
    ]
