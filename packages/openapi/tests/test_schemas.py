"""Types become JSON Schema: each kind by itself, then what they hold, then what nobody knows."""

import collections.abc
import datetime as dt
import enum
import ipaddress
import pathlib
import re
import sys
import typing
import uuid
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Required,
    TypedDict,
    TypeVar,
)

import attrs
import msgspec
import pydantic
import pytest
from typing_extensions import Doc, ReadOnly, TypeAliasType
from typing_extensions import TypedDict as ExtendedTypedDict

from pleiad_openapi.schemas import Schemas

T = TypeVar("T")
B = TypeVar("B", bound=int)
C = TypeVar("C", int, str)
UserId = NewType("UserId", int)


class Colour(enum.Enum):
    """What one sees."""

    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Mixed(enum.Enum):
    A = 1
    B = "b"


class Text(str):
    __slots__ = ()


class Struct(msgspec.Struct, rename="camel"):
    """A struct.

    Attributes:
        first_name: What one is called.
    """

    first_name: str
    maybe: int | msgspec.UnsetType = msgspec.UNSET
    tags: list[str] = []
    made: float = msgspec.field(default_factory=float)


class Closed(msgspec.Struct, forbid_unknown_fields=True):
    x: int


class Row(msgspec.Struct, array_like=True):
    left: int
    right: int = 0


class TaggedRow(msgspec.Struct, array_like=True, tag=True):
    left: int


class Cat(msgspec.Struct, tag_field="kind", tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag_field="kind", tag="dog"):
    friends: "list[Cat | Dog]" = []


class Other(msgspec.Struct, tag_field="sort", tag="other"):
    pass


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    first: T | None = None


class Pages(Page[int], kw_only=True):
    total: int


class Node(msgspec.Struct):
    children: "list[Node]" = []


@dataclass
class Point:
    """A place."""

    x: float
    y: float = 0.0
    tags: list[str] = field(default_factory=list)
    made: int = field(init=False, default=1)


@dataclass
class Undocumented:
    x: int


@attrs.define
class Box:
    width: int
    _hidden: int = 2
    lid: Point | None = None
    made: list[int] = attrs.Factory(list)
    area: int = attrs.field(init=False, default=0)


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Song(TypedDict):
    title: ReadOnly[str]
    year: ReadOnly[NotRequired[int]]
    stars: "Annotated[NotRequired[ReadOnly[int]], msgspec.Meta(gt=0)]"


class Extended(ExtendedTypedDict, total=False):
    title: "Required[ReadOnly[str]]"
    year: ReadOnly[int]
    stars: ReadOnly[Annotated[int, msgspec.Meta(gt=0)]]


SONG = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "year": {"type": "integer"},
        "stars": {"type": "integer", "exclusiveMinimum": 0},
    },
    "required": ["title"],
}


class Range(NamedTuple):
    """From, to."""

    low: int
    high: int = 10


class Model(pydantic.BaseModel):
    """A model."""

    name: Annotated[str, pydantic.Field(min_length=2, description="Called.", alias="n")]
    more: "Model | None" = None


class Computed(pydantic.BaseModel):
    name: str

    @pydantic.computed_field
    @property
    def length(self) -> int:
        return len(self.name)


class Holder(pydantic.BaseModel):
    inner: Computed


class Tree(pydantic.BaseModel, Generic[T]):
    value: T


@pydantic.dataclasses.dataclass
class Checked:
    x: Annotated[int, pydantic.Field(gt=0)]


class Square(pydantic.BaseModel):
    shape: Literal["square"]


class Circle(pydantic.BaseModel):
    shape: Literal["circle"]


class Named(msgspec.Struct):
    __schema_name__: ClassVar[str] = "AnotherName"
    x: int


class Opaque:
    pass


