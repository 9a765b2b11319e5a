"""Functions that are called with each message."""

from typing import Any

import msgspec
import pytest

from pleiad_http import ImproperlyConfiguredException
from pleiad_websockets import Listening, listen, websocket_app
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
