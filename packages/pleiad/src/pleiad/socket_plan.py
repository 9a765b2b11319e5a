"""The plan of a WebSocket's route: everything that happens from its handshake to its close."""

from typing import Any

import msgspec

from pleiad.describe_plan import described_plan
from pleiad.socket_failures import SocketFailures
from pleiad.socket_handlers import WebsocketRouteHandler
from pleiad_di import Call, Names, Source, Step, Var, run, write
from pleiad_http import Receive, Scope, Send
from pleiad_websockets import Codec, finish

__all__ = ["SocketPlan"]

FINISH = Call(finish, (Var("scope"), Var("receive"), Var("send")), awaits=True)


class SocketPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How the WebSockets of one path are answered.

    Attributes:
        path: The path template.
        handler: The handler, its layer complete.
        codec: How values become messages.
        receives: The type of what clients send; `MISSING` where nobody knows, `None` for nothing.
        sends: The type of what clients get; the same holds.
        values: What is taken out of the handshake.
        dependencies: The names of the dependencies that are used.
        steps: What happens until the socket is closed.
        fail: Answers an exception of `steps`.
        names: The variables that the steps use.
    """

    path: str
    handler: WebsocketRouteHandler
    codec: Codec
    receives: Any
    sends: Any
    values: tuple[Any, ...]
    dependencies: tuple[str, ...]
    steps: tuple[Step, ...]
    fail: SocketFailures
    names: tuple[str, ...]

    def __repr__(self) -> str:
        """The plan as a table for people."""
        return described_plan(self.label, self, [])

    @property
    def method(self) -> str:
        """What stands where a request has its method."""
        return "WEBSOCKET"

    @property
    def label(self) -> str:
        """The route, as `WEBSOCKET /chat`."""
        return f"{self.method} {self.path}"

    @property
    def source(self) -> Source:
        """The plan as the text of an ASGI callable."""
        out = Source(
            self.handler.handler_name,
            ("scope", "receive", "send"),
            label=f"<pleiad {self.label}>",
            names=Names(self.names),
            comment=self.label,
        )
        out.open("try:")
        write(self.steps, out)
        out.close()
        out.open("except Exception as error:")
        out.line(f"return await {out.bind('fail', self.fail)}(error, scope, receive, send)")
        out.close()
        FINISH.write(out)
        return out

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a WebSocket by running the plan as it stands: the specification of the source."""
        frame = {"scope": scope, "receive": receive, "send": send}
        try:
            await run(self.steps, frame)
        except Exception as error:  # noqa: BLE001 - that is what `fail` is for
            return await self.fail(error, scope, receive, send)
        await FINISH.run(frame)
        return None
