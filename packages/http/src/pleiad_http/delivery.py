"""Sending content piece by piece for as long as somebody is there to take it.

One task, that of the request, advances the items from the first to the last and closes them, so that
cancel scopes, task groups and context variables in a generator hold across its items. Around it stand
tasks that only watch: for the client's leaving, for the app's shutdown, for the time of a ping.

Two scopes are about the items. `_work` is cancelled when they are no longer wanted; scopes further out
reach them only by way of it, for a watching task notices those. Within it, `_shelter` shields whatever
cleans up after that: a cancelled scope of anyio cancels every `await` again, and a `finally` of a
generator could give nothing back that takes an `await`. The shield goes up when the cancellation is on
its way into the generator, see `_told_once`, and has a deadline.

Each piece is sent within a scope of its own that no scope of a generator reaches: where a generator's
`move_on_after` ends while a piece is being sent, the piece is sent whole.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from math import inf
from time import perf_counter
from types import coroutine
from typing import Any, TypeVar

from anyio import (
    CancelScope,
    Event,
    Lock,
    create_task_group,
    current_time,
    get_cancelled_exc_class,
    sleep_until,
)
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from pleiad_http.body import BODY, DISCONNECTED, is_body_read, stream_body
from pleiad_http.exceptions import ClientDisconnected, ClientException
from pleiad_http.iteration import Items
from pleiad_http.shutting_down import SHUTTING_DOWN, ShuttingDown
from pleiad_http.types import Message, Receive, Scope, Send

__all__ = ["Delivery"]

T = TypeVar("T")

SECONDS_TO_CLOSE = 5.0
"""For a generator that cleans up when nobody wants its items any more."""

FAIR_SECONDS = 0.005
"""After so long without a pause, other tasks have their turn: neither a generator nor a server need
ever wait for anything, and then nobody could see the client leave."""


class Delivery:
    """Sends one response.

    Args:
        scope: The request's.
        receive: The request's.
        send: The request's.
        opening: Sent before the first item.
        parting: Sent when the app shuts down, at which the content then ends; `None` where it does
            not end by that.
        ping: Sent when nothing was sent for a while.
        ping_interval: How many seconds that is; `None` for never.
    """

    __slots__ = (
        "_complete",
        "_interrupted",
        "_interval",
        "_lock",
        "_may_look",
        "_opening",
        "_parting",
        "_paused_at",
        "_ping",
        "_receive",
        "_scope",
        "_send",
        "_sending",
        "_sent_at",
        "_shelter",
        "_work",
    )

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        opening: bytes = b"",
        parting: bytes | None = None,
        ping: bytes = b"",
        ping_interval: float | None = None,
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._opening = opening
        self._parting = parting
        self._ping = ping
        self._interval = ping_interval
        self._complete = self._interrupted = False
        self._may_look = Event()
        self._lock = Lock(fast_acquire=True)
        self._work, self._shelter = CancelScope(), CancelScope()
        self._sending = CancelScope(shield=True)
        self._paused_at = perf_counter()
        self._sent_at = inf

    async def run(
        self, start: Message, items: Callable[[], Awaitable[Items]], encode: Callable[[Any], bytes]
    ) -> None:
        """Send everything; it returns early where the client left.

        What the items raise is raised in no group, and the response stays without its end.

        Args:
            start: The message that starts the response.
            items: Gives what is sent; it is asked before anything is sent.
            encode: Makes an item the bytes that are sent.
        """
        failure: Exception | None = None
        if is_body_read(self._scope):
            self._may_look.set()
        async with create_task_group() as group:
            group.start_soon(self._look)
            if self._parting is not None and SHUTTING_DOWN in self._scope:
                group.start_soon(self._end_at, self._scope[SHUTTING_DOWN])
            if self._interval is not None:
                group.start_soon(self._send_pings, self._interval)
            try:
                await self._deliver(start, items, encode)
            except Exception as error:  # noqa: BLE001 - the group would wrap it
                failure = error
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure
        if not self._complete:
            await checkpoint_if_cancelled()

    async def _deliver(
        self, start: Message, items: Callable[[], Awaitable[Items]], encode: Callable[[Any], bytes]
    ) -> None:
        opened: Items | None = None
        with CancelScope(shield=True), self._work, self._shelter:
            opened = await items()
            try:
                await self._emit(start)
                await self._emit_piece(self._opening)
                await self._send_items(opened, encode)
            finally:
                self._raise_shelter()
                await opened.aclose()
        if self._shelter.cancel_called:
            raise TimeoutError(f"a stream's items took more than {SECONDS_TO_CLOSE:g} s to close")
        if opened is None:  # it was never begun, for the app shuts down
            await self._emit(start)
        if self._work.cancel_called:
            await self._emit_piece(self._parting or b"")
        await self._emit({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_items(self, items: Items, encode: Callable[[Any], bytes]) -> None:
        while not self._work.cancel_called:
            try:
                item = await self._told_once(items.__anext__())
            except StopAsyncIteration:
                return
            if not self._may_look.is_set():
                self._see_whether_content_is_read()
            await self._emit_piece(encode(item))
            if perf_counter() - self._paused_at > FAIR_SECONDS:
                with CancelScope(shield=True):
                    await checkpoint()
                self._paused_at = perf_counter()

    async def _emit_piece(self, content: bytes) -> None:
        if content:
            await self._emit({"type": "http.response.body", "body": content, "more_body": True})

    async def _emit(self, message: Message) -> None:
        """Send a message, unless there is nobody to take it.

        PERF: the lock costs 3 us a piece, and nothing but a ping can come between.
        """
        if not self._interrupted:
            send = self._send_alone if self._interval is None else self._locked_send
            with CancelScope(shield=True) as self._sending:
                await send(message)

    async def _locked_send(self, message: Message) -> None:
        """Send a message between others: a ping is another task's."""
        async with self._lock:
            if not self._complete:
                await self._send_alone(message)
                self._sent_at = current_time()

    async def _send_alone(self, message: Message) -> None:
        try:
            await self._send(message)
        except OSError:  # ASGI's word for a client that has left
            self._leave()
        self._complete = not message.get("more_body", True)

    @coroutine
    def _told_once(self, step: Coroutine[Any, Any, T]) -> Generator[Any, Any, T]:
        """Await a step of the items; nothing cancels it twice.

        It passes on what the event loop sends and throws, and so sees a cancellation pass: asyncio
        throws it, trio sends it as an outcome.
        """
        resume: Callable[[Any], Any] = step.send
        value: Any = None
        while True:
            try:
                awaited = resume(value)
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                value = yield awaited
                resume = step.send
            except BaseException as thrown:  # noqa: BLE001 - thrown on
                value = thrown
                resume = step.throw
            if self._work.cancel_called:
                told = getattr(value, "error", value)
                if isinstance(told, get_cancelled_exc_class()):
                    self._raise_shelter()

    def _raise_shelter(self) -> None:
        if not self._shelter.shield:
            self._shelter.shield = True
            self._shelter.deadline = current_time() + SECONDS_TO_CLOSE

    def _interrupt(self) -> None:
        """End the items and what is being sent: there is nobody to take it."""
        self._interrupted = True
        self._work.cancel()
        self._sending.cancel()

    def _leave(self) -> None:
        self._scope[DISCONNECTED] = True
        self._interrupt()

    async def _look(self) -> None:
        """See the client leave, or this task's being cancelled with all others from outside."""
        try:
            await self._may_look.wait()
            if not is_body_read(self._scope):
                with suppress(ClientDisconnected, ClientException):
                    async for _ in stream_body(self._scope, self._receive, None):
                        pass
            message: Message = {}
            while not self._scope.get(DISCONNECTED) and message.get("type") != "http.disconnect":
                message = await self._receive()
            if not self._complete:
                self._leave()
        finally:
            self._interrupt()

    def _see_whether_content_is_read(self) -> None:
        """Begin to look when nobody else takes the request's content.

        A generator that wants content has begun to read it before its first item; what is unread then
        is thrown away, for otherwise nobody would ever see the client leave.
        """
        if BODY not in self._scope or is_body_read(self._scope):
            self._may_look.set()

    async def _end_at(self, shutting_down: ShuttingDown | Event) -> None:
        await shutting_down.wait()
        self._work.cancel()

    async def _send_pings(self, interval: float) -> None:
        while True:
            due = min(self._sent_at, current_time()) + interval
            await sleep_until(due)
            if current_time() >= self._sent_at + interval:
                message = {"type": "http.response.body", "body": self._ping, "more_body": True}
                await self._locked_send(message)
