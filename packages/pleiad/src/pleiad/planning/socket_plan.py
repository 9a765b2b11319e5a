"""The plan of a WebSocket's route: everything that happens from its handshake to its close."""

from typing import Any

from pleiad.declaring.socket_handlers import WEBSOCKET, WebsocketRouteHandler
from pleiad.planning.plan import Plan
from pleiad_di import Call, Step, Var
from pleiad_websockets import Codec, finish

__all__ = ["SocketPlan"]

FINISH = Call(finish, (Var("scope"), Var("receive"), Var("send")), awaits=True)


class SocketPlan(Plan, frozen=True, kw_only=True):
    """How the WebSockets of one path are answered.

    Attributes:
        handler: The handler, its layer complete.
        codec: How values become messages.
        receives: The type of what clients send; `MISSING` where nobody knows, `None` for nothing.
        sends: The type of what clients get; the same holds.
    """

    method: str = WEBSOCKET
    handler: WebsocketRouteHandler
    tail: tuple[Step, ...] = (FINISH,)
    codec: Codec
    receives: Any
    sends: Any
