"""WebSockets of an app: what its layers do to them, and how they end."""

import logging
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

import anyio
import msgspec
import pytest

from pleiad import (
    Controller,
    Pleiad,
    Request,
    Response,
    Router,
    WebSocket,
    asgi,
    get,
    websocket,
    websocket_listener,
    websocket_stream,
)
from pleiad.di import Provide
from pleiad.exceptions import (
    NotAuthorizedException,
    PermissionDeniedException,
    WebSocketDisconnect,
    WebSocketException,
)
from pleiad.handlers import WebsocketListener, send_websocket_stream
from pleiad.middleware import AbstractMiddleware
from pleiad.testing import AsyncTestClient, TestClient, create_test_client
from pleiad.types import Receive, Scope, Send
from pleiad_websockets import SocketPolicy, UnsupportedMessage

LOG: list[Any] = []


@pytest.fixture(autouse=True)
def _empty_log() -> None:
    LOG.clear()


def quiet(*handlers: Any, **options: Any) -> TestClient:
    """A client of an app out of debug mode, which raises nothing of the app's in the test."""
    return create_test_client(list(handlers), debug=False, raise_server_exceptions=False, **options)


def closed_with(socket: Any) -> tuple[int, str]:
    with pytest.raises(WebSocketDisconnect) as closed:
        socket.receive()
    return closed.value.code, closed.value.reason


def refused_with(client: TestClient, path: str, **options: Any) -> Any:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(path, **options),
    ):
        pass
    return refused.value


def raising(error: Exception | type[Exception], *, accepts: bool = True) -> Any:
    @websocket("/ws")
    async def raise_it(socket: WebSocket) -> None:
        if accepts:
            await socket.accept()
        raise error

    return raise_it


# How it ends


@pytest.mark.parametrize(
    ("error", "close"),
    [
        pytest.param(WebSocketException("enough", code=4321), (4321, "enough"), id="own code"),
        pytest.param(WebSocketException("enough"), (4500, "enough"), id="its usual code"),
        pytest.param(WebSocketException("x", code=1005), (1011, "x"), id="code for nobody"),
        pytest.param(PermissionDeniedException("not you"), (4403, "not you"), id="4xx"),
        pytest.param(UnsupportedMessage("text only"), (1003, "text only"), id="message"),
        pytest.param(ZeroDivisionError("secret"), (1011, ""), id="fault"),
        pytest.param(Response, (1011, ""), id="no exception"),
        pytest.param(WebSocketException("é" * 100), (4500, "é" * 61), id="cut"),
        pytest.param(WebSocketException("\ud800"), (4500, "?"), id="no Unicode"),
    ],
)
def test_exception_closes(error: Any, close: tuple[int, str]) -> None:
    with quiet(raising(error)).websocket_connect("/ws") as socket:
        assert closed_with(socket) == close


def test_fault_is_logged_once_and_told_in_debug_mode_only(caplog: Any) -> None:
    with quiet(raising(ZeroDivisionError("secret"))).websocket_connect("/ws") as socket:
        assert closed_with(socket) == (1011, "")
    (record,) = caplog.records
    assert (record.levelno, record.message) == (logging.ERROR, "websocket /ws")
    assert record.exc_info[0] is ZeroDivisionError
    client = create_test_client(raising(ZeroDivisionError("secret")), raise_server_exceptions=False)
    with client.websocket_connect("/ws") as socket:
        assert closed_with(socket) == (1011, "ZeroDivisionError: secret")


def test_clients_fault_is_not_logged(caplog: Any) -> None:
    with quiet(raising(PermissionDeniedException())).websocket_connect("/ws") as socket:
        assert closed_with(socket)[0] == 4403
    assert caplog.records == []


def test_fault_is_raised_in_the_test() -> None:
    with (
        pytest.raises(ZeroDivisionError),
        create_test_client(raising(ZeroDivisionError)).websocket_connect("/ws") as socket,
    ):
        socket.receive()


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotAuthorizedException("who?"), 401), (WebSocketException("no"), 403), (ValueError(), 500)],
)
def test_exception_refuses_what_is_not_accepted(error: Exception, status: int) -> None:
    refused = refused_with(quiet(raising(error, accepts=False)), "/ws")
    assert refused.status_code == status
    assert refused.json()["status_code"] == status


def test_handler_may_refuse_with_a_response() -> None:
    @websocket("/ws")
    async def deny(socket: WebSocket) -> None:
        await socket.deny(Response({"try": "later"}, status_code=503))

    refused = refused_with(create_test_client(deny), "/ws")
    assert (refused.status_code, refused.json()) == (503, {"try": "later"})


