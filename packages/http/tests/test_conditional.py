from time import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import ClientException, ETag, JSONLines, Response, conditioned, precondition
from pleiad_http.conditional import is_range_wanted
from pleiad_http.dates import http_date

pytestmark = pytest.mark.anyio

THEN = 784111777
MODIFIED = http_date(THEN)
BEFORE, AFTER = http_date(THEN - 1), http_date(THEN + 1)
A, WEAK = ETag("a"), ETag("a", weak=True)
READS = ["GET", "HEAD"]
CHANGES = ["PUT", "DELETE", "POST", "PATCH"]


def raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


@pytest.mark.parametrize(
    ("headers", "etag", "reading", "changing"),
    [
        ({}, A, None, None),
        # If-Match: strongly
        ({"If-Match": '"a"'}, A, None, None),
        ({"If-Match": '"b", "a"'}, A, None, None),
        ({"If-Match": "*"}, A, None, None),
        ({"If-Match": "*"}, None, None, None),
        ({"If-Match": '"b"'}, A, 412, 412),
        ({"If-Match": 'W/"a"'}, A, 412, 412),
        ({"If-Match": '"a"'}, WEAK, 412, 412),
        ({"If-Match": '"a"'}, None, 412, 412),
        ({"If-Match": "nonsense"}, A, 412, 412),
        ({"If-Match": ""}, A, 412, 412),
        # If-Unmodified-Since
        ({"If-Unmodified-Since": MODIFIED}, A, None, None),
        ({"If-Unmodified-Since": AFTER}, A, None, None),
        ({"If-Unmodified-Since": BEFORE}, A, 412, 412),
        ({"If-Unmodified-Since": "nonsense"}, A, None, None),
        # If-Match decides alone
        ({"If-Match": '"a"', "If-Unmodified-Since": BEFORE}, A, None, None),
        # If-None-Match: weakly
        ({"If-None-Match": '"a"'}, A, 304, 412),
        ({"If-None-Match": 'W/"a"'}, A, 304, 412),
        ({"If-None-Match": '"a"'}, WEAK, 304, 412),
        ({"If-None-Match": '"b",W/"a"'}, A, 304, 412),
        ({"If-None-Match": "*"}, A, 304, 412),
        ({"If-None-Match": '"b"'}, A, None, None),
        ({"If-None-Match": '"A"'}, A, None, None),
        ({"If-None-Match": "a"}, A, None, None),
        ({"If-None-Match": '"a"'}, None, None, None),
        # If-Modified-Since
        ({"If-Modified-Since": MODIFIED}, A, 304, None),
        ({"If-Modified-Since": AFTER}, A, 304, None),
        ({"If-Modified-Since": BEFORE}, A, None, None),
        ({"If-Modified-Since": "nonsense"}, A, None, None),
        # If-None-Match decides alone
        ({"If-None-Match": '"b"', "If-Modified-Since": AFTER}, A, None, None),
        ({"If-None-Match": '"a"', "If-Modified-Since": BEFORE}, A, 304, 412),
        # the first pair comes before the second
        ({"If-Match": '"b"', "If-None-Match": '"a"'}, A, 412, 412),
        ({"If-Match": '"a"', "If-None-Match": '"a"'}, A, 304, 412),
        ({"If-Unmodified-Since": BEFORE, "If-None-Match": '"a"'}, A, 412, 412),
        ({"If-Unmodified-Since": MODIFIED, "If-Modified-Since": MODIFIED}, A, 304, None),
    ],
    ids=str,
)
def test_precedence(headers: Any, etag: Any, reading: Any, changing: Any) -> None:
    """RFC 9110, section 13.2.2."""
    for methods, expected in [(READS, reading), (CHANGES, changing)]:
        for method in methods:
            assert precondition(method, raw(headers), etag, THEN + 0.5) == expected


@pytest.mark.parametrize("name", ["If-Unmodified-Since", "If-Modified-Since"])
def test_dates_without_a_date(name: str) -> None:
    assert precondition("GET", raw({name: BEFORE}), A, None) is None


def test_a_list_over_several_headers() -> None:
    headers = [(b"if-none-match", b'"x"'), (b"if-none-match", b'"a"')]
    assert precondition("GET", headers, A, None) == 304


@given(
    st.dictionaries(
        st.sampled_from(
            ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"]
        ),
        st.text(st.characters(max_codepoint=255)) | st.sampled_from([MODIFIED, '"a"', "*"]),
    )
)
def test_no_header_raises(headers: Any) -> None:
    assert precondition("GET", raw(headers), A, THEN) in (None, 304, 412)
    scope = {"headers": raw(headers)}
    assert is_range_wanted(scope, start(200, etag='"a"')) in (True, False)


def start(status: int, **headers: str) -> Any:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"type": "http.response.start", "status": status, "headers": raw(headers)}


@pytest.mark.parametrize(
    ("if_range", "headers", "wanted"),
    [
        (None, {}, True),
        ('"a"', {"etag": '"a"'}, True),
        ('"b"', {"etag": '"a"'}, False),
        ('W/"a"', {"etag": '"a"'}, False),
        ('"a"', {"etag": 'W/"a"'}, False),
        ('"a", "b"', {"etag": '"a"'}, False),
        ('"a"', {}, False),
        ("*", {"etag": '"a"'}, False),
        (MODIFIED, {"last_modified": MODIFIED}, True),
        (BEFORE, {"last_modified": MODIFIED}, False),
        (AFTER, {"last_modified": MODIFIED}, False),
        (MODIFIED, {"etag": '"a"'}, False),
        ("nonsense", {"last_modified": MODIFIED}, False),
    ],
)
def test_if_range(if_range: str | None, headers: Any, wanted: bool) -> None:
    scope = {"headers": raw({"If-Range": if_range} if if_range else {})}
    assert is_range_wanted(scope, start(200, **headers)) is wanted


