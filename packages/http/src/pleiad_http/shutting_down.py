"""That an app is to stop, for whoever waits for it or asks: streams, handlers, readiness checks."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any

from anyio import Event, sleep
from anyio.lowlevel import checkpoint

__all__ = ["SHUTTING_DOWN", "ShuttingDown"]

SHUTTING_DOWN = "pleiad.shutting_down"
"""Where a scope keeps what a stream waits for: a `ShuttingDown`, or an `anyio.Event`."""

LOOK = 0.01
"""Seconds between two looks at who still holds an app that is to stop."""


class ShuttingDown:
    """Like an `anyio.Event`, but of no event loop: any thread may set it, and so may a signal handler.

    It belongs to an app, which is there before any loop runs, and may be started again in another.
    """

    __slots__ = ("_holding", "_set", "_waiting")

    def __init__(self) -> None:
        self._set = False
        self._holding: set[object] = set()
        self._waiting: set[_Waiter] = set()

    def __repr__(self) -> str:
        return f"<ShuttingDown: {'set' if self._set else 'not set'}>"

    def is_set(self) -> bool:
        """Whether the app is to stop."""
        return self._set

    def set(self) -> None:
        """Tell everyone; a second time does nothing."""
        self._set = True
        for waiter in tuple(self._waiting):
            waiter.wake()

    def clear(self) -> None:
        """Forget it and who held it, for an app that starts again."""
        self._set = False
        self._holding.clear()

    async def wait(self) -> None:
        """Wait until the app is to stop."""
        waiter = _Waiter()
        # It is added before the flag is looked at: whoever sets that in between finds it.
        self._waiting.add(waiter)
        try:
            if self._set:
                await checkpoint()
            else:
                await waiter.event.wait()
        finally:
            self._waiting.discard(waiter)

    @contextmanager
    def held(self) -> Generator[None, None, None]:
        """Keep what the block stands on: it is closed when the block has ended, see `released`."""
        holder = object()
        self._holding.add(holder)
        try:
            yield
        finally:
            self._holding.discard(holder)

    async def released(self) -> None:
        """Wait until all that hold it now have let go; who comes later is not waited for.

        It is looked at, not told: who holds it may be of another event loop.
        """
        holding = frozenset(self._holding)
        while not holding.isdisjoint(self._holding):  # noqa: ASYNC110 - see above
            await sleep(LOOK)


class _Waiter:
    """A task that waits, and how its event loop is reached from elsewhere."""

    __slots__ = ("_soon", "event")

    def __init__(self) -> None:
        self.event = Event()
        self._soon = _scheduler()

    def wake(self) -> None:
        with suppress(RuntimeError):  # its loop has ended, and the task with it
            self._soon(self.event.set)


def _scheduler() -> Callable[..., Any]:
    """What has a function called in the running loop, from any thread or signal handler."""
    try:
        return asyncio.get_running_loop().call_soon_threadsafe
    except RuntimeError:
        import trio

        return trio.lowlevel.current_trio_token().run_sync_soon
