"""Exceptions become responses here: of a route, of its middleware, and where there is no route."""

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeGuard, cast

from pleiad.answering.injected import Injected
from pleiad.answering.log import logger
from pleiad.checking.check import ReturnMismatch
from pleiad.declaring.socket_handlers import WEBSOCKET
from pleiad_http import (
    BackgroundTask,
    BackgroundTasks,
    ClientDisconnected,
    HTTPException,
    Message,
    ProblemDetails,
    ProblemDetailsException,
    Receive,
    Response,
    Scope,
    Send,
    error_messages,
    error_response,
)

__all__ = ["BEGUN", "Fail", "Failures", "described", "named", "report"]

BEGUN = "pleiad.begun"
"""Set in the scope once a streamed answer has begun: what fails then can only be logged."""

Fail: TypeAlias = Callable[[Exception, Scope, Receive, Send], Awaitable[None]]
"""Answers an exception that was raised before the answer began."""

Handlers = Mapping[int | type[Exception], Injected]


class Failures:
    """Answers the exceptions of a route, or of the app where there is no route.

    Args:
        handlers: The user's exception handlers, by status code and class.
        told: Hooks that are told of every exception.
        debug: Whether the client is shown what happened.
        problem_details: Makes the default answers, where they are problem documents.
    """

    __slots__ = ("_debug", "_handlers", "_plain", "_problem_details", "_told")

    def __init__(
        self,
        handlers: Handlers,
        *,
        told: Sequence[Injected] = (),
        debug: bool = False,
        problem_details: ProblemDetails | None = None,
    ) -> None:
        self._handlers = handlers
        self._told = told
        self._debug = debug
        self._problem_details = problem_details
        self._plain = not handlers and not told and problem_details is None

    async def __call__(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an exception that was raised before the response began."""
        if isinstance(error, ClientDisconnected):
            return  # nobody is there to be answered, and nothing is wrong with the program
        if BEGUN in scope:
            if isinstance(error, ReturnMismatch):
                logger.error("%s, after the response began", named(error, scope))
            else:
                logger.error("%s: after the response began", described(scope), exc_info=error)
            report(scope, error)
            return
        background: BackgroundTask | BackgroundTasks | None = None
        try:
            if self._plain and _is_told_as_it_is(error):
                messages = _for_method(error_messages(error), scope)
            else:
                error = named(single(error), scope)
                response = await self.response(error, scope, receive, send)
                background = response.background
                status = _status(error)  # where the response has none of its own
                if response.streams:
                    messages = await _stream(response, status, scope, receive, send)
                else:
                    messages = _messages(response, status, scope)
        except Exception as broken:  # noqa: BLE001 - such as a header that cannot be sent
            if BEGUN in scope:
                await self(broken, scope, receive, send)
                return
            background = None
            messages = _messages(self.default(broken, scope), _status(broken), scope)
        for message in messages:
            await send(message)
        if background is not None:
            await background()

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
            error = single(raised)
        return self.default(error, scope)

    def handler(self, error: Exception) -> Injected | None:
        """The user's handler: by the exact status, along the class's MRO, or that for 500."""
        if not self._handlers:
            return None
        known = answered(error)
        if known is not None and known.status_code in self._handlers:
            return self._handlers[known.status_code]
        for cls in type(error).__mro__:
            if cls in self._handlers:
                return self._handlers[cls]
        return self._handlers.get(500) if known is None else None

    def default(self, error: Exception, scope: Scope) -> Response[Any]:
        """The answer where the user has none; what nobody expected goes to the log."""
        known = answered(error)
        if isinstance(error, ReturnMismatch):
            logger.error("%s", error)  # its traceback leads to the check alone
        elif known is None or known.status_code >= 500:
            logger.error("%s", described(scope), exc_info=error)
        if known is None:
            report(scope, error)
            if self._debug:
                return self._shown(error, scope)
        problem_details = self._problem_details
        if problem_details is None and isinstance(known, ProblemDetailsException):
            problem_details = ProblemDetails()
        if problem_details is not None:
            return problem_details.response(known or error, scope)
        return error_response(known or error)

    def _shown(self, error: Exception, scope: Scope) -> Response[Any]:
        """What happened, for who is debugging the app."""
        from pleiad.answering.debug_page import (  # it loads html
            debug_members,
            debug_response,
            takes_html,
        )

        if self._problem_details is None or takes_html(scope):
            return debug_response(error, scope)
        response = self._problem_details.response(error, scope)
        response.content |= debug_members(error)
        return response


def answered(error: Exception) -> HTTPException | None:
    """The exception as one that has an answer: ours, or Starlette's where Starlette is in use."""
    if isinstance(error, HTTPException):
        return error
    if not isinstance(error, getattr(sys.modules.get("starlette.exceptions"), "HTTPException", ())):
        return None
    known: Any = error
    text = isinstance(known.detail, str)
    return HTTPException(
        detail=known.detail if text else "",
        extra=None if text else known.detail,
        status_code=known.status_code,
        headers=known.headers,
    )


def single(error: Exception) -> Exception:
    """The one exception that a group means.

    That is the only one in it, however deep; or the first, where the client is at fault for all of
    them. Otherwise the group itself.
    """
    maybe: Any = error
    if not isinstance(maybe, ExceptionGroup):
        return error
    leaves = list(_leaves(error))
    return leaves[0] if len(leaves) == 1 or all(map(_is_the_clients, leaves)) else error


def _is_the_clients(error: Exception) -> bool:
    return _status(error) < 500


def _status(error: Exception) -> int:
    known = answered(error)
    return 500 if known is None else known.status_code


def _leaves(error: Exception) -> Iterator[Exception]:
    """The exceptions in a group and in the groups there; of any other exception, itself."""
    if not isinstance(error, ExceptionGroup):
        yield error
        return
    inner: tuple[Exception, ...] = cast("Any", error).exceptions
    for each in inner:
        yield from _leaves(each)


def _is_told_as_it_is(error: Exception) -> TypeGuard[HTTPException]:
    """Whether nothing but the exception is in its default answer, and nothing of it in the log."""
    return (
        isinstance(error, HTTPException)
        and error.status_code < 500
        and not isinstance(error, ProblemDetailsException)
    )


def _messages(response: Response[Any], status: int, scope: Scope) -> Sequence[Message]:
    """The messages of a response that is not sent piece by piece."""
    return _for_method(response.messages(status_code=status), scope)


def _for_method(messages: tuple[Message, Message], scope: Scope) -> Sequence[Message]:
    """The messages, without content where HEAD is answered."""
    start, body = messages
    return start, {**body, "body": b""} if scope.get("method") == "HEAD" else body


async def _stream(
    response: Response[Any], status: int, scope: Scope, receive: Receive, send: Send
) -> Sequence[Message]:
    """Send a response piece by piece; there is nothing left to send then."""

    def begun(message: Message) -> Awaitable[None]:
        scope[BEGUN] = True
        return send(message)

    await response.send(scope, receive, begun, status_code=status)
    return ()


def report(scope: Scope, error: BaseException) -> None:
    """Tell a test client of an exception that no one else is going to raise."""
    tell = scope.get("extensions", {}).get("pleiad.report") if scope.get("extensions") else None
    if tell is not None:
        tell(error)


def named(error: Exception, scope: Scope) -> Exception:
    """The exception; where it is about what a handler returned, it says which handler that was."""
    if isinstance(error, ReturnMismatch) and scope.get("route_handler") is not None:
        handler = scope["route_handler"]
        method = scope.get("method", WEBSOCKET)
        error.handler = f"{method} {scope['path_template']}: handler '{handler.handler_name}'"
    return error


def described(scope: Scope) -> str:
    """A request for the log, in one line: control characters are escaped."""
    text = f"{scope.get('method', scope['type'])} {scope.get('path', '')}"
    return text if text.isprintable() else ascii(text)
