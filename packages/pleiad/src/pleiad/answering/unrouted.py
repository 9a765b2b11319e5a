"""What no route answers: unknown paths, unknown methods, OPTIONS. It passes the app's middleware."""

from collections.abc import Awaitable

from pleiad.answering.failures import Failures
from pleiad.answering.socket_failures import SocketFailures
from pleiad.serving.hosts import REFUSED
from pleiad_http import MethodNotAllowedException, NotFoundException, Receive, Scope, Send
from pleiad_websockets import finish

__all__ = ["ALLOW", "Unrouted", "UnroutedSocket"]

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

    # PERF: a function that returns the coroutine costs a third of one that awaits it.
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer."""
        allow, refused = scope.get(ALLOW), scope.get(REFUSED)
        if refused is not None:
            return self._fail(refused, scope, receive, send)
        if allow is None:
            return self._fail(NotFoundException(), scope, receive, send)
        if scope["method"] == "OPTIONS":
            return _tell_methods(allow, send)
        return self._fail(MethodNotAllowedException(headers={"Allow": allow}), scope, receive, send)


async def _tell_methods(allow: str, send: Send) -> None:
    headers = [(b"allow", allow.encode("latin-1"))]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class UnroutedSocket:
    """An ASGI app: refuses a WebSocket that nothing answers, with a 404 where the server can.

    One whose host is refused gets the plain refusal of every server, a 403.

    Args:
        fail: Answers with the app's exception handlers.
    """

    def __init__(self, fail: SocketFailures) -> None:
        self._fail = fail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse."""
        if scope.get(REFUSED) is None:
            await self._fail(NotFoundException(), scope, receive, send)
        else:
            await finish(scope, receive, send)
