"""Who listens to channels: a bounded backlog, and what reads it."""

import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Literal, TypeAlias

from anyio import create_task_group

from pleiad_http import TypeDecoders, decode_json
from pleiad_websockets.channels.backend import Event, Gap
from pleiad_websockets.channels.errors import ChannelGap
from pleiad_websockets.channels.wake_up import wake_up

__all__ = ["BacklogStrategy", "Subscriber"]

BacklogStrategy: TypeAlias = Literal["backoff", "dropleft", "backpressure"]
"""What happens where a backlog is full: the new message is dropped, the oldest one is, or everybody
waits until there is room."""

logger = logging.getLogger("pleiad.channels")


class Subscriber:
    """Reads messages of the channels to which it is subscribed.

    Args:
        max_backlog: How many messages wait at most; unlimited if `None`.
        backlog_strategy: What happens with the next one then.

    Attributes:
        dropped: How many messages the strategy has dropped.
    """

    def __init__(
        self, max_backlog: int | None = None, backlog_strategy: BacklogStrategy = "backoff"
    ) -> None:
        self.dropped = 0
        self._most = max_backlog
        self._strategy = backlog_strategy
        self._backlog: deque[Event | Gap] = deque()
        self._early: list[Event | Gap] | None = None
        self._known: dict[str, tuple[int, int]] = {}
        self._changed = wake_up()
        self._stopped = False

    @property
    def qsize(self) -> int:
        """How many messages wait."""
        return len(self._backlog)

    @property
    def is_running(self) -> bool:
        """Whether messages are still taken."""
        return not self._stopped

    def put_nowait(self, event: Event | Gap) -> bool:
        """Let a message wait; whether it, or what the strategy drops for it, was dropped.

        A gap always finds room.
        """
        # PERF: called for each of thousands: nearly always there is room, and no history to look at.
        if self._early is None and not self._known and not self._is_full():
            self._backlog.append(event)
            self._changed.set()
            return False
        if self._early is not None:
            self._early.append(event)
            return False
        if _stands_within(event, self._known):
            return False
        self._known.pop(event.channel, None)
        full = self._is_full() and not isinstance(event, Gap)
        if full:
            self._drop()
            if self._strategy != "dropleft":
                return True
            self._backlog.popleft()
        self._backlog.append(event)
        self._changed.set()
        return full

    async def put(self, event: Event | Gap) -> bool:
        """The same; with the strategy `backpressure`, wait until there is room."""
        while self._strategy == "backpressure" and self._is_full() and not self._stopped:
            await self._wait()
        return self.put_nowait(event)

    def hold(self) -> None:
        """Keep apart what comes, until `put_history` says what came before it."""
        self._early = []

    def begin_after(self, positions: Mapping[str, tuple[int, int] | None]) -> None:
        """Take no message that stands up to these positions, by channel."""
        self._known |= {name: position for name, position in positions.items() if position}

    def put_history(self, history: list[Event]) -> None:
        """Let the history wait, then what has come since `hold` and is not part of it."""
        early, self._early = self._early or [], None
        self._backlog.extend(history)
        self.begin_after({each.channel: each.position for each in history})
        for event in early:
            self.put_nowait(event)
        self._changed.set()

    def iter_events(self) -> AsyncIterator[bytes]:
        """Each message, until `stop`.

        Raises:
            ChannelGap: Messages may have been lost.
        """
        return Events(self.next_event, bytes)

    def iter_values(self, annotation: Any, type_decoders: TypeDecoders = ()) -> AsyncIterator[Any]:
        """Each message as a value of a type, out of JSON.

        Raises:
            ChannelGap: Messages may have been lost.
            DecodeError: A message is no value of the type.
        """
        return Events(self.next_event, partial(_value, annotation, type_decoders))

    @asynccontextmanager
    async def run_in_background(
        self, on_event: Callable[[bytes], Awaitable[Any]], *, join: bool = True
    ) -> AsyncGenerator[None, None]:
        """Call a function with each message while the body of the `async with` runs.

        Args:
            on_event: Called with each message, one after the other.
            join: Whether what waits at the end is still handed on.
        """
        failure: Exception | None = None
        async with create_task_group() as group:
            group.start_soon(self._run, on_event)
            try:
                yield
            except Exception as error:  # noqa: BLE001 - the group would wrap it
                failure = error
            if failure is None and join:
                self.stop()
            else:
                group.cancel_scope.cancel()
        if failure is not None:
            raise failure

    def stop(self) -> None:
        """Take no more messages: iterating ends with those that wait."""
        self._stopped = True
        self._changed.set()

    async def _run(self, on_event: Callable[[bytes], Awaitable[Any]]) -> None:
        async for event in self.iter_events():
            await on_event(event)

    async def next_event(self) -> bytes | None:
        """The next message; `None` after the last one.

        Raises:
            ChannelGap: Messages may have been lost.
        """
        while not self._backlog:
            if self._stopped:
                return None
            await self._wait()
        event = self._backlog.popleft()
        if self._strategy == "backpressure":
            self._changed.set()
        if isinstance(event, Gap):
            raise ChannelGap(event.channel)
        return event.data

    def _is_full(self) -> bool:
        return self._most is not None and len(self._backlog) >= self._most

    def _drop(self) -> None:
        if not self.dropped:
            logger.warning(
                "a subscriber is %d messages behind: strategy '%s' drops some",
                len(self._backlog),
                self._strategy,
            )
        self.dropped += 1

    async def _wait(self) -> None:
        """Wait until something has changed: the reader for a message, or who hands on for room."""
        self._changed.clear()
        await self._changed.wait()


class Events(AsyncIterator[Any]):
    """What a subscriber reads: no generator, which trio would want to be closed.

    Args:
        receive: Gives the next message, or `None` after the last one.
        make: Makes of it what is read.
    """

    __slots__ = ("_make", "_receive")

    def __init__(
        self, receive: Callable[[], Awaitable[bytes | None]], make: Callable[[bytes], Any]
    ) -> None:
        self._receive = receive
        self._make = make

    async def __anext__(self) -> Any:
        data = await self._receive()
        if data is None:
            raise StopAsyncIteration
        return self._make(data)


def _value(annotation: Any, type_decoders: TypeDecoders, data: bytes) -> Any:
    return decode_json(data, annotation, type_decoders)


def _stands_within(event: Event | Gap, last: Mapping[str, tuple[int, int]]) -> bool:
    """Whether a message came before the last one of the history."""
    if isinstance(event, Gap) or event.position is None:
        return False
    position = last.get(event.channel)
    return position is not None and event.position <= position
