"""Every option of every marker: what is taken without it, and with it.

What only describes (`title` and its like) is seen in a document, so its rows are in the framework's tests.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
import pytest
from pydantic import AfterValidator

from pleiad_http import UploadFile, ValidationException
from pleiad_params import (
    Body,
    Cookie,
    Form,
    Header,
    MarkerOptions,
    Parameter,
    ParameterOptions,
    Path,
    Query,
)

CONSTRAINTS: list[tuple[str, Any, Any, Any, Any]] = [
    ("gt", 1, int, 2, 1),
    ("ge", 2, int, 2, 1),
    ("lt", 2, int, 1, 2),
    ("le", 1, int, 1, 2),
    ("multiple_of", 2, int, 4, 3),
    ("min_length", 2, str, "ab", "a"),
    ("max_length", 1, str, "a", "ab"),
    ("min_items", 2, list[int], [1, 2], [1]),
    ("max_items", 1, list[int], [1], [1, 2]),
    ("pattern", "^a", str, "ab", "b"),
]
"""An option, its value, a type, a value of it that may be, and one that may not be."""

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
FORM = {"content-type": URLENCODED}
DESCRIBING = {"deprecated", "description", "examples", "include_in_schema", "schema_extra", "title"}


def taking(name: str, annotation: Any) -> Any:
    namespace: dict[str, Any] = {"A": annotation}
    exec(f"def function({name}: A): ...", namespace)  # noqa: S102
    return namespace["function"]


def in_query(bound: Any, marker: Any, annotation: Any, value: Any) -> Any:
    function = taking("x", Annotated[annotation, marker])
    return bound(function)(urlencode({"x": value}, doseq=True))["x"]


def in_header(bound: Any, marker: Any, annotation: Any, value: Any) -> Any:
    return bound(taking("x", Annotated[annotation, marker]))("", {"x": str(value)})["x"]


def in_cookie(bound: Any, marker: Any, annotation: Any, value: Any) -> Any:
    return bound(taking("x", Annotated[annotation, marker]))("", {"cookie": f"x={value}"})["x"]


def in_path(bound: Any, marker: Any, annotation: Any, value: Any) -> Any:
    function = taking("x", Annotated[annotation, marker])
    return bound(function, path={"x": (annotation, value)})()["x"]


def in_form(bound: Any, marker: Any, annotation: Any, value: Any) -> Any:
    content = urlencode({"x": value}, doseq=True).encode()
    headers = {**FORM, "content-length": str(len(content))}
    return bound(taking("x", Annotated[annotation, marker]))("", headers, content)["x"]


def in_body(bound: Any, marker: Any, annotation: Any, value: Any) -> Any:
    content = json.dumps(value).encode()
    headers = {"content-length": str(len(content))}
    return bound(taking("data", Annotated[annotation, marker]))("", headers, content)["data"]


SOURCES: dict[Any, Callable[..., Any]] = {
    Parameter: in_query,
    Query: in_query,
    Header: in_header,
    Cookie: in_cookie,
    Path: in_path,
    Form: in_form,
    Body: in_body,
}
SINGLE = (Header, Cookie, Path)
"""What has no lists."""


@pytest.mark.parametrize(
    ("marker", "option", "limit", "annotation", "good", "bad"),
    [
        pytest.param(marker, *row, id=f"{marker.__name__}-{row[0]}")
        for marker in SOURCES
        for row in CONSTRAINTS
        if not (marker in SINGLE and row[2] == list[int])
    ],
)
def test_a_constraint(
    bound: Any, marker: Any, option: str, limit: Any, annotation: Any, good: Any, bad: Any
) -> None:
    take = SOURCES[marker]
    assert take(bound, marker(), annotation, bad) == bad
    assert take(bound, marker(**{option: limit}), annotation, good) == good
    with pytest.raises(ValidationException):
        take(bound, marker(**{option: limit}), annotation, bad)


VALUES = [each for each in SOURCES if each not in (Body, Path)]
"""The markers of a value that may be missing."""


@pytest.mark.parametrize("marker", VALUES)
def test_default(bound: Any, marker: Any) -> None:
    headers = {**FORM, "content-length": "0"} if marker is Form else {}
    with pytest.raises(ValidationException):
        bound(taking("x", Annotated[int, marker()]))("", headers)
    assert bound(taking("x", Annotated[int, marker(default=5)]))("", headers) == {"x": 5}


@pytest.mark.parametrize("marker", VALUES)
def test_required(bound: Any, marker: Any) -> None:
    headers = {**FORM, "content-length": "0"} if marker is Form else {}
    assert bound(taking("x", Annotated[int | None, marker()]))("", headers) == {"x": None}
    with pytest.raises(ValidationException):
        bound(taking("x", Annotated[int | None, marker(required=True)]))("", headers)


class Filters(msgspec.Struct):
    page: int = 1


def test_a_whole_form_may_be_missing_too(bound: Any) -> None:
    headers = {**FORM, "content-length": "0"}
    usual = Filters(page=7)
    marked = taking("x", Annotated[Filters, Form(default=usual)])
    assert bound(marked)("", headers) == {"x": usual}
    assert bound(taking("x", Annotated[Filters | None, Form()]))("", headers) == {"x": None}


@pytest.mark.parametrize("marker", [Query, Header, Cookie, Form])
def test_what_is_said_of_groups_is_refused_for_one_value(bound: Any, marker: Any) -> None:
    assert bound(taking("x", Annotated[Filters, marker(unknown="refuse")])).problems == []
    (problem,) = bound(taking("x", Annotated[int, marker(unknown="refuse")])).problems
    assert "is one value, about which 'unknown' says nothing" in problem


# What stands in `Annotated[...]` counts wherever the value comes from


def doubled(value: Any) -> Any:
    if value == BAD:
        raise ValueError("not this one")
    return value


BAD = Filters(page=13)


def of_form(*values: str) -> tuple[dict[str, str], bytes]:
    content = urlencode([("x", each) for each in values]).encode()
    return {**FORM, "content-length": str(len(content))}, content


def of_files(*values: str) -> tuple[dict[str, str], bytes]:
    parts = "".join(
        f'--B\r\nContent-Disposition: form-data; name="x"; filename="f"\r\n\r\n{each}\r\n'
        for each in values
    )
    content = f"{parts}--B--\r\n".encode()
    headers = {"content-type": "multipart/form-data; boundary=B"}
    return {**headers, "content-length": str(len(content))}, content


def of_text(media_type: str, text: str) -> tuple[dict[str, str], bytes]:
    return {"content-type": media_type, "content-length": str(len(text))}, text.encode()


SHORT = msgspec.Meta(max_length=1)
LINES = "text/x-lines"
HELD: list[Any] = [
    ("x", Annotated[str, Form(), SHORT], of_form("a"), of_form("ab"), "field"),
    ("x", Annotated[list[str], Form(), SHORT], of_form("a"), of_form("a", "b"), "texts"),
    ("x", Annotated[list[Filters], Form(), SHORT], of_form("{}"), of_form("{}", "{}"), "JSON fields"),
    ("x", Annotated[list[Filters], Form(max_items=1)], of_form("[{}]"), of_form("[{},{}]"), "a JSON field"),
    ("x", Annotated[list[UploadFile], Form(max_items=1)], of_files("a"), of_files("a", "b"), "files"),
    ("x", Annotated[list[UploadFile], SHORT], of_files("a"), of_files("a", "b"), "files without a marker"),
    ("data", Annotated[list[UploadFile], Body(media_type=MULTIPART, max_items=1)], of_files("a"), of_files("a", "b"), "all files"),
    ("data", Annotated[dict[str, str], Body(media_type=URLENCODED, min_length=1)], of_form("a"), (FORM | {"content-length": "0"}, b""), "a whole form"),
    ("data", Annotated[str, Body(media_type="text/plain", max_length=1)], of_text("text/plain", "a"), of_text("text/plain", "ab"), "text"),
    ("data", Annotated[bytes, Body(media_type="image/png", max_length=1)], of_text("image/png", "a"), of_text("image/png", "ab"), "bytes"),
    ("body", Annotated[bytes, SHORT], of_text("image/png", "a"), of_text("image/png", "ab"), "bytes as they are"),
    ("data", Annotated[list[str], Body(media_type=LINES, max_items=1)], of_text(LINES, "a"), of_text(LINES, "a\nb"), "a decoder's"),
    ("data", Annotated[Filters, AfterValidator(doubled)], of_text("application/json", "{}"), of_text("application/json", '{"page":13}'), "validator of JSON"),
    ("x", Annotated[Filters, Form(), AfterValidator(doubled)], of_form(), of_text(URLENCODED, "page=13"), "validator of a form"),
    ("x", Annotated[Filters, Form("x"), AfterValidator(doubled)], of_form("{}"), of_form('{"page":13}'), "validator of a field"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "annotation", "good", "bad"), [pytest.param(*row[:4], id=row[4]) for row in HELD]
)
def test_content_is_held_to_what_is_said_of_it(
    bound: Any, name: str, annotation: Any, good: Any, bad: Any
) -> None:
    take = bound(
        taking(name, annotation), media_decoders={LINES: lambda text: text.decode().split("\n")}
    )
    assert name in take("", *good)
    with pytest.raises(ValidationException) as refused:
        take("", *bad)
    (wrong,) = refused.value.problems
    assert wrong.source == "body"


def test_a_group_of_the_query_is_held_to_it(bound: Any) -> None:
    take = bound(taking("x", Annotated[Filters, Query(), AfterValidator(doubled)]))
    assert take("page=3") == {"x": Filters(page=3)}
    with pytest.raises(ValidationException, match="GET /x") as refused:
        take("page=13")
    assert "not this one" in refused.value.extra[0]["message"]
    (problem,) = bound(taking("x", Annotated[Filters, Query(gt=1)])).problems
    assert "is a group of values, about which 'gt' says nothing" in problem


def test_no_option_lacks_a_row() -> None:
    rows = {option for option, *_ in CONSTRAINTS} | DESCRIBING
    assert MarkerOptions.__annotations__.keys() == rows - {"deprecated", "include_in_schema"}
    assert ParameterOptions.__annotations__.keys() - rows == {"default", "required"}


@pytest.mark.parametrize("marker", SOURCES)
def test_an_unknown_option(marker: Any) -> None:
    with pytest.raises(TypeError, match=f"{marker.__name__}.* has no option 'minimum'"):
        marker(minimum=1)
