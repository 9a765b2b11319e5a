"""From what a handler returns to the two messages of its answer, where that takes a `Response`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import msgspec

from pleiad.answering.caching import Caching, is_success
from pleiad.answering.failures import BEGUN, described, report
from pleiad.answering.log import logger
from pleiad.checking.check import Check, ReturnMismatch
from pleiad_http import (
    SHUTTING_DOWN,
    Cookie,
    MediaType,
    Message,
    Receive,
    Response,
    Scope,
    Send,
    conditioned,
)

__all__ = ["Responder", "run_app"]


class Responder(msgspec.Struct, frozen=True, kw_only=True):
    """Makes the response of a route.

    Attributes:
        check: Holds the content to what is declared.
        response_class: Wraps plain values.
        status: The route's status.
        media_type: The route's media type.
        declares: Whether the handler says it, rather than its annotation.
        headers: The route's own headers.
        caching: What its successful answers say to caches.
        cookies: The route's own cookies.
        encode: Encodes content of the route's media type.
    """

    check: Check | None
    response_class: type[Response[Any]]
    status: int
    media_type: str
    declares: bool
    headers: Mapping[str, str]
    caching: Caching
    cookies: tuple[Cookie, ...]
    encode: Callable[[Any], bytes]

    def as_response(self, result: Any) -> Response[Any]:
        """The response that was returned, or one around the value; its content checked.

        Content that is sent piece by piece is not there to be checked.
        """
        response: Response[Any] = result
        if not isinstance(result, Response):
            if self.check is not None:
                self.check(result)
            return self.response_class(result)
        if self.check is not None and not response.streams:
            self.check(response.content)
        return response

    def early(self, result: Any) -> Response[Any]:
        """What a `before_request` hook answered: it owes nothing to the handler's annotation."""
        answer = _response(result)
        if answer is not None:
            return answer
        text = isinstance(result, str | bytes)
        return Response(result, media_type=MediaType.TEXT if text else MediaType.JSON)

    def changed(self, result: Any) -> Response[Any]:
        """What an `after_request` hook returned: always a response."""
        answer = _response(result)
        if answer is not None:
            return answer
        raise ReturnMismatch(Response, result, "after_request hook")

    def prepare(self, response: Response[Any], scope: Scope) -> tuple[Message, Message]:
        """The response's start and body messages, completed by what the route says.

        Raises:
            ClientException: 412: it is not what the client wants.
        """
        headers = self._headers(response) if self.caching.headers else self.headers
        start, body = response.messages(
            self.status, self.media_type, headers, self.cookies, self.encode, scope
        )
        if self.caching.tag is not None:
            start = conditioned(scope, self.caching.tagged(start, body["body"]))
            if start["status"] == 304:
                body = {**body, "body": b""}
        return start, body

    async def stream(
        self, response: Response[Any], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Send the response piece by piece; once it has begun, the scope says so."""
        _tell_of_shutdown(scope)

        # PERF: a function that returns the coroutine costs a third of one that awaits it.
        def begun(message: Message) -> Awaitable[None]:
            scope[BEGUN] = True
            return send(message)

        await response.send(
            scope,
            receive,
            begun,
            status_code=self.status,
            media_type=self.media_type if self.declares else None,
            headers=self._headers(response),
            cookies=self.cookies,
            encode=self.encode,
        )

    def _headers(self, response: Response[Any]) -> Mapping[str, str]:
        """What the route says beside the response; what it says to caches is about successes."""
        caching = self.caching.headers
        if caching and is_success(response.status(self.status)):
            return {**caching, **self.headers}
        return self.headers


def _response(result: Any) -> Response[Any] | None:
    return cast("Any", result) if isinstance(result, Response) else None


async def run_app(app: Any, scope: Scope, receive: Receive, send: Send) -> None:
    """Let an ASGI application answer; an exception after its first message only goes to the log."""
    _tell_of_shutdown(scope)
    started = False

    async def tracked(message: Message) -> None:
        nonlocal started
        started = started or message["type"] != "http.response.early_hint"
        await send(message)

    try:
        await app(scope, receive, tracked)
    except Exception as error:
        if not started:
            raise
        logger.error("%s: after the response began", described(scope), exc_info=error)
        report(scope, error)


def _tell_of_shutdown(scope: Scope) -> None:
    """Let streams see the app's shutdown, in this app and in what is mounted.

    PERF: here and not where every request passes, it costs plain answers nothing.
    """
    shutting_down = getattr(scope.get("app"), "shutting_down", None)
    if shutting_down is not None:
        scope.setdefault(SHUTTING_DOWN, shutting_down)
