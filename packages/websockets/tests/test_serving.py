"""From the handshake to the close: faults, shutdown, clients that leave unseen."""

from contextlib import nullcontext

import anyio
import pytest

from pleiad_http import (
    NotAuthorizedException,
    Response,
    SerializationException,
    ShuttingDown,
    WebSocketDisconnect,
    WebSocketException,
)
from pleiad_websockets import (
    Codec,
    SocketPolicy,
    WebSocket,
    answer_error,
    connected,
    deny,
    websocket_app,
)
from pleiad_websockets.read_ahead import MOST, is_told_by_send

pytestmark = pytest.mark.anyio

OLD = {"asgi": {"version": "3.0", "spec_version": "2.3"}}


def talking(*, accepts=True, raises=None):
    async def talk(socket):
        if accepts:
            await socket.accept()
        if raises is not None:
            raise raises

    return talk


@pytest.mark.parametrize(
    ("accepts", "raises", "sent"),
    [
        pytest.param(True, None, ["accept", (1000, "")], id="returned"),
        pytest.param(False, None, [(1000, "")], id="never accepted"),
        pytest.param(True, WebSocketDisconnect(), ["accept", (1000, "")], id="another has left"),
        pytest.param(True, WebSocketException("x", code=4001), ["accept", (4001, "x")], id="code"),
        pytest.param(
            True, NotAuthorizedException("who"), ["accept", (4401, "who")], id="4xx"
        ),
        pytest.param(
            False, NotAuthorizedException("who"), [401, b'{"status_code":401,"detail":"who"}'],
            id="refused",
        ),
        pytest.param(
            False, WebSocketException("x"), [403, b'{"status_code":403,"detail":"Forbidden"}'],
            id="refused by code",
        ),
    ],
)  # fmt: skip
async def test_ends(peer, accepts, raises, sent):
    app = websocket_app(talking(accepts=accepts, raises=raises))
    assert await peer().call(app) == sent


class Own:
    """What no codec knows."""


@pytest.mark.parametrize(
    ("options", "sent"),
    [({}, None), ({"codec": Codec({Own: lambda _: "own"})}, ["accept", '"own"'])],
    ids=["no codec", "a codec"],
)
async def test_how_values_become_messages(peer, options, sent):
    async def app(scope, receive, send):
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        await socket.send(Own(), Own)

    client = peer()
    try:
        assert await client.call(connected(app, **options)) == sent
    except SerializationException:
        assert sent is None


@pytest.mark.parametrize(("options", "status"), [({}, 403), ({"status": 401}, 401)], ids=str)
async def test_a_refusal_that_says_no_status(peer, options, status):
    client = peer()
    await deny(client.scope, client.send, Response("no"), **options)
    assert client.told == [status, b"no"]


@pytest.mark.parametrize("accepts", [True, False])
async def test_fault_is_raised_for_the_server_to_log(peer, accepts):
    client = peer()
    with pytest.raises(ZeroDivisionError):
        await client.call(
            websocket_app(talking(accepts=accepts, raises=ZeroDivisionError("secret")))
        )
    told = (
        ["accept", (1011, "")]
        if accepts
        else [500, b'{"status_code":500,"detail":"Internal Server Error"}']
    )
    assert client.told == told


async def test_handshake_of_a_foreign_origin(peer):
    policy = SocketPolicy(origins=("https://a.example",))
    client = peer(headers=[(b"origin", b"https://b.example")], extensions=None)
    assert await client.call(websocket_app(talking(), policy)) == [
        (4403, "This origin may not connect")
    ]


async def test_answer_error_with_a_response_and_in_debug_mode(peer):
    client = peer()
    await answer_error(
        ValueError("x"), client.scope, client.receive, client.send,
        response=Response("mine", status_code=418, media_type="text/plain"),
    )  # fmt: skip
    assert client.told == [418, b"mine"]
    client = peer()
    socket = WebSocket(client.scope, client.receive, client.send)
    await socket.accept()
    for _ in range(2):
        await answer_error(ValueError("x"), client.scope, client.receive, client.send, debug=True)
    assert client.told == ["accept", (1011, "ValueError: x")]


async def test_client_that_left_is_told_nothing(peer):
    client = peer()
    client.script = [{"type": "websocket.disconnect", "code": 1006}]
    await answer_error(ValueError(), client.scope, client.receive, client.send)
    assert client.told == []


async def test_state_is_seen_through_middleware(peer):
    """What wraps the channels changes messages; the state is that of what was really sent."""

    async def talk(scope, receive, send):
        async def shouting(message):
            if "text" in message:
                message = {**message, "text": message["text"].upper()}
            await send(message)

        socket = WebSocket(scope, receive, shouting)
        await send({"type": "websocket.accept"})
        assert socket.is_open
        await socket.send_text("loud")
        await send({"type": "websocket.close", "code": 4000, "reason": ""})
        assert socket.close_code == 4000

    assert await peer().call(connected(talk)) == ["accept", "LOUD", (4000, "")]


@pytest.mark.parametrize("key", ["scope", "app"])
@pytest.mark.parametrize("accepts", [True, False])
async def test_shutdown(peer, key, accepts):
    class App:
        shutting_down = anyio.Event()

    App.shutting_down = anyio.Event()
    log = []

    async def talk(socket):
        try:
            if accepts:
                await socket.accept()
            App.shutting_down.set()
            await anyio.sleep_forever()
        finally:
            log.append("closed")

    where = {"app": App()} if key == "app" else {"pleiad.shutting_down": App.shutting_down}
    client = peer(**where)
    policy = SocketPolicy(grace_seconds=0.02)
    assert await client.call(websocket_app(talk, policy)) == (
        ["accept", (1012, "")] if accepts else []
    )
    assert log == ["closed"]