def test_handler_that_returns_closes() -> None:
    @websocket("/silent")
    async def silent(socket: WebSocket) -> None:
        await socket.accept()

    @websocket("/shy")
    async def shy(socket: WebSocket) -> None: ...

    client = quiet(silent, shy)
    with client.websocket_connect("/silent") as socket:
        assert closed_with(socket) == (1000, "")
    assert refused_with(client, "/shy").status_code == 403


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        pytest.param("/unknown", {}, 404, id="path"),
        pytest.param("/ws", {"host": "a b"}, 403, id="host"),
    ],
)
def test_unrouted(path: str, headers: dict[str, str], status: int) -> None:
    client = quiet(raising(ValueError()))
    assert refused_with(client, path, headers=headers).status_code == status


def test_request_to_a_websocket() -> None:
    client = quiet(raising(ValueError()))
    answer = client.get("/ws")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS")
    assert client.request("", "/ws").status_code == 405


def test_path_may_have_both() -> None:
    @get("/ws")
    async def page() -> str:
        return "page"

    @websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("socket")

    client = quiet(page, talk)
    assert client.get("/ws").text == "page"
    assert client.options("/ws").headers["allow"] == "GET, HEAD, OPTIONS"
    with client.websocket_connect("/ws") as socket:
        assert socket.receive_text() == "socket"
    assert refused_with(quiet(page), "/ws").status_code == 404


# Layers


def test_guards_of_all_layers_in_order() -> None:
    def guard(name: str) -> Callable[..., None]:
        def check(connection: Any, handler: Any) -> None:
            LOG.append((name, type(connection).__name__, handler.handler_name))

        return check

    @websocket("/", guards=[guard("handler")])
    async def talk(socket: WebSocket) -> None:
        await socket.accept()

    router = Router("/ws", route_handlers=[talk], guards=[guard("router")])
    with quiet(router, guards=[guard("app")]).websocket_connect("/ws") as socket:
        closed_with(socket)
    assert LOG == [(name, "WebSocket", "talk") for name in ("app", "router", "handler")]


def test_controller_binds_and_takes_its_own_class() -> None:
    class Mine(WebSocket[Any, Any, Any]):
        pass

    class Chat(Controller):
        path = "/chat"
        websocket_class = Mine

        @websocket("/{room:str}")
        async def talk(self, socket: WebSocket[Any, Any, Any], room: str) -> None:
            await socket.accept()
            await socket.send_text(f"{type(self).__name__} {type(socket).__name__} {room}")

        @websocket("/named")
        async def named(self, socket: Any) -> None:
            await socket.accept()
            await socket.send_text(type(socket).__name__)

    client = quiet(Chat)
    with client.websocket_connect("/chat/a") as socket:
        assert socket.receive_text() == "Chat Mine a"
    with client.websocket_connect("/chat/named") as socket:
        assert socket.receive_text() == "Mine"


class Tracing(AbstractMiddleware):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def traced(message: Any) -> None:
            LOG.append(message["type"])
            await send(message)

        if scope["query_string"] == b"early":
            raise PermissionDeniedException
        await self.app(scope, receive, traced)
        if scope["query_string"] == b"late":
            raise ValueError("too late")


def test_middleware_sees_all_and_its_own_exceptions_are_answered() -> None:
    @websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hi")
        await socket.receive_text()

    client = quiet(talk, middleware=[Tracing])
    with client.websocket_connect("/ws") as socket:
        assert socket.receive_text() == "hi"
        socket.send_text("bye")
        assert closed_with(socket) == (1000, "")
    assert LOG == ["websocket.accept", "websocket.send", "websocket.close"]
    assert refused_with(client, "/ws?early").status_code == 403
    with client.websocket_connect("/ws?late") as socket:
        socket.receive_text()
        socket.send_text("bye")
        assert closed_with(socket) == (1000, "")  # closed before it failed
    assert refused_with(client, "/unknown").status_code == 404
    assert LOG[-2:] == ["websocket.http.response.start", "websocket.http.response.body"]


def answer_value_error(socket: WebSocket, exc: ValueError) -> Response[Any]:
    LOG.append((socket.url.path, str(exc)))
    return Response({"mine": True}, status_code=418)


async def talk_value_error(socket: Any, error: Any) -> None:
    await socket.send_text(f"sorry: {error}")
    await socket.close(4001, "mine")


def by_request(request: Request, exc: ValueError) -> Response[Any]:
    return Response({"path": request.url.path}, status_code=409)


