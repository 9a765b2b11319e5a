"""Examples are valid by their schemas: of every kind of type, of any schema, or there is none."""

import collections.abc
import datetime as dt
import enum
import ipaddress
import json
import pathlib
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypedDict, TypeVar

import attrs
import msgspec
import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec import Meta

from pleiad_openapi.components import Component, Components, Reference
from pleiad_openapi.examples import Examples
from pleiad_openapi.operation import NOTHING
from pleiad_openapi.schemas import Schemas

T = TypeVar("T")
SEEDS = range(25)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Flat(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    first_name: str
    when_exactly: dt.datetime
    day: dt.date
    at: dt.time
    lasts: dt.timedelta
    own_id: uuid.UUID
    price: Decimal
    data: bytes
    colour: Colour
    size: Size
    level: Literal["low", "high", 3]
    maybe: str | None
    pair: tuple[int, str]
    by_day: dict[dt.date, list[Colour]]
    some: set[Colour]
    share: float
    yes: bool
    whatever: Any
    extra: int | msgspec.UnsetType = msgspec.UNSET


class Row(msgspec.Struct, array_like=True, tag=True):
    left: int
    right: str = ""


class Cat(msgspec.Struct, tag_field="kind", tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag_field="kind", tag="dog"):
    friends: "list[Cat | Dog]" = []


class Node(msgspec.Struct):
    name: str
    children: "list[Node]" = []
    parent: "Node | None" = None


class Endless(msgspec.Struct):
    again: "Endless"


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    total: int = 0


@dataclass
class Point:
    x: float
    tags: list[str] = field(default_factory=list)
    made: int = field(init=False, default=1)


@attrs.define
class Box:
    width: int
    lid: Point | None = None


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Range(NamedTuple):
    low: int
    high: int = 10


class Bounded(msgspec.Struct):
    above: Annotated[int, Meta(gt=3, lt=5)]
    between: Annotated[float, Meta(gt=0, lt=0.1)]
    even: Annotated[int, Meta(multiple_of=2, ge=1_000_000_000_001)]
    cents: Annotated[float, Meta(multiple_of=0.01, ge=0.1)]
    below: Annotated[int, Meta(le=-(2**62))]
    long: Annotated[str, Meta(min_length=60, max_length=60)]
    short: Annotated[str, Meta(max_length=2)]
    few: Annotated[list[int], Meta(min_length=3, max_length=3)]
    no: Annotated[list[int], Meta(max_length=0)]
    keyed: Annotated[dict[str, int], Meta(min_length=2)]
    unlike: Annotated[set[int], Meta(min_length=4)]
    sku: Annotated[str, Meta(pattern=r"^SKU-\d{4}$")]
    either: Annotated[int, Meta(ge=1000)] | None


class Model(pydantic.BaseModel):
    model_config = {"extra": "forbid"}

    name: Annotated[str, pydantic.Field(min_length=20, alias="n")]
    price: Annotated[Decimal, pydantic.Field(max_digits=6, decimal_places=2, gt=0)]
    site: pydantic.HttpUrl
    token: pydantic.UUID4
    secret: pydantic.SecretStr
    code: Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Z]{3}$")]
    ratio: pydantic.PositiveFloat
    host: pydantic.IPvAnyAddress
    net: ipaddress.IPv4Network
    data: pydantic.Base64Bytes
    more: "Model | None" = None


class Computed(pydantic.BaseModel):
    name: str

    @pydantic.computed_field
    @property
    def length(self) -> int:
        return len(self.name)


class Square(pydantic.BaseModel):
    shape: Literal["square"] = "square"
    side: float


class Circle(pydantic.BaseModel):
    shape: Literal["circle", "ball"]
    radius: float


class Drawing(pydantic.BaseModel):
    shapes: list[Annotated[Square | Circle, pydantic.Field(discriminator="shape")]]


