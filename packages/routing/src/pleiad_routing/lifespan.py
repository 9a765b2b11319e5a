"""The lifespans of several ASGI apps, run as one.

They start in order and stop in reverse. Where one fails to start, those that had started stop, and
the failure is raised. Where one fails to stop, the others stop all the same. An app that does not
speak the lifespan protocol is left out.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

__all__ = ["ASGIApp", "LifespanFailure", "Lifespans", "Message", "Receive", "Scope", "Send"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class LifespanFailure(RuntimeError):
    """A mounted app failed to start or to stop, and told so."""


class _Running:
    """The lifespan of one app, in a task of its own."""

    def __init__(self, app: ASGIApp, state: dict[str, Any]) -> None:
        self._app = app
        self._state = state
        self._stop = asyncio.Event()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._asked = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())
        await self._answer("startup")

    async def stop(self) -> None:
        self._stop.set()
        if self._task is not None and not self._task.done():
            await self._answer("shutdown")
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self._state,
        }
        await self._app(scope, self._receive, self._answers.put)

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "lifespan.startup"}
        await self._stop.wait()
        return {"type": "lifespan.shutdown"}

    async def _answer(self, stage: str) -> None:
        """Wait until the app has said how a stage went, or has ended without saying so."""
        task = self._task
        assert task is not None  # noqa: S101
        answer = asyncio.ensure_future(self._answers.get())
        await asyncio.wait([task, answer], return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            error = task.exception()
            # Raised before anything was said: the app does not speak the protocol (ASGI, Lifespan).
            if error is not None and stage == "shutdown":
                raise error
            return
        message = answer.result()
        if message["type"] == f"lifespan.{stage}.failed":
            await asyncio.wait([task])
            error = task.exception()
            raise LifespanFailure(message.get("message", "") or f"{stage} failed") from error


class Lifespans:
    """An async context manager around the time in which the apps run.

    Args:
        apps: In the order of their start.
        state: Shared with them, as ASGI's lifespan state.
    """

    __slots__ = ("_apps", "_running", "_state")

    def __init__(self, apps: Sequence[ASGIApp], state: dict[str, Any] | None = None) -> None:
        self._apps = apps
        self._state = {} if state is None else state
        self._running: list[_Running] = []

    async def __aenter__(self) -> "Lifespans":
        for app in self._apps:
            running = _Running(app, self._state)
            try:
                await running.start()
            except BaseException as error:
                await self._stop_all([error])
                raise
            self._running.append(running)
        return self

    async def __aexit__(self, *_: object) -> None:
        failures: list[BaseException] = []
        await self._stop_all(failures)
        if failures:
            raise failures[0]

    async def _stop_all(self, failures: list[BaseException]) -> None:
        while self._running:
            try:
                await self._running.pop().stop()
            except BaseException as error:  # noqa: BLE001 - the rest must stop as well
                failures.append(error)
