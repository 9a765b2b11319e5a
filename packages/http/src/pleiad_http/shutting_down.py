"""That an app is to stop, for whoever waits for it or asks: streams, handlers, readiness checks."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import partial
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
        event = Event()
        with self.telling(event.set):
            if self._set:
                await checkpoint()
            else:
                await event.wait()

    @contextmanager
    def telling(self, tell: Callable[[], Any]) -> Generator[None, None, None]:
        """While the block runs, have a function called when the app is to stop.

        Args:
            tell: Called once, in this event loop and context; at once, where the app is to stop already.
        """
        waiter = _Waiter(tell)
        # It is added before the flag is looked at: whoever sets that in between finds it.
        self._waiting.add(waiter)
        try:
            if self._set:
                waiter.tell_once()
            yield
        finally:
            self._waiting.discard(waiter)
            waiter.tell = None

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
    """Who is told, and how its event loop is reached from elsewhere.

    Args:
        tell: What is called.

    Attributes:
        tell: The same, as long as it is to be called.
    """

    __slots__ = ("_context", "_soon", "tell")

    def __init__(self, tell: Callable[[], Any]) -> None:
        self.tell: Callable[[], Any] | None = tell
        self._context = copy_context()
        self._soon = _scheduler()

    def wake(self) -> None:
        with suppress(RuntimeError):  # its loop has ended, and who waits with it
            self._soon(partial(self._context.run, self.tell_once))

    def tell_once(self) -> None:
        tell, self.tell = self.tell, None
        if tell is not None:
            tell()


def _scheduler() -> Callable[[Callable[[], Any]], Any]:
    """What has a function called in the running loop, from any thread or signal handler."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        import trio

        return trio.lowlevel.current_trio_token().run_sync_soon
    return lambda function: loop.call_soon_threadsafe(_start, loop, function)


def _start(loop: asyncio.AbstractEventLoop, function: Callable[[], Any]) -> None:
    """Call a function within a task: in a callback of asyncio's anyio does not know where it is."""

    async def call() -> None:
        function()

    loop.create_task(call())  # the loop holds it until its first step, and it has but one
