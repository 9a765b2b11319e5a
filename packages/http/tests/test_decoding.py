import dataclasses
import datetime as dt
import enum
import ipaddress
import json
import pathlib
import re
import uuid
from collections import deque
from decimal import Decimal, InvalidOperation
from typing import (
    Annotated,
    Any,
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
import pydantic.dataclasses
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import (
    DecodeError,
    Problem,
    SecretBytes,
    SecretString,
    SerializationException,
    decode_json,
    decode_msgpack,
    decoder_for,
    encode_msgpack,
)

T = TypeVar("T")
MSGPACK = "application/vnd.msgpack"


class Struct(msgspec.Struct):
    a: int
    b: str = "b"


class Strict(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    first_name: str


@dataclasses.dataclass
class Dataclass:
    a: int
    b: str = "b"


@attrs.define
class Attrs:
    a: int
    b: str = "b"


class Typed(TypedDict, total=False):
    a: int
    b: Required[str]
    c: NotRequired[list[int]]


class Named(NamedTuple):
    a: int
    b: str = "b"


class Row(msgspec.Struct, array_like=True):
    a: int
    b: str = "b"


class GenericStruct(msgspec.Struct, Generic[T]):
    a: T
    b: dict[str, T]


@dataclasses.dataclass
class GenericDataclass(Generic[T]):
    a: T
    b: list[T] | None = None


def positive(instance: Any, attribute: Any, value: int) -> None:
    if value <= 0:
        raise ValueError(f"{attribute.name} is not positive")


@attrs.define
class Careful:
    a: int = attrs.field(validator=positive)
    b: int = attrs.field(default=1, converter=int, validator=[positive, attrs.validators.lt(9)])
    c: str = attrs.field(default="", validator=attrs.validators.instance_of(str))


@attrs.define
class Validated:
    a: int = attrs.field(validator=positive)
    b: str = attrs.field(default="b", validator=attrs.validators.max_len(2))


@attrs.define
class GenericAttrs(Generic[T]):
    a: T
    b: int = attrs.field(default=1, converter=int)


class Circle(pydantic.BaseModel):
    kind: Literal["circle"]
    radius: int


class Square(pydantic.BaseModel):
    kind: Literal["square"]
    side: int


class Drawing(pydantic.BaseModel):
    shapes: list[Annotated[Circle | Square, pydantic.Field(discriminator="kind")]]
    sizes: dict[str, int | bool] = {}


class Model(pydantic.BaseModel):
    a: int = pydantic.Field(gt=0)
    b: str = "b"


@pydantic.dataclasses.dataclass
class PydanticDataclass:
    a: int = pydantic.Field(gt=0)
    b: str = "b"


class GenericModel(pydantic.BaseModel, Generic[T]):
    items: list[T]


class Colour(enum.Enum):
    RED = "red"


class Cat(msgspec.Struct, tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag="dog"):
    legs: int


UserId = NewType("UserId", int)


def problems(
    annotation: Any, data: bytes, *arguments: Any
) -> list[tuple[str, tuple[str | int, ...]]]:
    with pytest.raises(DecodeError) as caught:
        decoder_for(annotation, *arguments)(data)
    assert not caught.value.malformed
    assert caught.value.__cause__ is None
    return [(each.message, each.path) for each in caught.value.problems]


GOOD = [
    (Struct, b'{"a":1,"b":"x"}', Struct(1, "x")),
    (Dataclass, b'{"a":1}', Dataclass(1)),
    (Attrs, b'{"a":1}', Attrs(1)),
    (Typed, b'{"b":"x"}', {"b": "x"}),
    (Named, b"[1]", Named(1)),
    (Model, b'{"a":"1"}', Model(a=1)),
    (PydanticDataclass, b'{"a":1}', PydanticDataclass(1)),
    (GenericModel[int], b'{"items":["1"]}', GenericModel[int](items=[1])),
    (list[Model], b'[{"a":1}]', [Model(a=1)]),
    (dict[str, Model], b'{"x":{"a":1}}', {"x": Model(a=1)}),
    (Model | None, b"null", None),
    (Annotated[Model, "x"], b'{"a":1}', Model(a=1)),
    (Model | int, b"5", 5),
    (Cat | Dog, b'{"type":"dog","legs":4}', Dog(4)),
    (int | str | None, b'"x"', "x"),
    (Literal["a", 1], b"1", 1),
    (Colour, b'"red"', Colour.RED),
    (UserId, b"5", 5),
    (uuid.UUID, b'"00000000-0000-0000-0000-000000000001"', uuid.UUID(int=1)),
    (dt.datetime, b'"2026-01-02T03:04:05Z"', dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)),
    (Decimal, b'"1.5"', Decimal("1.5")),
    (Annotated[int, msgspec.Meta(gt=3)], b"4", 4),
    (pathlib.Path, b'"a/b"', pathlib.Path("a/b")),
    (pathlib.PurePosixPath, b'"a"', pathlib.PurePosixPath("a")),
    (ipaddress.IPv4Address, b'"1.2.3.4"', ipaddress.IPv4Address("1.2.3.4")),
    (ipaddress.IPv6Network, b'"::/8"', ipaddress.IPv6Network("::/8")),
    (SecretString, b'"x"', SecretString("x")),
    (SecretBytes, b'"x"', SecretBytes(b"x")),
    (pydantic.AnyUrl, b'"http://a"', pydantic.AnyUrl("http://a")),
    (Any, b'{"a":[1]}', {"a": [1]}),
    (bytes, b'"eA=="', b"x"),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "data", "value"), GOOD, ids=lambda v: str(v)[:40])
