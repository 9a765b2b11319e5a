"""Channels through PostgreSQL, which every process that is connected to the same database shares.

    POSTGRESQL_URL=postgresql://localhost/shop uvicorn --app-dir examples channels_postgresql:app

Without POSTGRESQL_URL the channels are those of the one process.
"""

# --8<-- [start:plugin]
import os

from msgspec import Struct

from pleiad import Pleiad, post
from pleiad.channels import ChannelsPlugin
from pleiad.channels.backends import ChannelsBackend
from pleiad.channels.backends.asyncpg import AsyncPgChannelsBackend
from pleiad.channels.backends.memory import MemoryChannelsBackend


class Sold(Struct):
    item: int


def backend() -> ChannelsBackend:
    url = os.environ.get("POSTGRESQL_URL")
    return MemoryChannelsBackend() if url is None else AsyncPgChannelsBackend(url)


plugin = ChannelsPlugin(backend(), channels={"sales": Sold}, create_ws_route_handlers=True)


@post("/items/{item:int}/sales", status_code=204)
async def sell(item: int, channels: ChannelsPlugin) -> None:
    await channels.wait_published(Sold(item), "sales")


app = Pleiad([sell], plugins=[plugin])
# --8<-- [end:plugin]


if __name__ == "__main__":
    from pleiad.testing import TestClient

    with TestClient(app) as client, client.websocket_connect("/sales") as socket:
        client.post("/items/3/sales")
        print(socket.receive_text())
