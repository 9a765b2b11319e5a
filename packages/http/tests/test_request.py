from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from pleiad_http import (
    LIMITS,
    ClientDisconnected,
    ClientException,
    Limits,
    PleiadException,
    Request,
    RequestEntityTooLarge,
    State,
    UnsupportedMediaTypeException,
    encode_msgpack,
)

pytestmark = pytest.mark.anyio
Scope = Callable[..., dict[str, Any]]
AnyRequest = Request[Any, Any, State]


@pytest.fixture
def request_of(scope: Scope, channel: Any) -> Callable[..., AnyRequest]:
    def make(
        *chunks: bytes, headers: Any = (), limits: Limits | None = None, **more: Any
    ) -> AnyRequest:
        here = scope(*headers, **more)
        if limits is not None:
            here[LIMITS] = limits
        return Request(here, channel(*chunks))

    return make


def test_head(request_of: Any) -> None:
    request = request_of(
        headers=[
            ("accept", "text/html;q=0.5"),
            ("accept", "a/b"),
            ("content-type", "A/B; x=1"),
            ("content-length", "5"),
        ],
        method="PUT",
    )
    assert request.method == "PUT"
    assert request.accept.best_match(["text/html", "a/b"]) == "a/b"
    assert request.content_type == ("a/b", {"x": "1"})
    assert request.content_length == 5
    assert request.limits == Limits()


def test_an_empty_head(request_of: Any) -> None:
    request = request_of()
    assert request.accept.accepts("a/b")
    assert request.content_type == ("", {})
    assert request.content_length is None


def test_a_bad_length_is_a_400(request_of: Any) -> None:
    with pytest.raises(ClientException):
        request_of(headers=[("content-length", "x")]).content_length  # noqa: B018


async def test_body_and_stream(request_of: Any) -> None:
    request = request_of(b"a", b"b")
    assert await request.body() == b"ab"
    assert await request.body() == b"ab"
    assert [each async for each in request.stream()] == [b"ab"]
    assert [each async for each in request_of(b"a", b"b").stream()] == [b"a", b"b"]


async def test_two_requests_of_one_scope(request_of: Any) -> None:
    """A middleware's and the route's."""
    first = request_of(b'{"a": 1}')
    assert await first.json() == {"a": 1}
    second: AnyRequest = Request(first.scope, first.receive)
    assert await second.body() == b'{"a": 1}'
    assert await second.json() == {"a": 1}


async def test_json_is_decoded_once(request_of: Any) -> None:
    request = request_of(b'{"a": 1}')
    assert await request.json() is await request.json()


async def test_empty_content_is_none(request_of: Any) -> None:
    assert await request_of(b"").json() is None
    assert await request_of(b"").msgpack() is None


async def test_msgpack(request_of: Any) -> None:
    request = request_of(encode_msgpack({"a": 1}))
    assert await request.msgpack() == {"a": 1}
    assert await request.msgpack() is await request.msgpack()


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff",
        b'"\xff"',
        b"nul",
        b"[1,]",
        b"NaN",
        b"[" * 513 + b"]" * 513,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"\xc1",
    ],
    ids=lambda c: ascii(c[:8]),
)
async def test_bad_content_is_a_400(content: bytes, request_of: Any) -> None:
    with pytest.raises(ClientException) as caught:
        await request_of(content).json()
    assert caught.value.status_code == 400


@pytest.mark.parametrize(
    "content",
    [b"\xc1", b"\x91" * 100_000, b"\xa1\xff", b"\x92\x01", b"\xdf\xff\xff\xff\xff"],
    ids=lambda c: ascii(c[:8]),
)
async def test_bad_msgpack_is_a_400(content: bytes, request_of: Any) -> None:
    with pytest.raises(ClientException) as caught:
        await request_of(content).msgpack()
    assert caught.value.status_code == 400


async def test_depth(request_of: Any) -> None:
    assert await request_of(b"[" * 512 + b"]" * 512).json()
    with pytest.raises(ClientException, match="3 levels"):
        await request_of(b"[[[[]]]]", limits=Limits(depth=3)).json()
    assert await request_of(b"[[[]]]", limits=Limits(depth=3)).json() == [[[]]]


