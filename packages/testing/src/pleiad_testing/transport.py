"""Transports of httpx2 that end in an app instead of a socket."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from pleiad_http import RawHeaders
from pleiad_testing.app_call import LAST_WORDS
from pleiad_testing.conversation import Conversation
from pleiad_testing.errors import AppFault, AppTimeout, LifespanFault
from pleiad_testing.exchange import Exchange, seconds_of
from pleiad_testing.loop_thread import LoopBlocked, LoopThread
from pleiad_testing.server import Server
from pleiad_testing.settings import Settings
from pleiad_testing.websocket_session import AsyncWebSocketTestSession, WebSocketTestSession

__all__ = ["AppTransport", "AsyncAppTransport"]

T = TypeVar("T")

GRACE = LAST_WORDS + 0.5
"""Seconds for which a loop may be late before it counts as blocked."""


class AsyncAppTransport(httpx2.AsyncBaseTransport):
    """An app in the event loop of the caller; entered, it runs the app's lifespan.

    Args:
        settings: Those of the client.
    """

    def __init__(self, settings: Settings) -> None:
        self._server = Server(settings)

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        try:
            await self.aclose()
        except Exception as error:  # noqa: BLE001 - raised, or noted
            _unless_failing(exc_value, error)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Begin an exchange; its body is read as it is sent."""
        exchange, status, headers = await self._server.begin(request)
        return _response(status, headers, _AsyncAnswer(self._server, exchange))

    def connect(
        self, request: httpx2.Request, subprotocols: list[str]
    ) -> AsyncWebSocketTestSession:
        """A WebSocket, which begins when the session is entered."""
        return AsyncWebSocketTestSession(self._server.converse(request, subprotocols))

    async def aclose(self) -> None:
        """Run the app's shutdown, if it was started."""
        await self._server.stop()


class AppTransport(httpx2.BaseTransport):
    """An app in an event loop of its own; entered, it runs the app's lifespan.

    Entered, one loop in one thread serves all requests. Otherwise each request has its own, which
    ends when its response is closed.

    Args:
        settings: Those of the client.
        backend: `asyncio` or `trio`.
        options: Those of anyio's backend.
    """

    def __init__(self, settings: Settings, backend: str, options: Mapping[str, Any]) -> None:
        self._settings = settings
        self._backend = backend
        self._options = options
        self._server = Server(settings)
        self._lasting: LoopThread | None = None
        self._passing: set[LoopThread] = set()

    def __enter__(self) -> Self:
        loop = self._loop()
        try:
            _call(loop, LifespanFault, "startup", self._settings.seconds, self._server.start)
        except BaseException:
            loop.stop(GRACE)
            raise
        self._lasting = loop
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        try:
            self.close()
        except Exception as error:  # noqa: BLE001 - raised, or noted
            _unless_failing(exc_value, error)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Begin an exchange; its body is read as it is sent."""
        loop = self._lasting or self._loop()
        call = _Caller(loop, request, None if self._lasting else self._passing)
        try:
            exchange, status, headers = call(partial(self._server.begin, request))
        except BaseException:
            call.end()
            raise
        return _response(status, headers, _Answer(call, self._server, exchange))

    def connect(self, request: httpx2.Request, subprotocols: list[str]) -> WebSocketTestSession:
        """A WebSocket, which begins when the session is entered."""
        loop = self._lasting or self._loop()
        line = _Caller(loop, request, None if self._lasting else self._passing)

        async def made() -> Conversation:
            return self._server.converse(request, subprotocols)

        return WebSocketTestSession(line(made), line)

    def close(self) -> None:
        """Run the app's shutdown, if it was started, and end every loop that is left."""
        for passing in self._passing.copy():
            passing.stop(GRACE)
        self._passing.clear()
        loop, self._lasting = self._lasting, None
        if loop is None:
            return
        try:
            _call(loop, LifespanFault, "shutdown", self._settings.seconds, self._server.stop)
        finally:
            loop.stop(GRACE)

    def _loop(self) -> LoopThread:
        return LoopThread(self._backend, self._options)


class _AsyncAnswer(httpx2.AsyncByteStream):
    """The body of an answer, as it is sent."""

    def __init__(self, server: Server, exchange: Exchange) -> None:
        self._server = server
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self._exchange.chunk():
            yield chunk

    async def aclose(self) -> None:
        await self._server.leave(self._exchange)


class _Answer(httpx2.SyncByteStream):
    """The body of an answer, as it is sent."""

    def __init__(self, call: "_Caller", server: Server, exchange: Exchange) -> None:
        self._call = call
        self._server = server
        self._exchange = exchange
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._call(self._exchange.chunk):
            yield chunk

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if not self._call.running:  # the client was closed before its response
            return
        try:
            self._call(partial(self._server.leave, self._exchange))
        finally:
            self._call.end()


class _Caller:
    """Calls for one request into the loop that serves it.

    Args:
        loop: Runs the app.
        request: What is asked.
        passing: Holds the loop while the request lasts, if it serves only this one.
    """

    def __init__(
        self, loop: LoopThread, request: httpx2.Request, passing: set[LoopThread] | None
    ) -> None:
        self._loop = loop
        self._label = f"{request.method} {request.url.path}"
        self._seconds = seconds_of(request)
        self._passing = passing
        if passing is not None:
            passing.add(loop)

    def __call__(
        self, function: Callable[[], Coroutine[Any, Any, T]], seconds: float | None = None
    ) -> T:
        longest = self._seconds if seconds is None else seconds
        return _call(self._loop, AppTimeout, self._label, longest, function)

    @property
    def running(self) -> bool:
        """Whether the loop can still be called."""
        return self._loop.running

    def end(self) -> None:
        """End the loop, if it serves only this request."""
        if self._passing is not None:
            self._passing.discard(self._loop)
            self._loop.stop(GRACE)


def _call(
    loop: LoopThread,
    fault: Callable[[str], AppFault],
    label: str,
    seconds: float | None,
    function: Callable[[], Coroutine[Any, Any, T]],
) -> T:
    try:
        return loop.call(None if seconds is None else seconds + GRACE, function)
    except LoopBlocked as blocked:
        where = f"; its thread stands{blocked}" if str(blocked) else ""
        text = f"{label}: the app blocks its event loop: nothing ran within {seconds:g} s{where}"
        raise fault(text) from None


def _response(
    status: int, headers: RawHeaders, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream
) -> httpx2.Response:
    extensions = {"http_version": b"HTTP/1.1"}
    return httpx2.Response(status, headers=headers, stream=stream, extensions=extensions)


def _unless_failing(failure: BaseException | None, error: Exception) -> None:
    """Raise what closing raised, unless the test fails already: then it is a note there."""
    if failure is None:
        raise error
    failure.add_note(f"The app's shutdown failed as well: {error!r}")