Numbers = TypeAliasType("Numbers", list[int] | None)
ListOf = TypeAliasType("ListOf", list[T], type_params=(T,))


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def made(annotation: Any, direction: Any = "output") -> tuple[Any, dict[str, Any]]:
    """The schema of a type, and the components."""
    schemas = Schemas()
    schemas.where = "here"
    schema = schemas.schema(annotation, direction)
    assert [str(each) for each in [*schemas.problems, *schemas.components.problems()]] == []
    return schemas.components.resolved(schema), schemas.components.schemas()


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        pytest.param(None, {"type": "null"}, id="None"),
        pytest.param(bool, {"type": "boolean"}, id="bool"),
        pytest.param(int, {"type": "integer"}, id="int"),
        pytest.param(float, {"type": "number"}, id="float"),
        pytest.param(str, {"type": "string"}, id="str"),
        pytest.param(Text, {"type": "string"}, id="subclass of str"),
        pytest.param(bytes, {"type": "string", "contentEncoding": "base64"}, id="bytes"),
        pytest.param(dt.datetime, {"type": "string", "format": "date-time"}, id="datetime"),
        pytest.param(dt.date, {"type": "string", "format": "date"}, id="date"),
        pytest.param(dt.time, {"type": "string", "format": "time"}, id="time"),
        pytest.param(dt.timedelta, {"type": "string", "format": "duration"}, id="timedelta"),
        pytest.param(uuid.UUID, {"type": "string", "format": "uuid"}, id="uuid"),
        pytest.param(Decimal, {"type": "string", "format": "decimal"}, id="decimal"),
        pytest.param(pathlib.PurePosixPath, {"type": "string", "format": "path"}, id="path"),
        pytest.param(ipaddress.IPv4Address, {"type": "string", "format": "ipv4"}, id="ipv4"),
        pytest.param(re.Pattern, {"type": "string", "format": "regex"}, id="pattern"),
        pytest.param(re.Pattern[str], {"type": "string", "format": "regex"}, id="pattern of str"),
        pytest.param(Any, {}, id="Any"),
        pytest.param(object, {}, id="object"),
        pytest.param(msgspec.Raw, {}, id="Raw"),
        pytest.param(UserId, {"type": "integer"}, id="NewType"),
        pytest.param(T, {}, id="type variable"),
        pytest.param(B, {"type": "integer"}, id="bound type variable"),
        pytest.param(
            C, {"anyOf": [{"type": "integer"}, {"type": "string"}]}, id="constrained type variable"
        ),
        pytest.param(list, {"type": "array", "items": {}}, id="bare list"),
        pytest.param(list[int], {"type": "array", "items": {"type": "integer"}}, id="list"),
        pytest.param(deque[int], {"type": "array", "items": {"type": "integer"}}, id="deque"),
        pytest.param(
            tuple[int, ...], {"type": "array", "items": {"type": "integer"}}, id="long tuple"
        ),
        pytest.param(
            tuple[int, str],
            {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "prefixItems": [{"type": "integer"}, {"type": "string"}],
            },
            id="tuple",
        ),
        pytest.param(tuple[()], {"type": "array", "items": {}}, id="empty tuple"),
        pytest.param(
            set[str], {"type": "array", "items": {"type": "string"}, "uniqueItems": True}, id="set"
        ),
        pytest.param(
            collections.abc.Sequence[str],
            {"type": "array", "items": {"type": "string"}},
            id="Sequence",
        ),
        pytest.param(dict, {"type": "object"}, id="bare dict"),
        pytest.param(dict[str, Any], {"type": "object"}, id="dict of anything"),
        pytest.param(
            collections.abc.Mapping[str, int],
            {"type": "object", "additionalProperties": {"type": "integer"}},
            id="Mapping",
        ),
        pytest.param(
            dict[uuid.UUID, int],
            {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "propertyNames": {"format": "uuid"},
            },
            id="dict of uuids",
        ),
        pytest.param(Literal["a"], {"type": "string", "const": "a"}, id="one literal"),
        pytest.param(Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}, id="literals"),
        pytest.param(Literal[1, "b", None], {"enum": [1, "b", None]}, id="mixed literals"),
        pytest.param(
            Literal[Colour.RED], {"type": "string", "const": "red"}, id="literal of an enum"
        ),
        pytest.param(int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}, id="optional"),
        pytest.param(
            typing.Union[int, str],
            {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            id="union",
        ),
        pytest.param(
            list[int] | tuple[int, ...], {"type": "array", "items": {"type": "integer"}}, id="alike"
        ),
        pytest.param(
            typing.Optional[Any], {"anyOf": [{}, {"type": "null"}]}, id="optional anything"
        ),
        pytest.param({"type": "string"}, {"type": "string"}, id="a schema"),
        pytest.param(
            pydantic.AnyUrl, {"type": "string", "format": "uri", "minLength": 1}, id="AnyUrl"
        ),
    ],
)
def test_of_no_name(annotation, expected):
    assert made(annotation) == (expected, {})