async def test_limits_are_those_of_the_scope(request_of: Any) -> None:
    for read in ("body", "json", "msgpack"):
        with pytest.raises(RequestEntityTooLarge):
            await getattr(request_of(b"x" * 11, limits=Limits(body=10)), read)()
    with pytest.raises(RequestEntityTooLarge):
        [each async for each in request_of(b"x" * 11, limits=Limits(body=10)).stream()]
    with pytest.raises(RequestEntityTooLarge):
        await request_of(headers=[("content-length", "10000001")]).body()


async def test_form(request_of: Any) -> None:
    request = request_of(b"a=1", headers=[("content-type", "application/x-www-form-urlencoded")])
    form = await request.form()
    assert form["a"] == "1"
    assert await request.form() is form
    assert await request.body() == b"a=1"
    with pytest.raises(UnsupportedMediaTypeException):
        await request_of(b"a=1").form()


async def test_is_connected(request_of: Any) -> None:
    request = request_of(b"x")
    assert request.is_connected
    assert not await request.is_disconnected()
    assert await request.body() == b"x"
    assert await request.is_disconnected()
    assert not request.is_connected


async def test_asking_does_not_take_the_content(request_of: Any) -> None:
    request = request_of(b"x")
    for _ in range(3):
        await request.is_disconnected()
    assert await request.body() == b"x"


async def test_asking_does_not_wait(scope: Scope) -> None:
    import anyio

    sent = [{"type": "http.request", "body": b"x"}]

    async def receive() -> dict[str, Any]:
        return sent.pop() if sent else await anyio.sleep_forever()  # type: ignore[func-returns-value]

    request: AnyRequest = Request(scope(), receive)
    await request.body()
    with anyio.fail_after(1):
        assert not await request.is_disconnected()


async def test_reading_shows_that_the_client_left(scope: Scope, channel: Any) -> None:
    request: AnyRequest = Request(scope(), channel(b"a", left=True))
    with pytest.raises(ClientDisconnected):
        await request.body()
    assert not request.is_connected


async def test_push_promise(scope: Scope) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    here = scope(("accept", "a/b"), ("cookie", "a=1"), extensions={"http.response.push": {}})
    request: AnyRequest = Request(here, send=send)
    assert request.supports_push_promise
    await request.send_push_promise("/style.css")
    assert sent == [
        {"type": "http.response.push", "path": "/style.css", "headers": [(b"accept", b"a/b")]}
    ]
    with pytest.raises(ValueError, match="control"):
        await request.send_push_promise("/a\r\nx: y")


@pytest.mark.parametrize("extensions", [None, {}])
async def test_no_push_promise(extensions: Any, scope: Scope) -> None:
    request: AnyRequest = Request(scope(extensions=extensions))
    assert not request.supports_push_promise
    await request.send_push_promise("/style.css")
    with pytest.raises(PleiadException):
        await request.send_push_promise("/style.css", raise_if_unavailable=True)


LINKS = ["</style.css>; rel=preload; as=style", "<https://cdn.example>; rel=preconnect"]


async def test_early_hints(scope: Scope) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    request: AnyRequest = Request(scope(extensions={"http.response.early_hint": {}}), send=send)
    assert request.supports_early_hints
    assert await request.send_early_hints(LINKS)
    assert not await request.send_early_hints([])
    links = [each.encode() for each in LINKS]
    assert sent == [{"type": "http.response.early_hint", "links": links}]


@pytest.mark.parametrize("extensions", [None, {}])
async def test_no_early_hints(extensions: Any, scope: Scope) -> None:
    request: AnyRequest = Request(scope(extensions=extensions))
    assert not request.supports_early_hints
    assert not await request.send_early_hints(LINKS)


@pytest.mark.parametrize("extensions", [{}, {"http.response.early_hint": {}}], ids=["", "offered"])
@pytest.mark.parametrize("link", ["</a>\r\nset-cookie: b", "</a>\x00", "</\u20ac>"])
async def test_early_hints_that_are_no_header(link: str, extensions: Any, scope: Scope) -> None:
    request: AnyRequest = Request(scope(extensions=extensions))
    with pytest.raises(ValueError, match="header 'link'"):
        await request.send_early_hints([LINKS[0], link])


async def test_early_hints_are_a_list(scope: Scope) -> None:
    request: AnyRequest = Request(scope())
    with pytest.raises(TypeError, match="list of links"):
        await request.send_early_hints(LINKS[0])


def test_limits_are_a_frozen_value() -> None:
    assert Limits(body=None).body is None
    with pytest.raises(AttributeError):
        Limits().body = 5  # type: ignore[misc]
    assert msgspec.structs.replace(Limits(), parts=1).parts == 1