@pytest.mark.parametrize(
    ("handler", "accepts", "close"),
    [
        pytest.param(answer_value_error, True, (4418, "I'm a Teapot"), id="response"),
        pytest.param(by_request, True, (4409, "Conflict"), id="of requests"),
        pytest.param(answer_value_error, False, 418, id="refusal"),
        pytest.param(by_request, False, 409, id="refusal of requests"),
    ],
)
def test_exception_handler_answers(handler: Any, accepts: bool, close: Any) -> None:
    client = quiet(
        raising(ValueError("x"), accepts=accepts), exception_handlers={ValueError: handler}
    )
    if accepts:
        with client.websocket_connect("/ws") as socket:
            assert closed_with(socket) == close
    else:
        assert refused_with(client, "/ws").status_code == close


def test_exception_handler_may_talk_itself() -> None:
    client = quiet(raising(ValueError("x")), exception_handlers={ValueError: talk_value_error})
    with client.websocket_connect("/ws") as socket:
        assert socket.receive_text() == "sorry: x"
        assert closed_with(socket) == (4001, "mine")


@pytest.mark.parametrize("key", [Exception, 500])
def test_handler_of_all_exceptions_leaves_codes_alone(key: Any) -> None:
    def answer(_: Any, exc: Exception) -> Response[Any]:
        return Response("oh", status_code=500)

    client = quiet(raising(WebSocketException("x", code=4001)), exception_handlers={key: answer})
    with client.websocket_connect("/ws") as socket:
        assert closed_with(socket) == (4001, "x")
    client = quiet(raising(ValueError("x")), exception_handlers={key: answer})
    with client.websocket_connect("/ws") as socket:
        assert closed_with(socket) == (1011, "")


def test_policy_of_the_nearest_layer_wins_by_field() -> None:
    @websocket_listener("/ws", websocket_policy=SocketPolicy(message_size=3))
    async def echo(data: str) -> str:
        return data

    policy = SocketPolicy(origins=("https://a.example",), message_size=1)
    client = quiet(echo, websocket_policy=policy)
    evil = {"origin": "https://b.example"}
    assert refused_with(client, "/ws", headers=evil).status_code == 403
    with client.websocket_connect("/ws") as socket:
        socket.send_text("abc")
        assert socket.receive_text() == "abc"
        socket.send_text("abcd")
        assert closed_with(socket) == (4413, "A message may have 3 bytes")


def test_rate_is_limited() -> None:
    policy = SocketPolicy(messages_per_second=0.001, burst=2)

    @websocket_listener("/ws", websocket_policy=policy)
    async def count(data: int) -> int:
        return data

    with quiet(count).websocket_connect("/ws") as socket:
        for number in range(3):
            socket.send_json(number)
        assert [socket.receive_json() for _ in range(2)] == [0, 1]
        assert closed_with(socket) == (1008, "Too many messages")


def test_guards_refuse_what_is_mounted() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": "mounted"})
        await send({"type": "websocket.close", "code": 4000})

    def guard(connection: Any, _: Any) -> None:
        if "key" not in connection.query_params:
            raise PermissionDeniedException

    client = quiet(asgi("/mounted", is_mount=True, guards=[guard])(app))
    assert refused_with(client, "/mounted/x").status_code == 403
    with client.websocket_connect("/mounted/x?key") as socket:
        assert socket.receive_text() == "mounted"
        assert closed_with(socket) == (4000, "")


def test_reverse_and_names() -> None:
    @websocket("/rooms/{room:int}", name="room")
    async def talk(socket: WebSocket, room: int) -> None: ...

    app = Pleiad([talk])
    assert app.route_reverse("room", room=5) == "/rooms/5"
    assert app.route("websocket", "/rooms/{room:int}").handler.name == "room"
    assert "path room" in repr(app.routes[0].plan)
    assert repr(app.routes[0]) == "<Route WEBSOCKET /rooms/{room:int} -> talk>"


# Dependencies


async def resource() -> AsyncIterator[str]:
    LOG.append("open")
    try:
        yield "resource"
    except BaseException as error:
        LOG.append(type(error).__name__)
        raise
    finally:
        await anyio.sleep(0)
        LOG.append("close")


class Leaves(Exception):
    pass


@websocket("/ws", dependencies={"held": Provide(resource)})
async def holds(socket: WebSocket, held: str) -> None:
    await socket.accept()
    async for message in socket.iter_data():
        if message == "fail":
            raise ValueError
        if message == "refuse":
            raise PermissionDeniedException
        if message == "done":
            return
        if message == "receive":
            await socket.receive_text()