def test_values(annotation: Any, data: bytes, value: Any) -> None:
    found = decoder_for(annotation)(data)
    assert found == value
    assert type(found) is type(value)
    assert decode_json(data, annotation) == value
    assert decode_json(data.decode(), annotation) == value


@pytest.mark.parametrize(("annotation", "data", "value"), GOOD, ids=lambda v: str(v)[:40])
def test_values_in_messagepack(annotation: Any, data: bytes, value: Any) -> None:
    packed = encode_msgpack(b"x" if annotation is bytes else msgspec.json.decode(data))
    assert decoder_for(annotation, MSGPACK)(packed) == value
    assert decode_msgpack(packed, annotation) == value


def test_a_deque() -> None:
    assert decoder_for(deque)(b"[1]") == deque([1])


MISSING = [("Field required", ("a",))]


@pytest.mark.parametrize("annotation", [Struct, Dataclass, Attrs, Model, PydanticDataclass])
def test_a_missing_field_is_told_by_its_own_path(annotation: Any) -> None:
    assert problems(annotation, b"{}") == MISSING
    assert problems(annotation, b"\x80", MSGPACK) == MISSING
    assert problems(list[annotation], b'[{"a":1},{}]') == [("Field required", (1, "a"))]


ALIKE = [Struct, Dataclass, Attrs, Validated, Model, PydanticDataclass, Struct | list[int]]


@pytest.mark.parametrize("annotation", ALIKE, ids=str)
def test_all_problems_are_told(annotation: Any) -> None:
    paths = [path for _, path in problems(list[annotation], b'[{"a":[],"b":5},{"b":[]}]')]
    assert paths == [(0, "a"), (0, "b"), (1, "a"), (1, "b")]


