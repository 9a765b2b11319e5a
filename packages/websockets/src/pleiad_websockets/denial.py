"""Refusing a handshake: with an HTTP response where the server can, else with its plain 403."""

from typing import Any

from pleiad_http import Response, Scope, Send
from pleiad_websockets.closing import Close
from pleiad_websockets.link import DENIAL

__all__ = ["deny"]

FORBIDDEN = Close(4403)


async def deny(
    scope: Scope,
    send: Send,
    response: Response[Any],
    close: Close = FORBIDDEN,
    *,
    status: int = 403,
) -> None:
    """Refuse a handshake that was received and not answered yet.

    Args:
        scope: The handshake's.
        send: The connection's.
        response: What the client is answered where the server can pass it on.
        close: What is sent where it cannot: servers answer with a 403, and tell nobody.
        status: Of a response that has none of its own.
    """
    if DENIAL not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": close.code, "reason": close.reason})
        return
    for message in response.messages(status_code=status):
        await send({**message, "type": message["type"].replace("http.", "websocket.http.", 1)})
