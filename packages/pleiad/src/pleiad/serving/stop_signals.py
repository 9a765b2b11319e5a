"""Learning that the server was told to stop, before the server says so.

A server sends `lifespan.shutdown` when every connection has ended, and an endless stream never ends: so
the app looks at what tells the server. The law: a signal reaches the server exactly as before. Its
handler is called by ours, a second signal like the first; where nobody handles a signal, or only C
code does, nothing is installed.
"""

import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

from pleiad_http import ShuttingDown

__all__ = ["told_to_stop"]

SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""What tells uvicorn, granian's workers, and hypercorn without workers to stop."""

LOOK = 0.1
"""Seconds between two looks at hypercorn's event; its worker looks at it as often."""


@contextmanager
def told_to_stop(shutting_down: ShuttingDown) -> Generator[None, None, None]:
    """Set `shutting_down` as soon as the server is told to stop, for as long as the block runs.

    Outside the main thread no signal can be seen: the app then learns of it by `lifespan.shutdown`.
    """
    with ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
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