@pytest.mark.parametrize(
    ("annotation", "data", "expected"),
    [
        pytest.param(int, b'"x"', [("Expected int, got str", ())], id="at the root"),
        pytest.param(dict[str, list[int]], b'{"a":[1,"x"],"b":5}', [("Expected int, got str", ("a", 1)), ("Expected array, got int", ("b",))], id="containers"),
        pytest.param(Strict, b'{"firstName":"x","z":1}', [("Unknown field", ("z",))], id="unknown field"),
        pytest.param(Strict, b'{"firstName":"x","z`\\n":1}', [("Unknown field", ("z`\n",))], id="an odd unknown field"),
        pytest.param(Strict, b"{}", [("Field required", ("firstName",))], id="the name on the wire"),
        pytest.param(Colour, b'"blue"', [("Invalid enum value 'blue'", ())], id="enum"),
        pytest.param(dict[int, int], b'{"x":1}', [("Expected int, got str", ())], id="key"),
        pytest.param(Cat | Dog, b'{"type":"cow"}', [("Invalid value 'cow'", ("type",))], id="tag"),
        pytest.param(Annotated[list[int], msgspec.Meta(min_length=2)], b"[1]", [("Expected array of length >= 2", ())], id="length"),
        pytest.param(list[Annotated[int, msgspec.Meta(ge=5)]], b"[1,7,2]", [("Expected int >= 5", (0,)), ("Expected int >= 5", (2,))], id="constraint"),
        pytest.param(Model, b'{"a":0}', [("Input should be greater than 0", ("a",))], id="pydantic constraint"),
        pytest.param(PydanticDataclass, b'{"a":0}', [("Input should be greater than 0", ("a",))], id="pydantic dataclass"),
        pytest.param(ipaddress.IPv4Address, b'"x"', [("Expected 4 octets in 'x'", ())], id="an address"),
        pytest.param(pathlib.PurePath, b"5", [("Expected PurePath, got int", ())], id="no path"),
        pytest.param(list[ipaddress.IPv4Address], b"[5]", [("Expected IPv4Address, got int", (0,))], id="no address"),
        pytest.param(SecretString, b"5", [("Expected SecretString, got int", ())], id="no secret"),
        pytest.param(Typed, b'{"a":"x","b":1,"c":[1,"y"]}', [("Expected int, got str", ("a",)), ("Expected str, got int", ("b",)), ("Expected int, got str", ("c", 1))], id="TypedDict"),
        pytest.param(list[Named], b'[["x",1]]', [("Expected int, got str", (0, 0)), ("Expected str, got int", (0, 1))], id="NamedTuple"),
        pytest.param(Named, b"[]", [("Expected array of length 1 to 2, got 0", ())], id="a short NamedTuple"),
        pytest.param(Row, b'["x",1]', [("Expected int, got str", (0,)), ("Expected str, got int", (1,))], id="array-like Struct"),
        pytest.param(tuple[int, str], b'["x",1]', [("Expected int, got str", (0,)), ("Expected str, got int", (1,))], id="tuple"),
        pytest.param(GenericStruct[int], b'{"a":"x","b":{"k":"y","l":1}}', [("Expected int, got str", ("a",)), ("Expected int, got str", ("b", "k"))], id="generic Struct"),
        pytest.param(Cat | Dog | None, b'{"type":"dog","legs":"x"}', [("Expected int, got str", ("legs",))], id="tagged"),
        pytest.param(list[Struct | list[int]], b'[{"a":"x","b":1},["y"],5]', [("Expected int, got str", (0, "a")), ("Expected str, got int", (0, "b")), ("Expected int, got str", (1, 0)), ("Expected object | array, got int", (2,))], id="union by shape"),
        pytest.param(Careful, b'{"a":-1,"b":"-2"}', [("a is not positive", ("a",)), ("b is not positive", ("b",))], id="attrs validators"),
        pytest.param(list[Careful], b'[{"a":-1,"b":"x"},{"a":1,"b":"10"}]', [("a is not positive", (0, "a")), ("invalid literal for int() with base 10: 'x'", (0, "b")), ("'b' must be < 9: 10", (1, "b"))], id="attrs converters"),
        pytest.param(Validated, b'{"a":0,"b":"abc"}', [("a is not positive", ("a",)), ("Length of 'b' must be <= 2: 3", ("b",))], id="attrs without converters"),
        pytest.param(list[GenericAttrs[int]], b'[{"a":"x","b":"y"},{"a":1,"b":"2"},{}]', [("Expected int, got str", (0, "a")), ("invalid literal for int() with base 10: 'y'", (0, "b")), ("Field required", (2, "a"))], id="generic attrs"),
        pytest.param(GenericAttrs[int], b'{"a":1,"b":"y"}', [("invalid literal for int() with base 10: 'y'", ("b",))], id="generic attrs, its converter"),
        pytest.param(Drawing, b'{"shapes":[{"kind":"circle","radius":"x"},{"kind":"square"},{"kind":"z"}],"sizes":{"a":"x"}}', [("Input should be a valid integer, unable to parse string as an integer", ("shapes", 0, "radius")), ("Field required", ("shapes", 1, "side")), ("Input tag 'z' found using 'kind' does not match any of the expected tags: 'circle', 'square'", ("shapes", 2)), ("Input should be a valid integer, unable to parse string as an integer", ("sizes", "a")), ("Input should be a valid boolean, unable to interpret input", ("sizes", "a"))], id="pydantic's tags are no steps"),
    ],
)  # fmt: skip
def test_problems(annotation: Any, data: bytes, expected: Any) -> None:
    assert problems(annotation, data) == expected


