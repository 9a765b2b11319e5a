"""The lifespans of several ASGI apps, run as one.

They start in order and stop in reverse. Where one fails to start, those that had started stop, and
the failure is raised. Where one fails to stop, the others stop all the same. An app that raises or
ends before it has answered the startup does not speak the protocol, and is left out (ASGI, Lifespan).

Each runs in a task of asyncio.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import AbstractAsyncContextManager
from typing import Any

__all__ = [
    "ASGIApp",
    "LifespanFailure",
    "Lifespans",
    "Message",
    "Receive",
    "Scope",
    "Send",
    "serve_lifespan",
]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class LifespanFailure(RuntimeError):
    """An app failed to start or to stop, and told so."""


class Lifespans:
    """An async context manager around the time in which the apps run.

    Leaving it raises what an app failed to stop with; a group of them, where it was several.

    Args:
        apps: In the order of their start; one that is there twice is started once.
        state: The server's lifespan state, which all of them share; None where it keeps none.

    Raises:
        LifespanFailure: An app failed to start; what then failed to stop is told in its notes.
    """

    __slots__ = ("_apps", "_running", "_state")

    def __init__(
        self, apps: Iterable[ASGIApp], state: MutableMapping[str, Any] | None = None
    ) -> None:
        self._apps = list({id(app): app for app in apps}.values())
        self._state = state
        self._running: list[_Running] = []

    async def __aenter__(self) -> "Lifespans":
        for app in self._apps:
            running = _Running(app, self._state)
            try:
                await running.start()
            except BaseException as error:
                for failure in await self._stop():
                    error.add_note(f"Then another one failed to stop: {failure!r}")
                raise
            self._running.append(running)
        return self

    async def __aexit__(self, *_: object) -> None:
        failures = await self._stop()
        if len(failures) == 1:
            raise failures[0]
        if failures:
            raise BaseExceptionGroup("several apps failed to stop", failures)

    async def _stop(self) -> list[BaseException]:
        failures: list[BaseException] = []
        while self._running:
            try:
                await self._running.pop().stop()
            except BaseException as error:  # noqa: BLE001 - the rest must stop as well
                failures.append(error)
        return failures


async def serve_lifespan(
    running: AbstractAsyncContextManager[Any], receive: Receive, send: Send
) -> None:
    """Speak the protocol with a server: it is told when `running` is entered, left, or has failed.

    Args:
        running: Such as `Lifespans`. An exception of it is sent with its traceback, not raised.
        receive: The server's.
        send: The server's.
    """
    stage = "startup"
    try:
        await receive()
        async with running:
            await send({"type": "lifespan.startup.complete"})
            stage = "shutdown"
            await receive()
    except Exception:  # noqa: BLE001 - raised as well, the server would tell it twice
        await send({"type": f"lifespan.{stage}.failed", "message": traceback.format_exc()})
    else:
        await send({"type": "lifespan.shutdown.complete"})


class _Running:
    """The lifespan of one app, in a task of its own."""

    def __init__(self, app: ASGIApp, state: MutableMapping[str, Any] | None) -> None:
        self._app = app
        self._scope: Scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
        }
        if state is not None:
            self._scope["state"] = state
        self._stages = iter(("startup", "shutdown"))
        self._stopping = asyncio.Event()
        self._failed = False
        self._said: asyncio.Queue[Message] = asyncio.Queue()

    async def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())
        await self._or_end(self._start())

    async def stop(self) -> None:
        self._stopping.set()
        await self._or_end(self._stop())

    async def _start(self) -> None:
        self._spoke = await self._answered("startup")

    async def _stop(self) -> None:
        if not self._task.done():
            await self._answered("shutdown")
        await asyncio.wait([self._task])
        error = self._error()
        if error is not None and self._spoke:
            raise error

    async def _or_end(self, stage: Awaitable[None]) -> None:
        """Go through a stage; the app does not outlive a failure of it."""
        try:
            await stage
        except BaseException:
            self._task.cancel()
            await asyncio.wait([self._task])
            raise

    async def _answered(self, stage: str) -> bool:
        """Whether the app said that a stage went well; False where it has ended without a word."""
        said = asyncio.ensure_future(self._said.get())
        try:
            await asyncio.wait([self._task, said], return_when=asyncio.FIRST_COMPLETED)
        finally:
            said.cancel()
        if said.cancelled() or not said.done():
            return False
        message = said.result()
        if message["type"].endswith(".failed"):
            self._failed = True
            self._stopping.set()
            await asyncio.wait([self._task])
            raise LifespanFailure(message.get("message") or f"{stage} failed") from self._error()
        return True

    def _error(self) -> BaseException | None:
        """What the app has ended with, if it has."""
        ended = self._task.done() and not self._task.cancelled()
        return self._task.exception() if ended else None

    # The app's side

    async def _run(self) -> None:
        await self._app(self._scope, self._receive, self._said.put)

    async def _receive(self) -> Message:
        stage = next(self._stages, None)
        if stage == "shutdown":
            await self._stopping.wait()
        if stage is None or self._failed:
            # There is nothing more to wait for: an app that loops without an end is ended.
            raise asyncio.CancelledError
        return {"type": f"lifespan.{stage}"}
