"""The same in Litestar."""

from litestar import Litestar, get
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend

MESSAGE = "x" * 64


@get("/say/{times:int}", status_code=200)
async def say(times: int, channels: ChannelsPlugin) -> None:
    for _ in range(times):
        await channels.wait_published(MESSAGE, "room")


app = Litestar(
    [say],
    plugins=[
        ChannelsPlugin(MemoryChannelsBackend(), channels=["room"], create_ws_route_handlers=True)
    ],
)