@pytest.mark.parametrize("annotation", [Any, Struct, Model, Dataclass, list[int]])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a":"\xff"}',
        b"nul",
        b"[1,]",
        b'{"a":1',
        b"{}x",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"[" * 600,
        b"[" * 513 + b"]" * 513,
    ],
    ids=lambda d: ascii(d[:12]),
)
def test_what_is_no_json(annotation: Any, data: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        decoder_for(annotation)(data)
    assert caught.value.malformed
    assert [each.path for each in caught.value.problems] == [()]


def test_what_follows_a_wrong_value_may_be_malformed() -> None:
    with pytest.raises(DecodeError) as caught:
        decoder_for(Struct)(b'{"a":"x",,}')
    assert caught.value.malformed


@pytest.mark.parametrize(
    "data",
    [b"\xc1", b"\x92\x01", b"\xa1\xff", b"\x91" * 100_000, b"", b"\xdf\xff\xff\xff\xff"],
    ids=lambda d: ascii(d[:8]),
)
@pytest.mark.parametrize("annotation", [Any, Model, list[int]])
def test_what_is_no_messagepack(annotation: Any, data: bytes) -> None:
    with pytest.raises(DecodeError):
        decoder_for(annotation, MSGPACK)(data)


def test_depth() -> None:
    assert decoder_for(Any)(b"[" * 512 + b"]" * 512)
    with pytest.raises(DecodeError, match="2 levels"):
        decoder_for(Any, depth=2)(b"[[[]]]")
    assert decoder_for(Any, depth=2)(b'[["[[["]]') == [["[[["]]


def test_a_str_that_is_no_utf_8() -> None:
    with pytest.raises(DecodeError):
        decode_json('"\ud800"')


class Reader(pydantic.BaseModel):
    name: str


@pytest.mark.parametrize("annotation", [Any, str, list[int], Reader], ids=str)
@pytest.mark.parametrize(
    "text", ['"\ud800"', '"\ud800' + "x" * 600, '{"name":1}', "[", "[" * 600, '["é"', '["é"]', "1"],
    ids=lambda text: ascii(text[:10]),
)  # fmt: skip
def test_text_is_told_what_its_bytes_are_told(annotation: Any, text: str) -> None:
    told = []
    for data in (text, text.encode("utf-8", "surrogatepass")):
        try:
            told.append(decoder_for(annotation)(data))
        except DecodeError as error:
            told.append((error.malformed, error.problems))
    if "\ud800" in text:
        assert told[0] == (True, (Problem("Not UTF-8"),))
    else:
        assert told[0] == told[1]


def test_strictness() -> None:
    assert decode_json(b'"1"', int, strict=False) == 1
    assert decode_msgpack(b"\xa11", int, strict=False) == 1
    with pytest.raises(DecodeError):
        decode_json(b'"1"', int)
    assert decoder_for(list[int], strict=False)(b'["1"]') == [1]


class Celsius:
    def __init__(self, degrees: float) -> None:
        self.degrees = degrees

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Celsius) and self.degrees == other.degrees


def is_celsius(annotation: Any) -> bool:
    return issubclass(annotation, Celsius)


class Weather(msgspec.Struct):
    now: Celsius
    model: Model | None = None


def test_type_decoders() -> None:
    decoders = [(is_celsius, lambda cls, value: cls(value))]
    assert decode_json(b"5", Celsius, decoders) == Celsius(5)
    assert decode_msgpack(b"\x05", Celsius, decoders) == Celsius(5)
    assert decoder_for(list[Celsius], "application/json", decoders)(b"[5]") == [Celsius(5)]
    assert decoder_for(Weather, "application/json", decoders)(
        b'{"now":5,"model":{"a":1}}'
    ).model == Model(a=1)


