"""Exceptions close WebSockets here: of a route, of its middleware, and where there is no route."""

from collections.abc import Sequence
from typing import Any

from pleiad.answering.failures import Failures, named
from pleiad.answering.injected import Injected
from pleiad_http import (
    ClientDisconnected,
    HTTPException,
    Receive,
    Response,
    Scope,
    Send,
    WebSocketDisconnect,
    WebSocketException,
)
from pleiad_websockets import answer_error, finish

__all__ = ["SocketFailures"]


class SocketFailures:
    """Answers the exceptions of a route for WebSockets.

    Before the socket is accepted the answer is that of HTTP, where the server can pass one on, else its
    403. Afterwards it is a close: with 4000 and the status that the user's exception handler answers
    with, or as the exception itself says.

    Args:
        failures: The user's exception handlers, and the default answers.
        answered: The kinds of `WebSocketException` that they are for: one for `Exception` or 500 is
            not meant for a close that has its own code.
        told: Hooks that are told of every exception.
        debug: Whether the client is shown what happened.
    """

    __slots__ = ("_answered", "_debug", "_failures", "_told")

    def __init__(
        self,
        failures: Failures,
        *,
        answered: tuple[type[Exception], ...] = (),
        told: Sequence[Injected] = (),
        debug: bool = False,
    ) -> None:
        self._failures = failures
        self._answered = answered
        self._told = told
        self._debug = debug

    async def __call__(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the socket, or refuse the handshake."""
        error = named(_single(error), scope)
        if isinstance(error, WebSocketDisconnect | ClientDisconnected):
            # Nobody is there to be told, unless it was another socket that was left.
            return await finish(scope, receive, send)
        if isinstance(error, WebSocketException) and not isinstance(error, self._answered):
            for hook in self._told:
                await hook(scope, receive, send, error=error)
            return await answer_error(error, scope, receive, send, debug=self._debug)
        response = await self._failures.response(error, scope, receive, send)
        handled = self._failures.handler(error) is not None
        shown = _as_answered(error, response) if handled else error
        await answer_error(shown, scope, receive, send, response=response, debug=self._debug)
        return None


def _as_answered(error: Exception, response: Response[Any]) -> Exception:
    """The exception as its handler answers it: a refusal, or the server's fault."""
    status = response.status_code
    if status is None or status < 400:
        return error
    detail = error.detail if isinstance(error, HTTPException) else ""
    return HTTPException(detail=detail, status_code=status)


def _single(error: Exception) -> Exception:
    """The one exception that a group means: a disconnect beside others is nothing but a disconnect."""
    inner: tuple[Any, ...] = getattr(error, "exceptions", ())
    left = [each for each in inner if not isinstance(each, WebSocketDisconnect)] or inner[:1]
    return _single(left[0]) if len(left) == 1 and isinstance(left[0], Exception) else error