def test_a_second_that_is_not_over_names_no_version() -> None:
    now = http_date(time())
    assert not is_range_wanted({"headers": raw({"If-Range": now})}, start(200, last_modified=now))


FULL = {
    "etag": '"a"',
    "last_modified": MODIFIED,
    "content_type": "text/plain",
    "content_length": "5",
    "content_disposition": "inline",
    "content_encoding": "gzip",
    "content_language": "en",
    "accept_ranges": "bytes",
    "content_location": "/x",
    "content_security_policy": "default-src 'self'",
    "cache_control": "max-age=1",
    "vary": "accept",
    "set_cookie": "a=b",
    "x_a": "b",
}


def test_a_304_keeps_what_is_not_about_the_content() -> None:
    scope = {"method": "GET", "headers": raw({"If-None-Match": '"a"'})}
    found = conditioned(scope, start(200, **FULL))
    kept = {
        "etag",
        "last-modified",
        "content-location",
        "content-security-policy",
        "cache-control",
        "vary",
    }
    assert found["status"] == 304
    assert {name.decode() for name, _ in found["headers"]} == {*kept, "set-cookie", "x-a"}


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [
        ("GET", 200, {}),
        ("GET", 200, {"x_a": '"a"'}),
        ("GET", 404, FULL),
        ("GET", 500, FULL),
        ("GET", 302, FULL),
        ("POST", 200, FULL),
        ("PUT", 200, FULL),
    ],
)
def test_what_conditions_are_not_about(method: str, status: int, headers: Any) -> None:
    for condition in ({"If-None-Match": '"a"'}, {"If-Match": '"b"'}):
        scope = {"method": method, "headers": raw(condition)}
        message = start(status, **headers)
        assert conditioned(scope, message) is message


def test_an_etag_that_is_none_is_no_version() -> None:
    scope = {"method": "GET", "headers": raw({"If-None-Match": '"a"'})}
    assert conditioned(scope, start(200, etag="a"))["status"] == 200


def test_a_failed_precondition() -> None:
    scope = {"method": "GET", "headers": raw({"If-Match": '"b"'})}
    with pytest.raises(ClientException) as raised:
        conditioned(scope, start(200, **FULL))
    assert raised.value.status_code == 412


# Responses that are apps


async def call(app: Any, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    names = {name.replace("_", "-"): value for name, value in headers.items()}
    await app({"type": "http", "method": method, "headers": raw(names)}, receive, send)
    first, *rest = sent
    assert [each["type"] for each in rest] == ["http.response.body"] * len(rest)
    told = {name.decode(): value.decode() for name, value in first["headers"]}
    return first["status"], told, b"".join(each["body"] for each in rest)


@pytest.mark.parametrize("etag", [A, "a", '"a"'], ids=repr)
async def test_a_response_with_a_tag(etag: Any) -> None:
    response = Response("text")
    response.set_etag(etag)
    assert await call(response) == (
        200, {"etag": '"a"', "content-type": "text/plain; charset=utf-8", "content-length": "4"}, b"text",
    )  # fmt: skip
    assert await call(response, if_none_match='"a"') == (304, {"etag": '"a"'}, b"")
    assert await call(response, "HEAD", if_none_match='"a"') == (304, {"etag": '"a"'}, b"")
    assert (await call(response, "POST", if_none_match='"a"'))[0] == 200
    status, headers, content = await call(response, if_match='"b"')
    assert (status, headers["content-type"]) == (412, "application/json")
    assert content == b'{"status_code":412,"detail":"Precondition Failed"}'


@pytest.mark.parametrize(
    ("name", "value", "condition"),
    [
        ("ETag", '"a"', {"If-None-Match": '"a"'}),
        ("Last-Modified", MODIFIED, {"If-Modified-Since": MODIFIED}),
    ],
)
@pytest.mark.parametrize("says", ["response", "changed", "route"])
def test_messages_to_who_has_it(name: str, value: str, condition: Any, says: str) -> None:
    scope = {"method": "GET", "headers": raw(condition)}
    response = Response("text", headers={name: value} if says == "response" else None)
    if says == "changed":
        response.headers[name] = value
    headers = {name: value} if says == "route" else None
    first, body = response.messages(headers=headers, scope=scope)
    assert first == start(304, **{name.lower(): value})
    assert body["body"] == b""
    assert response.head(4, headers=headers, scope=scope) == first
    first, body = response.messages(headers=headers)
    assert (first["status"], body["body"]) == (200, b"text")


def test_a_weak_tag_as_text() -> None:
    response = Response("text")
    response.set_etag('W/"a"')
    assert response.headers["etag"] == 'W/"a"'


@pytest.mark.parametrize("text", ["a\r\nx: y", 'a"b', "a b"])
def test_a_text_that_is_no_tag(text: str) -> None:
    with pytest.raises(ValueError, match="no tag has"):
        Response("text").set_etag(text)


async def test_a_stream_that_the_client_has_is_not_begun() -> None:
    log: list[str] = []

    class Rows:
        def __aiter__(self) -> "Rows":
            return self

        async def __anext__(self) -> int:
            raise AssertionError

        async def aclose(self) -> None:
            log.append("closed")

    response = JSONLines(Rows(), headers={"ETag": '"a"'})
    assert await call(response, if_none_match='"a"') == (304, {"etag": '"a"'}, b"")
    assert (await call(response, if_match='"b"'))[0] == 412
    assert log == ["closed", "closed"]
