from pleiad import Pleiad, WebSocket, websocket


@websocket("/chat", response_headers={"x-a": "b"})
async def chat(socket: WebSocket) -> None: ...


Pleiad([chat])