STRUCT = {
    "type": "object",
    "description": "A struct.",
    "properties": {
        "firstName": {"type": "string", "description": "What one is called."},
        "maybe": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}, "default": []},
        "made": {"type": "number"},
    },
    "required": ["firstName"],
}
POINT = {
    "type": "object",
    "description": "A place.",
    "properties": {
        "x": {"type": "number"},
        "y": {"type": "number", "default": 0.0},
        "tags": {"type": "array", "items": {"type": "string"}},
        "made": {"type": "integer", "default": 1, "readOnly": True},
    },
    "required": ["x"],
}
CAT = {
    "type": "object",
    "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
    "required": ["kind", "lives"],
}
PETS = {
    "oneOf": [ref("Cat"), ref("Dog")],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
    },
}
DOG = {
    "type": "object",
    "properties": {
        "kind": {"const": "dog"},
        "friends": {"type": "array", "items": PETS, "default": []},
    },
    "required": ["kind"],
}
RANGE = {
    "type": "array",
    "minItems": 1,
    "maxItems": 2,
    "prefixItems": [
        {"title": "low", "type": "integer"},
        {"title": "high", "type": "integer", "default": 10},
    ],
    "description": "From, to.",
}
MODEL = {
    "type": "object",
    "description": "A model.",
    "properties": {
        "n": {"type": "string", "minLength": 2, "description": "Called."},
        "more": {"anyOf": [ref("Model"), {"type": "null"}], "default": None},
    },
    "required": ["n"],
}