def test_type_decoders_leave_pydantic_its_errors() -> None:
    decoders = [(is_celsius, lambda cls, value: cls(value))]
    assert problems(Model, b'{"a":[],"b":5}', "application/json", decoders) == problems(
        Model, b'{"a":[],"b":5}'
    )


def test_a_type_decoder_for_a_pydantic_model() -> None:
    decoders = [(lambda cls: issubclass(cls, Model), lambda cls, value: cls(a=value))]
    assert decode_json(b"5", Model, decoders) == Model(a=5)


@pytest.mark.parametrize(
    "error",
    [
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        InvalidOperation,
        ZeroDivisionError,
        OverflowError,
    ],
)
def test_what_a_type_decoder_raises_is_the_clients_fault(error: type[Exception]) -> None:
    def decode(cls: Any, value: Any) -> Any:
        raise error("no")

    found = problems(list[Celsius], b"[5]", "application/json", [(is_celsius, decode)])
    assert [path for _, path in found] == [(0,)]


def test_a_bug_in_a_type_decoder_is_a_bug() -> None:
    def decode(cls: Any, value: Any) -> Any:
        raise AssertionError("a bug")

    with pytest.raises(AssertionError):
        decode_json(b"5", Celsius, [(is_celsius, decode)])


class Holder(msgspec.Struct):
    model: Model
    models: list[Model] = []
    when: "Dated | None" = None
    url: pydantic.AnyUrl | None = None


class Dated(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True)
    day: dt.date


def test_pydantic_within_a_struct() -> None:
    value = decoder_for(Holder)(b'{"model":{"a":1},"models":[{"a":2}],"url":"http://a"}')
    assert value == Holder(Model(a=1), [Model(a=2)], None, pydantic.AnyUrl("http://a"))
    assert problems(Holder, b'{"model":{"b":5},"models":[{"a":1},{"a":0}],"url":"x"}') == [
        ("Field required", ("model", "a")),
        ("Input should be a valid string", ("model", "b")),
        ("Input should be greater than 0", ("models", 1, "a")),
        ("Input should be a valid URL, relative URL without a base", ("url",)),
    ]


def test_a_strict_model_within_a_struct_sees_json() -> None:
    value = decoder_for(Holder)(b'{"model":{"a":1},"when":{"day":"2026-01-02"}}')
    assert value.when.day == dt.date(2026, 1, 2)


@dataclasses.dataclass
class HolderDataclass:
    inner: PydanticDataclass
    x: int = 5


def test_a_pydantic_dataclass_within_a_dataclass_is_validated() -> None:
    assert decoder_for(HolderDataclass)(b'{"inner":{"a":1}}') == HolderDataclass(
        PydanticDataclass(1)
    )
    assert problems(HolderDataclass, b'{"inner":{"a":0}}') == [
        ("Input should be greater than 0", ("inner", "a"))
    ]


class HolderStruct(msgspec.Struct):
    inner: PydanticDataclass


@pytest.mark.parametrize(
    "annotation", [HolderStruct, list[HolderStruct], PydanticDataclass | Struct]
)
def test_a_pydantic_dataclass_that_nobody_would_validate_is_refused(annotation: Any) -> None:
    with pytest.raises(SerializationException, match="'PydanticDataclass'"):
        decoder_for(annotation)


def test_what_msgspec_cannot_decode_is_told_when_it_is_made() -> None:
    with pytest.raises(SerializationException, match="cannot be decoded"):
        decoder_for(Struct | Dataclass)


class Unknown:
    pass


class HoldsUnknown(msgspec.Struct):
    maybe: list[Unknown] = []


