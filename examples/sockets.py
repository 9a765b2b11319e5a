"""WebSockets: a handler that talks by itself, a listener, a stream, and what may come in."""

# --8<-- [start:imports]
from collections.abc import AsyncIterator
from typing import Any

import anyio
from msgspec import Struct

from pleiad import Pleiad, WebSocket, websocket, websocket_listener, websocket_stream
from pleiad.di import Provide
from pleiad.exceptions import NotAuthorizedException, WebSocketDisconnect
from pleiad.handlers import WebsocketListener, send_websocket_stream
from pleiad.testing import create_test_client
from pleiad.websockets import SocketPolicy

# --8<-- [end:imports]


# --8<-- [start:handler]
@websocket("/echo/{room:str}")
async def echo(socket: WebSocket, room: str, shout: bool = False) -> None:
    await socket.accept()
    await socket.send_text(f"this is {room}")
    async for text in socket.iter_data():
        await socket.send_text(text.upper() if shout else text)


# --8<-- [end:handler]


# --8<-- [start:typed]
class Order(Struct):
    item: str
    count: int = 1


@websocket("/orders")
async def orders(socket: WebSocket) -> None:
    await socket.accept()
    total = 0
    async for order in socket.iter_values(Order):
        total += order.count
        await socket.send({"item": order.item, "total": total}, dict[str, Any])


# --8<-- [end:typed]


# --8<-- [start:listener]
@websocket_listener("/double")
async def double(data: list[int]) -> list[int] | None:
    return [2 * number for number in data] or None


# --8<-- [end:listener]


# --8<-- [start:class]
async def open_session() -> AsyncIterator[str]:
    yield "session"


class Counter(WebsocketListener):
    path = "/count"
    dependencies = {"session": Provide(open_session)}

    async def on_accept(self, socket: WebSocket, session: str) -> None:
        await socket.send_text(f"counting in {session}")

    async def on_receive(self, data: str, session: str) -> int:
        return len(data)

    def on_disconnect(self, session: str) -> None:
        print(f"left {session}")


# --8<-- [end:class]


# --8<-- [start:stream]
@websocket_stream("/countdown/{start:int}")
async def countdown(start: int) -> AsyncIterator[int]:
    for number in range(start, 0, -1):
        yield number
        await anyio.sleep(0.001)


# --8<-- [end:stream]


# --8<-- [start:within]
@websocket("/mixed")
async def mixed(socket: WebSocket) -> None:
    await socket.accept()
    await send_websocket_stream(socket, ["one", "two"], close=False)
    await socket.send_text(await socket.receive_text())


# --8<-- [end:within]


# --8<-- [start:guard]
def is_member(connection: Any, _: Any) -> None:
    if connection.cookies.get("member") != "yes":
        raise NotAuthorizedException("members only")


@websocket_listener(
    "/members",
    guards=[is_member],
    websocket_policy=SocketPolicy(
        origins=("https://example.com",), message_size=10_000, messages_per_second=5, burst=10
    ),
)
async def members(data: str) -> str:
    return f"member: {data}"


# --8<-- [end:guard]


app = Pleiad([echo, orders, double, Counter, countdown, mixed, members])


# --8<-- [start:test]
def try_it() -> None:
    client = create_test_client([double, members, Counter])
    with client.websocket_connect("/double") as socket:
        socket.send_json([1, 2])
        assert socket.receive_json(timeout=2) == [2, 4]
        socket.send_json(["one"])
        try:
            socket.receive()
        except WebSocketDisconnect as closed:
            print(closed.code, closed.reason)
    try:
        with client.websocket_connect("/members"):
            pass
    except WebSocketDisconnect as refused:
        print(refused)


# --8<-- [end:test]


if __name__ == "__main__":
    try_it()
    print(app.route("WEBSOCKET", "/count").source, end="")
