"""WebSocket sessions of both clients, against plain ASGI apps."""

import time
from collections.abc import Callable
from contextlib import contextmanager

import anyio
import httpx2
import pytest

from pleiad_http import WebSocketDisconnect
from pleiad_testing import (
    AppTimeout,
    AsyncTestClient,
    HandshakeRefused,
    ProtocolFault,
    TestClient,
    UnexpectedMessage,
)

ACCEPT = {"type": "websocket.accept"}


async def echo(scope, receive, send):
    """Accept, send back all that comes, note how it ended in the app's state."""
    if scope["type"] == "lifespan":
        await lifespan(scope, receive, send)
        return
    await receive()
    await send({**ACCEPT, "subprotocol": next(iter(scope["subprotocols"]), None)})
    while (message := await receive())["type"] == "websocket.receive":
        await send({**message, "type": "websocket.send"})
    scope["state"].setdefault("ends", []).append((message["code"], message["reason"]))


async def lifespan(scope, receive, send):
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})


def sending(*messages, then: Callable | None = None):
    async def app(scope, receive, send):
        await receive()
        for message in messages:
            await send(message)
        if then is not None:
            await then(receive, send)

    return app


@contextmanager
def refused_by(app, **options):
    with (
        pytest.raises(HandshakeRefused) as refused,
        TestClient(app, **options).websocket_connect("/"),
    ):
        pass
    yield refused.value


@pytest.fixture(params=["asyncio", "trio"])
def backend(request):
    return request.param


@pytest.mark.parametrize("entered", [True, False])
def test_messages_of_every_kind(backend, entered):
    client = TestClient(echo, backend=backend)
    if entered:
        client.__enter__()
    with client.websocket_connect("/") as socket:
        socket.send("text")
        assert socket.receive() == {"type": "websocket.send", "text": "text"}
        socket.send(b"text")
        assert socket.receive_text() == "text"
        socket.send("é", "binary", "latin-1")
        assert socket.receive_bytes() == b"\xe9"
        socket.send_bytes(b"\xff")
        assert socket.receive_bytes() == b"\xff"
        socket.send_json({"a": 1})
        assert socket.receive_json() == {"a": 1}
        socket.send_json([1], "binary")
        assert socket.receive_json("binary", type=list[int]) == [1]
        socket.send_msgpack({"b": 2})
        assert socket.receive_msgpack() == {"b": 2}
    client.close()


async def every_kind():
    async with AsyncTestClient(echo) as client:
        async with client.websocket_connect("/") as socket:
            await socket.send("text")
            assert await socket.receive() == {"type": "websocket.send", "text": "text"}
            await socket.send_text("text")
            assert await socket.receive_text() == "text"
            await socket.send_bytes(b"\xff")
            assert await socket.receive_bytes() == b"\xff"
            await socket.send_json({"a": 1})
            assert await socket.receive_json() == {"a": 1}
            await socket.send_msgpack({"b": 2})
            assert await socket.receive_msgpack(type=dict[str, int]) == {"b": 2}
            await socket.close(4000, "enough")
        async with await client.websocket_connect("/") as socket:  # as Litestar has it
            with pytest.raises(AppTimeout):
                await socket.receive_text(timeout=0.01)
            await socket.send_text("still open")
            assert await socket.receive_text() == "still open"


def test_async_client(backend):
    anyio.run(every_kind, backend=backend)


def test_handshake():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)
        await receive()
        await send({**ACCEPT, "subprotocol": "v2", "headers": [(b"x-a", b"b")]})

    client = TestClient(app, cookies={"own": "1"}, headers={"x-own": "2"}, root_path="/root")
    with client.websocket_connect(
        "/a%20b",
        subprotocols=["v1", "v2"],
        params={"page": 2},
        headers={"x-more": "3"},
        cookies={"more": "4"},
        auth=("ada", "secret"),
    ) as socket:
        assert socket.accepted_subprotocol == "v2"
        assert dict(socket.extra_headers) == {"x-a": "b"}
        assert socket.scope is seen[0]
    (scope,) = seen
    headers = dict(scope["headers"])
    assert (scope["type"], scope["scheme"], scope["subprotocols"]) == (
        "websocket",
        "ws",
        ["v1", "v2"],
    )
    assert (scope["path"], scope["query_string"]) == ("/root/a b", b"page=2")
    assert headers[b"cookie"] == b"own=1; more=4"
    assert (headers[b"x-own"], headers[b"x-more"]) == (b"2", b"3")
    assert headers[b"authorization"].startswith(b"Basic ")
    assert headers[b"sec-websocket-protocol"] == b"v1, v2"
    assert (headers[b"upgrade"], headers[b"sec-websocket-version"]) == (b"websocket", b"13")
    assert "websocket.http.response" in scope["extensions"]
    assert "method" not in scope


