"""That an app is to stop, told across loops, threads and signal handlers."""

import signal
import threading
from contextvars import ContextVar

import anyio
import pytest

from pleiad_http import ShuttingDown

BACKENDS = ["asyncio", "trio"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_everybody_who_waits_is_told(backend):
    down, told = ShuttingDown(), []

    async def wait(name):
        await down.wait()
        told.append(name)

    async def main():
        with anyio.fail_after(5):
            async with anyio.create_task_group() as group:
                for name in "abc":
                    group.start_soon(wait, name)
                await anyio.sleep(0.01)
                assert (told, down.is_set()) == ([], False)
                down.set()
                assert down.is_set()
            await down.wait()

    anyio.run(main, backend=backend)
    assert sorted(told) == ["a", "b", "c"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_it_may_be_set_from_a_thread(backend):
    down = ShuttingDown()

    async def main():
        with anyio.fail_after(5):
            threading.Timer(0.01, down.set).start()
            await down.wait()

    anyio.run(main, backend=backend)
    assert down.is_set()


@pytest.mark.parametrize("backend", BACKENDS)
def test_it_may_be_set_by_a_signal_handler(backend):
    down = ShuttingDown()

    async def main():
        with anyio.fail_after(5):
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            await down.wait()

    before = signal.signal(signal.SIGALRM, lambda *_: down.set())
    try:
        anyio.run(main, backend=backend)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_waiting_for_what_is_set_lets_others_run():
    down, order = ShuttingDown(), []
    down.set()

    async def other():
        order.append("other")

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(other)
            await down.wait()
            order.append("waited")

    anyio.run(main)
    assert order == ["other", "waited"]


def test_who_stops_waiting_is_forgotten():
    down = ShuttingDown()

    async def main():
        with anyio.move_on_after(0.01):
            await down.wait()

    anyio.run(main)
    assert not down._waiting


def test_it_outlives_the_loop_of_who_waited():
    down = ShuttingDown()

    async def main(lost):
        lost.append(down.wait())
        lost[0].send(None)

    lost = []
    anyio.run(main, lost)
    down.set()  # its loop is closed: nothing to be told
    lost[0].close()
    down.clear()
    assert repr(down) == "<ShuttingDown: not set>"
    anyio.run(lambda: stop_soon(down), backend="trio")
    assert repr(down) == "<ShuttingDown: set>"


async def stop_soon(down):
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(down.wait)
            await anyio.sleep(0.01)
            down.set()


@pytest.mark.parametrize("backend", BACKENDS)
def test_it_is_released_when_all_that_hold_it_have_let_go(backend):
    down, order = ShuttingDown(), []

    async def hold(name, let_go):
        with down.held():
            await let_go.wait()
            order.append(name)

    async def main():
        gates = {name: anyio.Event() for name in "ab"}
        with anyio.fail_after(5):
            await down.released()
            async with anyio.create_task_group() as group:
                for name, gate in gates.items():
                    group.start_soon(hold, name, gate)
                await anyio.wait_all_tasks_blocked()
                group.start_soon(wait_released)
                await anyio.wait_all_tasks_blocked()
                late.__enter__()
                for gate in gates.values():
                    await anyio.sleep(0.03)
                    gate.set()

    async def wait_released():
        await down.released()
        order.append("released")

    late = down.held()  # who comes later is not waited for
    anyio.run(main, backend=backend)
    assert order == ["a", "b", "released"]


def test_it_is_let_go_by_what_fails_and_from_another_thread():
    down = ShuttingDown()

    def fail():
        with down.held():
            began.set()
            gate.wait(5)
            raise ZeroDivisionError

    def run():
        with pytest.raises(ZeroDivisionError):
            fail()

    began, gate = threading.Event(), threading.Event()
    thread = threading.Thread(target=run)
    thread.start()
    began.wait(5)
    assert down._holding
    threading.Timer(0.02, gate.set).start()
    anyio.run(down.released)
    thread.join()
    assert not down._holding


def test_an_app_that_starts_again_waits_for_nobody_of_its_last_life():
    down = ShuttingDown()
    forgotten = down.held()
    forgotten.__enter__()
    down.clear()
    anyio.run(down.released)


NAME = ContextVar("name", default="nobody")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("by", ["thread", "task"])
def test_a_function_is_called_once_where_it_was_told_to_be(backend, by):
    down, told = ShuttingDown(), []

    def tell():
        told.append((NAME.get(), threading.current_thread()))
        called.set()

    async def main():
        nonlocal called
        called = anyio.Event()
        with anyio.fail_after(5):
            NAME.set("who waits")
            with down.telling(tell):
                NAME.set("who sets")
                if by == "task":
                    down.set()
                else:
                    threading.Timer(0.01, down.set).start()
                await called.wait()
                down.set()
                await anyio.sleep(0.01)

    called = None
    anyio.run(main, backend=backend)
    assert told == [("who waits", threading.current_thread())]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_function_is_called_at_once_or_not_at_all(backend):
    down, told = ShuttingDown(), []

    async def main():
        with down.telling(lambda: told.append("left before")):
            down.set()
        await anyio.sleep(0.01)
        with down.telling(lambda: told.append("at once")):
            assert told == ["at once"]
            down.set()
            await anyio.sleep(0.01)

    anyio.run(main, backend=backend)
    assert told == ["at once"]
