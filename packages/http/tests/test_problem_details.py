"""Errors as problem documents (RFC 9457), and JSON pointers (RFC 6901)."""

from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import (
    PROBLEM_JSON,
    ClientException,
    HTTPException,
    ImproperlyConfiguredException,
    InvalidValue,
    NotFoundException,
    ProblemDetails,
    ProblemDetailsException,
    RequestEntityTooLarge,
    ServiceUnavailableException,
    ValidationException,
    pointer_to,
)

BASE = "https://example.com/problems/"


class OutOfStock(ProblemDetailsException):
    status_code = 409
    type_ = "out-of-stock"
    title = "Out of stock"


class Teapot(ClientException):
    status_code = 418
    type_ = "https://example.com/teapot"


def document(error: BaseException, base: str | None = None) -> dict[str, Any]:
    return ProblemDetails(base=base).document(error, "/x")


def problem(status: int, title: str, type_: str = "about:blank", **more: Any) -> dict[str, Any]:
    members = {"type": type_, "title": title, "status": status, "detail": title, "instance": "/x"}
    return {key: each for key, each in {**members, **more}.items() if each is not None}


TABLE: list[Any] = [
    pytest.param(NotFoundException(), None, problem(404, "Not Found"), id="the status is all"),
    pytest.param(NotFoundException("No x"), None, problem(404, "Not Found", detail="No x"), id="detail"),
    pytest.param(
        NotFoundException(), BASE, problem(404, "Not Found", f"{BASE}not-found"), id="base"
    ),
    pytest.param(
        RequestEntityTooLarge(), BASE, problem(413, "Content Too Large", f"{BASE}content-too-large"),
        id="a phrase that python knows by another name",
    ),
    pytest.param(
        HTTPException(status_code=418), BASE, problem(418, "I'm a Teapot", f"{BASE}i-m-a-teapot"),
        id="no letter",
    ),
    pytest.param(
        HTTPException(status_code=499), BASE,
        {"type": "about:blank", "status": 499, "instance": "/x"}, id="unknown status",
    ),
    pytest.param(
        ServiceUnavailableException("Later", extra={"after": 3}), None,
        problem(503, "Service Unavailable", detail="Later", after=3), id="503",
    ),
    pytest.param(
        OutOfStock("None left", extra={"sku": "A7"}), None,
        problem(409, "Out of stock", "out-of-stock", detail="None left", sku="A7"), id="own type",
    ),
    pytest.param(
        OutOfStock(detail="None left"), None,
        problem(409, "Out of stock", "out-of-stock", detail="None left"), id="detail by its name",
    ),
    pytest.param(
        OutOfStock("None left"), BASE,
        problem(409, "Out of stock", f"{BASE}out-of-stock", detail="None left"), id="own type, base",
    ),
    pytest.param(
        OutOfStock(type_="urn:x:y", title="T", instance="/orders/3", status_code=422), BASE,
        problem(422, "T", "urn:x:y", detail="Unprocessable Content", instance="/orders/3"),
        id="given each time",
    ),
    pytest.param(
        Teapot(), BASE, problem(418, "I'm a Teapot", "https://example.com/teapot"),
        id="attributes of any exception of ours",
    ),
    pytest.param(
        NotFoundException(extra={"type": "t", "title": "t", "status": 1, "detail": "d", "instance": "i", "a": 1}),
        None, problem(404, "Not Found", a=1), id="members overwrite no standard one",
    ),
    pytest.param(NotFoundException(extra=[1]), None, problem(404, "Not Found", extra=[1]), id="list"),
    pytest.param(NotFoundException(extra={}), None, problem(404, "Not Found"), id="empty extra"),
    pytest.param(
        ProblemDetailsException("secret", extra={"secret": 1}, type_="secret", title="secret", instance="secret"),
        None, problem(500, "Internal Server Error"), id="a 500 tells nothing",
    ),
    pytest.param(ValueError("secret"), None, problem(500, "Internal Server Error"), id="no exception of ours"),
    pytest.param(
        ValueError("secret"), BASE,
        problem(500, "Internal Server Error", f"{BASE}internal-server-error"), id="500, base",
    ),
    pytest.param(ValidationException("No", extra=["x"]), None, problem(400, "Bad Request", detail="No", extra=["x"]), id="validation by hand"),
]  # fmt: skip


def test_headers_of_the_exception_stand_on_the_answer() -> None:
    error = OutOfStock("None left", headers={"retry-after": "5"})
    response = ProblemDetails().response(error, {"type": "http", "path": "/x"})
    assert response.headers["retry-after"] == "5"


@pytest.mark.parametrize(("error", "base", "expected"), TABLE)
def test_documents(error: BaseException, base: str | None, expected: dict[str, Any]) -> None:
    assert document(error, base) == expected
    assert list(document(error, base))[: len(expected)] == [
        each for each in ("type", "title", "status", "detail", "instance") if each in expected
    ] + [each for each in expected if each not in ("type", "title", "status", "detail", "instance")]