@pytest.mark.parametrize(
    "annotation", [Unknown, re.Pattern, list[Unknown], Unknown | None, HoldsUnknown]
)
@pytest.mark.parametrize("media_type", ["application/json", MSGPACK])
def test_an_unknown_type_is_told_when_the_decoder_is_made(annotation: Any, media_type: str) -> None:
    with pytest.raises(SerializationException, match="no codec makes.*type_decoders"):
        decoder_for(annotation, media_type)
    assert decoder_for(
        annotation,
        media_type,
        [(lambda cls: issubclass(cls, Unknown | re.Pattern), lambda cls, value: cls)],
    )


def test_pydantic_beside_a_struct() -> None:
    decode = decoder_for(dict[str, list[Model]] | None)
    assert decode(b'{"x":[{"a":1}]}') == {"x": [Model(a=1)]}
    assert decoder_for(tuple[Struct, Model])(b'[{"a":1},{"a":2}]') == (Struct(1), Model(a=2))
    assert problems(tuple[Struct, Model], b'[{"a":1},{"a":0}]') == [
        ("Input should be greater than 0", (1, "a"))
    ]


def test_other_media_types() -> None:
    with pytest.raises(SerializationException, match="'text/plain'"):
        decoder_for(int, "text/plain")
    assert decoder_for(int, "application/merge-patch+json; charset=utf-8")(b"5") == 5


def test_too_many_problems_of_pydantic() -> None:
    found = problems(list[Model], b"[" + b",".join([b"1"] * 20_000) + b"]")
    assert found == [("20000 values are wrong", ())]
    assert len(problems(list[Model], b"[" + b",".join([b"1"] * 500) + b"]")) == 100


def test_a_decoder_is_kept_by_type() -> None:
    assert decode_json(b"[1]", list[int]) == [1]
    assert decode_json(b"1", Annotated[int, {"not": "hashable"}]) == 1
    assert decode_json(b"1", Literal[1]) == 1
    with pytest.raises(DecodeError):
        decode_json(b"1", Literal["1"])


ANNOTATIONS = [
    Any,
    int,
    str,
    list[Struct],
    Dataclass,
    Attrs,
    Typed,
    Named,
    Model,
    list[PydanticDataclass],
    Holder,
    Cat | Dog,
    dict[str, Colour],
    HolderDataclass,
    GenericModel[int],
    GenericStruct[int],
    GenericDataclass[str],
    list[Row],
    list[Named | Struct],
    Careful,
    list[Validated],
    GenericAttrs[int],
    Drawing,
    uuid.UUID,
    dt.datetime,
    Decimal,
    ipaddress.IPv4Address,
]
DECODERS = [(str(each), decoder_for(each), decoder_for(each, MSGPACK)) for each in ANNOTATIONS]
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["red", "cat", "dog", "circle"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "a",
                    "b",
                    "type",
                    "model",
                    "models",
                    "inner",
                    "items",
                    "lives",
                    "shapes",
                    "kind",
                    "c",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.binary()
    | documents.map(json.dumps).map(str.encode)
    | documents.map(json.dumps)
    .map(str.encode)
    .flatmap(lambda d: st.integers(0, len(d)).map(lambda n: d[:n]))
)
def test_any_bytes_are_a_value_or_a_decode_error(data: bytes) -> None:
    for _, decode, decode_packed in DECODERS:
        for attempt in (decode, decode_packed):
            try:
                attempt(data)
            except DecodeError as error:
                assert error.problems


@given(documents)
def test_any_document_is_a_value_or_a_decode_error(document: Any) -> None:
    packed = msgspec.msgpack.encode(document) if not _too_large(document) else b""
    for _, _, decode_packed in DECODERS:
        try:
            decode_packed(packed)
        except DecodeError as error:
            assert error.problems


def _too_large(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_too_large, value.values()))
    if isinstance(value, list):
        return any(map(_too_large, value))
    return (
        isinstance(value, int)
        and not -(2**63) <= value < 2**64
        or isinstance(value, str)
        and not value.isascii()
    )


def test_a_decoder_is_kept_for_the_same_type_only() -> None:
    assert decoder_for(list[int]) is decoder_for(list[int])
    assert decoder_for(list[int]) is not decoder_for(list[int], depth=3)
    assert decoder_for(list[int]) is not decoder_for(list[int], strict=False)
    assert decoder_for(int | str) is not decoder_for(str | int)
