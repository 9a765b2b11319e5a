from pleiad import WebSocket, get


class Own(WebSocket): ...


@get("/books", websocket_class=Own)
async def books() -> None: ...