@pytest.mark.parametrize(
    ("annotation", "name", "components"),
    [
        pytest.param(Struct, "Struct", {"Struct": STRUCT}, id="Struct"),
        pytest.param(Point, "Point", {"Point": POINT}, id="dataclass"),
        pytest.param(
            Undocumented,
            "Undocumented",
            {
                "Undocumented": {
                    "type": "object",
                    "properties": {"x": {"type": "integer"}},
                    "required": ["x"],
                }
            },
            id="dataclass whose docstring nobody wrote",
        ),
        pytest.param(
            Box,
            "Box",
            {
                "Box": {
                    "type": "object",
                    "properties": {
                        "width": {"type": "integer"},
                        "_hidden": {"type": "integer", "default": 2, "writeOnly": True},
                        "lid": {"anyOf": [ref("Point"), {"type": "null"}], "default": None},
                        "made": {"type": "array", "items": {"type": "integer"}},
                        "area": {"type": "integer", "default": 0, "readOnly": True},
                    },
                    "required": ["width"],
                },
                "Point": POINT,
            },
            id="attrs",
        ),
        pytest.param(
            Movie,
            "Movie",
            {
                "Movie": {
                    "type": "object",
                    "properties": {"title": {"type": "string"}, "year": {"type": "integer"}},
                    "required": ["title"],
                }
            },
            id="TypedDict",
        ),
        pytest.param(Song, "Song", {"Song": SONG}, id="read-only keys"),
        pytest.param(Extended, "Extended", {"Extended": SONG}, id="TypedDict of typing_extensions"),
        pytest.param(Range, "Range", {"Range": RANGE}, id="NamedTuple"),
        pytest.param(Model, "Model", {"Model": MODEL}, id="pydantic"),
        pytest.param(
            Checked,
            "Checked",
            {
                "Checked": {
                    "type": "object",
                    "properties": {"x": {"type": "integer", "exclusiveMinimum": 0}},
                    "required": ["x"],
                }
            },
            id="pydantic dataclass",
        ),
        pytest.param(
            Colour,
            "Colour",
            {
                "Colour": {
                    "type": "string",
                    "enum": ["red", "blue"],
                    "description": "What one sees.",
                }
            },
            id="enum",
        ),
        pytest.param(Size, "Size", {"Size": {"type": "integer", "enum": [1, 2]}}, id="IntEnum"),
        pytest.param(Mixed, "Mixed", {"Mixed": {"enum": [1, "b"]}}, id="mixed enum"),
        pytest.param(
            Closed,
            "Closed",
            {
                "Closed": {
                    "type": "object",
                    "properties": {"x": {"type": "integer"}},
                    "required": ["x"],
                    "additionalProperties": False,
                }
            },
            id="closed Struct",
        ),
        pytest.param(
            Row,
            "Row",
            {
                "Row": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 2,
                    "prefixItems": [
                        {"title": "left", "type": "integer"},
                        {"title": "right", "type": "integer", "default": 0},
                    ],
                }
            },
            id="array-like Struct",
        ),
        pytest.param(
            TaggedRow,
            "TaggedRow",
            {
                "TaggedRow": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 2,
                    "prefixItems": [{"const": "TaggedRow"}, {"title": "left", "type": "integer"}],
                }
            },
            id="tagged array-like Struct",
        ),
        pytest.param(Dog, "Dog", {"Cat": CAT, "Dog": DOG}, id="recursive, tagged"),
        pytest.param(
            Node,
            "Node",
            {
                "Node": {
                    "type": "object",
                    "properties": {
                        "children": {"type": "array", "items": ref("Node"), "default": []}
                    },
                }
            },
            id="recursive",
        ),
        pytest.param(
            Page[Range],
            "Page_Range",
            {
                "Page_Range": {
                    "type": "object",
                    "properties": {
                        "items": {"type": "array", "items": ref("Range")},
                        "first": {"anyOf": [ref("Range"), {"type": "null"}], "default": None},
                    },
                    "required": ["items"],
                },
                "Range": RANGE,
            },
            id="generic",
        ),
        pytest.param(
            Pages,
            "Pages",
            {
                "Pages": {
                    "type": "object",
                    "properties": {
                        "items": {"type": "array", "items": {"type": "integer"}},
                        "first": {
                            "anyOf": [{"type": "integer"}, {"type": "null"}],
                            "default": None,
                        },
                        "total": {"type": "integer"},
                    },
                    "required": ["items", "total"],
                }
            },
            id="subclass of a generic",
        ),
        pytest.param(
            Tree[int],
            "Tree_int",
            {
                "Tree_int": {
                    "type": "object",
                    "properties": {"value": {"type": "integer"}},
                    "required": ["value"],
                }
            },
            id="pydantic generic",
        ),
        pytest.param(
            Numbers,
            "Numbers",
            {
                "Numbers": {
                    "anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]
                }
            },
            id="alias",
        ),
        pytest.param(
            ListOf[Range],
            "ListOf_Range",
            {"ListOf_Range": {"type": "array", "items": ref("Range")}, "Range": RANGE},
            id="generic alias",
        ),
        pytest.param(
            Named,
            "AnotherName",
            {
                "AnotherName": {
                    "type": "object",
                    "properties": {"x": {"type": "integer"}},
                    "required": ["x"],
                }
            },
            id="named otherwise",
        ),
    ],
)
def test_components(annotation, name, components):
    assert made(annotation) == (ref(name), components)


