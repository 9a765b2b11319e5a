"""Work that is done when the response has been sent."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec

from anyio import create_task_group, to_thread

__all__ = ["BackgroundTask", "BackgroundTasks"]

P = ParamSpec("P")


class BackgroundTask:
    """One function call.

    Args:
        fn: Sync, in a worker thread, or async.
        *args: Its positional arguments.
        **kwargs: Its keyword arguments.
    """

    __slots__ = ("args", "fn", "kwargs")

    def __init__(self, fn: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        self.fn: Callable[..., Any] = fn
        self.args: tuple[Any, ...] = args
        self.kwargs: dict[str, Any] = kwargs

    def __repr__(self) -> str:
        return f"BackgroundTask({getattr(self.fn, '__name__', self.fn)!s})"

    async def __call__(self) -> None:
        """Call the function; what it returns is awaited, if it can be, and forgotten."""
        if _is_async(self.fn):
            await self.fn(*self.args, **self.kwargs)
            return
        result = await to_thread.run_sync(lambda: self.fn(*self.args, **self.kwargs))
        if inspect.isawaitable(result):
            await result


def _is_async(fn: Callable[..., Any]) -> bool:
    """Whether calling it only makes a coroutine, which no thread is needed for."""
    called = getattr(fn, "__call__", None)  # noqa: B004 - asks what a call would be
    return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(called)


class BackgroundTasks:
    """Several calls.

    Args:
        tasks: In the order of their running.
        run_in_task_group: Whether they run at the same time instead.
    """

    __slots__ = ("run_in_task_group", "tasks")

    def __init__(self, tasks: Iterable[BackgroundTask], run_in_task_group: bool = False) -> None:  # noqa: FBT001, FBT002
        self.tasks = list(tasks)
        self.run_in_task_group = run_in_task_group

    async def __call__(self) -> None:
        """Run them all."""
        if not self.run_in_task_group:
            for task in self.tasks:
                await task()
            return
        async with create_task_group() as group:
            for task in self.tasks:
                group.start_soon(task)
