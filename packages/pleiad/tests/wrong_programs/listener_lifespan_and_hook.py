from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pleiad import Pleiad, WebSocket, websocket_listener


@asynccontextmanager
async def lifespan(socket: WebSocket) -> AsyncIterator[None]:
    yield


def greet() -> None: ...


@websocket_listener("/echo", connection_lifespan=lifespan, on_accept=greet)
async def echo(data: str) -> str:
    return data


Pleiad([echo])