@pytest.mark.parametrize(
    ("url", "scheme", "host"),
    [("wss://a.example/x", "wss", b"a.example"), ("https://b.example/x", "wss", b"b.example")],
)
def test_whole_urls(url, scheme, host):
    with TestClient(echo).websocket_connect(url) as socket:
        assert socket.scope["scheme"] == scheme
        assert dict(socket.scope["headers"])[b"host"] == host


def test_app_closes():
    app = sending(
        ACCEPT,
        {"type": "websocket.send", "text": "a"},
        {"type": "websocket.close", "code": 4001, "reason": "x"},
    )
    with TestClient(app).websocket_connect("/") as socket:
        assert socket.receive_text() == "a"
        for use in (socket.receive, lambda: socket.send_text("b")):
            with pytest.raises(WebSocketDisconnect) as closed:
                use()
            assert (closed.value.code, closed.value.reason) == (4001, "x")


def test_app_that_returns_leaves_no_close_frame():
    with (
        TestClient(sending(ACCEPT)).websocket_connect("/") as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive()
    assert closed.value.code == 1006


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (4000, "enough")])
def test_client_closes(code, reason):
    ends = []

    async def app(scope, receive, send):
        await receive()
        await send(ACCEPT)
        for _ in range(2):
            ends.append(await receive())
        with pytest.raises(OSError, match="has closed the socket"):
            await send({"type": "websocket.send", "text": "late"})

    with TestClient(app).websocket_connect("/") as socket:
        socket.close(code, reason)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive()
        assert closed.value.code == code
    assert ends == [{"type": "websocket.disconnect", "code": code, "reason": reason}] * 2


def test_refused_by_a_close():
    with refused_by(sending({"type": "websocket.close", "code": 4003, "reason": "no"})) as refused:
        assert (refused.status_code, refused.code, refused.reason) == (403, 4003, "no")
        assert isinstance(refused, WebSocketDisconnect)


def test_refused_by_a_response():
    start = {"type": "websocket.http.response.start", "status": 401, "headers": [(b"x-a", b"b")]}
    body = {"type": "websocket.http.response.body", "body": b'{"a":', "more_body": True}
    end = {"type": "websocket.http.response.body", "body": b"1}"}
    with refused_by(sending(start, body, end)) as refused:
        assert (refused.status_code, refused.code, refused.json()) == (401, 1006, {"a": 1})
        assert refused.headers["x-a"] == "b"
        assert "401" in str(refused)


SENT = {"type": "websocket.send", "text": "a"}
CLOSE = {"type": "websocket.close"}


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([], id="nothing"),
        pytest.param([SENT], id="before accept"),
        pytest.param([{"type": "http.response.start", "status": 200}], id="http"),
        pytest.param([{**ACCEPT, "subprotocol": "v9"}], id="subprotocol"),
        pytest.param(
            [{"type": "websocket.http.response.start", "status": 400}], id="half a response"
        ),
    ],
)
def test_what_is_not_asgi_in_the_handshake(messages):
    with pytest.raises(ProtocolFault, match="^WEBSOCKET /: the app "):
        with TestClient(sending(*messages)).websocket_connect("/"):
            pass


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([ACCEPT], id="accept twice"),
        pytest.param([CLOSE, CLOSE], id="close twice"),
        pytest.param([CLOSE, SENT], id="after the close"),
        pytest.param([{"type": "websocket.send"}], id="empty"),
        pytest.param([{**SENT, "bytes": b"a"}], id="both"),
        pytest.param([{"type": "websocket.send", "text": 5}], id="no text"),
    ],
)
def test_what_is_not_asgi_afterwards(messages):
    with pytest.raises(ProtocolFault, match="^WEBSOCKET /: the app "):
        with TestClient(sending(ACCEPT, *messages)).websocket_connect("/") as socket:
            socket.receive()


@pytest.mark.parametrize("when", ["before", "after"])
def test_exception_of_the_app_is_raised(when):
    async def raising(*_):
        raise ZeroDivisionError

    app = sending(*([ACCEPT] if when == "after" else []), then=raising)
    with pytest.raises(ZeroDivisionError):
        with TestClient(app).websocket_connect("/") as socket:
            socket.receive()
    client = TestClient(app, raise_server_exceptions=False)
    with pytest.raises(WebSocketDisconnect):
        with client.websocket_connect("/") as socket:
            socket.receive()


