"""An app without Pleiad, which only sends: what `send` says when the client has left is printed."""

import asyncio
import sys
from typing import Any


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "websocket":
        return
    version = scope["asgi"]["spec_version"]
    await receive()
    await send({"type": "websocket.accept", "headers": [(b"x-shop", b"tea")]})
    told = "nothing"
    try:
        for _ in range(300):
            await send({"type": "websocket.send", "text": "tick"})
            await asyncio.sleep(0.01)
    except OSError:
        told = "OSError"
    sys.stdout.write(f"spec {version}, send says: {told}\n")
    sys.stdout.flush()
