"""Starting and stopping: the ASGI lifespan protocol.

From the start on the app knows when its server is told to stop, which is before it is stopped itself.

Start: app-scoped dependencies open, then the `lifespan` managers enter in order, mounted apps
start, and the `on_startup` hooks run. Stop: mounted apps and managers in reverse, then `on_shutdown`
hooks in their order, then the dependencies close. Whatever fails, the rest is stopped as well.
"""

import inspect
import traceback
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from typing import Any, cast

from pleiad.serving.stop_signals import told_to_stop
from pleiad_di import AppScope, Kind, kind_of
from pleiad_http import ASGIApp, Receive, Scope, Send, ShuttingDown
from pleiad_routing import Lifespans

__all__ = ["Lifespan"]

TESTED = "pleiad.tested"
"""In the scope of a test client, whose process is not the app's to watch."""

Manager = Callable[..., AbstractAsyncContextManager[Any]] | AbstractAsyncContextManager[Any]


class Lifespan:
    """What runs around an app.

    Args:
        app: Handed to whoever takes it.
        app_scope: The dependencies that live as long as the app.
        mounted: ASGI applications that live with it.
        managers: Async context managers, or callables that make one of the app.
        on_startup: Called with the app, or with nothing.
        on_shutdown: Called with the app, or with nothing.
        shutting_down: Set when the app is to stop.
    """

    def __init__(
        self,
        app: Any,
        app_scope: AppScope,
        mounted: Sequence[ASGIApp],
        managers: Sequence[Manager],
        on_startup: Sequence[Callable[..., Any]],
        on_shutdown: Sequence[Callable[..., Any]],
        shutting_down: ShuttingDown,
    ) -> None:
        self._app = app
        self._app_scope = app_scope
        self._mounted = mounted
        self._managers = managers
        self._on_startup = on_startup
        self._on_shutdown = on_shutdown
        self._shutting_down = shutting_down

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak the protocol with a server; a failure is told to it and raised."""
        await receive()
        started = False
        self._shutting_down.clear()
        try:
            with nullcontext() if TESTED in scope else told_to_stop(self._shutting_down):
                async with self.running():
                    await send({"type": "lifespan.startup.complete"})
                    started = True
                    await receive()
                    self._shutting_down.set()
                    # Not every server waits for its WebSockets, and these stand on what is closed now.
                    await self._shutting_down.released()
        except BaseException:
            stage = "shutdown" if started else "startup"
            await send({"type": f"lifespan.{stage}.failed", "message": traceback.format_exc()})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """The time in which the app answers."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._app_scope)
            for hook in reversed(self._on_shutdown):
                stack.push_async_callback(self._call, hook)
            for manager in self._managers:
                await stack.enter_async_context(self._entered(manager))
            await stack.enter_async_context(Lifespans(self._mounted))
            for hook in self._on_startup:
                await self._call(hook)
            yield

    def _entered(self, manager: Manager) -> AbstractAsyncContextManager[Any]:
        entered = hasattr(manager, "__aenter__")
        made: Any = manager if entered else cast("Any", manager)(*self._arguments(manager))
        return cast("AbstractAsyncContextManager[Any]", made)

    async def _call(self, hook: Callable[..., Any]) -> None:
        result = hook(*self._arguments(hook))
        if kind_of(hook) is Kind.ASYNC or inspect.isawaitable(result):
            await result

    def _arguments(self, function: Any) -> tuple[Any, ...]:
        """The app, where the function takes something."""
        return (self._app,) if inspect.signature(function).parameters else ()
