import dataclasses
import datetime as dt
import decimal
import enum
import ipaddress
import pathlib
import re
import uuid
from collections import deque
from typing import Any, NamedTuple, TypedDict

import attrs
import msgspec
import pydantic
import pydantic.dataclasses
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import (
    SecretString,
    SerializationException,
    encode_json,
    encode_msgpack,
    encoder_for,
    to_builtins,
)

JSON = "application/json"


class Struct(msgspec.Struct):
    a: int


@dataclasses.dataclass
class Dataclass:
    a: int


@attrs.define
class Attrs:
    a: int


class Typed(TypedDict):
    a: int


class Named(NamedTuple):
    a: int


class Model(pydantic.BaseModel):
    a: int = pydantic.Field(serialization_alias="alias")

    @pydantic.computed_field
    @property
    def twice(self) -> int:
        return 2 * self.a


@pydantic.dataclasses.dataclass
class PydanticDataclass:
    a: int

    @pydantic.field_serializer("a")
    def shown(self, value: int) -> str:
        return f"<{value}>"


class Root(pydantic.RootModel[list[int]]):
    pass


class Text(str):  # noqa: SLOT000
    def __str__(self) -> str:
        return "never asked"


class Number(int):
    pass


class Real(float):
    pass


class Octets(bytes):
    pass


class Colour(enum.Enum):
    RED = "red"


class Custom:
    pass


class MoreCustom(Custom):
    pass


MODELS = [
    pytest.param(Struct, Struct(1), b'{"a":1}', id="Struct"),
    pytest.param(Dataclass, Dataclass(1), b'{"a":1}', id="dataclass"),
    pytest.param(Attrs, Attrs(1), b'{"a":1}', id="attrs"),
    pytest.param(Typed, Typed(a=1), b'{"a":1}', id="TypedDict"),
    pytest.param(Named, Named(1), b"[1]", id="NamedTuple"),
    pytest.param(Model, Model(a=1), b'{"a":1,"twice":2}', id="pydantic"),
    pytest.param(Root, Root([1]), b"[1]", id="root model"),
    pytest.param(PydanticDataclass, PydanticDataclass(1), b'{"a":"<1>"}', id="pydantic dataclass"),
]


@pytest.mark.parametrize(("annotation", "value", "encoded"), MODELS)
def test_every_kind_of_model(annotation: Any, value: Any, encoded: bytes) -> None:
    assert encoder_for(annotation, JSON)(value) == encoded
    assert encoder_for(list[annotation], JSON)([value]) == b"[%b]" % encoded
    assert encoder_for(dict[str, annotation], JSON)({"x": value}) == b'{"x":%b}' % encoded
    assert encoder_for(annotation | None, JSON)(None) == b"null"
    assert encoder_for(annotation, "application/vnd.msgpack")(value)


@pytest.mark.parametrize(
    ("annotation", "value", "encoded"), [each for each in MODELS if each.id != "pydantic dataclass"]
)
@pytest.mark.parametrize("declared", [Any, dict, list, object], ids=str)
def test_every_kind_where_nothing_was_declared(
    declared: Any, annotation: Any, value: Any, encoded: bytes
) -> None:
    assert encoder_for(declared, JSON)([value]) == b"[%b]" % encoded
    assert encode_json({"x": [value]}) == b'{"x":[%b]}' % encoded
    assert msgspec.msgpack.decode(encode_msgpack([value])) == [msgspec.json.decode(encoded)]


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (pathlib.PurePosixPath("a/b"), '"a/b"'),
        (pathlib.PureWindowsPath("a/b"), '"a\\\\b"'),
        (ipaddress.ip_address("::1"), '"::1"'),
        (ipaddress.ip_address("1.2.3.4"), '"1.2.3.4"'),
        (ipaddress.ip_network("10.0.0.0/8"), '"10.0.0.0/8"'),
        (ipaddress.ip_interface("10.0.0.1/8"), '"10.0.0.1/8"'),
        (deque([1, 2]), "[1,2]"),
        (re.compile("a+"), '"a+"'),
        (SecretString("x"), '"******"'),
        (pydantic.SecretStr("x"), '"**********"'),
        (pydantic.AnyUrl("http://a"), '"http://a/"'),
        (decimal.Decimal("1.50"), '"1.50"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (dt.date(2026, 1, 2), '"2026-01-02"'),
        (dt.timedelta(seconds=90), '"PT90S"'),
        (Colour.RED, '"red"'),
        ({1, 1}, "[1]"),
        (Text("x"), '"x"'),
        (Number(5), "5"),
        (Real(1.5), "1.5"),
        (Octets(b"x"), '"eA=="'),
        (2**70, str(2**70)),
        (float("nan"), "null"),
    ],
    ids=lambda v: type(v).__name__ if not isinstance(v, str) else "",
)
def test_values_of_the_standard_library(value: Any, encoded: str) -> None:
    assert encode_json(value).decode() == encoded
    assert encoder_for(Any, JSON)([value]).decode() == f"[{encoded}]"


@pytest.mark.parametrize(
    "value",
    [Custom(), [Custom()], {"a": {"b": Custom()}}, Struct(Custom())],
    ids=lambda v: type(v).__name__,
)  # type: ignore[arg-type]
def test_an_unknown_type_is_named(value: Any) -> None:
    for encode in (
        encode_json,
        encode_msgpack,
        encoder_for(Any, JSON),
        encoder_for(Any, "application/x-msgpack"),
    ):
        with pytest.raises(SerializationException, match=r"test_encoding\.Custom"):
            encode(value)


