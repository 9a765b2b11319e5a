from collections.abc import AsyncIterator

from pleiad import Pleiad, WebSocket, websocket_listener


async def lifespan(socket: WebSocket) -> AsyncIterator[None]:
    yield


@websocket_listener("/echo", connection_lifespan=lifespan)
async def echo(data: str) -> str:
    return data


Pleiad([echo])