def made(annotation: Any, direction: Any = "input", seed: int = 10) -> tuple[Any, dict[str, Any]]:
    """An example of a type, and its schema with all that it refers to."""
    schemas = Schemas()
    schema = schemas.schema(annotation, direction)
    value = Examples(schemas.components, seed).value(schema, direction, "somewhere")
    text = json.dumps(schemas.components.resolved(schema))
    components = {"components": {"schemas": schemas.components.schemas()}}
    return value, {**json.loads(text), **components}


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def is_pydantic(kind: Any) -> bool:
    return "pydantic" in str(kind) or hasattr(kind, "__get_pydantic_core_schema__")


KINDS = [
    bool,
    int,
    float,
    str,
    bytes,
    dt.datetime,
    dt.date,
    dt.time,
    dt.timedelta,
    uuid.UUID,
    Decimal,
    list[int],
    list[Any],
    tuple[int, ...],
    tuple[int, str, Colour],
    set[Literal["a", "b"]],
    frozenset[int],
    collections.abc.Sequence[str],
    dict[str, int],
    dict[uuid.UUID, float],
    Literal["a"],
    Literal[1, "b"],
    int | str,
    int | None,
    list[int] | dict[str, int],
    Colour,
    Size,
    Flat,
    Row,
    Cat | Dog,
    Dog,
    Node,
    Page[Point],
    Page[Page[Range]],
    Point,
    Box,
    Movie,
    Range,
    Bounded,
    Model,
    Computed,
    Drawing,
    pydantic.AnyUrl,
    pydantic.RootModel[list[Computed]],
    pydantic.Json[list[int]],
    Annotated[int, pydantic.Field(ge=7, le=7)],
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("direction", ["input", "output"])
def test_every_kind_has_a_valid_example(kind, direction):
    for seed in SEEDS:
        value, schema = made(kind, direction, seed)
        assert value is not NOTHING
        assert faults(value, schema) == []


@pytest.mark.parametrize(
    "kind",
    [each for each in KINDS if not is_pydantic(each)],
    ids=str,
)
def test_every_kind_reads_its_example(kind):
    """Which asks for more than its schema does: for dates that are dates, say."""
    for seed in SEEDS:
        value, _ = made(kind, "input", seed)
        msgspec.json.decode(json.dumps(value), type=kind)


@pytest.mark.parametrize("kind", [*filter(is_pydantic, KINDS)], ids=str)
def test_pydantic_reads_its_examples(kind):
    for seed in SEEDS:
        value, _ = made(kind, "input", seed)
        pydantic.TypeAdapter(kind).validate_json(json.dumps(value))


@pytest.mark.parametrize(
    "kind",
    [
        re.Pattern,
        ipaddress.IPv4Address,
        ipaddress.IPv6Address,
        ipaddress.IPv4Network,
        ipaddress.IPv6Network,
        ipaddress.IPv4Interface,
        ipaddress.IPv6Interface,
        pathlib.PurePosixPath,
    ],
)
def test_texts_that_no_codec_reads(kind):
    read = re.compile if kind is re.Pattern else kind
    values = {made(kind, "input", seed)[0] for seed in SEEDS}
    assert len(values) > 1
    assert all(isinstance(read(value), kind) for value in values)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param(Flat, {"level", "maybe", "extra"}, id="optional fields are there"),
        pytest.param(Node, {"name", "children"}, id="but for the model itself"),
        pytest.param(Box, {"width", "lid"}, id="one of several"),
    ],
)
def test_what_is_in_an_object(kind, expected):
    value, _ = made(kind)
    assert expected <= value.keys()


def test_a_model_does_not_stand_within_itself():
    assert made(Node)[0] == {**made(Node)[0], "children": [], "parent": None}
    assert made(Dog)[0]["friends"][0]["kind"] == "cat"
    assert made(Endless)[0] is NOTHING
    assert made(Endless | None)[0] is None
    assert made(list[Endless])[0] == []


