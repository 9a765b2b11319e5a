"""Running what answers a WebSocket, from the handshake to the close."""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, TypeAlias

from anyio import CancelScope, Event, create_task_group, move_on_after, sleep
from anyio.abc import TaskGroup

from pleiad_http import (
    SHUTTING_DOWN,
    ASGIApp,
    HTTPException,
    Receive,
    Response,
    Scope,
    Send,
    ShuttingDown,
    error_body,
    phrase_of,
)
from pleiad_websockets.closing import close_for, is_server_fault
from pleiad_websockets.codec import Codec
from pleiad_websockets.denial import deny
from pleiad_websockets.link import LINK, Link
from pleiad_websockets.policy import SocketPolicy, check_origin
from pleiad_websockets.read_ahead import ReadAhead, is_told_by_send
from pleiad_websockets.socket import WebSocket

__all__ = ["Endpoint", "answer_error", "connected", "finish", "websocket_app"]

Endpoint: TypeAlias = Callable[[WebSocket[Any, Any, Any]], Awaitable[None]]
"""What talks with one client."""

NO_CODEC = Codec()
SERVICE_RESTART = 1012
NO_POLICY = SocketPolicy()
LOOK = 0.01
"""Seconds between two looks at a handshake that is not answered while the app shuts down."""


def websocket_app(endpoint: Endpoint, policy: SocketPolicy = NO_POLICY) -> ASGIApp:
    """An ASGI app of a function that talks with one client.

    The socket is closed when the function has returned, or by what it raised.

    Args:
        endpoint: Takes the `WebSocket`.
        policy: What the client may do.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check_origin(scope, policy)
            await endpoint(WebSocket(scope, receive, send))
        except Exception as error:
            await answer_error(error, scope, receive, send)
            if is_server_fault(error):
                raise
        else:
            await finish(scope, receive, send)

    return connected(answer, policy)


def connected(app: ASGIApp, policy: SocketPolicy = NO_POLICY, codec: Codec = NO_CODEC) -> ASGIApp:
    """An app within a connection whose state is known, and which ends when the app shuts down.

    Args:
        app: What answers.
        policy: What the client may do.
        codec: How values become messages.
    """

    async def connect(scope: Scope, receive: Receive, send: Send) -> None:
        link = scope[LINK] = Link(receive, send, policy, codec)
        shutting_down = _shutting_down(scope)
        if shutting_down is None and is_told_by_send(scope):
            await app(scope, link.receive, link.send)
        else:
            await _watched(app, scope, link, shutting_down)

    return connect


def _shutting_down(scope: Scope) -> ShuttingDown | Event | None:
    """What is set when the app shuts down, where the scope or the app in it has something like that."""
    event: ShuttingDown | Event | None = scope.get(SHUTTING_DOWN)
    return getattr(scope.get("app"), "shutting_down", None) if event is None else event


async def finish(scope: Scope, receive: Receive, send: Send) -> None:
    """Close what the handler has left open, or refuse what it has never accepted."""
    await WebSocket[Any, Any, Any](scope, receive, send).close()


async def answer_error(
    error: BaseException,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    response: Response[Any] | None = None,
    debug: bool = False,
) -> None:
    """Close the socket as an exception says; refuse the handshake where it is not answered yet.

    Args:
        error: What was raised.
        scope: The connection's.
        receive: The connection's.
        send: The connection's.
        response: What a refused handshake is answered; made of the exception by default.
        debug: Whether the client may be told of the server's own fault.
    """
    close = close_for(error, debug=debug)
    if close is None:  # quiet, where it is this socket that is gone
        return await finish(scope, receive, send)
    socket: WebSocket[Any, Any, Any] = WebSocket(scope, receive, send)
    if socket.connection_state == "receive":
        await socket.close(close.code, close.reason)
    elif socket.connection_state in ("init", "connect"):
        if socket.connection_state == "init":
            await socket.receive()
        if socket.connection_state == "connect":
            status, refusal = _status(error), response or _refusal(error)
            await deny(scope, socket.asgi_send, refusal, close, status=status)
            if refusal.background is not None:
                await refusal.background()
    return None


def _refusal(error: BaseException) -> Response[Any]:
    """The HTTP response to a handshake that an exception refuses."""
    if isinstance(error, HTTPException):
        return Response(error_body(error), headers=error.headers)
    status = _status(error)
    return Response({"status_code": status, "detail": phrase_of(status)})


def _status(error: BaseException) -> int:
    """The status with which an exception refuses a handshake."""
    if isinstance(error, HTTPException):
        return error.status_code
    return 500 if is_server_fault(error) else 403


async def _watched(
    app: ASGIApp, scope: Scope, link: Link, shutting_down: ShuttingDown | Event | None
) -> None:
    """Run an app until it ends, or until the whole app shuts down and a time of grace is over.

    PERF: a task group about each connection: only where something is to be seen beside it. A task
    that waits there and is cancelled at the end was 320 of a connection's 575 thousand instructions,
    so one is started when it has something to do.
    """
    failure: Exception | None = None
    over_http2 = scope.get("http_version") == "2"
    ahead = None if is_told_by_send(scope) else link.read_ahead(over_http2=over_http2)
    with shutting_down.held() if isinstance(shutting_down, ShuttingDown) else nullcontext():
        async with create_task_group() as group:
            if ahead is not None:
                group.start_soon(ahead.run)
            part = partial(_part, scope, link, ahead, group.cancel_scope)
            try:
                with _started_at(shutting_down, part, group):
                    await app(scope, link.receive, link.send)
            except Exception as error:  # noqa: BLE001 - the group would wrap it
                failure = error
            waits = isinstance(shutting_down, ShuttingDown) and not shutting_down.is_set()
            if ahead is not None or not waits:  # else there is no other task
                group.cancel_scope.cancel()
    if failure is not None:
        raise failure


@contextmanager
def _started_at(
    shutting_down: ShuttingDown | Event | None,
    part: Callable[[], Coroutine[Any, Any, None]],
    group: TaskGroup,
) -> Generator[None, None, None]:
    """While the block runs, have a task started when the app shuts down."""
    if isinstance(shutting_down, ShuttingDown):
        with shutting_down.telling(partial(group.start_soon, part)):
            yield
        return
    if shutting_down is not None:
        group.start_soon(_after, shutting_down, part)
    yield


async def _after(event: Event, part: Callable[[], Awaitable[None]]) -> None:
    await event.wait()
    await part()


async def _part(scope: Scope, link: Link, ahead: ReadAhead | None, work: CancelScope) -> None:
    """Close with 1012 because the app shuts down, and end the work when its grace is over."""
    seconds = link.policy.grace_seconds
    with move_on_after(seconds):
        # It may still be accepted; who does that tells nobody, as it never matters but now.
        while link.state in ("init", "connect"):  # noqa: ASYNC110
            await sleep(LOOK)
        if link.state == "receive":
            # Shielded: who sees the socket closed and ends would cut it off.
            with move_on_after(seconds, shield=True):
                socket: WebSocket[Any, Any, Any] = WebSocket(scope, link.receive, link.send)
                await socket.close(SERVICE_RESTART)
            if (
                ahead is not None
            ):  # its server would wait for an answer, which a dead client never gives
                ahead.end({"type": "websocket.disconnect", "code": SERVICE_RESTART})
        await sleep(seconds)
    work.cancel()