@pytest.mark.parametrize(
    ("words", "log"),
    [
        pytest.param(["done"], ["open", "close"], id="returned"),
        pytest.param([], ["open", "close"], id="left"),
        pytest.param(["receive"], ["open", "WebSocketDisconnect", "close"], id="left in the midst"),
        pytest.param(["fail"], ["open", "ValueError", "close"], id="failed"),
        pytest.param(["refuse"], ["open", "PermissionDeniedException", "close"], id="refused"),
    ],
)
def test_dependency_lives_as_long_as_the_connection(words: list[str], log: list[str]) -> None:
    with quiet(holds).websocket_connect("/ws") as socket:
        assert LOG == ["open"]
        for word in words:
            socket.send_text(word)
    assert LOG == log


@pytest.mark.parametrize("stays", [False, True])
def test_shutdown_closes_with_1012_and_ends_after_the_grace(stays: bool) -> None:
    @websocket(
        "/ws",
        dependencies={"held": Provide(resource)},
        websocket_policy=SocketPolicy(grace_seconds=0.05),
    )
    async def waits(socket: WebSocket, held: str) -> None:
        await socket.accept()
        try:
            async for _ in socket.iter_data():
                pass
            LOG.append("said goodbye")
        finally:
            if stays:
                await anyio.sleep_forever()

    async def main() -> None:
        shutting_down = anyio.Event()
        app = Pleiad([waits])
        app.shutting_down = shutting_down  # type: ignore[attr-defined, unused-ignore]
        client = AsyncTestClient(app, timeout=5)
        async with client.websocket_connect("/ws") as socket:
            shutting_down.set()
            with pytest.raises(WebSocketDisconnect) as closed:
                await socket.receive()
            assert closed.value.code == 1012

    anyio.run(main)
    assert LOG[-1] == "close"
    assert LOG.count("close") == 1
    assert "said goodbye" in LOG


# Listeners


class Order(msgspec.Struct):
    item: str
    count: int = 1


def test_listener_class() -> None:
    class Shop(WebsocketListener):
        path = "/shop"
        dependencies = {"held": Provide(resource)}

        async def on_accept(self, socket: WebSocket[Any, Any, Any], held: str) -> None:
            await socket.send_text(f"open with {held}")

        def on_disconnect(self, held: str) -> None:
            LOG.append(f"left {held}")

        async def on_receive(self, data: Order) -> Order | None:
            return Order(data.item, data.count + 1) if data.count else None

    with quiet(Shop).websocket_connect("/shop") as socket:
        assert socket.receive_text() == "open with resource"
        socket.send_json({"item": "tea", "count": 0})
        socket.send_json({"item": "tea"})
        assert socket.receive_json() == {"item": "tea", "count": 2}
    assert LOG == ["open", "left resource", "close"]


@pytest.mark.parametrize(
    ("annotation", "modes", "sent", "received"),
    [
        pytest.param(str, ("text", "text"), "plain", "plain", id="text"),
        pytest.param(bytes, ("binary", "binary"), b"\xff", b"\xff", id="bytes"),
        pytest.param(str, ("binary", "text"), b"plain", "plain", id="text of bytes"),
        pytest.param(bytes, ("text", "binary"), "plain", b"plain", id="bytes of text"),
        pytest.param(dict[str, int], ("text", "text"), '{"a":1}', '{"a":1}', id="JSON"),
        pytest.param(dict[str, int], ("binary", "binary"), b'{"a":1}', b'{"a":1}', id="packed"),
        pytest.param(Any, ("text", "text"), '"a"', "a", id="anything"),
    ],
)
@pytest.mark.parametrize("is_sync", [False, True])
def test_listener_modes(
    annotation: Any, modes: Any, sent: Any, received: Any, is_sync: bool
) -> None:
    if is_sync:

        def echo(data: Any) -> Any:
            return data

    else:

        async def echo(data: Any) -> Any:
            return data

    echo.__annotations__ = {"data": annotation, "return": annotation}
    listener = websocket_listener("/ws", receive_mode=modes[0], send_mode=modes[1])(echo)
    with quiet(listener).websocket_connect("/ws") as socket:
        socket.send(sent, modes[0])
        receive = socket.receive_text if modes[1] == "text" else socket.receive_bytes
        assert receive() == received


def test_listener_holds_messages_to_their_constraints() -> None:
    @websocket_listener("/ws")
    async def grown(data: Annotated[int, msgspec.Meta(ge=18)]) -> str:
        return "welcome"

    with quiet(grown).websocket_connect("/ws") as socket:
        socket.send_json(18)
        assert socket.receive_text() == "welcome"
        socket.send_json(17)
        assert closed_with(socket) == (1007, "Expected int >= 18")


