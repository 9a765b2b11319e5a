from pleiad import Pleiad, WebSocket, websocket, websocket_listener


@websocket("/chat")
async def chat(socket: WebSocket) -> None: ...


@websocket_listener("/chat")
async def echo(data: str) -> str:
    return data


Pleiad([chat, echo])
