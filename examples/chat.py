"""A chat with several rooms, which every process that is connected to the same Redis shares.

    uvicorn --app-dir examples chat:app --port 8000
    REDIS_URL=redis://localhost:6379 uvicorn --app-dir examples chat:app --port 8001

Without REDIS_URL the rooms are those of the one process.
"""

# --8<-- [start:plugin]
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from pleiad import MediaType, Pleiad, WebSocket, get, websocket_listener
from pleiad.channels import ChannelsPlugin
from pleiad.channels.backends import ChannelsBackend
from pleiad.channels.backends.memory import MemoryChannelsBackend
from pleiad.channels.backends.redis import RedisChannelsStreamBackend
from pleiad.response import ServerSentEvent


def backend() -> ChannelsBackend:
    url = os.environ.get("REDIS_URL")
    if url is None:
        return MemoryChannelsBackend(history=20)
    from redis.asyncio import Redis

    return RedisChannelsStreamBackend(history=20, redis=Redis.from_url(url), stream_ttl=3600)


rooms = ChannelsPlugin(backend(), arbitrary_channels_allowed=True)
# --8<-- [end:plugin]


# --8<-- [start:chat]
class Said(Struct):
    name: str
    text: str


@asynccontextmanager
async def in_the_room(
    socket: WebSocket, room: str, channels: ChannelsPlugin
) -> AsyncIterator[None]:
    async with channels.start_subscription(f"room-{room}", history=20) as subscriber:
        await socket.accept()  # who is in the room misses nothing from here on
        async with subscriber.run_in_background(socket.send_text, join=False):
            yield


@websocket_listener("/rooms/{room:str}", connection_lifespan=in_the_room)
async def talk(data: Said, room: str, channels: ChannelsPlugin) -> None:
    await channels.wait_published(data, f"room-{room}")


# --8<-- [end:chat]


# --8<-- [start:events]
@get("/rooms/{room:str}/events")
async def events(room: str, channels: ChannelsPlugin) -> ServerSentEvent[bytes]:
    async def said() -> AsyncIterator[bytes]:
        async with channels.start_subscription(f"room-{room}", history=20) as subscriber:
            async for message in subscriber.iter_events():
                yield message

    return ServerSentEvent(said(), ping_interval=20)


# --8<-- [end:events]


@get("/", media_type=MediaType.HTML)
async def page() -> str:
    return PAGE


PAGE = (Path(__file__).parent / "chat.html").read_text()

app = Pleiad([talk, events, page], plugins=[rooms])


if __name__ == "__main__":
    from pleiad.testing import TestClient

    with TestClient(app) as client:
        with (
            client.websocket_connect("/rooms/den") as ada,
            client.websocket_connect("/rooms/den") as ben,
        ):
            ada.send_json({"name": "Ada", "text": "hello"})
            print(ada.receive_text(), ben.receive_text())
        with client.stream("GET", "/rooms/den/events") as response:
            print(next(response.iter_lines()))
