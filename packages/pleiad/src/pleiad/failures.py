"""Exceptions become responses here: of a route, of its middleware, and where there is no route."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from pleiad.debug_page import debug_response
from pleiad.request_planner import Injected
from pleiad_http import (
    ClientDisconnected,
    HTTPException,
    MediaType,
    Message,
    Receive,
    Response,
    Scope,
    Send,
    error_body,
)

__all__ = ["BEGUN", "Failures", "logger", "report"]

BEGUN = "pleiad.begun"
"""Set in the scope once a streamed answer has begun: what fails then can only be logged."""

logger = logging.getLogger("pleiad")

_JSON = MediaType.JSON.value  # PERF: asked of the enum, 0.3 us

Handlers = Mapping[int | type[Exception], Injected]


class Failures:
    """Answers the exceptions of a route, or of the app where there is no route.

    Args:
        handlers: The user's exception handlers, by status code and class.
        told: Hooks that are told of every exception.
        debug: Whether the client is shown what happened.
        defaults: What an answer takes from the route: headers, cookies and encoders.
    """

    __slots__ = ("_debug", "_defaults", "_handlers", "_told")

    def __init__(
        self,
        handlers: Handlers,
        *,
        told: Sequence[Injected] = (),
        debug: bool = False,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self._handlers = handlers
        self._told = told
        self._debug = debug
        self._defaults = defaults or {}

    async def __call__(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an exception that was raised before the response began."""
        if isinstance(error, ClientDisconnected):
            return  # nobody is there to be answered, and nothing is wrong with the program
        if BEGUN in scope:
            logger.error("%s: after the response began", described(scope), exc_info=error)
            report(scope, error)
            return
        error = _single(error)
        if self._handlers or self._told:
            response = await self.response(error, scope, receive, send)
        else:
            response = self.default(error, scope)
        try:
            messages = self._messages(response, error)
        except Exception as broken:  # noqa: BLE001 - the user's response cannot be sent
            response = self.default(broken, scope)
            messages = self._messages(response, broken)
        for message in messages:
            await send(message)
        if response.background is not None:
            await response.background()

    def _messages(self, response: Response[Any], error: Exception) -> tuple[Message, Message]:
        """The messages of a response; its status is the exception's where it has none of its own."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        return response.messages(status_code=status, **self._defaults)

    async def response(
        self, error: Exception, scope: Scope, receive: Receive, send: Send
    ) -> Response[Any]:
        """The response of the user's handler for it, or the default one."""
        try:
            for hook in self._told:
                await hook(scope, receive, send, error=error)
            handler = self.handler(error)
            if handler is not None:
                answer: Any = await handler(scope, receive, send, error=error)
                response: Response[Any] = answer
                return response if isinstance(answer, Response) else Response(answer)
        except Exception as raised:  # noqa: BLE001 - a handler's own exception is answered as well
            error = raised
        return self.default(error, scope)

    def handler(self, error: Exception) -> Injected | None:
        """The user's handler: by the exact status, along the class's MRO, or that for 500."""
        if not self._handlers:
            return None
        status = error.status_code if isinstance(error, HTTPException) else None
        if status is not None and status in self._handlers:
            return self._handlers[status]
        for cls in type(error).__mro__:
            if cls in self._handlers:
                return self._handlers[cls]
        return self._handlers.get(500) if status is None else None

    def default(self, error: Exception, scope: Scope) -> Response[Any]:
        """The answer where the user has none; what nobody expected goes to the log."""
        expected = error if isinstance(error, HTTPException) else None
        status = 500 if expected is None else expected.status_code
        if status >= 500:
            logger.error("%s", described(scope), exc_info=error)
        if expected is None:
            report(scope, error)
            if self._debug:
                return debug_response(error, scope)
        return Response(
            error_body(error),
            status_code=status,
            media_type=_JSON,
            headers=None if expected is None else expected.headers,
        )


def report(scope: Scope, error: BaseException) -> None:
    """Tell a test client of an exception that no one else is going to raise."""
    tell = scope.get("extensions", {}).get("pleiad.report") if scope.get("extensions") else None
    if tell is not None:
        tell(error)


def described(scope: Scope) -> str:
    """A request for the log, in one line: control characters are escaped."""
    text = f"{scope.get('method', scope['type'])} {scope.get('path', '')}"
    return text if text.isprintable() else ascii(text)


def _single(error: Exception) -> Exception:
    """The exception of a group that holds only one."""
    inner: tuple[Any, ...] = getattr(error, "exceptions", ())
    return _single(inner[0]) if len(inner) == 1 and isinstance(inner[0], Exception) else error
