from collections.abc import Callable
from typing import Any

import anyio
import pytest


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


class Peer:
    """A server with one client: gives an app the messages of a script, and keeps what it sends.

    Args:
        script: Messages; text and bytes stand for what is received, an int for a disconnect.
        options: More of the scope.
    """

    def __init__(
        self, *script: Any, fails: Callable[[Any], Any] | None = None, **options: Any
    ) -> None:
        self.scope = {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "path": "/",
            "query_string": b"",
            "headers": [],
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
            **options,
        }
        self.script = [{"type": "websocket.connect"}, *map(message, script)]
        self.sent: list[Any] = []
        self.fails = fails

    async def receive(self) -> Any:
        await anyio.lowlevel.checkpoint()
        if self.script:
            return self.script.pop(0)
        await anyio.sleep_forever()

    async def send(self, sent: Any) -> None:
        await anyio.lowlevel.checkpoint()
        if self.fails is not None:
            self.fails(sent)
        self.sent.append(sent)

    async def call(self, app: Any) -> list[Any]:
        """Call an app; in short what it sent."""
        with anyio.fail_after(5):
            await app(self.scope, self.receive, self.send)
        return self.told

    @property
    def told(self) -> list[Any]:
        return [short(each) for each in self.sent]


def message(item: Any) -> Any:
    if isinstance(item, str):
        return {"type": "websocket.receive", "text": item}
    if isinstance(item, bytes):
        return {"type": "websocket.receive", "bytes": item}
    if isinstance(item, int):
        return {"type": "websocket.disconnect", "code": item, "reason": "because"}
    return item


def short(sent: Any) -> Any:
    kind = sent["type"].removeprefix("websocket.")
    if kind == "send":
        return sent.get("text", sent.get("bytes"))
    if kind == "close":
        return sent["code"], sent["reason"]
    if kind == "http.response.start":
        return sent["status"]
    if kind == "http.response.body":
        return sent["body"]
    return kind


@pytest.fixture
def peer() -> type[Peer]:
    return Peer
