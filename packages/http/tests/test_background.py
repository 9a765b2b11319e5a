import functools
import threading
from typing import Any

import anyio
import pytest

from pleiad_http import BackgroundTask, BackgroundTasks

pytestmark = pytest.mark.anyio


class Called:
    def __init__(self) -> None:
        self.calls: list[Any] = []

    async def __call__(self, *arguments: Any, **keywords: Any) -> None:
        self.calls.append((arguments, keywords))


async def test_an_async_function() -> None:
    calls: list[Any] = []

    async def note(a: int, *, b: int) -> None:
        calls.append((a, b, threading.get_ident()))

    await BackgroundTask(note, 1, b=2)()
    assert calls == [(1, 2, threading.get_ident())]


async def test_a_sync_function_runs_in_a_thread() -> None:
    calls: list[Any] = []
    await BackgroundTask(lambda a: calls.append((a, threading.get_ident())), 1)()
    assert calls[0][0] == 1
    assert calls[0][1] != threading.get_ident()


async def test_anything_that_is_called_like_an_async_function() -> None:
    called = Called()
    await BackgroundTask(called, 1)()
    await BackgroundTask(functools.partial(called.__call__, 2), x=3)()
    await BackgroundTask(lambda: called(4))()
    assert called.calls == [((1,), {}), ((2,), {"x": 3}), ((4,), {})]


async def test_several_run_in_order() -> None:
    order: list[int] = []

    async def note(n: int) -> None:
        await anyio.sleep(0.02 / n)
        order.append(n)

    tasks = [BackgroundTask(note, n) for n in (1, 2, 3)]
    await BackgroundTasks(tasks)()
    assert order == [1, 2, 3]
    await BackgroundTasks(tasks, run_in_task_group=True)()
    assert order[3:] == [3, 2, 1]


async def test_the_first_failure_ends_it() -> None:
    order: list[int] = []

    async def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await BackgroundTasks([BackgroundTask(fail), BackgroundTask(order.append, 1)])()
    assert order == []
    with pytest.raises(ExceptionGroup):
        await BackgroundTasks([BackgroundTask(fail)], run_in_task_group=True)()


def test_repr() -> None:
    assert repr(BackgroundTask(print, 1)) == "BackgroundTask(print)"
