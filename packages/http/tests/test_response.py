from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from pleiad_http import (
    BackgroundTask,
    ClientException,
    Cookie,
    HTTPException,
    MediaType,
    MethodNotAllowedException,
    NotFoundException,
    Response,
    ResponseHeader,
    SerializationException,
    encoder_for,
)
from pleiad_http.response import error_messages, error_response

pytestmark = pytest.mark.anyio


def parts(response: Response[Any], **defaults: Any) -> tuple[int, dict[str, str], bytes]:
    start, body = response.messages(**defaults)
    assert start["type"] == "http.response.start"
    assert body["type"] == "http.response.body"
    assert not body.get("more_body")
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body["body"]


@dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    ("response", "media_type", "content"),
    [
        pytest.param(Response({"a": 1}), "application/json", b'{"a":1}', id="a value"),
        pytest.param(Response(Point(1)), "application/json", b'{"x":1}', id="a dataclass"),
        pytest.param(Response([]), "application/json", b"[]", id="an empty list"),
        pytest.param(Response(None), "application/json", b"null", id="None"),
        pytest.param(Response("é"), "text/plain; charset=utf-8", "é".encode(), id="text"),
        pytest.param(Response(b"\xff"), "text/plain; charset=utf-8", b"\xff", id="bytes"),
        pytest.param(Response("é", encoding="latin-1"), "text/plain; charset=latin-1", b"\xe9", id="encoding"),
        pytest.param(Response("a", media_type="text/html"), "text/html; charset=utf-8", b"a", id="a string says its charset"),
        pytest.param(Response("a", media_type=MediaType.HTML), "text/html; charset=utf-8", b"a", id="an enum"),
        pytest.param(Response("é", media_type="text/css", encoding="latin-1"), "text/css; charset=latin-1", b"\xe9", id="its own encoding"),
        pytest.param(Response("<a/>", media_type=MediaType.XML), "application/xml", b"<a/>", id="xml"),
        pytest.param(Response("a", media_type="application/json"), "application/json", b'"a"', id="text as JSON"),
        pytest.param(Response(b"{}", media_type="application/json"), "application/json", b"{}", id="JSON that is encoded already"),
        pytest.param(Response({"a": 1}, media_type="application/problem+json"), "application/problem+json", b'{"a":1}', id="+json"),
        pytest.param(Response({"a": 1}, media_type=MediaType.MESSAGEPACK), "application/vnd.msgpack", b"\x81\xa1a\x01", id="MessagePack"),
        pytest.param(Response("a", media_type="application/vnd.msgpack"), "application/vnd.msgpack", b"\xa1a", id="text as MessagePack"),
        pytest.param(Response("a", media_type="application/x-jsonish"), "application/x-jsonish", b"a", id="not JSON by half a name"),
        pytest.param(Response(None, media_type="text/plain"), "text/plain; charset=utf-8", b"", id="no text"),
    ],
)  # fmt: skip
def test_content(response: Response[Any], media_type: str, content: bytes) -> None:
    status, headers, body = parts(response)
    assert (status, headers["content-type"], body) == (200, media_type, content)
    assert headers["content-length"] == str(len(content))
    assert response.render() == content


def test_what_cannot_be_sent() -> None:
    with pytest.raises(SerializationException, match="text/plain"):
        Response({"a": 1}, media_type="text/plain").messages()
    with pytest.raises(SerializationException, match="object"):
        Response(object()).messages()


@pytest.mark.parametrize("status", [100, 103, 204, 205, 304])
def test_statuses_without_content(status: int) -> None:
    response = Response(
        {"a": 1},
        status_code=status,
        media_type="application/json",
        headers={"content-type": "a/b", "content-length": "5", "etag": '"x"'},
        cookies={"a": "b"},
    )
    found, headers, body = parts(
        response, media_type="text/html", encode=encoder_for(dict, "application/json")
    )
    assert (found, body) == (status, b"")
    assert headers == {"etag": '"x"', "set-cookie": "a=b; Path=/; SameSite=lax"}


def test_the_routes_defaults() -> None:
    defaults = {
        "status_code": 201,
        "media_type": "text/html",
        "headers": {"X-A": "route", "X-B": "route"},
        "cookies": [Cookie("a", "route"), Cookie("b", "route")],
    }
    start, body = Response("x", headers={"x-a": "own"}, cookies=[Cookie("a", "own")]).messages(
        **defaults
    )
    assert start["status"] == 201
    assert start["headers"] == [
        (b"x-a", b"own"),
        (b"x-b", b"route"),
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"1"),
        (b"set-cookie", b"b=route; Path=/; SameSite=lax"),
        (b"set-cookie", b"a=own; Path=/; SameSite=lax"),
    ]
    assert body["body"] == b"x"


