"""What one task waits on until another says that something has changed; it can be used again.

PERF: an event of anyio is for once, and making one costs 3 us: with a message to each of thousands,
that is a fifth of all. asyncio's own can be cleared.
"""

import asyncio
from typing import Protocol

from anyio import Event

__all__ = ["WakeUp", "wake_up"]


class WakeUp(Protocol):
    """An event that can be cleared."""

    def set(self) -> None:
        """Let who waits go on, now or when it comes to wait."""
        ...

    def clear(self) -> None:
        """Let who comes from now on wait."""
        ...

    async def wait(self) -> object:
        """Wait until it is set."""
        ...


def wake_up() -> WakeUp:
    """One for the running event loop, of asyncio or trio."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _Anew()
    return asyncio.Event()


class _Anew:
    """An event of anyio, made anew each time."""

    def __init__(self) -> None:
        self._event = Event()

    def set(self) -> None:
        self._event.set()

    def clear(self) -> None:
        if self._event.is_set():
            self._event = Event()

    async def wait(self) -> None:
        await self._event.wait()
