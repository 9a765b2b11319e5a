"""Plain ASGI applications at a path: handlers of `@asgi`, and what is mounted."""

from collections.abc import Sequence

from pleiad.failures import Failures
from pleiad.request_planner import Injected
from pleiad.responder import run_app
from pleiad_http import ASGIApp, Receive, Scope, Send

__all__ = ["asgi_app"]


def asgi_app(app: ASGIApp, guards: Sequence[Injected], fail: Failures) -> ASGIApp:
    """An ASGI application behind its guards, its exceptions answered.

    Args:
        app: The application.
        guards: Raise to refuse.
        fail: Answers what guards and the application raise.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            for guard in guards:
                await guard(scope, receive, send)
            await run_app(app, scope, receive, send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            await fail(error, scope, receive, send)

    return answer
