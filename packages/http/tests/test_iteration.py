"""Items of any kind of content: in order, closed exactly once, one context for all of them."""

import threading
from collections import deque
from contextvars import ContextVar

import pytest

from pleiad_http.iteration import check_content, close_unused, items_of, on_the_loop

pytestmark = pytest.mark.anyio

MAIN = threading.get_ident()


async def numbers():
    for number in range(3):
        yield number


def sync_numbers():
    yield from range(3)


async def coroutine_of_numbers():
    return numbers()


class AsyncIterable:
    def __aiter__(self):
        return numbers()


class Iterable:
    def __iter__(self):
        return sync_numbers()


class Iterator:
    """Neither a generator nor to be closed."""

    def __init__(self, left=3):
        self.left = left

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return 2 - self.left


class AsyncIterator:
    def __init__(self):
        self.left = iter(range(3))

    def __aiter__(self):
        return self

    async def __anext__(self):
        for number in self.left:
            return number
        raise StopAsyncIteration


class Both(AsyncIterable):
    def __iter__(self):
        raise AssertionError("the async one is there")


class CallableIterable(Iterable):
    def __call__(self):
        raise AssertionError("it can be iterated over as it is")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param([0, 1, 2], id="list"),
        pytest.param((0, 1, 2), id="tuple"),
        pytest.param(range(3), id="range"),
        pytest.param(deque([0, 1, 2]), id="deque"),
        pytest.param(iter([0, 1, 2]), id="iterator of a list"),
        pytest.param(Iterable(), id="iterable"),
        pytest.param(Iterator(), id="iterator"),
        pytest.param(AsyncIterable(), id="async iterable"),
        pytest.param(AsyncIterator(), id="async iterator"),
        pytest.param(Both(), id="both"),
        pytest.param(CallableIterable(), id="a callable that is iterable"),
        pytest.param(sync_numbers, id="generator function"),
        pytest.param(numbers, id="async generator function"),
        pytest.param(coroutine_of_numbers, id="function of a coroutine"),
        pytest.param(Iterator, id="class of iterators"),
        pytest.param(lambda: [0, 1, 2], id="function of a list"),
    ],
)
async def test_items(content):
    check_content(content)
    items = await items_of(content)
    assert [item async for item in items] == [0, 1, 2]
    with pytest.raises(StopAsyncIteration):
        await items.__anext__()
    await items.aclose()


@pytest.mark.parametrize("taken", [0, 1, 3])
async def test_on_the_loop_no_thread_is_asked_and_it_is_closed_once(taken):
    log = []

    def threads():
        try:
            for _ in range(2):
                yield threading.get_ident()
        finally:
            log.append(threading.get_ident())

    content = threads()
    items = await items_of(on_the_loop(content))
    for _ in range(taken):
        assert await anext(items, MAIN) == MAIN
    await items.aclose()
    await items.aclose()
    assert log == [MAIN] * (taken > 0)
    assert next(content, None) is None


@pytest.mark.parametrize(
    "content",
    [AsyncIterable(), "ab", {"a": 1}, None, 3],
    ids=["async", "text", "dict", "nothing", "int"],
)
async def test_what_is_not_advanced_on_the_loop(content):
    assert on_the_loop(content) is content


@pytest.mark.parametrize("content", ["ab", b"ab", bytearray(b"ab"), {"a": 1}, ""], ids=repr)
async def test_what_is_one_item(content):
    assert [item async for item in await items_of(content)] == [content]


@pytest.mark.parametrize("content", [None, 3, object()], ids=["None", "int", "object"])
async def test_nothing_to_stream(content):
    with pytest.raises(TypeError, match=f"^{type(content).__name__} is nothing to stream"):
        check_content(content)
    with pytest.raises(TypeError, match=f"returned {type(content).__name__}"):
        await items_of(lambda: content)


class Closable:
    """Counts how often it is closed, and how often it is advanced."""

    def __init__(self):
        self.closed = self.advanced = 0


class SyncClosable(Closable):
    def __iter__(self):
        return self

    def __next__(self):
        self.advanced += 1
        return self.advanced

    def close(self):
        self.closed += 1


class AsyncClosable(Closable):
    def __aiter__(self):
        return self

    async def __anext__(self):
        self.advanced += 1
        return self.advanced

    async def aclose(self):
        self.closed += 1


@pytest.mark.parametrize("kind", [SyncClosable, AsyncClosable])
@pytest.mark.parametrize("advances", [0, 1, 5])
async def test_closed_exactly_once(kind, advances):
    content = kind()
    items = await items_of(content)
    for _ in range(advances):
        await items.__anext__()
    await items.aclose()
    await items.aclose()
    assert (content.advanced, content.closed) == (advances, 1)


@pytest.mark.parametrize("kind", [SyncClosable, AsyncClosable])
async def test_close_unused(kind):
    content = kind()
    await close_unused(content)
    assert (content.advanced, content.closed) == (0, 1)


async def test_callable_is_not_called_to_be_closed():
    def never():
        raise AssertionError("called")

    await close_unused(never)


async def test_sync_generator_never_runs_on_the_loop():
    threads = []

    def content():
        try:
            threads.append(threading.get_ident())
            yield 1
        finally:
            threads.append(threading.get_ident())

    items = await items_of(content())
    await items.__anext__()
    await items.aclose()
    assert len(threads) == 2
    assert threading.get_ident() not in threads


VARIABLE = ContextVar("VARIABLE", default="unset")


async def test_sync_generator_has_one_context():
    def content():
        token = VARIABLE.set("set")
        try:
            yield VARIABLE.get()
            yield VARIABLE.get()
        finally:
            VARIABLE.reset(token)  # a ValueError in any other context

    items = await items_of(content())
    assert [item async for item in items] == ["set", "set"]
    assert VARIABLE.get() == "unset"


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_exception_comes_out_as_it_is(kind):
    def fails():
        yield 1
        raise KeyError("own")

    async def fails_async():
        yield 1
        raise KeyError("own")

    items = await items_of(fails() if kind == "sync" else fails_async())
    assert await items.__anext__() == 1
    with pytest.raises(KeyError, match="own"):
        await items.__anext__()
    await items.aclose()