@pytest.mark.parametrize(
    "annotation",
    [Struct, Point, Box, Movie, Range, Model, Checked, Dog, Node, Page[Range], Numbers],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_what_goes_in_is_what_comes_out(annotation):
    """One component, whichever the direction: no twins."""
    schemas = Schemas()
    for direction in ("input", "output"):
        schemas.schema(annotation, direction)
    assert [str(each) for each in schemas.components.problems()] == []
    assert not [
        name for name in schemas.components.schemas() if name.endswith(("_Input", "_Output"))
    ]
    assert made(annotation, "input") == made(annotation, "output")


class Alias:
    """As an alias of Python 3.12's `type` statement, which other versions cannot write."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
        self.__type_params__ = ()

    def __call__(self) -> None:
        """Typing takes what is callable for a type."""


def test_an_alias_that_holds_itself():
    json = Alias("Json")
    json.__value__ = typing.Union[dict[str, json], str]
    assert made(json) == (
        ref("Json"),
        {
            "Json": {
                "anyOf": [
                    {"type": "object", "additionalProperties": ref("Json")},
                    {"type": "string"},
                ]
            }
        },
    )


def test_twins_where_the_two_differ():
    """A computed field comes out and does not go in; whoever holds the model has twins as well."""
    schemas = Schemas()
    found = [schemas.schema(Holder, direction) for direction in ("input", "output")]
    assert schemas.components.resolved(found) == [ref("Holder_Input"), ref("Holder_Output")]
    known = schemas.components.schemas()
    assert list(known) == ["Computed_Input", "Computed_Output", "Holder_Input", "Holder_Output"]
    assert known["Holder_Output"]["properties"] == {"inner": ref("Computed_Output")}
    assert "length" not in known["Computed_Input"]["properties"]
    assert known["Computed_Output"]["properties"]["length"] == {"type": "integer", "readOnly": True}


def test_no_twins_where_only_one_direction_is_asked_for():
    assert list(made(Holder, "output")[1]) == ["Computed", "Holder"]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        pytest.param(Cat | Dog, PETS, id="both"),
        pytest.param(
            Cat | Dog | None, {**PETS, "oneOf": [*PETS["oneOf"], {"type": "null"}]}, id="or None"
        ),
        pytest.param(
            Cat | int,
            {"anyOf": [ref("Cat"), {"type": "integer"}]},
            id="a Struct and something else",
        ),
        pytest.param(Cat | Other, {"anyOf": [ref("Cat"), ref("Other")]}, id="other tag fields"),
        pytest.param(Struct | Closed, {"anyOf": [ref("Struct"), ref("Closed")]}, id="no tags"),
        pytest.param(
            Annotated[Square | Circle, pydantic.Field(discriminator="shape")],
            {
                "oneOf": [ref("Square"), ref("Circle")],
                "discriminator": {
                    "propertyName": "shape",
                    "mapping": {
                        "square": "#/components/schemas/Square",
                        "circle": "#/components/schemas/Circle",
                    },
                },
            },
            id="pydantic",
        ),
    ],
)
def test_discriminators(annotation, expected):
    assert made(annotation)[0] == expected


@pytest.mark.parametrize(
    ("annotation", "more"),
    [
        pytest.param(
            Annotated[int, msgspec.Meta(gt=1, le=5)],
            {"exclusiveMinimum": 1, "maximum": 5},
            id="msgspec",
        ),
        pytest.param(
            Annotated[int, pydantic.Field(ge=1, description="d")],
            {"minimum": 1, "description": "d"},
            id="pydantic",
        ),
        pytest.param(Annotated[list[int], msgspec.Meta(min_length=1)], {"minItems": 1}, id="items"),
        pytest.param(Annotated[str, msgspec.Meta(max_length=3)], {"maxLength": 3}, id="characters"),
        pytest.param(
            Annotated[dict[str, int], msgspec.Meta(max_length=3)],
            {"maxProperties": 3},
            id="properties",
        ),
        pytest.param(
            Annotated[list[int] | None, msgspec.Meta(max_length=3)],
            {"maxItems": 3},
            id="items, or none",
        ),
        pytest.param(
            Annotated[str, msgspec.Meta(pattern="(?P<a>b)")], {"pattern": "(?<a>b)"}, id="pattern"
        ),
        pytest.param(Annotated[int, msgspec.Meta(multiple_of=2)], {"multipleOf": 2}, id="multiple"),
        pytest.param(
            Annotated[int, msgspec.Meta(examples=[1, 2])], {"examples": [1, 2]}, id="examples"
        ),
        pytest.param(Annotated[int, msgspec.Meta(title="T")], {"title": "T"}, id="title"),
        pytest.param(
            Annotated[int, msgspec.Meta(extra_json_schema={"format": "int32"})],
            {"format": "int32"},
            id="more",
        ),
        pytest.param(Annotated[int, Doc("What it is.")], {"description": "What it is."}, id="Doc"),
        pytest.param(Annotated[int, "a note"], {}, id="a note is no description"),
        pytest.param(
            Annotated[int, msgspec.Meta(ge=1), msgspec.Meta(ge=2)],
            {"minimum": 2},
            id="the last one wins",
        ),
    ],
)
def test_what_annotated_says(annotation, more):
    plain = made(annotation.__origin__)[0]
    assert made(annotation)[0] == {**plain, **more}


def test_a_reference_is_described_beside_it():
    assert made(Annotated[Cat, msgspec.Meta(description="d")])[0] == {
        **ref("Cat"),
        "description": "d",
    }


def test_what_is_not_hashable_is_taken_all_the_same():
    assert made(Annotated[int, ["unhashable"]])[0] == {"type": "integer"}
    assert made(list[Annotated[int, ["unhashable"]]])[0] == {
        "type": "array",
        "items": {"type": "integer"},
    }


@pytest.mark.parametrize(
    ("stands_for", "expected"),
    [
        pytest.param({"type": "string"}, {"type": "string"}, id="a schema"),
        pytest.param(int, {"type": "integer"}, id="a type"),
        pytest.param(
            list[int], {"type": "array", "items": {"type": "integer"}}, id="a generic type"
        ),
        pytest.param(Any, {}, id="anything"),
    ],
)
def test_what_a_class_stands_for(stands_for, expected):
    schemas = Schemas(lambda cls, direction: stands_for if cls is Opaque else None)
    assert schemas.schema(list[Opaque], "input") == {"type": "array", "items": expected}


def test_generics_whose_arguments_differ_in_a_constraint_alone():
    """They would have one name, so that is an error and no silent mistake."""
    schemas = Schemas()
    for least in (1, 2):
        schemas.where = str(least)
        schemas.schema(Page[Annotated[int, msgspec.Meta(ge=least)]], "output")
    [problem] = schemas.components.problems()
    assert problem.where == ("1", "2")


def test_a_class_that_knows_pydantic_is_no_reason_to_import_it(monkeypatch):
    class Knows:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            raise AssertionError

    monkeypatch.delitem(sys.modules, "pydantic")
    schemas = Schemas()
    schemas.schema(Knows, "output")
    assert "nobody knows how Knows looks" in str(schemas.problems[0])


def elsewhere() -> Any:
    class Cat(msgspec.Struct):
        x: int

    return Cat


class Unresolved(msgspec.Struct):
    x: "Nowhere"  # noqa: F821


UNKNOWN = (
    "first: nobody knows how Opaque looks in a document: say it: OpenAPIConfig(schemas={TheClass:"
    " {'type': 'string'}}), or take another type"
)
NOT_THERE = (
    f"first: a field of {__name__}.Unresolved names 'Nowhere', which does not exist at run time:"
    " import 'Nowhere' outside 'if TYPE_CHECKING', or define it at module level"
)
TWO_CATS = (
    f"first and second: two models are called 'Cat', {__name__}.Cat and"
    f" {__name__}.elsewhere.<locals>.Cat: rename one of them, or give one another name in the"
    " document: __schema_name__ = '...' in its class"
)


@pytest.mark.parametrize(
    ("annotations", "told"),
    [
        pytest.param([Opaque], [UNKNOWN], id="a class that is no model"),
        pytest.param([Unresolved], [NOT_THERE], id="a name that is not there"),
        pytest.param([Cat, elsewhere()], [TWO_CATS], id="two models of one name"),
        pytest.param([Cat, Cat, list[Cat]], [], id="one model, twice"),
    ],
)
def test_problems(annotations, told):
    schemas = Schemas()
    for where, annotation in zip(("first", "second", "third"), annotations, strict=False):
        schemas.where = where
        schemas.schema(annotation, "output")
    assert [str(each) for each in [*schemas.problems, *schemas.components.problems()]] == told


def test_pydantic_says_what_it_cannot():
    class Odd(pydantic.BaseModel, arbitrary_types_allowed=True):
        opaque: Opaque

    schemas = Schemas()
    schemas.where = "here"
    schemas.schema(Odd, "output")
    [problem] = schemas.problems
    assert str(problem).startswith(
        "here: pydantic describes no Odd (Cannot generate a JsonSchema for"
    )
