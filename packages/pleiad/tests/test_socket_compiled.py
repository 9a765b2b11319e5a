"""What a compiled WebSocket route says, its plan run as it stands says as well: the plan is the law."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pleiad import Pleiad, WebSocket, websocket, websocket_listener, websocket_stream
from pleiad.building.routes import SocketRoute
from pleiad.di import Provide
from pleiad.exceptions import NotAuthorizedException, WebSocketDisconnect
from pleiad.testing import TestClient
from pleiad_websockets import SocketPolicy, connected

GOLDEN = Path(__file__).parent / "golden"
LOG: list[str] = []


class Session:
    pass


async def open_session() -> AsyncIterator[Session]:
    LOG.append("open")
    try:
        yield Session()
    finally:
        LOG.append("close")


async def guard(connection: Any, handler: Any) -> None:
    if connection.query_params.get("key") != "secret":
        raise NotAuthorizedException("no key")


@asynccontextmanager
async def lifespan(socket: WebSocket, session: Session) -> AsyncIterator[None]:
    LOG.append("lifespan")
    yield
    LOG.append("end of lifespan")


async def on_accept(socket: WebSocket, session: Session) -> None:
    await socket.send_text("welcome")


def on_disconnect(session: Session) -> None:
    LOG.append("left")


@websocket("/talk/{room:str}")
async def talk(socket: WebSocket, room: str, times: int = 1) -> None:
    await socket.accept()
    for number in range(times):
        await socket.send(f"{room} {number}")


@websocket(
    "/guarded",
    guards=[guard],
    dependencies={"session": Provide(open_session)},
    websocket_policy=SocketPolicy(origins=("https://example.com",)),
)
async def guarded(socket: WebSocket, session: Session) -> None:
    await socket.accept()
    await socket.send_json({"is": type(session).__name__})


@websocket_listener(
    "/listen/{factor:int}",
    on_accept=on_accept,
    on_disconnect=on_disconnect,
    dependencies={"session": Provide(open_session)},
)
async def listen(data: list[int], factor: int, session: Session) -> list[int] | None:
    return [factor * each for each in data] or None


@websocket_listener(
    "/lived", connection_lifespan=lifespan, dependencies={"session": Provide(open_session)}
)
def lived(data: str) -> str:
    return data.upper()


@websocket_stream("/count/{until:int}")
async def count(until: int) -> AsyncIterator[int]:
    for number in range(until):
        yield number


SHAPES = {
    "socket": talk,
    "socket_guarded": guarded,
    "socket_listener": listen,
    "socket_lifespan": lived,
    "socket_stream": count,
}


def app_of(handler: Any, *, interpreted: bool) -> Pleiad:
    """An app of one handler, answered by its function or by its plan."""
    app = Pleiad([handler])
    (route,) = app.routes
    assert isinstance(route, SocketRoute)
    if interpreted:
        layer = route.plan.handler.layer
        endpoint = next(iter(app._table.tree.find(_path(handler)) or ()))
        endpoint.answers[None].app = connected(
            route.plan.run, layer.websocket_policy, route.plan.codec
        )
    return app


def _path(handler: Any) -> str:
    return (
        handler.paths[0]
        .replace("{room:str}", "a")
        .replace("{factor:int}", "2")
        .replace("{until:int}", "3")
    )


@pytest.fixture(params=["compiled", "interpreted"])
def client_of(request: Any) -> Iterator[Any]:
    LOG.clear()
    yield lambda handler: TestClient(app_of(handler, interpreted=request.param == "interpreted"))


@pytest.mark.parametrize("name", SHAPES)
def test_source_is_the_golden_one(name: str) -> None:
    source = Pleiad([SHAPES[name]]).routes[0].source
    golden = GOLDEN / f"{name}.py"
    if os.environ.get("PLEIAD_WRITE"):
        golden.write_text(source)
    assert source == golden.read_text()


def everything(socket: Any) -> list[Any]:
    """All that comes until the close, and its code."""
    found: list[Any] = []
    try:
        while True:
            message = socket.receive()
            found.append(message.get("text", message.get("bytes")))
    except WebSocketDisconnect as closed:
        return [*found, closed.code]


def test_talk(client_of: Any) -> None:
    with client_of(talk).websocket_connect("/talk/a?times=2") as socket:
        assert everything(socket) == ["a 0", "a 1", 1000]


def test_wrong_value_refuses_the_handshake(client_of: Any) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client_of(talk).websocket_connect("/talk/a?times=many"),
    ):
        pass
    assert refused.value.status_code == 400
    assert refused.value.json() == {
        "status_code": 400,
        "detail": "Validation failed for WEBSOCKET /talk/a",
        "extra": [{"message": "Expected int, got 'many'", "key": "times", "source": "query"}],
    }


def test_guarded(client_of: Any) -> None:
    with client_of(guarded).websocket_connect("/guarded?key=secret") as socket:
        assert everything(socket) == ['{"is":"Session"}', 1000]
    assert LOG == ["open", "close"]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        pytest.param("", {}, 401, id="guard"),
        pytest.param("?key=secret", {"origin": "https://evil.example"}, 403, id="origin"),
        pytest.param("?key=secret", {"origin": "https://example.com"}, None, id="allowed"),
    ],
)
def test_refused_before_it_is_accepted(
    client_of: Any, query: str, headers: dict[str, str], status: int | None
) -> None:
    client = client_of(guarded)
    if status is None:
        with client.websocket_connect(f"/guarded{query}", headers=headers) as socket:
            assert everything(socket)[-1] == 1000
        return
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(f"/guarded{query}", headers=headers),
    ):
        pass
    assert refused.value.status_code == status
    assert LOG == []


def test_listener(client_of: Any) -> None:
    with client_of(listen).websocket_connect("/listen/2") as socket:
        assert socket.receive_text() == "welcome"
        socket.send_json([1, 2])
        assert socket.receive_json() == [2, 4]
        socket.send_json([])
        socket.send_json([5])
        assert socket.receive_json() == [10]
        assert LOG == ["open"]
    assert LOG == ["open", "left", "close"]


@pytest.mark.parametrize(
    ("message", "code", "reason"),
    [
        pytest.param('["x"]', 1007, "0: Expected int, got str", id="type"),
        pytest.param("[1", 1007, "Input data was truncated", id="no JSON"),
        pytest.param(b"[1]", 1003, "Send text messages", id="mode"),
    ],
)
def test_listener_closes_on_a_wrong_message(
    client_of: Any, message: Any, code: int, reason: str
) -> None:
    with client_of(listen).websocket_connect("/listen/2") as socket:
        assert socket.receive_text() == "welcome"
        socket.send(message, "text" if isinstance(message, str) else "binary")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive()
    assert (closed.value.code, closed.value.reason) == (code, reason)
    assert LOG == ["open", "left", "close"]


def test_lifespan(client_of: Any) -> None:
    with client_of(lived).websocket_connect("/lived") as socket:
        socket.send_text("loud")
        assert socket.receive_text() == "LOUD"
    assert LOG == ["open", "lifespan", "end of lifespan", "close"]


def test_stream(client_of: Any) -> None:
    with client_of(count).websocket_connect("/count/3") as socket:
        assert everything(socket) == ["0", "1", "2", 1000]
