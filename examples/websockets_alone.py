"""pleiad-websockets in a bare ASGI app: two endpoints, and a client of pleiad-testing that talks to them."""

import msgspec

from pleiad_http import Receive, Scope, Send
from pleiad_testing import TestClient
from pleiad_websockets import SocketPolicy, WebSocket, WebSocketDisconnect, listen, websocket_app


class Order(msgspec.Struct):
    item: str
    count: int = 1


async def chat(socket: WebSocket) -> None:
    await socket.accept(subprotocols=["chat.v2", "chat.v1"])
    await socket.send_text("welcome")
    async for text in socket.iter_data():
        await socket.send_text(f"you said: {text}")


async def orders(socket: WebSocket) -> None:
    async def take(data: Order) -> Order | None:
        return Order(data.item, data.count + 1) if data.count else None

    await listen(socket, take)


policy = SocketPolicy(origins=("https://example.com",), message_size=1000)
ENDPOINTS = {"/chat": websocket_app(chat), "/orders": websocket_app(orders, policy)}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    await ENDPOINTS[scope["path"]](scope, receive, send)


if __name__ == "__main__":
    client = TestClient(app)
    with client.websocket_connect("/chat", subprotocols=["chat.v1"]) as socket:
        print(socket.accepted_subprotocol, "-", socket.receive_text())
        socket.send_text("hello")
        print(socket.receive_text())
    with client.websocket_connect("/orders") as socket:
        socket.send_json({"item": "tea", "count": 2})
        print(socket.receive_json())
        socket.send_json({"item": "tea", "count": "many"})
        try:
            socket.receive()
        except WebSocketDisconnect as closed:
            print(closed.code, closed.reason)
