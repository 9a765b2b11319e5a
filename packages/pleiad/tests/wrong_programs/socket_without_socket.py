from pleiad import Pleiad, websocket


@websocket("/chat/{room:str}")
async def chat(room: str) -> None: ...


Pleiad([chat])
