from pleiad import Pleiad, WebSocket, websocket


@websocket("/chat")
def chat(socket: WebSocket) -> None: ...


Pleiad([chat])
