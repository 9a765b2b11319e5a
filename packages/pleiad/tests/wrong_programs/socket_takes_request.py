from pleiad import Pleiad, Request, websocket


@websocket("/chat")
async def chat(request: Request) -> None: ...


Pleiad([chat])
