"""Functions that are called with each message."""

from typing import Any

import anyio
import msgspec
import pytest

from pleiad_http import ImproperlyConfiguredException, WebSocketDisconnect
from pleiad_websockets import (
    Codec,
    Listening,
    MessageTooLarge,
    SocketMisuse,
    SocketPolicy,
    UnsupportedMessage,
    WebSocket,
    connected,
    listen,
    websocket_app,
)
from pleiad_websockets.listening import may_be_silent

pytestmark = pytest.mark.anyio


class Order(msgspec.Struct):
    item: str
    count: int = 1


def listening(function, **options):
    async def talk(socket):
        await listen(socket, function, **options)

    return websocket_app(talk)


async def more(data: Order, by: int) -> Order | None:
    return Order(data.item, data.count + by) if data.count else None


def reverse(data: bytes) -> bytes:
    return data[::-1]


@pytest.mark.parametrize(
    ("function", "options", "messages", "sent"),
    [
        pytest.param(
            more, {"by": 2}, ['{"item":"a"}', '{"item":"b","count":0}', '{"item":"c","count":5}'],
            ['{"item":"a","count":3}', '{"item":"c","count":7}'], id="async",
        ),
        pytest.param(
            reverse, {"receive_mode": "binary", "send_mode": "binary"}, [b"abc"], [b"cba"], id="sync"
        ),
        pytest.param(more, {"by": 2}, ["{}"], [(1007, "item: Field required")], id="wrong"),
        pytest.param(reverse, {"receive_mode": "binary"}, ["text"], [(1003, "Send binary messages")],
                     id="mode"),
    ],
)  # fmt: skip
async def test_listen(peer, function, options, messages, sent):
    client = peer(*messages, 1000)
    assert await client.call(listening(function, **options)) == ["accept", *sent]


def untyped(data) -> None: ...
def without_data(message: str) -> None: ...
def without_return(data: str): ...
def unresolved(data: "Nowhere") -> None: ...  # noqa: F821


@pytest.mark.parametrize("function", [untyped, without_data, without_return, unresolved])
async def test_function_that_says_too_little(peer, function):
    with pytest.raises(ImproperlyConfiguredException):
        await peer().call(listening(function))


async def test_accepted_by_the_handler(peer):
    async def talk(socket):
        await socket.accept(headers={"x": "y"})
        await listen(socket, reverse, receive_mode="binary")

    client = peer(b"ab", 1000)
    assert await client.call(websocket_app(talk)) == ["accept", "ba"]


async def test_what_must_be_returned_must(peer):
    async def nothing(**_: Any) -> None: ...

    def make_check(annotation):
        def check(value):
            raise TypeError(f"{value!r} is no {annotation.__name__}")

        return check

    async def talk(socket):
        await socket.accept()
        socket._link.codec = type(socket._link.codec)(make_check=make_check)
        await Listening(data=str, returns=int)(socket, nothing)

    with pytest.raises(TypeError, match="None is no int"):
        await peer("a").call(websocket_app(talk))


@pytest.mark.parametrize(
    ("returns", "silent"),
    [(None, True), (Any, True), (int | None, True), (int, False), (list[None], False)],
)
def test_may_be_silent(returns, silent):
    assert may_be_silent(returns) is silent


# A listener talks in one frame where nothing stands between; what holds for a socket holds there


def answering(function, **listening):
    async def talk(socket):
        await socket.accept()
        await Listening(data=str, **listening)(socket, function)

    return talk


async def echo(data: str) -> str:
    return data


@pytest.mark.parametrize(
    ("policy", "messages", "sent"),
    [
        pytest.param({"message_size": 3}, ["abc", "abcd"], ["abc", (4413, "A message may have 3 bytes")],
                     id="size"),
        pytest.param({"message_size": 3}, ["ab", "éé"], ["ab", (4413, "A message may have 3 bytes")],
                     id="size in bytes"),
        pytest.param({"message_size": None}, ["x" * 2_000_000, 1000], ["x" * 2_000_000], id="no limit"),
        pytest.param({"messages_per_second": 0.001, "burst": 2}, ["a", "b", "c"],
                     ["a", "b", (1008, "Too many messages")], id="rate"),
        pytest.param({"send_seconds": 5.0}, ["a", 1000], ["a"], id="time to send"),
    ],
)  # fmt: skip
async def test_policy_holds(peer, policy, messages, sent):
    app = websocket_app(answering(echo), SocketPolicy(**policy))
    assert await peer(*messages).call(app) == ["accept", *sent]