def test_its_own_win() -> None:
    response = Response("x", status_code=202, media_type="text/css")
    status, headers, _ = parts(response, status_code=201, media_type="text/html")
    assert (status, headers["content-type"]) == (202, "text/css; charset=utf-8")


def test_a_content_type_header_wins() -> None:
    for headers in ({"Content-Type": "a/b"}, [ResponseHeader("content-type", "a/b")]):
        start, _ = Response("x", headers=headers).messages()
        assert [v for k, v in start["headers"] if k == b"content-type"] == [b"a/b"]
    start, _ = Response("x").messages(headers={"content-type": "a/b"})
    assert [v for k, v in start["headers"] if k == b"content-type"] == [b"a/b"]


def test_the_routes_encoder() -> None:
    calls: list[Any] = []

    def encode(value: Any) -> bytes:
        calls.append(value)
        return b"encoded"

    json = {"media_type": "application/json", "encode": encode}
    assert parts(Response([1]), **json)[2] == b"encoded"
    assert parts(Response([1], media_type="application/json"), **json)[2] == b"encoded"
    assert calls == [[1], [1]]
    assert parts(Response([1], media_type="application/problem+json"), **json)[2] == b"[1]"
    assert parts(Response(b"raw"), **json)[2] == b"raw"
    assert parts(Response(Point(1), type_encoders={Point: lambda p: p.x}), **json)[2] == b'{"x":1}'
    text = {"media_type": "text/plain", "encode": encode}
    assert parts(Response("é", encoding="latin-1"), **text)[2] == b"\xe9"
    assert len(calls) == 2


def test_type_encoders() -> None:
    class Money:
        pass

    assert (
        Response({"a": Money()}, type_encoders={Money: lambda m: "5 EUR"}).render()
        == b'{"a":"5 EUR"}'
    )


BAD = ["\r\n", "\n", "\x00", "\x1b", "\x7f"]


@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_controls_are_refused_where_they_are_set(bad: str) -> None:
    """BlackSheep CVE-2026-22779, Uvicorn CVE-2020-7695, Bottle CVE-2016-9964."""
    response: Response[None] = Response()
    for attempt in (
        lambda: Response("x", headers={"x": f"a{bad}b"}),
        lambda: Response("x", headers={f"x{bad}": "a"}),
        lambda: Response("x", media_type=f"text/html{bad}"),
        lambda: Response("x", cookies=[Cookie("a", "b", path=bad)]),
        lambda: response.set_header("x", bad + "a"),
        lambda: response.headers.add("x", f"{bad}a"),
        lambda: response.headers.__setitem__("x", f"{bad}a"),
        lambda: response.set_cookie("a", "b", path=bad),
        lambda: response.set_cookie(f"a{bad}", "b"),
        lambda: response.delete_cookie("a", domain=bad),
    ):
        with pytest.raises(ValueError):
            attempt()
    assert response.messages()[0]["headers"] == Response().messages()[0]["headers"]


def test_headers() -> None:
    response = Response("x", headers={"X-A": "1"})
    response.set_header("x-a", "2")
    response.headers.add("x-a", "3")
    assert response.headers.getall("X-A") == ["2", "3"]
    start, _ = response.messages()
    assert start["headers"][:2] == [(b"x-a", b"2"), (b"x-a", b"3")]


def test_headers_are_changed_in_place() -> None:
    response = Response("x", headers={"X-A": "1"})
    headers = response.headers
    assert headers is response.headers
    headers["x-a"] = "2"
    headers.add("x-b", "3")
    raw = response.messages()[0]["headers"]
    assert raw[:2] == [(b"x-a", b"2"), (b"x-b", b"3")]
    headers.raw = [(b"x-c", b"4")]
    assert response.messages()[0]["headers"][0] == (b"x-c", b"4")


def test_names_that_differ_in_case_are_both_sent() -> None:
    raw = Response("x", headers={"X-A": "1", "x-a": "2"}).messages()[0]["headers"]
    assert raw[:2] == [(b"x-a", b"1"), (b"x-a", b"2")]


