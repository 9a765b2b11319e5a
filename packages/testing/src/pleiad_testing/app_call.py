"""One call of an app, in a task of its own, watched by a client that waits for it.

Whatever the client waits for has a deadline; what has not come by then is told with the line where
the app stands.
"""

from collections.abc import Callable
from math import inf
from typing import Any

import anyio

from pleiad_http import Message, Scope
from pleiad_testing.errors import AppFault, AppTimeout, ClientLeft
from pleiad_testing.settings import Settings
from pleiad_testing.spawn import spawn
from pleiad_testing.whereabouts import standing_coroutine

__all__ = ["LAST_WORDS", "AppCall", "follows_leaving"]

LAST_WORDS = 0.5
"""Seconds that an app has to end once it is cancelled."""


class AppCall:
    """One call of an app.

    Args:
        settings: Those of the client.
        label: What is asked, for errors.
        seconds: The time that the app has for each step; unlimited if `None`.

    Attributes:
        ended: Whether the app has ended.
    """

    def __init__(self, settings: Settings, label: str, seconds: float | None) -> None:
        self._settings = settings
        self._label = label
        self._seconds = seconds
        self._scope: Scope = {}
        self._change = anyio.Event()
        self._task = anyio.CancelScope()
        self._running: Any = None
        self._left = False
        self._reported: BaseException | None = None
        self._raised: BaseException | None = None
        self._fault: AppFault | None = None
        self.ended = False

    def cancel(self) -> None:
        """Stop the app without waiting for it."""
        self._left = True
        self._task.cancel()

    def _start(self) -> None:
        spawn(self._run)

    async def _run(self) -> None:
        try:
            with self._task:
                self._running = self._settings.app(self._scope, self._receive, self._send)
                await self._running
        except BaseException as error:  # noqa: BLE001
            self._raised = self._of_app(error)
        finally:
            self._running = None
            self.ended = True
            with anyio.CancelScope(shield=True):
                await self._finished()
            self._notify()

    async def _receive(self) -> Message:
        """Give the app its next message."""
        raise NotImplementedError

    async def _send(self, message: Message) -> None:
        """Take a message of the app's."""
        raise NotImplementedError

    async def _finished(self) -> None:
        """Clean up once the app has ended."""

    def _of_app(self, error: BaseException) -> BaseException | None:
        if not isinstance(error, anyio.get_cancelled_exc_class()):
            return error
        if self._task.cancel_called:
            return None
        fault = AppFault(f"{self._label}: the app cancelled itself")
        fault.__cause__ = error
        return fault

    def _report(self, error: BaseException) -> None:
        self._reported = self._reported or error

    def _over(self) -> bool:
        return self.ended

    def _notify(self) -> None:
        self._change.set()
        self._change = anyio.Event()

    async def _wait(self, ready: Callable[[], bool]) -> None:
        while not ready():
            await self._change.wait()

    def _deadline(self) -> float:
        return anyio.current_time() + (inf if self._seconds is None else self._seconds)

    async def _until(self, ready: Callable[[], bool], deadline: float, failing: str) -> None:
        try:
            with anyio.CancelScope(deadline=deadline):
                await self._wait(ready)
        except BaseException:
            self.cancel()
            raise
        # A loop that was blocked wakes up with the deadline over and the answer there.
        if not ready() or anyio.current_time() > deadline:
            raise await self._timed_out(failing)

    async def _timed_out(self, failing: str) -> AppTimeout:
        where = standing_coroutine(self._running)
        self.cancel()
        self._notify()
        with anyio.move_on_after(LAST_WORDS, shield=True):
            await self._wait(self._over)
        text = f"{self._label}: the app {failing} within {self._seconds:g} s"
        waits = f"; it waits{where}" if where else ""
        stays = "" if self.ended else "; it does not let itself be cancelled"
        timeout = AppTimeout(f"{text}{waits}{stays}")
        timeout.__cause__ = self._reported
        self._forget()
        return timeout

    def _forget(self) -> None:
        self._raised = self._reported = self._fault = None


def follows_leaving(error: BaseException | None, seen: set[int]) -> bool:
    """Whether an exception is a `ClientLeft`, or one that followed it."""
    if error is None or id(error) in seen:
        return False
    seen.add(id(error))
    inner: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    before = (error.__cause__, error.__context__)
    return (
        isinstance(error, ClientLeft)
        or any(follows_leaving(each, seen) for each in before)
        or (bool(inner) and all(follows_leaving(each, seen) for each in inner))
    )