def test_a_model_looks_alike_wherever_it_stands():
    item = made(Point)[0]
    assert made(Page[Point])[0]["items"] == [item]
    assert made(dict[str, Point])[0].popitem()[1] == item


def test_what_goes_in_one_direction_alone():
    assert "made" not in made(Point, "input")[0]
    assert made(Point, "output")[0].keys() == {"x", "tags", "made"}
    assert "length" not in made(Computed, "input")[0]
    assert "length" in made(Computed, "output")[0]


def test_the_user_s_examples_are_taken():
    class Told(msgspec.Struct):
        name: Annotated[str, Meta(examples=["Ada", "Grace"])]
        odd: Annotated[str, Meta(pattern="(?!)", examples=["x"])]

    class Whole(pydantic.BaseModel):
        model_config = {"json_schema_extra": {"examples": [{"a": 3}]}}
        a: int

    assert made(Told)[0] == {"name": "Ada", "odd": "x"}
    assert made(list[Whole])[0] == [{"a": 3}]


def test_models_that_all_hold_one_another_make_no_endless_example():
    """Without a limit there were 11 * 10 * 9 ... of them."""
    names = [f"M{number}" for number in range(12)]
    components = Components()
    for name in names:
        properties = {each: {"$ref": Reference(each, "input")} for each in names}
        schema = {"type": "object", "properties": {"own": {"type": "integer"}, **properties}}
        components.add(Reference(name, "input"), Component(name, "", "", "", schema))
    value = Examples(components, 1).value({"$ref": Reference("M0", "input")}, "input", "")
    assert 50 < len(re.findall("own|M", json.dumps(value))) < 250


# One schema each