def test_a_class_of_ones_own_says_its_head() -> None:
    class Tagged(Response[str]):
        def head(self, *args: Any, **options: Any) -> Any:
            start = super().head(*args, **options)
            return {**start, "headers": [*start["headers"], (b"etag", b'"1"')]}

    assert (b"etag", b'"1"') in Tagged("x").messages()[0]["headers"]


def test_two_messages_of_one_response_are_apart() -> None:
    response = Response("x", headers={"x-a": "1"})
    start, _ = response.messages()
    start["headers"].clear()
    assert (b"x-a", b"1") in response.messages()[0]["headers"]


def test_what_it_is_rendered_as_where_it_does_not_say() -> None:
    packed = "application/vnd.msgpack"
    assert Response([1]).render() == b"[1]"
    assert Response([1]).render(packed) == b"\x91\x01"
    assert Response([1], media_type="application/json").render(packed) == b"[1]"


def test_cookies() -> None:
    response = Response("x", cookies={"a": "1"})
    response.set_cookie("a", "2", httponly=True)
    response.set_cookie(Cookie("b", "3"))
    response.set_cookie("a", "4", path="/other")
    assert [(c.key, c.value, c.path) for c in response.cookies] == [
        ("a", "2", "/"),
        ("b", "3", "/"),
        ("a", "4", "/other"),
    ]
    response.delete_cookie("b")
    assert [c.value for c in response.cookies if c.key == "b"] == [""]
    header = response.cookies[-1].to_header()
    assert b"Max-Age=0" in header and b"Expires=" in header
    response.delete_cookie("a", path="/other", domain="a.example", httponly=True)
    assert response.cookies[-1] == Cookie(
        "a", path="/other", domain="a.example", httponly=True, max_age=0, expires=0
    )
    assert [(c.key, c.path) for c in response.cookies[:-1]] == [
        ("a", "/"),
        ("a", "/other"),
        ("b", "/"),
    ]


@pytest.mark.parametrize("more", [{"value": "2"}, {"path": "/x"}], ids=str)
def test_a_whole_cookie_says_it_all(more: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="'a' says its value and attributes itself"):
        Response("x").set_cookie(Cookie("a", "1"), **more)


@pytest.mark.parametrize("key", ["a", "__Secure-a", "__Host-a", "__host-a"])
def test_any_cookie_can_be_deleted(key: str) -> None:
    response: Response[None] = Response()
    response.delete_cookie(key)
    assert response.cookies[0].secure is (key != "a")


@pytest.fixture
def call(scope: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    async def call(response: Response[Any], method: str = "GET") -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            raise AssertionError("a response reads nothing")

        async def send(message: Any) -> None:
            sent.append(message)

        await response(scope(method=method), receive, send)
        return sent

    return call


async def test_it_is_an_asgi_app(call: Any) -> None:
    start, body = await call(Response({"a": 1}, status_code=201))
    assert (start["status"], body["body"]) == (201, b'{"a":1}')


async def test_head_has_no_content_and_its_length(call: Any) -> None:
    start, body = await call(Response("hello"), "HEAD")
    assert (b"content-length", b"5") in start["headers"]
    assert body["body"] == b""


async def test_the_background_task_runs_last(call: Any) -> None:
    order: list[str] = []

    async def task() -> None:
        order.append("task")

    response = Response("x", background=BackgroundTask(task))
    assert len(await call(response)) == 2
    assert order == ["task"]


def test_repr() -> None:
    assert repr(Response({"a": 1}, status_code=201)) == "Response(201, {'a': 1})"


def test_generic() -> None:
    assert Response[dict[str, int]]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(NotFoundException(), id="its phrase"),
        pytest.param(ClientException("No", extra=[{"key": "a"}]), id="more"),
        pytest.param(MethodNotAllowedException(headers={"Allow": "GET"}), id="a header"),
        pytest.param(NotFoundException(headers={"Vary": "a", "VARY": "b"}), id="a header twice"),
        pytest.param(NotFoundException(headers={"Content-Type": "text/plain"}), id="another type"),
        pytest.param(NotFoundException(headers={"Content-Length": "3"}), id="another length"),
        pytest.param(HTTPException("secret", extra=["secret"]), id="the server's fault"),
        pytest.param(HTTPException(status_code=304), id="no content"),
    ],
)
def test_an_error_is_told_as_its_response_tells_it(error: HTTPException) -> None:
    assert error_messages(error) == error_response(error).messages()
