"""An event loop in a thread, for a client that is called without one."""

import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import CancelledError, Future
from contextvars import copy_context
from typing import Any, Generic, TypeVar

import anyio

from pleiad_testing.spawn import scheduler, spawn
from pleiad_testing.whereabouts import standing_thread

__all__ = ["LoopBlocked", "LoopThread"]

T = TypeVar("T")


class LoopBlocked(Exception):
    """The loop did not run anything for too long; the message says where its thread stands."""


class LoopThread:
    """A running event loop that other threads call.

    anyio's blocking portal would hang the whole test run with an app that blocks its loop: on exit
    it waits without a limit, for a call into the loop and then for the thread.

    Args:
        backend: `asyncio` or `trio`.
        options: Those of anyio's backend.
    """

    def __init__(self, backend: str, options: Mapping[str, Any]) -> None:
        self._soon: Callable[..., Any] | None = None
        self._stopping: anyio.Event | None = None
        self._failure: BaseException | None = None
        self._blocked = False
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(backend, dict(options)), name="pleiad-testing", daemon=True
        )
        self._thread.start()
        self._ready.wait()

    @property
    def running(self) -> bool:
        """Whether it can be called."""
        return self._soon is not None

    def call(self, seconds: float | None, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Call an async function in the loop, in the context of the caller; return its value.

        Args:
            seconds: After which the loop counts as blocked.
            function: Keeps its own, shorter, time.

        Raises:
            LoopBlocked: It did not return in time.
        """
        if self._soon is None:
            raise RuntimeError(
                "the event loop of the test client is not running"
            ) from self._failure
        self._blocked = False
        job = _Job(function)
        self._soon(copy_context().run, spawn, job.run)
        try:
            return job.future.result(seconds)
        except TimeoutError:
            if job.future.done():
                raise
            self._blocked = True
            raise LoopBlocked(standing_thread(self._thread.ident)) from None
        finally:
            if not job.future.done():
                self._soon(job.cancel)

    def stop(self, seconds: float) -> None:
        """End the loop; a thread that does not end in time is left to itself."""
        if self._soon is not None and self._stopping is not None:
            soon, self._soon = self._soon, None
            soon(self._stopping.set)
            self._thread.join(0 if self._blocked else seconds)

    def _run(self, backend: str, options: dict[str, Any]) -> None:
        try:
            anyio.run(self._main, backend=backend, backend_options=options)
        except BaseException as error:  # noqa: BLE001 - raised by the next call
            self._failure = error
        finally:
            self._soon = None
            self._ready.set()

    async def _main(self) -> None:
        self._stopping = anyio.Event()
        self._soon = scheduler()
        self._ready.set()
        await self._stopping.wait()


class _Job(Generic[T]):
    """One call that crosses from a thread to the loop."""

    def __init__(self, function: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._function = function
        self.future: Future[T] = Future()
        self._scope: anyio.CancelScope | None = None

    def cancel(self) -> None:
        """Called in the loop, where `run` may have to be called still."""
        self.future.cancel()
        if self._scope is not None:
            self._scope.cancel()

    async def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            with anyio.CancelScope() as self._scope:
                self.future.set_result(await self._function())
        except BaseException as error:  # noqa: BLE001 - raised in the thread that called
            self.future.set_exception(error)
        if not self.future.done():
            self.future.set_exception(CancelledError())