def test_disconnect_of_another_socket_ends_this_one() -> None:
    with quiet(raising(WebSocketDisconnect(code=1001))).websocket_connect("/ws") as socket:
        assert closed_with(socket) == (1000, "")


def test_listener_that_returns_something_else_is_at_fault(caplog: Any) -> None:
    @websocket_listener("/ws")
    async def wrong(data: str) -> int:
        return data  # type: ignore[return-value]

    with quiet(wrong).websocket_connect("/ws") as socket:
        socket.send_text("x")
        assert closed_with(socket) == (1011, "")
    assert "declares int, but returned str 'x'" in caplog.text


def test_listener_may_be_called_as_a_function() -> None:
    @websocket_listener("/ws")
    def shout(data: str) -> str:
        return data.upper()

    assert shout("a") == "A"


# Streams


def endless(closed: str) -> Any:
    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(1_000_000):
                yield number
                await anyio.sleep(0.001)
        finally:
            await anyio.sleep(0.001)
            LOG.append(closed)

    return numbers


@pytest.mark.parametrize("listens", [True, False])
def test_stream_is_closed_when_the_client_leaves(listens: bool) -> None:
    stream = websocket_stream("/ws", listen_for_disconnect=listens)(endless("closed"))
    with quiet(stream).websocket_connect("/ws") as socket:
        assert [socket.receive_json() for _ in range(3)] == [0, 1, 2]
        assert LOG == []
    assert LOG == ["closed"]


def test_stream_that_fails_closes_with_1011(caplog: Any) -> None:
    @websocket_stream("/ws")
    async def fails() -> AsyncIterator[int]:
        yield 1
        raise ValueError("in the midst")

    with quiet(fails).websocket_connect("/ws") as socket:
        assert socket.receive_json() == 1
        assert closed_with(socket) == (1011, "")
    assert len(caplog.records) == 1


def test_stream_holds_its_items_to_their_type() -> None:
    @websocket_stream("/ws")
    async def wrong() -> AsyncIterator[int]:
        yield 1
        yield "2"  # type: ignore[misc]

    with quiet(wrong).websocket_connect("/ws") as socket:
        assert socket.receive_json() == 1
        assert closed_with(socket) == (1011, "")


def test_sync_stream_with_a_dependency_and_bytes() -> None:
    @websocket_stream("/ws", mode="binary", dependencies={"held": Provide(resource)})
    def pieces(held: str) -> Iterator[bytes]:
        yield b""
        yield held.encode()

    with quiet(pieces).websocket_connect("/ws") as socket:
        assert [socket.receive_bytes() for _ in range(2)] == [b"", b"resource"]
        assert closed_with(socket) == (1000, "")
    assert LOG == ["open", "close"]


@pytest.mark.parametrize("warns", [True, False])
def test_what_is_thrown_away_is_warned_of(warns: bool) -> None:
    stream = websocket_stream("/ws", warn_on_data_discard=warns)(endless("closed"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with quiet(stream).websocket_connect("/ws") as socket:
            socket.send_text("ignored")
            socket.send_text("ignored")
            for _ in range(5):
                socket.receive_json()
    told = [str(each.message) for each in caught if "thrown away" in str(each.message)]
    assert len(told) == int(warns)


def test_stream_within_a_handler() -> None:
    async def items() -> AsyncIterator[str]:
        yield "a"
        yield "b"

    @websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        async def send(item: str) -> None:
            await socket.send_json({"item": item})

        await send_websocket_stream(socket, items(), close=False, send_handler=send)
        await socket.send_text(await socket.receive_text())

    with quiet(talk).websocket_connect("/ws") as socket:
        assert [socket.receive_json() for _ in range(2)] == [{"item": "a"}, {"item": "b"}]
        socket.send_text("bye")
        assert socket.receive_text() == "bye"


@pytest.mark.parametrize("ends", ["shutdown", "left"])
def test_stream_ends_with_the_app(ends: str) -> None:
    async def main() -> None:
        shutting_down = anyio.Event()
        app = Pleiad([websocket_stream("/ws")(endless("closed"))])

        async def served(scope: Scope, receive: Receive, send: Send) -> None:
            scope["pleiad.shutting_down"] = shutting_down
            await app(scope, receive, send)

        async with AsyncTestClient(served).websocket_connect("/ws") as socket:
            await socket.receive()
            if ends == "shutdown":
                shutting_down.set()
                with pytest.raises(WebSocketDisconnect) as closed:
                    while True:
                        await socket.receive()
                assert closed.value.code == 1012

    anyio.run(main)
    assert LOG == ["closed"]