@pytest.mark.parametrize("by", ["server", "handler"])
async def test_socket_that_ends_as_the_app_shuts_down_is_closed_once(peer, by):
    down = ShuttingDown()

    async def talk(socket):
        await socket.accept()
        down.set()  # who is told of it ends before its turn comes
        if by == "handler":
            await socket.close(4000)

    app = websocket_app(talk, SocketPolicy(grace_seconds=60))
    client = peer(**{"pleiad.shutting_down": down})
    assert await client.call(app) == ["accept", (4000 if by == "handler" else 1000, "")]
    await anyio.sleep(0.01)
    assert len(client.sent) == 2


async def test_socket_that_is_accepted_while_the_app_shuts_down_is_closed_as_well(peer):
    down = ShuttingDown()
    down.set()
    left = []

    async def talk(socket):
        await anyio.sleep(0.03)
        await socket.accept()
        while socket.is_open:
            await anyio.sleep(0.005)
        left.append(socket.close_code)

    client = peer(**{"pleiad.shutting_down": down})
    assert await client.call(websocket_app(talk)) == ["accept", (1012, "")]
    assert left == [1012]


async def test_client_that_answers_nothing_holds_nobody_up(peer):
    """An older server says that the socket is closed when the client has said so, or is known to be dead."""
    down, left = ShuttingDown(), []

    async def talk(socket):
        await socket.accept()
        assert await socket.receive_text() == "hello"
        down.set()
        with pytest.raises(WebSocketDisconnect) as closed:
            await socket.receive_text()
        left.append(closed.value.code)

    client = peer("hello", **OLD, **{"pleiad.shutting_down": down})
    policy = SocketPolicy(grace_seconds=60)
    assert await client.call(websocket_app(talk, policy)) == ["accept", (1012, "")]
    assert left == [1012]


@pytest.mark.parametrize("raises", [None, ZeroDivisionError()], ids=["returns", "raises"])
async def test_app_is_held_until_its_socket_has_ended(peer, raises):
    down, order = ShuttingDown(), []

    async def talk(socket):
        await socket.accept()
        down.set()
        try:
            await anyio.sleep(0.05)
        finally:
            await anyio.sleep(0.01)
            order.append("socket")
        if raises:
            raise raises

    async def serve():
        with pytest.raises(type(raises)) if raises else nullcontext():
            await peer(**{"pleiad.shutting_down": down}).call(websocket_app(talk))

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(serve)
            await down.wait()
            await down.released()
            order.append("app")
    assert order == ["socket", "app"]


async def test_exception_beside_a_watching_task_is_no_group(peer):
    client = peer(**{"pleiad.shutting_down": anyio.Event()})
    with pytest.raises(ZeroDivisionError):
        await client.call(websocket_app(talking(raises=ZeroDivisionError())))


@pytest.mark.parametrize(
    ("version", "told"),
    [("2.4", True), ("2.10", True), ("3.0", True), ("2.3", False), ("2.0", False), ("x", False)],
)
def test_server_that_tells_by_send(version, told):
    assert is_told_by_send({"asgi": {"spec_version": version}}) is told
    assert not is_told_by_send({})


async def test_old_server_takes_all_in_silence_and_the_end_is_seen_all_the_same(peer):
    """And its `send` never pauses, so that the loop of the handler has to."""
    client = peer(1001, **OLD)
    sent, enough = [], anyio.Event()
    leave = client.receive

    async def receive():
        if len(client.script) == 1:  # the client stays until something was sent to it
            await enough.wait()
        return await leave()

    async def send(message):
        sent.append(message["type"])
        if len(sent) == 4:
            enough.set()

    async def talk(socket):
        await socket.accept()
        with pytest.raises(WebSocketDisconnect) as left:
            while True:
                await socket.send_text("x")
        assert left.value.code == 1001

    client.send, client.receive = send, receive
    await client.call(websocket_app(talk))
    assert sent.count("websocket.send") >= 3


@pytest.mark.parametrize("seconds", [None, 60.0], ids=["no limit", "send_seconds"])
async def test_send_that_waits_for_a_client_that_leaves_is_ended(peer, seconds):
    """hypercorn 0.18 over HTTP/2: its `send` waits for a window that nobody will open any more."""
    client = peer(1001, **OLD, http_version="2")
    sending, left = anyio.Event(), []
    leave = client.receive

    async def receive():
        if len(client.script) == 1:  # the client stays until a message waits for it
            await sending.wait()
        return await leave()

    async def send(message):
        if message["type"] == "websocket.send":
            sending.set()
            await anyio.sleep_forever()

    async def talk(socket):
        await socket.accept()
        with pytest.raises(WebSocketDisconnect) as closed:
            await socket.send_text("x")
        left.append((closed.value.code, socket.close_code))
        await anyio.sleep(0)  # it goes on, and may close what it holds
        left.append("went on")

    client.send, client.receive = send, receive
    await client.call(websocket_app(talk, SocketPolicy(send_seconds=seconds)))
    assert left == [(1001, 1001), "went on"]


async def test_what_was_received_ahead_comes_in_its_order(peer):
    client = peer(*map(str, range(MOST * 2)), 1000, **OLD)
    seen = []

    async def talk(socket):
        await socket.accept()
        async for text in socket.iter_data():
            seen.append(text)

    assert await client.call(websocket_app(talk)) == ["accept"]
    assert seen == list(map(str, range(MOST * 2)))


async def test_only_so_much_is_received_ahead(peer):
    client = peer(*["x"] * 1000, **OLD)

    async def talk(socket):
        await socket.accept()
        await anyio.sleep(0.05)
        await socket.close(4000)

    assert await client.call(websocket_app(talk)) == ["accept", (4000, "")]
    assert len(client.script) >= 1000 - MOST - 2
