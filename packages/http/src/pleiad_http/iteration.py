"""Items of any kind of content, one by one: async, from a worker thread, or at hand."""

import inspect
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

__all__ = ["Items", "check_content", "close_unused", "is_iterable", "items_of", "on_the_loop"]

SINGLE = (str, bytes, bytearray, memoryview, dict)
"""What could be iterated, but is one item itself."""

AT_HAND = (list, tuple, set, frozenset, deque, range)
"""Where the next item never has to be waited for, so that no thread is asked for it."""

MOST_THREADS = 64
"""Sync iterators that are advanced at the same time; their threads are not those of handlers, which
would wait for a thread as soon as forty slow streams are open."""

_LIMITER: RunVar[CapacityLimiter] = RunVar("pleiad_http.stream_threads")
_END = object()


class Items:
    """An async iterator over content at hand.

    It ends what it iterates over exactly once, however often it is closed and whether or not it was
    ever advanced.

    Args:
        content: An iterable.
    """

    __slots__ = ("_closed", "_iterator")

    def __init__(self, content: Any) -> None:
        self._iterator = self._iterate(content)
        self._closed = False

    def __aiter__(self) -> Any:
        return self

    async def __anext__(self) -> Any:
        """The next item."""
        item = next(self._iterator, _END)
        if item is _END:
            raise StopAsyncIteration
        return item

    async def aclose(self) -> None:
        """Close the iterator, where that can be done to it."""
        if not self._closed:
            self._closed = True
            await self._close()

    def _iterate(self, content: Any) -> Any:
        return iter(content)

    async def _close(self) -> None: ...


class AsyncItems(Items):
    """Items of an async iterable."""

    __slots__ = ()

    def __aiter__(self) -> Any:
        """The iterator itself. PERF: a coroutine between it and a loop takes 0.2 us an item."""
        return self._iterator

    async def __anext__(self) -> Any:
        return await self._iterator.__anext__()

    def _iterate(self, content: Any) -> Any:
        return content.__aiter__()

    async def _close(self) -> None:
        close = getattr(self._iterator, "aclose", None)
        if close is not None:
            await close()


class LoopItems(Items):
    """Items of a sync iterable that never waits for one."""

    __slots__ = ()

    async def _close(self) -> None:
        close = getattr(self._iterator, "close", None)
        if close is not None:
            close()


class ThreadItems(Items):
    """Items of a sync iterable, which may wait for each of them.

    One item a hop: an item that was taken along with others would have to wait for the next one. All
    hops have one context, so that a variable that is set before an item can be reset after it.
    """

    __slots__ = ("_context",)

    def __init__(self, content: Any) -> None:
        super().__init__(content)
        self._context: Context = copy_context()

    async def __anext__(self) -> Any:
        item = await self._hop(next, self._iterator, _END)
        if item is _END:
            raise StopAsyncIteration
        return item

    async def _close(self) -> None:
        close = getattr(self._iterator, "close", None)
        if close is not None:
            await self._hop(close)

    async def _hop(self, function: Callable[..., Any], *arguments: Any) -> Any:
        in_context = partial(self._context.run, function, *arguments)
        return await to_thread.run_sync(in_context, limiter=_stream_threads())


def _stream_threads() -> CapacityLimiter:
    try:
        return _LIMITER.get()
    except LookupError:
        _LIMITER.set(limiter := CapacityLimiter(MOST_THREADS))
        return limiter


def check_content(content: Any) -> None:
    """See that content can be iterated over, or may give what can.

    Raises:
        TypeError: It cannot.
    """
    if not (is_iterable(content) or callable(content)):
        raise TypeError(
            f"{type(content).__name__} is nothing to stream: give an iterable, an iterator,"
            " a generator, or a callable that returns one"
        )


async def items_of(content: Any, *arguments: Any) -> Items:
    """Its items, where they come from; a callable is called.

    Args:
        content: See `check_content`.
        *arguments: What a callable is called with.

    Raises:
        TypeError: The callable returned nothing that can be iterated over.
    """
    if not is_iterable(content):
        content = content(*arguments)
        if inspect.isawaitable(content):
            content = await content
        if not is_iterable(content):
            found = type(content).__name__
            raise TypeError(f"the callable that was to give a stream's items returned {found}")
    if hasattr(content, "__aiter__"):
        return AsyncItems(content)
    if isinstance(content, SINGLE):
        return Items([content])
    return Items(content) if type(content) in AT_HAND else ThreadItems(content)


def on_the_loop(content: Any) -> Any:
    """The content; where it is a sync iterable, as one that no worker thread is asked for."""
    is_sync = is_iterable(content) and not hasattr(content, "__aiter__")
    one = issubclass(type(content), SINGLE)
    return LoopItems(content) if is_sync and not one else content


async def close_unused(content: Any) -> None:
    """Close what will never be asked for an item; a callable is not called."""
    if is_iterable(content):
        await (await items_of(content)).aclose()


def is_iterable(content: Any) -> bool:
    """Whether it is iterated over as it is."""
    if isinstance(content, type):  # called, it makes an iterable
        return False
    return hasattr(content, "__aiter__") or hasattr(content, "__iter__")
