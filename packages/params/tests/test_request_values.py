"""Signatures and requests, and what becomes of the two."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal, NamedTuple, NewType, TypedDict
from uuid import UUID

import annotated_types
import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from pleiad_http import (
    ClientException,
    Headers,
    Limits,
    MultiDict,
    Receive,
    Request,
    RequestEntityTooLarge,
    Scope,
    State,
    UnsupportedMediaTypeException,
    ValidationException,
)
from pleiad_params import Body, Parameter

ID = "6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f"
UserId = NewType("UserId", int)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1


class MyState(State):
    pass


def taking(annotation: Any, *default: Any, name: str = "x") -> Any:
    namespace: dict[str, Any] = {"A": annotation, "D": default[0] if default else None}
    exec(f"def function({name}: A{' = D' if default else ''}): ...", namespace)  # noqa: S102
    return namespace["function"]


VALUES: list[Any] = [
    (str, "x=a", "a"), (str, "x=", ""), (str, "x", ""), (str, "x=a&x=b", "b"), (str, "x=%C3%A9+%2B", "é +"),
    (int, "x=5", 5), (int, "x=-5", -5), (int, "x=%2B5", 5), (int, "x=007", 7), (float, "x=1.5", 1.5),
    (float, "x=1e3", 1000.0), (bool, "x=true", True), (bool, "x=False", False), (bool, "x=1", True),
    (bool, "x=0", False), (Decimal, "x=1.50", Decimal("1.50")), (UUID, f"x={ID}", UUID(ID)),
    (date, "x=2026-11-24", date(2026, 11, 24)), (datetime, "x=2026-11-24T10:31:00", datetime(2026, 11, 24, 10, 31)),
    (time, "x=10:31:00", time(10, 31)), (timedelta, "x=PT60S", timedelta(minutes=1)), (Colour, "x=red", Colour.RED),
    (Level, "x=1", Level.LOW), (Literal["a", "b"], "x=b", "b"), (Literal[1, 2], "x=2", 2), (UserId, "x=5", 5),
    (Path, "x=/a/b", Path("/a/b")), (int | None, "x=5", 5), (int | None, "", None), (int | str, "x=5", "5"),
    (int | str, "x=a", "a"), (list[int], "x=1&x=2", [1, 2]), (list[str], "x=a", ["a"]), (set[int], "x=1&x=1", {1}),
    (tuple[int, ...], "x=1&x=2", (1, 2)), (tuple[int, str], "x=1&x=a", (1, "a")), (frozenset[str], "x=a", frozenset("a")),
    (list[Colour], "x=red&x=blue", [Colour.RED, Colour.BLUE]), (list[int] | None, "", None), (Any, "x=a", "a"),
    (Annotated[int, Parameter(ge=1)], "x=1", 1), (Annotated[int, annotated_types.Gt(0)], "x=1", 1),
    (Annotated[int, msgspec.Meta(lt=5)], "x=1", 1), (Annotated[str, Parameter(query="y")], "y=a", "a"),
    (Annotated[list[int], Parameter(min_items=1, max_items=2)], "x=1", [1]),
    (Annotated[str | None, Parameter(pattern="^a")], "x=ab", "ab"), (bytes, "x=a", b"a"),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "query", "value"), VALUES)
def test_a_query_value(bound: Any, annotation: Any, query: str, value: Any) -> None:
    found = bound(taking(annotation))(query)["x"]
    assert found == value
    assert type(found) is type(value)


WRONG: list[Any] = [
    (int, "", "Missing required query parameter 'x'"), (str, "y=1", "Missing required query parameter 'x'"),
    (int, "x=", "Expected int, got ''"), (int, "x=a", "Expected int, got 'a'"), (int, "x=1_0", "Expected int, got '1_0'"),
    (int, "x=+1", "Expected int, got ' 1'"), (int, "x=1.0", "Expected int, got '1.0'"), (int, "x=%D9%A1", "Expected int, got '١'"),
    (int, "x=" + "9" * 4301, "Expected int, got text of 4301 characters"), (float, "x=nan", "Expected float, got 'nan'"),
    (float, "x=1_0.5", "Expected float, got '1_0.5'"), (bool, "x=yes", "Expected bool, got 'yes'"),
    (UUID, "x=a", "Invalid UUID"), (date, "x=a", "Invalid RFC3339 encoded date"), (Colour, "x=green", "Invalid enum value 'green'"),
    (Literal["a"], "x=b", "Invalid enum value 'b'"), (list[int], "x=1&x=b", "Expected int, got 'b'"),
    (Annotated[int, Parameter(ge=1, le=5)], "x=6", "Expected int <= 5"),
    (Annotated[int, annotated_types.Gt(0)], "x=0", "Expected int >= 1"), (Annotated[int, Field(gt=0)], "x=0", "Expected int >= 1"),
    (Annotated[str, Parameter(min_length=2)], "x=a", "Expected str of length >= 2"),
    (Annotated[str, Parameter(pattern="^a")], "x=b", "Expected str matching regex '^a'"),
    (Annotated[list[int], Parameter(max_items=1)], "x=1&x=2", "Expected array of length <= 1"),
    (Annotated[int | None, Parameter(required=True)], "", "Missing required query parameter 'x'"),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "query", "message"), WRONG)
def test_a_wrong_query_value(bound: Any, annotation: Any, query: str, message: str) -> None:
    with pytest.raises(ValidationException) as refused:
        bound(taking(annotation))(query)
    assert refused.value.detail == "Validation failed for GET /x"
    assert refused.value.extra == [{"message": message, "key": "x", "source": "query"}]


def test_all_wrong_values_at_once(bound: Any) -> None:
    def function(
        a: int,
        b: Annotated[int, Parameter(header="X-B")],
        c: Annotated[bool, Parameter(cookie="c")],
        id: Annotated[int, Parameter(ge=5)],
        data: dict[str, int],
    ) -> None: ...

    with pytest.raises(ValidationException) as refused:
        bound(function, path={"id": (int, 3)})(
            "a=x", {"x-b": "y", "cookie": "c=z", "content-length": "9"}, b'{"k":"v"}'
        )
    assert refused.value.extra == [
        {"message": "Expected int, got 'x'", "key": "a", "source": "query"},
        {"message": "Expected int, got 'y'", "key": "x-b", "source": "header"},
        {"message": "Expected bool, got 'z'", "key": "c", "source": "cookie"},
        {"message": "Expected int >= 5", "key": "id", "source": "path"},
        {"message": "Expected int, got str", "key": "k", "source": "body"},
    ]


PATHS: list[Any] = [
    (int, 5, int, 5), (int, 5, float, 5.0), (int, 1, Level, Level.LOW), (int, 5, UserId, 5), (int, 5, Any, 5),
    (int, 5, Annotated[int, Parameter(lt=9)], 5), (str, "red", Colour, Colour.RED), (str, "a", Literal["a"], "a"),
    (str, ID, UUID, UUID(ID)), (str, "a", str | None, "a"), (UUID, UUID(ID), UUID, UUID(ID)), (str, "/a", Path, Path("/a")),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "given_", "annotation", "value"), PATHS)
def test_a_path_value(bound: Any, declared: Any, given_: Any, annotation: Any, value: Any) -> None:
    assert bound(taking(annotation), path={"x": (declared, given_)})()["x"] == value


@dataclass
class Data:
    a: int
    b: str = "b"


class Struct(msgspec.Struct):
    a: int
    b: str = "b"


class Model(BaseModel):
    a: int
    b: str = "b"


@attrs.define
class Attrs:
    a: int
    b: str = "b"


class Typed(TypedDict):
    a: int


class Named(NamedTuple):
    a: int
    b: str = "b"


BODIES: list[Any] = [
    (Data, b'{"a":1}', Data(1)), (Struct, b'{"a":1}', Struct(1)), (Model, b'{"a":1}', Model(a=1)), (Attrs, b'{"a":1}', Attrs(1)),
    (Typed, b'{"a":1}', {"a": 1}), (Named, b"[1]", Named(1)), (dict, b'{"a":1}', {"a": 1}), (list[int], b"[1]", [1]),
    (dict[str, Data], b'{"k":{"a":1}}', {"k": Data(1)}), (list[Model], b'[{"a":1}]', [Model(a=1)]), (int, b"5", 5), (str, b'"x"', "x"),
    (Model | None, b"null", None), (Model | None, b"", None), (Struct | None, b"", None), (Any, b"[1]", [1]),
    (Annotated[int, Body(ge=1)], b"1", 1), (Annotated[list[int], Body(max_items=2)], b"[1,2]", [1, 2]),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "body", "value"), BODIES)
def test_a_json_body(bound: Any, annotation: Any, body: bytes, value: Any) -> None:
    assert bound(taking(annotation, name="data"))(body=body)["data"] == value


WRONG_BODIES: list[Any] = [
    (Data, b'{"a":"x"}', [("Expected int, got str", "a")]), (Data, b"{}", [("Field required", "a")]),
    (Data, b'{"b":1}', [("Field required", "a"), ("Expected str, got int", "b")]),
    (Struct, b'{"a":"x","b":1}', [("Expected int, got str", "a"), ("Expected str, got int", "b")]),
    (Attrs, b"{}", [("Field required", "a")]), (Typed, b"{}", [("Field required", "a")]),
    (Model, b'{"b":1}', [("Field required", "a"), ("Input should be a valid string", "b")]),
    (list[Data], b'[{"a":1},{}]', [("Field required", "1.a")]), (dict[str, list[int]], b'{"k":[1,"x"]}', [("Expected int, got str", "k.1")]),
    (Data, b"", [("Missing request body", "data")]), (Data, b"{", [("Input data was truncated", "data")]),
    (Data, b"\xff", [("JSON is malformed: invalid character (byte 0)", "data")]),
    (Any, b"[" * 600, [("JSON nested deeper than 512 levels", "data")]), (Annotated[int, Body(ge=1)], b"0", [("Expected int >= 1", "data")]),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "body", "extra"), WRONG_BODIES)
def test_a_wrong_body(bound: Any, annotation: Any, body: bytes, extra: Any) -> None:
    with pytest.raises(ValidationException) as refused:
        bound(taking(annotation, name="data"))(body=body)
    found = [(each["message"], each["key"]) for each in refused.value.extra or ()]
    assert found == extra
    assert {each["source"] for each in refused.value.extra or ()} == {"body"}


TYPES: list[Any] = [
    ("application/json", True), ("application/json; charset=utf-8", True), ("APPLICATION/JSON", True), ("application/vnd.x+json", True),
    ("text/plain", False), ("text/plain; application/json", False), ("application/x-www-form-urlencoded", False),
    ("multipart/form-data; boundary=x", False), ("application/jsonx", False), ("", False), ("\x00\xff" * 50, False),
]  # fmt: skip


@pytest.mark.parametrize(("content_type", "taken"), TYPES)
def test_the_content_type_is_looked_at(bound: Any, content_type: str, taken: bool) -> None:
    call = bound(taking(Data, name="data"))
    if taken:
        assert call(headers={"content-type": content_type}, body=b'{"a":1}')["data"] == Data(1)
    else:
        with pytest.raises(UnsupportedMediaTypeException):
            call(headers={"content-type": content_type}, body=b'{"a":1}')


def test_messagepack(bound: Any) -> None:
    call = bound(taking(Annotated[Data, Body(media_type="application/vnd.msgpack")], name="data"))
    assert call(body=msgspec.msgpack.encode({"a": 1}))["data"] == Data(1)
    assert call(
        headers={"content-type": "application/x-msgpack"}, body=msgspec.msgpack.encode({"a": 1})
    )
    with pytest.raises(UnsupportedMediaTypeException):
        call(headers={"content-type": "application/json"}, body=b"{}")
    with pytest.raises(ValidationException):
        call(body=b"\xc1")


def test_raw_body_and_limit(bound: Any) -> None:
    call = bound(taking(bytes, name="body"), limits=Limits(body=3))
    assert call(headers={"content-type": "anything/x"}, body=b"abc")["body"] == b"abc"
    with pytest.raises(RequestEntityTooLarge):
        call(body=b"abcd")


def test_depth_is_a_limit(bound: Any) -> None:
    call = bound(taking(Any, name="data"), limits=Limits(depth=3))
    assert call(body=b"[[[1]]]")["data"] == [[[1]]]
    with pytest.raises(ValidationException):
        call(body=b"[[[[1]]]]")


def test_views(bound: Any) -> None:
    def function(
        req: Request[Any, Any, Any],
        request: Any,
        h: Headers,
        headers: dict[str, str],
        cookies: dict[str, str],
        query: dict[str, Any],
        lists: MultiDict[str],
        scope: Scope,
        r: Receive,
        state: State,
        mine: MyState,
    ) -> None: ...

    app = SimpleNamespace(state=State({"k": 1}))
    found = bound(function)("a=1&a=2", {"X-A": "b", "cookie": "c=d"}, app=app)
    assert found["req"].method == "GET"
    assert (found["h"]["x-a"], found["headers"]["x-a"]) == ("b", "b")
    assert found["cookies"] == {"c": "d"}
    assert (found["query"], found["lists"].getall("a")) == ({"a": "2"}, ["1", "2"])
    assert found["scope"]["path"] == "/x"
    assert (found["state"].k, type(found["mine"]), found["mine"].k) == (1, MyState, 1)


def test_no_name_is_reserved(bound: Any) -> None:
    def function(
        query: str, headers: int, cookies: bool, request: str, state: str, scope: str = "s"
    ) -> None: ...

    found = bound(function)("query=a&headers=1&cookies=1&request=r&state=t")
    assert found == {
        "query": "a",
        "headers": 1,
        "cookies": True,
        "request": "r",
        "state": "t",
        "scope": "s",
    }


def test_defaults(bound: Any) -> None:
    def function(
        a: int = 5,
        b: list[str] = ["x"],  # noqa: B006
        c: Annotated[int, Parameter(header="X-C")] = 7,
        d: int = Parameter(query="dd", default=8),  # type: ignore[assignment]
        e: str = Parameter(cookie="e"),  # type: ignore[assignment]
        data: dict[str, int] | None = None,
    ) -> None: ...

    found = bound(function)(headers={"cookie": "e=f"})
    assert found == {"a": 5, "b": ["x"], "c": 7, "d": 8, "e": "f", "data": None}


REFUSED: list[Any] = [
    (taking(dict[str, int]), {}, "parameter 'x: dict[str, int]' is provided by nothing"),
    (taking(list[list[int]]), {}, "parameter 'x: list[list[int]]' is provided by nothing"),
    (taking(Data), {}, "parameter 'x: Data' is provided by nothing"),
    (taking(Annotated[Data, Parameter(header="X")]), {}, "is of a type that no query, header or cookie can give"),
    (taking(Annotated[int, Parameter(header="X", cookie="y")]), {}, "is said to come from header and cookie: name one source"),
    (taking(Annotated[int, Parameter(query="q")]), {"path": {"x": (int, 1)}}, "is said to come from query and path"),
    (taking(Annotated[str, Parameter(gt=1)]), {}, "has a constraint that its type cannot have"),
    (taking(UUID), {"path": {"x": (int, 1)}}, "takes the path parameter '{x:...}', whose values are int"),
    (taking(Data, name="data"), {"refuses_body": "a GET request has no body"}, "is the content, but a GET request has no body"),
    (taking(Annotated[Data, Body(media_type="text/csv")], name="data"), {}, "no codec reads 'text/csv'"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "options", "message"), REFUSED)
def test_a_wrong_signature(bound: Any, function: Any, options: Any, message: str) -> None:
    [problem] = bound(function, **options).problems
    assert message in problem


@pytest.mark.parametrize("marker", [Parameter, Body])
def test_an_unknown_marker_option(marker: Any) -> None:
    with pytest.raises(TypeError, match="has no option 'minimum'"):
        marker(minimum=3)


def test_what_was_bound_is_data(bound: Any) -> None:
    def function(
        a: int, b: Annotated[str, Parameter(header="X-B", description="the b")] = "x"
    ) -> None: ...

    first, second = bound(function).values.bound
    assert (first.source, first.key, first.required, str(first)) == ("query", "a", True, "int")
    assert (second.source, second.key, second.required, str(second)) == (
        "header",
        "X-B",
        False,
        "str = 'x'",
    )
    assert second.marker.description == "the b"


def test_type_decoders(bound: Any) -> None:
    class Point:
        def __init__(self, text: str) -> None:
            self.x, self.y = map(int, text.split(","))

    decoders = [(lambda cls: cls is Point, lambda cls, value: cls(value))]
    call = bound(taking(Point), type_decoders=decoders)
    assert call("x=1,2")["x"].y == 2
    with pytest.raises(ValidationException):
        call("x=a,b")


KINDS = [
    str,
    int,
    float,
    bool,
    UUID,
    date,
    datetime,
    time,
    timedelta,
    Decimal,
    Colour,
    Literal["a"],
    list[int],
    set[date],
    int | None,
    Path,
]


@given(query=st.binary(max_size=60), cookie=st.binary(max_size=60))
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_any_bytes_are_a_value_or_a_400(bound: Any, kind: Any, query: bytes, cookie: bytes) -> None:
    def function(x: Any, y: Any) -> None: ...

    function.__annotations__.update(x=kind, y=Annotated[kind, Parameter(cookie="y")])
    call = bound(function)
    try:
        call(b"x=" + query, {"cookie": "y=" + cookie.decode("latin-1")})
    except ClientException as error:
        assert error.status_code == 400


@given(body=st.binary(max_size=80))
@pytest.mark.parametrize(
    "kind", [Data, Struct, Model, Attrs, Typed, Named, dict[str, Any], list[Model]], ids=str
)
def test_any_body_is_a_value_or_a_400(bound: Any, kind: Any, body: bytes) -> None:
    try:
        bound(taking(kind, name="data"))(body=body)
    except ValidationException as error:
        assert error.extra