def test_exceptions_are_no_content() -> None:
    with pytest.raises(SerializationException, match="ValueError"):
        encode_json(ValueError("secret"))


def test_what_else_cannot_be_encoded() -> None:
    endless: list[Any] = []
    endless.append(endless)
    for value in (endless, {(1, 2): 3}, "\ud800", 1j):
        with pytest.raises(SerializationException):
            encode_json(value)
        with pytest.raises(SerializationException):
            encode_msgpack([1j, value])


def test_type_encoders() -> None:
    encoders = {Custom: lambda value: {"made": [MoreCustom()]}, MoreCustom: lambda value: "more"}
    assert encode_json([Custom()], encoders) == b'[{"made":["more"]}]'
    assert encode_msgpack([MoreCustom()], encoders) == b"\x91\xa4more"
    assert to_builtins([Custom()], encoders) == [{"made": ["more"]}]
    assert encoder_for(Any, JSON, encoders)(Custom()) == b'{"made":["more"]}'
    assert encoder_for(Any, JSON, {Custom: lambda value: "base"})(MoreCustom()) == b'"base"'
    assert (
        encoder_for(Any, JSON, {SecretString: lambda s: s.get_secret()})(SecretString("x"))
        == b'"x"'
    )


def test_type_encoders_and_pydantic() -> None:
    class Holder(pydantic.BaseModel):
        x: Any

    encoders = {Custom: lambda value: "custom"}
    for annotation in (Holder, list[Holder], Any):
        encode = encoder_for(annotation, JSON, encoders)
        value = [Holder(x=Custom())] if annotation != Holder else Holder(x=Custom())
        assert b'{"x":"custom"}' in encode(value)
    assert encoder_for(Holder, JSON)(Holder(x=Struct(1))) == b'{"x":{"a":1}}'
    assert encode_json(Holder(x=[Attrs(1), Model(a=2)])) == b'{"x":[{"a":1},{"a":2,"twice":4}]}'
    overridden = encoder_for(list[Holder], JSON, {pydantic.BaseModel: lambda model: "model"})
    assert overridden([Holder(x=1)]) == b'["model"]'
    with pytest.raises(SerializationException):
        encode_json(Holder(x=object()))


def test_a_type_that_only_pydantic_knows() -> None:
    class Point:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            from pydantic_core import core_schema

            shown = core_schema.plain_serializer_function_ser_schema(lambda point: [1, 2])
            return core_schema.any_schema(serialization=shown)

    assert encode_json({"a": Point()}) == b'{"a":[1,2]}'


def test_a_struct_that_holds_pydantic() -> None:
    class Holder(msgspec.Struct):
        model: Model
        url: pydantic.AnyUrl

    value = Holder(Model(a=1), pydantic.AnyUrl("http://a"))
    assert encoder_for(Holder, JSON)(value) == b'{"model":{"a":1,"twice":2},"url":"http://a/"}'


@pytest.mark.parametrize(
    ("annotation", "media_type", "value", "encoded"),
    [
        (str, "text/plain", "é", "é".encode()),
        (str, JSON, "é", '"é"'.encode()),
        (bytes, "text/plain", b"\xff", b"\xff"),
        (bytes, JSON, b"{}", b"{}"),
        (bytes, "application/vnd.msgpack", b"x", b"x"),
        (Any, "image/png", bytearray(b"x"), b"x"),
        (Any, "image/png", memoryview(b"x"), b"x"),
        (Any, "text/plain", None, b""),
        (str | None, "text/plain", "x", b"x"),
        (dict, "application/problem+json; charset=utf-8", {}, b"{}"),
        (dict, "application/msgpack", {}, b"\x80"),
    ],
)
def test_media_types(annotation: Any, media_type: str, value: Any, encoded: bytes) -> None:
    assert encoder_for(annotation, media_type)(value) == encoded


def test_a_value_that_no_media_type_holds() -> None:
    with pytest.raises(SerializationException, match="dict cannot be sent as 'text/html'"):
        encoder_for(dict, "text/html")({})


@pytest.mark.parametrize("annotation", [dict, Struct, list[Dataclass], Any, int])
def test_no_frame_of_ours_stands_before_the_codec(annotation: Any) -> None:
    assert type(encoder_for(annotation, JSON)).__name__ == "builtin_function_or_method"
    assert encoder_for(str, "text/plain") is str.encode


def test_a_subclass_shows_only_what_was_declared() -> None:
    class Secret(Model):
        password: str

    encode = encoder_for(list[Model], JSON)
    assert b"hunter2" not in encode([Secret(a=1, password="hunter2")])


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_what_was_encoded_is_decoded(value: Any) -> None:
    assert msgspec.json.decode(encode_json(value)) == value


@given(
    st.text()
    | st.binary()
    | st.complex_numbers()
    | st.dictionaries(st.tuples(st.integers()) | st.text(), st.text())
)
def test_any_value_is_encoded_or_refused(value: Any) -> None:
    for encode in (encode_json, encode_msgpack):
        try:
            assert isinstance(encode(value), bytes)
        except SerializationException:
            pass
