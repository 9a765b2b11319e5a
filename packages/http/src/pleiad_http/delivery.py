"""Sending content piece by piece for as long as somebody is there to take it.

One task, that of the request, advances the items from the first to the last and closes them, so that
cancel scopes, task groups and context variables in a generator hold across its items. Around it stand
tasks that only watch: for the client's leaving, for the app's shutdown, for the time of a ping. They
begin when something waits for the first time: until then no other task has a turn, and there is nothing
that could be seen. Most responses never wait.

Two scopes are about the items. `_work` is cancelled when they are no longer wanted; scopes further out
reach them only by way of it, for a watching task notices those. Within it, `_shelter` shields whatever
cleans up after that: a cancelled scope of anyio cancels every `await` again, and a `finally` of a
generator could give nothing back that takes an `await`. The shield goes up when the cancellation is on
its way into the generator, see `_overseen`, and has a deadline.

The head and the pieces are held until the items wait for something, and the pieces are one message
then. Who waits cannot send, so another task does, see `_send_when_called`. Where they never wait, their
own task sends when as much as AHEAD is held, and when FAIR_SECONDS have passed: in a scope that shields
it from those of a generator, whose `move_on_after` cuts no message in two. So a piece is late only where
the next item blocks the event loop, and with it everything else; and while nobody takes what is sent,
no more than AHEAD is made besides that.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from math import inf
from time import perf_counter
from types import coroutine
from typing import Any

from anyio import (
    CancelScope,
    Event,
    create_task_group,
    current_time,
    get_cancelled_exc_class,
    sleep_until,
)
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from pleiad_http.body import BODY, DISCONNECTED, is_body_read, stream_body
from pleiad_http.exceptions import ClientDisconnected, ClientException
from pleiad_http.iteration import Items
from pleiad_http.shutting_down import SHUTTING_DOWN, ShuttingDown
from pleiad_http.types import Message, Receive, Scope, Send

__all__ = ["Delivery"]

SECONDS_TO_CLOSE = 5.0
"""For a generator that cleans up when nobody wants its items any more."""

FAIR_SECONDS = 0.005
"""After so long without a pause, other tasks have their turn: neither a generator nor a server need
ever wait for anything, and then nobody could see the client leave."""

AHEAD = 65536
"""As many bytes, not sent yet, are a message: what servers let wait for a socket themselves."""


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
        ahead: How many bytes are held at most. A piece of so many is a message by itself, and is sent
            before the next item is asked for: 1 for each.
    """

    __slots__ = (
        "_ahead",
        "_called",
        "_complete",
        "_failure",
        "_group",
        "_head",
        "_interrupted",
        "_interval",
        "_is_closing",
        "_is_over",
        "_is_sending",
        "_is_watched",
        "_may_look",
        "_opening",
        "_parting",
        "_pause_at",
        "_pieces",
        "_ping",
        "_receive",
        "_scope",
        "_send",
        "_sending",
        "_sent_at",
        "_shelter",
        "_size",
        "_taken",
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
        ahead: int = AHEAD,
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._opening = opening
        self._parting = parting
        self._ping = ping
        self._interval = ping_interval
        self._ahead = ahead
        self._complete = self._interrupted = self._is_sending = False
        self._is_over = self._is_closing = self._is_watched = False
        self._failure: Exception | None = None
        self._head: Message | None = None  # until it is sent
        self._pieces: list[bytes] = []
        self._size = 0  # of the pieces
        # PERF: an event costs 2 us, and most responses wait for none.
        self._may_look: Event | None = None  # `None` where it may be done already
        self._taken: Event | None = None  # `None` where nobody waits for it
        self._called: Event | None = None  # the same
        self._group: TaskGroup = create_task_group()
        self._work, self._shelter = CancelScope(shield=True), CancelScope()
        self._sending: CancelScope | None = None
        self._pause_at = perf_counter() + FAIR_SECONDS
        self._sent_at = inf

    async def run(
        self, start: Message, items: Callable[[], Awaitable[Items]], encode: Callable[[Any], bytes]
    ) -> None:
        """Send everything; it returns early where the client left.

        What the items raise is raised in no group, when what they gave before is sent; the response
        stays without its end.

        Args:
            start: The message that starts the response.
            items: Gives what is sent; it is asked before anything is sent.
            encode: Makes an item the bytes that are sent.
        """
        if not is_body_read(self._scope):
            self._may_look = Event()
        async with self._group as group:
            await self._overseen(self._deliver(start, items, encode))
            if self._is_watched:
                group.cancel_scope.cancel()
        if self._failure is not None:
            raise self._failure
        if not self._complete:
            await checkpoint_if_cancelled()

    async def _deliver(
        self, start: Message, items: Callable[[], Awaitable[Items]], encode: Callable[[Any], bytes]
    ) -> None:
        opened: Items | None = None
        try:
            with self._work, self._shelter:
                opened = await items()
                self._head = start
                self._give(self._opening)
                try:
                    await self._give_items(opened, encode)
                finally:
                    self._raise_shelter()
                    await opened.aclose()
            if self._shelter.cancel_called:
                raise TimeoutError(
                    f"a stream's items took more than {SECONDS_TO_CLOSE:g} s to close"
                )
        except Exception as error:  # noqa: BLE001 - the group would wrap it
            self._failure = self._failure or error
            await self._send_held()
        else:
            if opened is None:  # it was never begun, for the app shuts down
                self._head = start
            if self._is_over:
                self._give(self._parting or b"")
            await self._send_held(_content(b"", more=False))

    async def _give_items(self, items: Items, encode: Callable[[Any], bytes]) -> None:
        if self._is_over:
            return
        async for item in items:
            if self._may_look is not None:
                self._see_whether_content_is_read(self._may_look)
            piece = encode(item)
            if piece:  # PERF: as `_give` does it; the call is a tenth of an event
                self._pieces.append(piece)
                self._size += len(piece)
            if self._size >= self._ahead or perf_counter() > self._pause_at:
                await self._send_amid_items()
            if self._is_over:
                return

    def _give(self, piece: bytes) -> None:
        if piece:
            self._pieces.append(piece)
            self._size += len(piece)

    async def _send_amid_items(self) -> None:
        """Send all that is held within scopes that the items may have opened; then be fair."""
        with CancelScope(shield=True) as self._sending:
            await self._send_held()
            if perf_counter() > self._pause_at:
                await checkpoint()
                self._pause_at = perf_counter() + FAIR_SECONDS

    async def _send_held(self, message: Message | None = None) -> None:
        """Send all that is held, and then a message, in the task of the items."""
        while self._is_sending:
            self._taken = Event()
            await self._taken.wait()
        while self._is_holding:
            await self._emit(self._next_message())
        if message is not None:
            await self._emit(message)

    def _call_sender(self) -> None:
        """Have what is held sent by another task, for this one is about to wait."""
        if self._called is None:
            self._called = Event()
            self._group.start_soon(self._send_when_called)
        else:
            self._called.set()

    async def _send_when_called(self) -> None:
        while True:
            if self._is_holding and not self._is_sending:
                await self._emit(self._next_message())
            else:
                self._called = Event()
                await self._called.wait()

    @property
    def _is_holding(self) -> bool:
        return bool(self._head or self._pieces)

    def _next_message(self) -> Message:
        """What is held; a piece as large as all may be is not copied, but a message by itself."""
        if self._head is not None:
            head, self._head = self._head, None
            return head
        pieces, self._pieces, self._size = self._pieces, [], 0
        if len(pieces) == 1:
            return _content(pieces[0])
        if len(pieces[-1]) >= self._ahead:
            self._give(pieces.pop())
        return _content(b"".join(pieces))

    async def _emit(self, message: Message) -> None:
        """Send a message, unless there is nobody to take it. One that was cut is the last."""
        if self._interrupted:
            return
        self._is_sending = True
        try:
            await self._send(message)
        except OSError:  # ASGI's word for a client that has left
            self._leave()
        except Exception as error:  # noqa: BLE001 - the group would wrap it
            self._failure = self._failure or error
            self._interrupt()
        except BaseException:
            self._interrupt()
            raise
        finally:
            self._is_sending = False
            if self._taken is not None:
                self._taken.set()
        self._complete = not message.get("more_body", True)
        if self._interval is not None:
            self._sent_at = current_time()

    @coroutine
    def _overseen(self, work: Coroutine[Any, Any, None]) -> Generator[Any, Any, None]:
        """Await what delivers; nothing cancels the items twice, and nothing is held while they wait.

        It passes on what the event loop sends and throws, and so sees when something waits, and a
        cancellation pass: asyncio throws it, trio sends it as an outcome.
        """
        resume: Callable[[Any], Any] = work.send
        value: Any = None
        while True:
            try:
                awaited = resume(value)
            except StopIteration:
                return
            if not self._is_watched:
                self._watch()
            if self._is_closing:
                self._limit_closing()
            if self._is_holding and not self._is_sending:
                self._call_sender()
            try:
                value = yield awaited
                resume = work.send
            except BaseException as thrown:  # noqa: BLE001 - thrown on
                value = thrown
                resume = work.throw
            if self._is_over:
                told = getattr(value, "error", value)
                if isinstance(told, get_cancelled_exc_class()):
                    self._raise_shelter()

    def _raise_shelter(self) -> None:
        self._is_closing = self._shelter.shield = True

    def _limit_closing(self) -> None:
        """Set the deadline of what cleans up, when it waits for the first time."""
        if self._shelter.deadline == inf:
            self._shelter.deadline = current_time() + SECONDS_TO_CLOSE

    def _end(self) -> None:
        """Have no more items made."""
        self._is_over = True
        self._work.cancel()

    def _interrupt(self) -> None:
        """End the items and what is being sent, by whichever task: there is nobody to take it."""
        self._interrupted = True
        self._end()
        if self._sending is not None:
            self._sending.cancel()
        self._group.cancel_scope.cancel()

    def _leave(self) -> None:
        self._scope[DISCONNECTED] = True
        self._interrupt()

    def _watch(self) -> None:
        """Begin to see what goes on elsewhere: something waits for the first time."""
        self._is_watched = True
        self._group.start_soon(self._look)
        if self._parting is not None and SHUTTING_DOWN in self._scope:
            self._group.start_soon(self._end_at, self._scope[SHUTTING_DOWN])
        if self._interval is not None:
            self._group.start_soon(self._give_pings, self._interval)

    async def _look(self) -> None:
        """See the client leave, or this task's being cancelled with all others from outside."""
        try:
            if self._may_look is not None:
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
            if not self._complete:
                self._interrupt()

    def _see_whether_content_is_read(self, may_look: Event) -> None:
        """Begin to look when nobody else takes the request's content.

        A generator that wants content has begun to read it before its first item; what is unread then
        is thrown away, for otherwise nobody would ever see the client leave.
        """
        if BODY not in self._scope or is_body_read(self._scope):
            may_look.set()
            self._may_look = None

    async def _end_at(self, shutting_down: ShuttingDown | Event) -> None:
        await shutting_down.wait()
        self._end()

    async def _give_pings(self, interval: float) -> None:
        """Give a ping where nothing was sent for so long, unless something waits to be taken."""
        while True:
            await sleep_until(min(self._sent_at, current_time()) + interval)
            if current_time() >= self._sent_at + interval:
                if not (self._is_holding or self._is_sending):
                    self._give(self._ping)
                    self._call_sender()
                self._sent_at = current_time()


def _content(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
