"""An app's startup and shutdown."""

import logging
from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import anyio

from pleiad_http import Message
from pleiad_testing.errors import LifespanFault, ProtocolFault
from pleiad_testing.scope import ASGI
from pleiad_testing.settings import Settings
from pleiad_testing.spawn import spawn
from pleiad_testing.whereabouts import standing_coroutine

__all__ = ["Lifespan"]

logger = logging.getLogger("pleiad.testing")

TESTED = "pleiad.tested"
"""Says to an app that nobody will send signals to it, and that the process is not its own."""

STARTUP = ("lifespan.startup.complete", "lifespan.startup.failed")
SHUTDOWN = ("lifespan.shutdown.complete", "lifespan.shutdown.failed")
NEXT = {"": STARTUP, "lifespan.startup.complete": SHUTDOWN}
"""What an app may send, by what it has sent last; after anything else, nothing."""


class Lifespan:
    """The lifespan of one app.

    An app that returns without a word, or raises without having received anything, does not
    support lifespans; that is allowed.

    Args:
        settings: Those of the client.

    Attributes:
        state: What the app has put into the scope's state.
    """

    def __init__(self, settings: Settings) -> None:
        self.state: dict[str, Any] = {}
        self._settings = settings
        self._change = anyio.Event()
        self._stopping = anyio.Event()
        self._task = anyio.CancelScope()
        self._running: Any = None
        self._received = 0
        self._last = ""
        self._answers: dict[str, str] = {}
        self._raised: BaseException | None = None
        self._fault: ProtocolFault | None = None
        self._ended = False

    async def start(self) -> None:
        """Run the startup.

        Raises:
            LifespanFault: The app reported a failure, or did not finish in time.
            ProtocolFault: What it sent may not come at this point.
            BaseException: What the app raised.
        """
        spawn(self._run)
        await self._until("startup", lambda: self._ended or self._said("startup"))
        if "startup.failed" in self._answers:
            await self._until("startup", lambda: self._ended)
        if not self._received and isinstance(self._raised, Exception):
            logger.debug("the app does not support lifespans", exc_info=self._raised)
            self._raised = None
        self._verdict("startup")

    async def stop(self) -> None:
        """Run the shutdown.

        Raises:
            LifespanFault: The app reported a failure, or did not finish in time.
            BaseException: What the app raised since its startup.
        """
        self._stopping.set()
        await self._until("shutdown", lambda: self._ended)
        self._verdict("shutdown")

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": ASGI.copy(), "state": self.state, TESTED: True}
        try:
            with self._task:
                self._running = self._settings.app(scope, self._receive, self._send)
                await self._running
        except BaseException as error:  # noqa: BLE001
            self._raised = error
        finally:
            self._running = None
            self._ended = True
            self._notify()

    async def _receive(self) -> Message:
        self._received += 1
        if self._received == 1:
            return {"type": "lifespan.startup"}
        await self._stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: Message) -> None:
        kind = str(message["type"]) if _is_message(message) else ""
        allowed = NEXT.get(self._last, ())
        if kind not in allowed:
            wanted = " or ".join(map(repr, allowed)) or "nothing"
            text = f"lifespan: the app sent {message!r}; at this point it may send {wanted}"
            self._fault = ProtocolFault(text)
            raise self._fault
        self._last = kind
        self._answers[kind.removeprefix("lifespan.")] = str(message.get("message", ""))
        self._notify()

    def _said(self, stage: str) -> bool:
        return f"{stage}.complete" in self._answers or f"{stage}.failed" in self._answers

    def _notify(self) -> None:
        self._change.set()
        self._change = anyio.Event()

    async def _until(self, stage: str, ready: Callable[[], bool]) -> None:
        seconds = inf if self._settings.seconds is None else self._settings.seconds
        try:
            with anyio.move_on_after(seconds):
                await self._wait(ready)
        except BaseException:
            self._task.cancel()
            raise
        if not ready():
            where = standing_coroutine(self._running)
            self._task.cancel()
            waits = f"; it waits{where}" if where else ""
            raise LifespanFault(
                f"lifespan: the app has not finished its {stage} within {seconds:g} s{waits}"
            )

    async def _wait(self, ready: Callable[[], bool]) -> None:
        while not ready():
            await self._change.wait()

    def _verdict(self, stage: str) -> None:
        error = self._raised or self._fault
        self._raised = self._fault = None
        message = self._answers.get(f"{stage}.failed")
        if error is None and message is not None:
            error = LifespanFault(f"lifespan: the app's {stage} failed: {message or 'no reason'}")
        if error is not None:
            self._task.cancel()
            try:
                raise error
            finally:
                del error  # or it were a cycle with this frame


def _is_message(value: object) -> bool:
    return isinstance(value, Mapping) and "type" in value