async def test_older_server(peer):
    async def talk(socket):
        async def until_enough(data: str) -> str | None:
            if data == "enough":
                await socket.close(4000)
                return None
            return data

        await answering(until_enough, returns=str | None)(socket)

    old = {"asgi": {"version": "3.0", "spec_version": "2.3"}}
    sent = await peer("a", "b", "enough", **old).call(websocket_app(talk))
    assert sent == ["accept", "a", "b", (4000, "")]


async def test_slow_client_is_given_up(peer):
    client = peer("a")
    send, left = client.send, []

    async def slow(message):
        if message["type"] == "websocket.send":
            await anyio.sleep_forever()
        await send(message)

    async def talk(socket):
        try:
            await answering(echo)(socket)
        finally:
            left.append((socket.close_code, socket.close_reason))

    client.send = slow
    assert await client.call(websocket_app(talk, SocketPolicy(send_seconds=0.01))) == ["accept"]
    assert left == [(1008, "Too slow")]


async def test_client_that_is_gone_when_it_is_answered(peer):
    def fails(message):
        if message["type"] == "websocket.send":
            raise ConnectionError

    left = []

    async def talk(socket):
        with pytest.raises(WebSocketDisconnect) as gone:
            await answering(echo)(socket)
        left.append((gone.value.code, socket.connection_state))

    await peer("a", fails=fails).call(websocket_app(talk))
    assert left == [(1006, "disconnect")]


async def test_fault_of_the_listeners_is_no_client_that_left(peer):
    async def reads_a_file(data: str) -> str:
        raise FileNotFoundError(data)

    client = peer("a")
    with pytest.raises(FileNotFoundError):
        await client.call(websocket_app(answering(reads_a_file)))
    assert client.told == ["accept", (1011, "")]


async def test_encoder_that_fails_is_no_client_that_left(peer):
    def fails(annotation):
        def check(value):
            raise ConnectionError(value)

        return check

    client = peer("a")
    with pytest.raises(ConnectionError):
        await client.call(connected(by_itself(answering(echo)), codec=Codec(make_check=fails)))


def by_itself(talk):
    async def app(scope, receive, send):
        await talk(WebSocket(scope, receive, send))

    return app


@pytest.mark.parametrize("returns", [str, str | None], ids=["says more", "is silent"])
async def test_listener_that_closes(peer, returns):
    async def talk(socket):
        async def leave(data: str) -> str | None:
            await socket.close(4000)
            return data if returns is str else None

        await answering(leave, returns=returns)(socket)

    assert await peer("a", "b").call(websocket_app(talk)) == ["accept", (4000, "")]


async def test_socket_that_is_closed_before_it_is_listened_to(peer):
    async def talk(socket):
        await socket.accept()
        await socket.close(4000)
        await Listening(data=str)(socket, echo)

    assert await peer("a").call(websocket_app(talk)) == ["accept", (4000, "")]


async def test_listening_before_the_accept(peer):
    async def talk(socket):
        await Listening(data=str)(socket, echo)

    with pytest.raises(SocketMisuse, match="accept the socket first"):
        await peer("a").call(websocket_app(talk))


async def test_fault_is_forgotten_with_the_next_good_message(peer):
    async def talk(socket):
        await socket.accept()
        with pytest.raises(UnsupportedMessage):
            await socket.receive_text()
        await Listening(data=str)(socket, echo)
        await socket.close()

    assert await peer(b"bytes", "text", 1000).call(websocket_app(talk)) == ["accept", "text"]
    policy = SocketPolicy(messages_per_second=1000, burst=1000)
    assert await peer(b"bytes", "text", 1000).call(websocket_app(talk, policy)) == [
        "accept",
        "text",
    ]


class Loud(WebSocket):
    """Has a say in each message."""

    def iter_values(self, annotation, mode="text"):
        async def loud():
            async for value in super(Loud, self).iter_values(annotation, mode):
                yield value + "!"

        return loud()

    async def send(self, value, annotation=str, mode="text"):
        await super().send(value.upper(), annotation, mode)


async def test_methods_of_a_subclass_count(peer):
    async def app(scope, receive, send):
        await answering(echo)(Loud(scope, receive, send))

    assert await peer("a", 1000).call(connected(app)) == ["accept", "A!"]


async def test_middleware_counts(peer):
    async def app(scope, receive, send):
        async def shorter():
            message = await receive()
            return {**message, "text": message["text"][:1]} if "text" in message else message

        async def louder(message):
            await send(
                {**message, "text": message["text"].upper()} if "text" in message else message
            )

        await answering(echo)(WebSocket(scope, shorter, louder))

    assert await peer("abc", 1000).call(connected(app)) == ["accept", "A"]
    with pytest.raises(MessageTooLarge):
        await peer("abc").call(connected(app, SocketPolicy(message_size=2)))
