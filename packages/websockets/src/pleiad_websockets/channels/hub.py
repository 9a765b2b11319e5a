"""Channels: named streams of messages from who publishes to everybody who listens.

One task sends what was published, one hands on what comes. When the backend fails, both begin anew, with
a growing pause; subscribers are told of what may have been lost, unless the backend resumes.
"""

import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from threading import get_ident
from types import TracebackType
from typing import Any, Self, get_args

from anyio import (
    CancelScope,
    Lock,
    create_task_group,
    current_time,
    from_thread,
    move_on_after,
    sleep,
)
from anyio import Event as Signal
from anyio.abc import TaskGroup

from pleiad_http import TypeEncoders, encode_json
from pleiad_websockets.channels.backend import ChannelsBackend, Event, Gap
from pleiad_websockets.channels.errors import ChannelsException, PublishBacklogFull
from pleiad_websockets.channels.subscriber import BacklogStrategy, Subscriber

__all__ = ["Channels"]

logger = logging.getLogger("pleiad.channels")

PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to reach a backend that is away; the last one goes on."""

LONG_ENOUGH = 10.0
"""Seconds after which a backend counts as having been well."""

SECONDS_TO_DRAIN = 2.0
"""For what is published right before the end."""

MOST_UNPUBLISHED = 10_000
"""Messages that wait for the backend."""


class Channels:
    """Named channels.

    Entered with `async with`, it runs.

    Args:
        backend: Carries the messages.
        channels: The names of those that there are.
        arbitrary_channels_allowed: Whether there may be others: any name.
        subscriber_max_backlog: How many messages wait for a slow subscriber; unlimited if `None`.
        subscriber_backlog_strategy: `"backoff"` drops what does not fit, `"dropleft"` the oldest one;
            with `"backpressure"` everybody waits for the slowest.
        subscriber_class: The class of subscribers.
        type_encoders: For published values of classes that no codec knows.

    Raises:
        ChannelsException: There is no channel, and there may be no others; or a strategy that is none,
            or that would never be asked.
    """

    def __init__(
        self,
        backend: ChannelsBackend,
        *,
        channels: Iterable[str] | None = None,
        arbitrary_channels_allowed: bool = False,
        subscriber_max_backlog: int | None = 1000,
        subscriber_backlog_strategy: BacklogStrategy = "backoff",
        subscriber_class: type[Subscriber] = Subscriber,
        type_encoders: TypeEncoders | None = None,
    ) -> None:
        self._backend = backend
        self._arbitrary = arbitrary_channels_allowed
        self._known = frozenset(channels or ())
        if not self._known and not arbitrary_channels_allowed:
            raise ChannelsException(
                "there are no channels: name some with channels=[...], or say"
                " arbitrary_channels_allowed=True"
            )
        _check_backlog(subscriber_max_backlog, subscriber_backlog_strategy)
        self._most = subscriber_max_backlog
        self._strategy: BacklogStrategy = subscriber_backlog_strategy
        self._subscriber_class = subscriber_class
        self._type_encoders = type_encoders
        self._subscribers: dict[str, set[Subscriber]] = {}
        self._unpublished: deque[tuple[bytes, tuple[str, ...]]] = deque()
        self._more = self._drained = Signal()
        self._lock = Lock()
        self._thread = 0
        self._group: TaskGroup | None = None

    # Running

    async def __aenter__(self) -> Self:
        await self._backend.on_startup()
        self._more, self._lock, self._thread = Signal(), Lock(), get_ident()
        self._group = create_task_group()
        await self._group.__aenter__()
        self._group.start_soon(self._again_and_again, self._hand_on, self._begin_anew)
        self._group.start_soon(self._again_and_again, self._send_published, _nothing)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        group, self._group = self._group, None
        try:
            if group is not None:
                for subscriber in {
                    each for all_of in self._subscribers.values() for each in all_of
                }:
                    subscriber.stop()
                await self._drain()
                group.cancel_scope.cancel()
                await group.__aexit__(None, None, None)
        finally:
            self._subscribers.clear()
            with CancelScope(shield=True):
                await self._backend.on_shutdown()

    # Publishing

    def publish(self, data: Any, channels: str | Iterable[str]) -> None:
        """Send a message soon: it waits here until the backend takes it.

        A sync handler may call it from its worker thread.

        Args:
            data: `str` and `bytes` are sent as they are, all else as JSON.
            channels: One channel or several.

        Raises:
            ChannelsException: There is no such channel, the channels do not run, or the message is
                too large for the backend.
            PublishBacklogFull: Too much waits already.
        """
        names = self._checked(channels)
        if len(self._unpublished) >= MOST_UNPUBLISHED:
            raise PublishBacklogFull(f"{MOST_UNPUBLISHED} messages wait for the backend already")
        self._unpublished.append((self._encoded(data), names))
        if get_ident() == self._thread:
            self._wake()
        else:
            from_thread.run_sync(self._wake)

    async def wait_published(self, data: Any, channels: str | Iterable[str]) -> None:
        """Send a message now, and wait until the backend has taken it.

        Raises:
            ChannelsException: As for `publish`.
            Exception: Whatever the backend raises where it cannot take it.
        """
        names = self._checked(channels)
        await self._backend.publish(self._encoded(data), names)

    # Subscribing

    async def subscribe(
        self, channels: str | Iterable[str], history: int | None = None
    ) -> Subscriber:
        """A new subscriber; see `start_subscription`, which ends the subscription as well.

        Args:
            channels: One channel or several.
            history: How many earlier messages of each channel come first; `-1` for all that are kept.
        """
        names = self._checked(channels)
        subscriber = self._subscriber_class(self._most, self._strategy)
        subscriber.hold()
        try:
            async with self._lock:
                new = [name for name in names if not self._subscribers.get(name)]
                for name in names:
                    self._subscribers.setdefault(name, set()).add(subscriber)
                subscriber.begin_after({n: self._backend.last_position(n) for n in names})
                if new:
                    await self._backend.subscribe(new)
            await self.put_subscriber_history(subscriber, names, history)
        except BaseException:
            with CancelScope(shield=True):
                await self.unsubscribe(subscriber)
            raise
        return subscriber

    async def unsubscribe(
        self, subscriber: Subscriber, channels: str | Iterable[str] | None = None
    ) -> None:
        """End a subscription: to some channels, or to all, which stops the subscriber.

        Args:
            subscriber: The subscriber.
            channels: One channel or several; all if `None`.
        """
        async with self._lock:
            left = self._forget(subscriber, None if channels is None else _several(channels))
            if left and self._group is not None:
                try:
                    await self._backend.unsubscribe(left)
                except Exception:
                    logger.warning("the backend did not take leave of %s", left, exc_info=True)

    @asynccontextmanager
    async def start_subscription(
        self, channels: str | Iterable[str], history: int | None = None
    ) -> AsyncGenerator[Subscriber, None]:
        """A subscriber for as long as the `async with` lasts, however it ends.

        Args:
            channels: As for `subscribe`.
            history: As for `subscribe`.
        """
        subscriber = await self.subscribe(channels, history)
        try:
            yield subscriber
        finally:
            with CancelScope(shield=True):
                await self.unsubscribe(subscriber)

    async def put_subscriber_history(
        self, subscriber: Subscriber, channels: str | Iterable[str], limit: int | None = None
    ) -> None:
        """Give a subscriber the last messages of channels, before all that comes from now on.

        Args:
            subscriber: The subscriber.
            channels: One channel or several.
            limit: How many of each; none if `None` or 0, all that are kept if `-1`.
        """
        found: list[Event] = []
        if limit:
            for name in self._checked(channels):
                found += await self._backend.get_history(name, None if limit < 0 else limit)
        subscriber.put_history(found)

    def _forget(self, subscriber: Subscriber, channels: tuple[str, ...] | None) -> list[str]:
        """Take a subscriber off channels; those that nobody subscribes to any more."""
        left: list[str] = []
        for name in list(self._subscribers) if channels is None else channels:
            subscribed = self._subscribers.get(name, set())
            if subscriber in subscribed:
                subscribed.discard(subscriber)
                if not subscribed:
                    del self._subscribers[name]
                    left.append(name)
        if not any(subscriber in subscribed for subscribed in self._subscribers.values()):
            subscriber.stop()
        return left

    # What runs

    async def _again_and_again(
        self, work: Callable[[], Awaitable[None]], recover: Callable[[], Awaitable[None]]
    ) -> None:
        """Do what fails when the backend does, with a growing pause before each new attempt."""
        failures = 0
        while True:
            began = current_time()
            try:
                if failures:
                    await recover()
                await work()
            except Exception:
                if current_time() - began > LONG_ENOUGH:
                    failures = 0
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                level = logging.DEBUG if failures else logging.WARNING
                logger.log(level, "the backend failed: again in %g s", pause, exc_info=True)
                failures += 1
                await sleep(pause)

    async def _begin_anew(self) -> None:
        await self._backend.on_startup()
        names = list(self._subscribers)
        if names:
            await self._backend.subscribe(names)
        if not self._backend.resumes:
            for name in names:
                await self._hand_to_all(Gap(name))
        logger.warning("the backend is back")

    async def _hand_on(self) -> None:
        events = self._backend.stream_events()
        try:
            async for event in events:
                await self._hand_to_all(event)
        finally:
            await events.aclose()

    async def _hand_to_all(self, event: Event | Gap) -> None:
        subscribers = list(self._subscribers.get(event.channel, ()))
        if self._strategy == "backpressure":
            for subscriber in subscribers:
                await subscriber.put(event)
        else:  # PERF: a coroutine for each of thousands costs 0.2 us
            for subscriber in subscribers:
                subscriber.put_nowait(event)

    async def _send_published(self) -> None:
        while True:
            while self._unpublished:
                data, names = self._unpublished[0]
                await self._backend.publish(data, names)
                self._unpublished.popleft()
            self._drained.set()
            self._more = Signal()
            await self._more.wait()

    def _wake(self) -> None:
        self._more.set()

    async def _drain(self) -> None:
        """Wait until what was published is sent: not for long, where the backend is away."""
        if self._unpublished:
            self._drained = Signal()
            with CancelScope(shield=True), move_on_after(SECONDS_TO_DRAIN):
                await self._drained.wait()
        if self._unpublished:
            logger.error("%d published messages were not sent", len(self._unpublished))
            self._unpublished.clear()

    def _checked(self, channels: str | Iterable[str]) -> tuple[str, ...]:
        if self._group is None:
            raise ChannelsException("the channels do not run: serve the app with its lifespan")
        names = _several(channels)
        unknown = [] if self._arbitrary else [name for name in names if name not in self._known]
        if unknown:
            raise ChannelsException(
                f"there is no channel '{unknown[0]}': name it with channels=[...]"
            )
        return names

    def _encoded(self, data: Any) -> bytes:
        if isinstance(data, str):
            content = data.encode()
        elif isinstance(data, bytes):
            content = data
        else:
            content = encode_json(data, self._type_encoders)
        self._backend.check_message(content)  # else it would be tried for ever, before all others
        return content


def _several(channels: str | Iterable[str]) -> tuple[str, ...]:
    return (channels,) if isinstance(channels, str) else tuple(channels)


async def _nothing() -> None:
    """Stands where nothing is to be done before a new attempt."""


def _check_backlog(most: int | None, strategy: BacklogStrategy) -> None:
    known = get_args(BacklogStrategy)
    if strategy not in known:
        raise ChannelsException(
            f"subscriber_backlog_strategy={strategy!r}: say one of {', '.join(map(repr, known))}"
        )
    if most is None and strategy != "backoff":
        raise ChannelsException(
            f"subscriber_backlog_strategy={strategy!r}, but an unlimited backlog is never full:"
            " give a subscriber_max_backlog"
        )
