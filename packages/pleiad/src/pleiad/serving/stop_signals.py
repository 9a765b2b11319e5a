"""Learning that the server was told to stop, before the server says so.

A server sends `lifespan.shutdown` when every connection has ended, and an endless stream never ends: so
the app looks at what tells the server. The law: a signal reaches the server exactly as before. Its
handler is called by ours, a second signal like the first; where nobody handles a signal, or only C
code does, nothing is installed.

granian's worker alone is told later, by the time that its open WebSockets need to end: it would drop
them without a word, and often crash by that.
"""

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from inspect import currentframe
from types import FrameType
from typing import Any

from anyio import move_on_after

from pleiad_http import ShuttingDown

__all__ = ["told_to_stop"]

SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""What tells uvicorn, granian's workers, and hypercorn without workers to stop."""

LOOK = 0.1
"""Seconds between two looks at hypercorn's event; its worker looks at it as often."""

LONGEST = 10.0
"""Seconds for which granian is kept waiting: twice the usual grace of a WebSocket."""

RUNNING: list[ShuttingDown] = []
"""The apps that run in this process, one within another; granian waits for the sockets of all."""


@contextmanager
def told_to_stop(shutting_down: ShuttingDown) -> Generator[None, None, None]:
    """Set `shutting_down` as soon as the server is told to stop, for as long as the block runs.

    Outside the main thread no signal can be seen: the app then learns of it by `lifespan.shutdown`.
    """
    with ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            stack.enter_context(_granian_waits(shutting_down))
            if callable(signal.getsignal(signal.SIGTERM)):  # by a server that stops gracefully
                for each in SIGNALS:
                    stack.enter_context(_chained(each, shutting_down))
            stack.enter_context(_watched_worker(shutting_down))
        yield


@contextmanager
def _chained(number: signal.Signals, shutting_down: ShuttingDown) -> Generator[None, None, None]:
    """Let the handler of a signal be called by one that sets `shutting_down` first.

    Event loops keep handlers of their own beside the one of the process, and hear of a signal by
    a file descriptor whatever that one does.
    """
    before = signal.getsignal(number)
    if not callable(before):
        yield
        return
    handle: Callable[[int, FrameType | None], Any] = before

    def chained(number: int, frame: FrameType | None) -> None:
        shutting_down.set()
        handle(number, frame)

    signal.signal(number, chained)
    try:
        yield
    finally:
        # A server that has put back its own by now is left alone.
        if signal.getsignal(number) is chained:
            signal.signal(number, before)


@contextmanager
def _watched_worker(shutting_down: ShuttingDown) -> Generator[None, None, None]:
    """Look at the event by which hypercorn tells its worker processes to stop.

    They get no signal. The event is an argument of the process, and only there to be found.
    """
    told = _event_of_hypercorn()
    if told is None:
        yield
        return
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK):
            if told.is_set():
                shutting_down.set()
                return

    threading.Thread(target=look, name="pleiad-shutting-down", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _event_of_hypercorn() -> Any:
    if "hypercorn" not in sys.modules or "multiprocessing" not in sys.modules:
        return None
    arguments = getattr(sys.modules["multiprocessing"].current_process(), "_kwargs", {})
    return arguments.get("shutdown_event")


@contextmanager
def _granian_waits(shutting_down: ShuttingDown) -> Generator[None, None, None]:
    """Let granian's worker stop when the WebSockets that are open by then have ended.

    Its own handler of a signal is the event loop's, from which nobody can get it: another one takes
    its place, and does the same later.
    """
    stop = _event_of_granian()
    if stop is None:
        yield
        return
    if not RUNNING:
        _replace_handlers(stop)
    RUNNING.append(shutting_down)
    try:
        yield
    finally:
        RUNNING.remove(shutting_down)


def _replace_handlers(stop: Any) -> None:
    """Have the event loop stop the worker when the apps that run have been released."""
    loop = asyncio.get_running_loop()
    stopping: list[asyncio.Task[None]] = []

    async def stop_later() -> None:
        try:
            with move_on_after(LONGEST):
                for each in tuple(RUNNING):
                    await each.released()
        finally:
            stop.set()

    def told() -> None:
        stopping.append(loop.create_task(stop_later()))

    for each in SIGNALS:
        loop.add_signal_handler(each, told)


def _event_of_granian() -> Any:
    """What stops granian's worker: a local variable of the function that runs its event loop."""
    if "granian" not in sys.modules:
        return None
    frame = currentframe()
    while frame is not None and frame.f_globals.get("__name__") != "granian.server.mp":
        frame = frame.f_back
    return None if frame is None else frame.f_locals.get("shutdown_event")
