"""What no route answers: unknown paths, unknown methods, OPTIONS. It passes the app's middleware."""

from pleiad.failures import Failures
from pleiad.hosts import REFUSED
from pleiad_http import MethodNotAllowedException, NotFoundException, Receive, Scope, Send

__all__ = ["ALLOW", "Unrouted", "close_unrouted"]

ALLOW = "pleiad.allow"
"""Where the scope says which methods a known path has."""


class Unrouted:
    """An ASGI app: 404 where the path is unknown; else 204 to OPTIONS and 405 to the rest.

    A request that was refused before it was routed gets its exception's answer.

    Args:
        fail: Answers with the app's exception handlers.
    """

    def __init__(self, fail: Failures) -> None:
        self._fail = fail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        allow, refused = scope.get(ALLOW), scope.get(REFUSED)
        if refused is not None:
            await self._fail(refused, scope, receive, send)
        elif allow is None:
            await self._fail(NotFoundException(), scope, receive, send)
        elif scope["method"] == "OPTIONS":
            headers = [(b"allow", allow.encode("latin-1"))]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            error = MethodNotAllowedException(headers={"Allow": allow})
            await self._fail(error, scope, receive, send)


async def close_unrouted(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket where nothing answers it, before it is accepted."""
    await receive()
    await send({"type": "websocket.close", "code": 1000, "reason": "Not Found"})
