"""Channels within one process."""

from collections import deque
from collections.abc import AsyncGenerator, Iterable

from anyio import Event as Signal

from pleiad_websockets.channels.backend import ChannelsBackend, Event, Gap

__all__ = ["MemoryChannelsBackend"]


class MemoryChannelsBackend(ChannelsBackend):
    """Carries messages within this process.

    Args:
        history: How many messages of each channel are kept; of a channel to which nobody ever
            subscribed, none.
    """

    resumes = True

    def __init__(self, history: int = 0) -> None:
        self._most = history
        self._history: dict[str, deque[Event]] = {}
        self._subscribed: set[str] = set()
        self._number = 0
        self._events: deque[Event] = deque()
        self._more = Signal()

    async def on_startup(self) -> None:
        """Begin with what is kept already."""
        self._more = Signal()

    async def on_shutdown(self) -> None:
        """Forget what nobody has taken."""
        self._events.clear()

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        """Send a message."""
        for channel in channels:
            self._number += 1
            event = Event(channel, data, (self._number, 0))
            if channel in self._history:
                self._history[channel].append(event)
            if channel in self._subscribed:
                self._events.append(event)
        self._more.set()

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Subscribe; a channel is kept the history of from here on."""
        for channel in channels:
            self._subscribed.add(channel)
            if self._most:
                self._history.setdefault(channel, deque(maxlen=self._most))

    def last_position(self, channel: str) -> tuple[int, int]:
        """Where the last message of all stands."""
        return self._number, 0

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        """Unsubscribe."""
        self._subscribed.difference_update(channels)

    async def stream_events(self) -> AsyncGenerator[Event | Gap, None]:
        """What is sent from now on."""
        while True:
            while self._events:
                yield self._events.popleft()
            self._more = Signal()
            await self._more.wait()

    async def get_history(self, channel: str, limit: int | None = None) -> list[Event]:
        """The last messages."""
        kept = list(self._history.get(channel, ()))
        return kept if limit is None else kept[len(kept) - limit :] if limit else []
