"""A room in Pleiad: whoever posts is heard by everybody."""

from pleiad import Pleiad, get
from pleiad.channels import ChannelsPlugin
from pleiad.channels.backends.memory import MemoryChannelsBackend

MESSAGE = "x" * 64


@get("/say/{times:int}")
async def say(times: int, channels: ChannelsPlugin) -> None:
    for _ in range(times):
        await channels.wait_published(MESSAGE, "room")


app = Pleiad(
    [say],
    plugins=[
        ChannelsPlugin(MemoryChannelsBackend(), channels=["room"], create_ws_route_handlers=True)
    ],
)