def test_reported_exception_is_raised():
    async def app(scope, receive, send):
        await receive()
        await send(ACCEPT)
        scope["extensions"]["pleiad.report"](ZeroDivisionError())
        await send({"type": "websocket.close", "code": 1011})

    with pytest.raises(ZeroDivisionError):
        with TestClient(app).websocket_connect("/") as socket:
            socket.receive()
    client = TestClient(app, raise_server_exceptions=False)
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/") as socket:
        socket.receive()
    assert closed.value.code == 1011


def test_nothing_comes():
    with TestClient(echo).websocket_connect("/") as socket:
        for receive in (
            lambda: socket.receive(block=False),
            lambda: socket.receive_text(timeout=0.01),
            lambda: socket.receive_json(timeout=0.01),
        ):
            with pytest.raises(AppTimeout, match="has sent nothing within"):
                receive()
        socket.send_text("still open")
        assert socket.receive_text() == "still open"


@pytest.mark.parametrize(
    ("app", "text"),
    [
        pytest.param(sending(then=lambda *_: anyio.sleep_forever()), "neither accepted nor refused", id="handshake"),
        pytest.param(sending(ACCEPT, CLOSE, then=lambda *_: anyio.sleep_forever()), "has closed the socket, but has not ended", id="close"),
        pytest.param(sending(ACCEPT, then=lambda *_: anyio.sleep_forever()), "has not ended after its client left", id="end"),
    ],
)  # fmt: skip
def test_app_that_hangs(app, text):
    with pytest.raises(AppTimeout, match=text):
        with TestClient(app).websocket_connect("/", timeout=0.05) as socket:
            if "closed" in text:
                socket.receive()


def test_app_that_blocks_its_loop():
    async def block(*_):
        time.sleep(2)

    with pytest.raises(AppTimeout, match="blocks its event loop"):
        with TestClient(sending(then=block)).websocket_connect("/", timeout=0.05):
            pass


def test_failing_test_is_not_hidden():
    async def stays(*_):
        try:
            await anyio.sleep_forever()
        finally:
            raise ZeroDivisionError

    with pytest.raises(LookupError):
        with TestClient(sending(ACCEPT, then=stays)).websocket_connect("/"):
            raise LookupError


def test_client_that_does_not_read_slows_the_app():
    made = []

    async def flood(receive, send):
        for number in range(1000):
            await send({"type": "websocket.send", "text": str(number)})
            made.append(number)

    with TestClient(sending(ACCEPT, then=flood)).websocket_connect("/") as socket:
        assert socket.receive_text() == "0"
        time.sleep(0.05)
        assert len(made) < 50
        assert [socket.receive_text() for _ in range(999)][-1] == "999"


def test_message_of_the_other_mode():
    with TestClient(echo).websocket_connect("/") as socket:
        socket.send_text("a")
        with pytest.raises(UnexpectedMessage, match="bytes were expected, and 'a' came"):
            socket.receive_bytes()
        socket.send_bytes(b"a")
        with pytest.raises(UnexpectedMessage, match="text was expected, and b'a' came"):
            socket.receive_json()


def test_two_sockets_at_once_share_the_lifespans_state():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            scope["state"]["rooms"] = []
            return await lifespan(scope, receive, send)
        scope["state"]["rooms"].append(scope["path"])
        await receive()
        await send(ACCEPT)
        await send({"type": "websocket.send", "text": ",".join(scope["state"]["rooms"])})
        return await receive() and None

    with TestClient(app) as client:
        with client.websocket_connect("/a") as first, client.websocket_connect("/b") as second:
            assert first.receive_text() == "/a"
            assert second.receive_text() == "/a,/b"


def test_socket_left_open_when_the_client_closes():
    log = []

    async def stays(receive, send):
        try:
            await anyio.sleep_forever()
        finally:
            log.append("ended")

    async def main():
        client = AsyncTestClient(sending(ACCEPT, then=stays))
        await client.websocket_connect("/").__aenter__()
        await anyio.sleep(0.01)
        await client.aclose()
        await anyio.sleep(0.01)

    anyio.run(main)
    assert log == ["ended"]


def test_app_of_another_author():
    """Any ASGI app: what httpx answers and what a socket says come from the same one."""

    async def app(scope, receive, send):
        if scope["type"] == "websocket":
            return await echo(scope, receive, send)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        return await send({"type": "http.response.body", "body": b""})

    client = TestClient(app)
    assert client.get("/").status_code == httpx2.codes.NO_CONTENT
    with client.websocket_connect("/") as socket:
        socket.send_text("a")
        assert socket.receive_text() == "a"
