"""Plain ASGI applications at a path: handlers of `@asgi`, and what is mounted."""

from collections.abc import Sequence

from pleiad.answering.failures import Failures
from pleiad.answering.injected import Injected
from pleiad.answering.responder import run_app
from pleiad.answering.socket_failures import SocketFailures
from pleiad_http import ASGIApp, Receive, Scope, Send
from pleiad_websockets import LINK, link_of

__all__ = ["asgi_app"]


def asgi_app(
    app: ASGIApp,
    guards: Sequence[Injected],
    fail: Failures,
    socket_guards: Sequence[Injected],
    fail_socket: SocketFailures,
) -> ASGIApp:
    """An ASGI application behind its guards, its exceptions answered.

    Args:
        app: The application.
        guards: Raise to refuse a request.
        fail: Answers what guards and the application raise.
        socket_guards: The same ones, for WebSockets.
        fail_socket: Refuses a WebSocket by what a guard raises; what the application does with one
            that it has accepted is its own business.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await answer_socket(scope, receive, send)
        try:
            for guard in guards:
                await guard(scope, receive, send)
            await run_app(app, scope, receive, send)
        except Exception as error:  # noqa: BLE001 - that is what `fail` is for
            await fail(error, scope, receive, send)
        return None

    async def answer_socket(scope: Scope, receive: Receive, send: Send) -> None:
        _, seen_receive, seen_send = link_of(scope, receive, send)
        try:
            for guard in socket_guards:
                await guard(scope, seen_receive, seen_send)
        except Exception as error:  # noqa: BLE001 - that is what `fail_socket` is for
            await fail_socket(error, scope, seen_receive, seen_send)
        else:
            del scope[LINK]  # from here on the socket is the application's
            await app(scope, receive, send)

    return answer
