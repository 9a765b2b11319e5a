from pleiad import Pleiad, WebSocket, websocket


@websocket("/chat")
async def chat(socket: WebSocket): ...


Pleiad([chat])
