"""The app of the WebSockets that the servers serve; what happens to a connection is printed."""
# ruff: noqa: T201

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from pleiad import Pleiad, WebSocket, websocket, websocket_listener, websocket_stream
from pleiad.di import Provide
from pleiad.exceptions import NotAuthorizedException
from pleiad.handlers import WebsocketListener
from pleiad_websockets import SocketPolicy


class Order(msgspec.Struct):
    item: str
    count: int = 1


async def resource() -> AsyncIterator[str]:
    try:
        yield "resource"
    finally:
        await asyncio.sleep(0.01)  # what gives back a connection takes an await
        print("resource: closed", flush=True)


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
        print("orders: left", flush=True)


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
            await asyncio.sleep(0.001)
    finally:
        print("ticks: closed", flush=True)


@websocket_stream("/silent")
async def silent() -> AsyncIterator[str]:
    try:
        yield "first"
        await asyncio.sleep(600)
    finally:
        print("silent: closed", flush=True)


@websocket("/flood")
async def flood(socket: WebSocket) -> None:
    await socket.accept()
    made = 0
    try:
        while True:
            made += 1
            await socket.send_bytes(b"x" * 65536)
            if made % 10 == 0:
                print(f"flood: made {made}", flush=True)
    finally:
        print("flood: closed", flush=True)


app = Pleiad([held, guarded, closing, Shop, sync, ticks, silent, flood])
