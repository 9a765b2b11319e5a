from pleiad import Litestar, WebSocket, websocket

@websocket("/ws/{room:str}")
async def chat(socket: WebSocket, room: str) -> None:
    await socket.accept()
    await socket.send_text(f"Joined room: {room}")
    try:
        while True:
            msg = await socket.receive_text()
            await socket.send_text(f"Echo [{room}]: {msg}")
    except Exception:
        await socket.close()

app = Litestar([chat])
