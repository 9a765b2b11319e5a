from pleiad import Pleiad, WebSocket, get


@get("/chat")
async def chat(socket: WebSocket) -> str:
    return "hello"


Pleiad([chat])