def of(schema: Any, seed: int = 10) -> Any:
    return Examples(Components(), seed).value(schema, "input", "somewhere")


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"not": {"type": "string"}}, id="a keyword that is not known"),
        pytest.param({"type": "string", "format": "plate-number"}, id="a format that is not known"),
        pytest.param({"type": "string", "contentEncoding": "quoted-printable"}, id="an encoding"),
        pytest.param({"type": "string", "contentMediaType": "image/png"}, id="a picture"),
        pytest.param({"type": "string", "pattern": "["}, id="no expression"),
        pytest.param({"type": "string", "pattern": r"\p{Lu}"}, id="none of Python's"),
        pytest.param({"type": "string", "pattern": "(?!)"}, id="matches nothing"),
        pytest.param({"type": "string", "pattern": "^a{1000}$"}, id="too long a text"),
        pytest.param({"type": "string", "pattern": "^(a{50}){50}$"}, id="too long in two steps"),
        pytest.param({"type": "string", "pattern": "^(a)?(?(1)b|c)$"}, id="conditional"),
        pytest.param({"type": "string", "pattern": "^abc$", "maxLength": 2}, id="no such text"),
        pytest.param({"type": "string", "format": "date", "maxLength": 5}, id="no such date"),
        pytest.param({"type": "string", "minLength": 100_000}, id="very long"),
        pytest.param({"type": "string", "minLength": 3, "maxLength": 2}, id="contradictory length"),
        pytest.param({"type": "integer", "minimum": 3, "maximum": 2}, id="contradictory bounds"),
        pytest.param(
            {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 4}, id="no integer there"
        ),
        pytest.param(
            {"type": "integer", "multipleOf": 7, "minimum": 8, "maximum": 13}, id="no multiple"
        ),
        pytest.param({"type": "integer", "multipleOf": 0}, id="multiple of nothing"),
        pytest.param({"type": "integer", "minimum": "3"}, id="a bound that is text"),
        pytest.param({"type": "array", "minItems": 1_000_000}, id="very many"),
        pytest.param(
            {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True},
            id="more items than there are values",
        ),
        pytest.param({"type": "array", "items": False, "minItems": 1}, id="no item fits"),
        pytest.param({"type": "object", "minProperties": 1_000}, id="very many properties"),
        pytest.param(
            {"type": "object", "required": ["a"], "additionalProperties": False}, id="not allowed"
        ),
        pytest.param(
            {"type": "object", "required": ["a"], "propertyNames": {"pattern": "b"}}, id="name"
        ),
        pytest.param({"type": "object", "required": ["a", "b"], "maxProperties": 1}, id="too many"),
        pytest.param({"const": "a", "minLength": 3}, id="a constant that is held to more"),
        pytest.param({"type": "integer", "enum": ["a", True]}, id="values of another type"),
        pytest.param({"enum": []}, id="no value"),
        pytest.param({"type": "picture"}, id="no type of JSON"),
        pytest.param({"anyOf": []}, id="none of several"),
        pytest.param({"oneOf": [{"type": "integer"}, {"type": "number"}]}, id="perhaps both"),
        pytest.param(
            {
                "oneOf": [
                    {"properties": {"k": {"const": "a"}}},
                    {"properties": {"k": {"enum": ["a"]}}},
                ],
                "discriminator": {"propertyName": "k"},
            },
            id="a tag of both",
        ),
        pytest.param(
            {
                "oneOf": [{"properties": {"k": {"const": "a"}}}, {"type": "object"}],
                "discriminator": {"propertyName": "k"},
            },
            id="a member without tag",
        ),
        pytest.param(
            {
                "allOf": [
                    {"properties": {"a": {}}, "additionalProperties": False},
                    {"properties": {"b": {}}, "required": ["b"]},
                ]
            },
            id="closed against one another",
        ),
        pytest.param(
            {"allOf": [{"prefixItems": [{}]}, {"items": {"type": "null"}}]},
            id="items against items",
        ),
        pytest.param({"allOf": [{"type": "string"}, {"type": "null"}]}, id="two types"),
        pytest.param({"allOf": [{"minimum": 3}, {"minimum": 4}]}, id="two bounds"),
        pytest.param({"$ref": "#/elsewhere"}, id="a reference to elsewhere"),
    ],
)
def test_no_example_rather_than_a_wrong_one(schema):
    assert of(schema) is NOTHING


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param({"const": None}, None, id="null"),
        pytest.param({"type": ["null"]}, None, id="a list of types"),
        pytest.param({"type": ["string", "null"], "pattern": "(?!)"}, None, id="the other type"),
        pytest.param(
            {"type": "integer", "minimum": 5.5, "maximum": 6.5}, 6, id="an integer between"
        ),
        pytest.param({"type": "number", "minimum": 1e300, "maximum": 1e300}, 1e300, id="large"),
        pytest.param(
            {"type": "integer", "multipleOf": 2.5, "minimum": 6, "maximum": 14}, 10, id="2.5"
        ),
        pytest.param(
            {"type": "number", "multipleOf": 0.1, "minimum": 0.25, "maximum": 0.45}, 0.4, id="0.1"
        ),
        pytest.param(
            {"type": "number", "exclusiveMinimum": 0, "maximum": 0.25}, 0.125, id="a half"
        ),
        pytest.param({"minimum": 7, "maximum": 7}, 7, id="meant is a number"),
        pytest.param({"items": {"const": 1}}, [1], id="meant is an array"),
        pytest.param({"properties": {"a": {"const": 1}}}, {"a": 1}, id="meant is an object"),
        pytest.param({"type": "object"}, {}, id="any object"),
        pytest.param({"type": "object", "additionalProperties": False}, {}, id="an empty object"),
        pytest.param(
            {
                "type": "object",
                "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}},
                "required": ["c"],
                "maxProperties": 2,
            },
            {"a": 1, "c": 3},
            id="no more than that",
        ),
        pytest.param(
            {
                "type": "object",
                "propertyNames": {"const": "k"},
                "additionalProperties": {"const": 1},
            },
            {"k": 1},
            id="keys",
        ),
        pytest.param({"prefixItems": [{"const": 1}, {"not": {}}]}, [1], id="up to the unknown"),
        pytest.param(
            {"items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3, "type": "array"},
            {1, 2, 3},
            id="all values",
        ),
        pytest.param(
            {
                "allOf": [
                    {"properties": {"a": {"minimum": 3}}},
                    {"properties": {"a": {"maximum": 3}}},
                ]
            },
            {"a": 3},
            id="a property of both",
        ),
        pytest.param(
            {"allOf": [{"type": "integer", "minimum": 3}, {"type": "integer", "maximum": 3}]},
            3,
            id="both",
        ),
        pytest.param({"anyOf": [{"not": {}}, {"const": 1}], "title": "T"}, 1, id="the next member"),
        pytest.param(
            {"type": "string", "minLength": 3, "pattern": "^[a-z]$|^x{4}$"}, "xxxx", id="else"
        ),
        pytest.param({"type": "string", "maxLength": 0}, "", id="no text"),
        pytest.param(
            {"type": "string", "maxLength": 0, "contentEncoding": "base64"}, "", id="no bytes"
        ),
    ],
)
def test_the_only_example_there_can_be(schema, expected):
    for seed in SEEDS:
        value = of(schema, seed)
        assert (set(value) if isinstance(expected, set) else value) == expected
        assert faults(value, schema) == []


