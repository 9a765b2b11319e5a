"""An event loop in a thread, for a client that is called without one."""

import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, ParamSpec, TypeVar

import anyio
from anyio.from_thread import BlockingPortal

from pleiad_testing.whereabouts import standing_thread

__all__ = ["LoopBlocked", "LoopThread"]

P = ParamSpec("P")
T = TypeVar("T")


class LoopBlocked(Exception):
    """The loop did not run anything for too long; the message says where its thread stands."""


class LoopThread:
    """A running event loop that other threads call.

    anyio's own `start_blocking_portal` waits for its thread without a limit, and its thread is
    not a daemon: an app that blocks the loop would hang the whole test run.

    Args:
        backend: `asyncio` or `trio`.
        options: Those of anyio's backend.
    """

    def __init__(self, backend: str, options: Mapping[str, Any]) -> None:
        self._portal: BlockingPortal | None = None
        self._failure: BaseException | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(backend, dict(options)), name="pleiad-testing", daemon=True
        )
        self._thread.start()
        self._ready.wait()

    def call(
        self,
        seconds: float | None,
        function: Callable[P, Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call an async function in the loop, and wait for what it returns.

        Args:
            seconds: After which the loop counts as blocked.
            function: Keeps its own, shorter, time.
            *args: Its arguments.
            **kwargs: Its arguments by name.

        Raises:
            LoopBlocked: It did not return in time.
        """
        if self._portal is None:
            raise RuntimeError(
                "the event loop of the test client could not start"
            ) from self._failure
        future = self._portal.start_task_soon(lambda: function(*args, **kwargs))
        try:
            return future.result(seconds)
        except FutureTimeout:
            if future.done():
                raise
            raise LoopBlocked(standing_thread(self._thread.ident)) from None
        finally:
            future.cancel()

    def stop(self, seconds: float) -> None:
        """End the loop; a thread that does not end in time is left to itself."""
        if self._portal is not None and self._thread.is_alive():
            self._portal.start_task_soon(self._portal.stop, True)  # noqa: FBT003
        self._thread.join(seconds)

    def _run(self, backend: str, options: dict[str, Any]) -> None:
        try:
            anyio.run(self._main, backend=backend, backend_options=options)
        except BaseException as error:  # noqa: BLE001 - raised by the next call
            self._failure = error
        finally:
            self._portal = None if self._failure else self._portal
            self._ready.set()

    async def _main(self) -> None:
        async with BlockingPortal() as portal:
            self._portal = portal
            self._ready.set()
            await portal.sleep_until_stopped()