ERRORS: list[Any] = [
    pytest.param(("body", ("items", 3, "price")), {"pointer": "#/items/3/price"}, id="body"),
    pytest.param(("body", ("a.b", "")), {"pointer": "#/a.b/"}, id="a dot, and no name at all"),
    pytest.param(("body", ()), {"pointer": "#"}, id="the whole body"),
    pytest.param(("query", ("page",)), {"parameter": "page"}, id="query"),
    pytest.param(
        ("query", ("tags", 1)), {"parameter": "tags", "pointer": "#/1"}, id="item of a query"
    ),
    pytest.param(("header", ("x-key",)), {"parameter": "x-key"}, id="header"),
    pytest.param(("cookie", ("a",)), {"parameter": "a"}, id="cookie"),
    pytest.param(("path", ("id",)), {"parameter": "id"}, id="path"),
    pytest.param(("query", ()), {}, id="a model of the query as a whole"),
]


@pytest.mark.parametrize(("place", "told"), ERRORS)
def test_validation_errors(place: Any, told: dict[str, str]) -> None:
    error = ValidationException("No", problems=[InvalidValue("Wrong", *place, whole="data")])
    assert document(error)["errors"] == [{"detail": "Wrong", "source": place[0], **told}]
    assert document(error)["title"] == "Bad Request"
    with_base = document(error, BASE)
    assert (with_base["type"], with_base["title"]) == (
        f"{BASE}validation-failed",
        "Validation Failed",
    )
    key = ".".join(map(str, place[1])) or "data"
    assert error.extra == [{"message": "Wrong", "key": key, "source": place[0]}]


def test_validation_errors_beside_members_of_ones_own() -> None:
    error = ValidationException(
        problems=[InvalidValue("Wrong", "body", ("a",))], extra={"hint": "b", "errors": "c"}
    )
    found = document(error)
    assert found["hint"] == "b"
    assert found["errors"] == [{"detail": "Wrong", "source": "body", "pointer": "#/a"}]
    assert error.extra == {"hint": "b", "errors": "c"}


@pytest.mark.parametrize(
    ("path", "instance"),
    [
        pytest.param("/orders/3", "/orders/3", id="plain"),
        pytest.param("/a b/é", "/a%20b/%C3%A9", id="quoted"),
        pytest.param("//evil.test/x", "/.//evil.test/x", id="no host"),
        pytest.param('/"<>\r\n', "/%22%3C%3E%0D%0A", id="nothing that breaks out"),
        pytest.param("", None, id="none"),
    ],
)
def test_the_path_is_the_instance(path: str, instance: str | None) -> None:
    assert ProblemDetails().document(NotFoundException(), path).get("instance") == instance


@pytest.mark.parametrize(
    "base",
    ["", "problems/", "/problems/", "https://example.com/problems", "https://example.com/a b/", "https:", 'https://x/"/', "é:/"],
)  # fmt: skip
def test_a_base_that_begins_no_uri(base: str) -> None:
    with pytest.raises(ImproperlyConfiguredException, match="no URI of a problem"):
        ProblemDetails(base=base)


@pytest.mark.parametrize(
    "base", [BASE, "urn:example:problems:", "https://example.com/docs#", "tag:x.test,2026:"]
)
def test_bases(base: str) -> None:
    assert document(NotFoundException(), base)["type"] == f"{base}not-found"


def test_response() -> None:
    error = NotFoundException("No", headers={"Retry-After": "3"})
    start, body = ProblemDetails().response(error, {"type": "http", "path": "/x"}).messages()
    assert start["status"] == 404
    assert (b"content-type", PROBLEM_JSON.encode()) in start["headers"]
    assert (b"retry-after", b"3") in start["headers"]
    assert body["body"].startswith(b'{"type":"about:blank","title":"Not Found","status":404,')


# Pointers


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        # the examples of RFC 6901, section 6
        pytest.param((), "#", id="whole"),
        pytest.param(("foo",), "#/foo", id="name"),
        pytest.param(("foo", 0), "#/foo/0", id="index"),
        pytest.param(("",), "#/", id="empty"),
        pytest.param(("a/b",), "#/a~1b", id="slash"),
        pytest.param(("c%d",), "#/c%25d", id="percent"),
        pytest.param(("e^f",), "#/e%5Ef", id="caret"),
        pytest.param(("g|h",), "#/g%7Ch", id="bar"),
        pytest.param(("i\\j",), "#/i%5Cj", id="backslash"),
        pytest.param(('k"l',), "#/k%22l", id="quote"),
        pytest.param((" ",), "#/%20", id="space"),
        pytest.param(("m~n",), "#/m~0n", id="tilde"),
        pytest.param(("~1",), "#/~01", id="what looks escaped"),
        pytest.param(("a#b?c",), "#/a%23b%3Fc", id="hash"),
    ],
)
def test_pointers(path: Any, pointer: str) -> None:
    assert pointer_to(path) == pointer


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(0, 999)))
def test_a_pointer_leads_to_where_its_path_led(path: list[str | int]) -> None:
    pointer = pointer_to(path)
    assert pointer.isascii() and pointer.isprintable() and " " not in pointer
    document: Any = "here"
    for step in reversed(path):
        document = [None] * step + [document] if isinstance(step, int) else {step: document}
    # as RFC 6901 says it is to be read
    steps = unquote_to_bytes(pointer.removeprefix("#")).decode().split("/")[1:]
    for step in steps:
        name = step.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    assert document == "here"


@given(st.text())
def test_any_text_has_a_pointer(step: str) -> None:
    assert pointer_to([step]).isascii()