PATTERNS = {
    r"^[A-Z]{3}$": 3,
    r"^\d{3}-\d{4}$": 8,
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$": 40,
    r"^\+?[1-9]\d{1,14}$": 15,
    r"^[^\s@]+@[^\s@]+\.[a-z]{2,}$": 40,
    r"^#(?:[0-9a-fA-F]{3}){1,2}$": 7,
    r"^(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])$": 7,
    r"^(?<year>\d{4})$": 4,
    r"^(\w)\w\1$": 3,
    r"^(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{8,}$": 40,
    r"^(?!.*foo)[a-z]*$": 40,
    r"^(?i:abc)$": 3,
    r"^(?>a+)b*+$": 40,
    r"^[+-]?\d*\.?\d*$": 40,
    r"[A-Z]": 40,
    r"^\W\D\S$": 3,
    r"^.?\s?$": 2,
    r"^[äöü]+ß[^\x00-\x7f]?$": 40,
    r"^$": 0,
    r"\bword\b": 4,
}
"""Each with how long a text is found for it, of those lengths that are asked for."""


@pytest.mark.parametrize("least", [0, 4, 15, 40])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_texts_for_patterns(pattern, least):
    values = [of({"type": "string", "pattern": pattern, "minLength": least}, s) for s in SEEDS]
    assert (NOTHING in values) == (least > PATTERNS[pattern])
    readable = pattern.replace("(?<year>", "(?P<year>")
    for value in values if NOTHING not in values else ():
        assert re.search(readable, value)
        assert len(value) >= least


# Any schema

NUMBERS = st.integers(-50, 50) | st.sampled_from([0.1, 0.25, 0.5, 1.5, -0.3, 2.5, 1e20, 2**63])
SIZES = st.integers(0, 4)
NAMES = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["x", 1.0, 0.5, [], {}])
TYPES = st.sampled_from(
    ["string", "integer", "number", "boolean", "null", "array", "object", ["string", "null"]]
)
MODELS = ("A", "B", "C")


def optional(**keywords: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keywords)


NUMERIC = optional(
    type=st.sampled_from(["integer", "number"]),
    minimum=NUMBERS,
    maximum=NUMBERS,
    exclusiveMinimum=NUMBERS,
    exclusiveMaximum=NUMBERS,
    multipleOf=st.sampled_from([1, 2, 7, 0.1, 0.25, 2.5]),
)
TEXTUAL = optional(
    type=st.just("string"),
    minLength=st.integers(0, 30),
    maxLength=st.integers(0, 40),
    pattern=st.sampled_from([each for each in PATTERNS if "(?<" not in each]),
    format=st.sampled_from(["date", "uuid", "nobody-knows", "binary", "decimal", "base64"]),
    contentEncoding=st.sampled_from(["base64", "base64url", "quoted-printable"]),
)
LEAVES = NUMERIC | TEXTUAL | st.sampled_from([{}, {"type": "boolean"}, {"not": {}}, {"x-a": 1}])


