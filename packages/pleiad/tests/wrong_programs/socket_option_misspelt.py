from pleiad import Pleiad, WebSocket, websocket


@websocket("/chat", websocket_polcy=None)
async def chat(socket: WebSocket) -> None: ...


Pleiad([chat])
