from collections.abc import AsyncIterator

from pleiad import Pleiad, post
from pleiad.response import ServerSentEventMessage


@post("/books", status_code=202)
async def tell() -> AsyncIterator[ServerSentEventMessage]:
    yield ServerSentEventMessage("new")


Pleiad([tell])