def objects(inner: Any) -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from([{}, {"pattern": "^[ab]+$"}, {"maxLength": 3}, {"enum": ["k", "l"]}])
    return optional(
        type=st.just("object"),
        properties=st.dictionaries(NAMES, inner, max_size=3),
        required=st.lists(NAMES, max_size=2, unique=True),
        additionalProperties=st.booleans() | inner,
        propertyNames=names,
        minProperties=SIZES,
        maxProperties=SIZES,
    )


def composed(inner: Any) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        objects(inner),
        optional(
            type=st.just("array"),
            items=inner | st.booleans(),
            prefixItems=st.lists(inner, max_size=3),
            minItems=SIZES,
            maxItems=SIZES,
            uniqueItems=st.booleans(),
        ),
        optional(type=TYPES, const=VALUES),
        optional(type=TYPES, enum=st.lists(VALUES, min_size=1, max_size=4)),
        st.builds(lambda each, beside: {**beside, "anyOf": each}, several, inner),
        st.builds(lambda each, beside: {**beside, "allOf": each}, several, inner),
        st.builds(
            lambda each, beside, name: {**beside, "oneOf": each, "discriminator": {"propertyName": name}},
            several, inner, NAMES,
        ),
        st.builds(
            lambda one, other, name: {
                "oneOf": [
                    {"type": "object", "properties": {"p": one, name: {"const": "x"}}},
                    {"type": "object", "properties": {"q": other, name: {"enum": ["y", "z"]}}},
                ],
                "discriminator": {"propertyName": name},
            },
            inner, inner, NAMES,
        ),
        st.builds(
            lambda key, beside: {"type": "object", "properties": {"m": {**beside, "$ref": key}}},
            st.sampled_from(MODELS), inner,
        ),
    )  # fmt: skip


SCHEMAS = st.recursive(LEAVES, composed, max_leaves=12)


def with_references(value: Any, make: Any) -> Any:
    if isinstance(value, dict):
        return {k: make(v) if k == "$ref" else with_references(v, make) for k, v in value.items()}
    return [with_references(each, make) for each in value] if isinstance(value, list) else value


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(SCHEMAS, st.lists(objects(SCHEMAS), min_size=3, max_size=3), st.integers(0, 5))
def test_an_example_of_any_schema_is_valid_by_it(schema, models, seed):
    components = Components()
    for name, each in zip(MODELS, models, strict=True):
        ours = with_references(each, lambda key: Reference(key, "input"))
        components.add(Reference(name, "input"), Component(name, "", "", "", ours))
    ours = with_references(schema, lambda key: Reference(key, "input"))
    value = Examples(components, seed).value(ours, "input", "p")
    if value is not NOTHING:
        theirs = with_references(
            {**schema, "$defs": dict(zip(MODELS, models, strict=True))}, "#/$defs/{}".format
        )
        assert faults(value, theirs) == []


# Seeds

SAME = f"""\
import json, sys
sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r})
import test_examples as t
print(json.dumps([t.made(each)[0] for each in (t.Flat, t.Bounded, t.Model, t.Page[t.Point], t.Node)]))
"""


def test_every_process_makes_the_same_examples():
    """The order of sets differs among them."""
    printed = [
        subprocess.run(
            [sys.executable, "-c", SAME],
            env={"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 2)
    ]
    assert printed[0] == printed[1]
    kinds = (Flat, Bounded, Model, Page[Point], Node)
    assert json.loads(printed[0]) == [made(each)[0] for each in kinds]


def test_another_seed_makes_other_examples():
    assert made(Flat, seed=1)[0] != made(Flat, seed=2)[0]
    assert len({made(Colour, seed=seed)[0] for seed in SEEDS}) == 2
