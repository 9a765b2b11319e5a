"""Tasks that outlive the call that starts them.

A task group would tie the app's task to the task of the caller: a client that is opened by a
fixture in one task and closed in another would fail. What runs here ends by itself or by its
own cancel scope, and lets no exception out.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any

__all__ = ["scheduler", "spawn"]

RUNNING: set[asyncio.Task[None]] = set()
"""The event loop itself keeps only weak references."""


def spawn(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Start a coroutine function in the running event loop, of asyncio or trio.

    Args:
        run: Lets no exception out.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        import trio

        trio.lowlevel.spawn_system_task(run, context=copy_context())
    else:
        task = loop.create_task(run())
        RUNNING.add(task)
        task.add_done_callback(RUNNING.discard)


def scheduler() -> Callable[..., Any]:
    """What other threads call to have a function called in the running event loop, without waiting.

    It takes the function and its arguments.
    """
    try:
        return asyncio.get_running_loop().call_soon_threadsafe
    except RuntimeError:
        import trio

        return trio.lowlevel.current_trio_token().run_sync_soon
