"""The app of the WebSockets that the servers serve; what happens to a connection is printed."""

import sys
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from anyio import sleep

from pleiad import Pleiad, WebSocket, websocket, websocket_listener, websocket_stream
from pleiad.di import Provide
from pleiad.exceptions import NotAuthorizedException, WebSocketDisconnect
from pleiad.handlers import WebsocketListener
from pleiad_websockets import SocketPolicy


def tell(text: str) -> None:
    """Print in one piece: the server's processes write to the same log."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Order(msgspec.Struct):
    item: str
    count: int = 1


async def resource() -> AsyncIterator[str]:
    try:
        yield "resource"
    finally:
        await sleep(0.01)  # what gives back a connection takes an await
        tell("resource: closed")


def guard(connection: Any, _: Any) -> None:
    if connection.headers.get("authorization") != "secret":
        raise NotAuthorizedException("who are you?")


@websocket("/held", dependencies={"held": Provide(resource)})
async def held(socket: WebSocket, held: str) -> None:
    await socket.accept(subprotocols=("v2", "v1"), headers={"x-held": held})
    async for message in socket.iter_data():
        if message == "fail":
            raise ValueError("a secret")
        await socket.send_data(message)


@websocket("/guarded", guards=[guard])
async def guarded(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close(4001, "é" * 100)


@websocket("/closing")
async def closing(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close(4002, "first")
    await socket.close(4003, "never seen")


class Shop(WebsocketListener):
    path = "/orders"
    websocket_policy = SocketPolicy(origins=("https://example.com",), message_size=1000)

    async def on_receive(self, data: Order) -> Order:
        return Order(data.item, data.count + 1)

    def on_disconnect(self) -> None:
        tell("orders: left")


@websocket_listener("/sync", receive_mode="binary", send_mode="binary")
def sync(data: bytes) -> bytes:
    return data[::-1]


@websocket_stream("/ticks", warn_on_data_discard=False)
async def ticks() -> AsyncIterator[int]:
    number = 0
    try:
        while True:
            yield number
            number += 1
            await sleep(0.001)
    finally:
        tell("ticks: closed")


@websocket_stream("/silent")
async def silent() -> AsyncIterator[str]:
    try:
        yield "first"
        await sleep(600)
    finally:
        tell("silent: closed")


@websocket("/flood")
async def flood(socket: WebSocket) -> None:
    await socket.accept()
    made = 0
    try:
        while True:
            made += 1
            await socket.send_bytes(b"x" * 65536)
            if made % 10 == 0:
                tell(f"flood: made {made}")
    finally:
        tell("flood: closed")


@websocket("/left/{name:str}", websocket_policy=SocketPolicy(message_size=None))
async def left(socket: WebSocket, name: str) -> None:
    """Tells with which code the server says that the client of a name has left."""
    await socket.accept()
    try:
        while True:
            await socket.send_text(str(len(await socket.receive_text())))
    except WebSocketDisconnect as error:
        tell(f"{name}: {error.code} {error.detail}".rstrip())
    finally:
        await sleep(0.01)
        tell(f"{name}: closed")


@websocket("/parting", dependencies={"held": Provide(resource)})
async def parting(socket: WebSocket, held: str) -> None:
    """Has more to do when the socket is closed, and does it within its grace."""
    await socket.accept()
    async for message in socket.iter_data():
        await socket.send_data(message)
    await sleep(0.3)
    tell("parting: done")


@websocket("/staying", websocket_policy=SocketPolicy(grace_seconds=0.5))
async def staying(socket: WebSocket) -> None:
    """Would never end by itself."""
    await socket.accept()
    await socket.send_text("first")
    try:
        await sleep(600)
    finally:
        tell("staying: closed")


@websocket(
    "/stubborn",
    dependencies={"held": Provide(resource)},
    websocket_policy=SocketPolicy(grace_seconds=600),
)
async def stubborn(socket: WebSocket, held: str) -> None:
    """Has a longer grace than a server has patience."""
    await socket.accept()
    await socket.send_text("first")
    try:
        await sleep(600)
    finally:
        tell("stubborn: closed")


ROUTES = [held, guarded, closing, Shop, sync, ticks, silent, flood, left, parting]
ROUTES += [staying, stubborn]
app = Pleiad(ROUTES, on_shutdown=[lambda: tell("app: stopped")])
