"""Injected functions: each case runs compiled, and as the plan says, with the same result and log."""

import contextvars
import gc
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from inspect import getsource
from typing import Annotated, Any, Protocol

import anyio
import pytest

from pleiad_di import Container, Dependency, NotOpen, Provide

pytestmark = pytest.mark.anyio

LOG: list[str] = []
HERE = contextvars.ContextVar("HERE", default="nowhere")


class Session:
    pass


class HasName(Protocol):
    name: str


class Named(HasName):
    def __init__(self) -> None:
        self.name = "named"


@pytest.fixture(autouse=True)
def _empty_log() -> None:
    LOG.clear()


def resource(name: str, *, fails: str = "") -> Callable[..., Any]:
    """An async generator that tells the log of its life."""

    async def opened() -> AsyncIterator[str]:
        LOG.append(f"open {name}")
        try:
            yield name
        except BaseException as error:
            LOG.append(f"{name} saw {type(error).__name__}")
            raise
        finally:
            LOG.append(f"close {name}")
            await anyio.sleep(0)
            LOG.append(f"closed {name}")
            if fails:
                raise OSError(fails)

    return opened


async def both(container: Container, function: Callable[..., Any], **given: Any) -> Any:
    """The result of the compiled function, when the plan gives the same."""
    injected = container.inject(function)
    outcomes = []
    for run in (injected, injected.plan.run):  # type: ignore[attr-defined]
        LOG.clear()
        try:
            outcome: Any = await run(**given)
        except Exception as error:
            outcome = (type(error), str(error))
        outcomes.append((outcome, list(LOG)))
    assert outcomes[0] == outcomes[1]
    return outcomes[0][0]


def sync_function() -> int:
    LOG.append("main" if threading.current_thread() is threading.main_thread() else "thread")
    return 1


async def async_function() -> int:
    return 2


def generator() -> Iterator[int]:
    HERE.set("inside")
    LOG.append("main" if threading.current_thread() is threading.main_thread() else "thread")
    yield 3
    LOG.append(HERE.get())


async def async_generator() -> AsyncIterator[int]:
    yield 4


@contextmanager
def context() -> Iterator[int]:
    HERE.set("inside")
    yield 5
    LOG.append(HERE.get())


@asynccontextmanager
async def async_context() -> AsyncIterator[int]:
    yield 6
    LOG.append("left")


def returns_context() -> AbstractAsyncContextManager[int]:
    return async_context()


class Callee:
    async def __call__(self) -> int:
        return 7


class Method:
    def value(self) -> int:
        return 8

    @classmethod
    async def of_class(cls) -> int:
        return 9


class Entered:
    async def __aenter__(self) -> int:
        LOG.append("enter")
        return 10

    async def __aexit__(self, *_: object) -> bool:
        LOG.append("exit")
        return True


class NoParameters:
    pass


KINDS: list[Any] = [
    pytest.param(sync_function, 1, ["thread"], id="sync"),
    pytest.param(Provide(sync_function, sync_to_thread=False), 1, ["main"], id="sync inline"),
    pytest.param(async_function, 2, [], id="async"),
    pytest.param(generator, 3, ["thread", "inside"], id="generator"),
    pytest.param(
        Provide(generator, sync_to_thread=False), 3, ["main", "inside"], id="generator inline"
    ),
    pytest.param(async_generator, 4, [], id="async generator"),
    pytest.param(context, 5, ["inside"], id="context manager"),
    pytest.param(
        Provide(context, sync_to_thread=False), 5, ["inside"], id="context manager inline"
    ),
    pytest.param(async_context, 6, ["left"], id="async context manager"),
    pytest.param(returns_context, 6, ["left"], id="returns a context manager"),
    pytest.param(Callee(), 7, [], id="callable object"),
    pytest.param(Method().value, 8, [], id="method"),
    pytest.param(Method.of_class, 9, [], id="class method"),
    pytest.param(partial(async_function), 2, [], id="partial"),
    pytest.param(Entered, 10, ["enter", "exit"], id="class that is a context manager"),
]


@pytest.mark.parametrize(("provider", "value", "log"), KINDS)
async def test_every_kind_of_provider(provider: Any, value: Any, log: list[str]) -> None:
    async def function(x: Any) -> Any:
        return x

    if isinstance(provider, type):
        provider = asynccontextmanager(entered_of(provider))
    assert await both(Container({"x": provider}), function) == value
    assert log == LOG
    HERE.set("nowhere")


def entered_of(cls: type[Any]) -> Callable[[], AsyncIterator[Any]]:
    async def opened() -> AsyncIterator[Any]:
        async with cls() as value:
            yield value

    return opened


async def test_a_value_is_made_once_and_shared() -> None:
    calls: list[str] = []

    async def a() -> object:
        calls.append("a")
        return object()

    async def b(a: object) -> object:
        return a

    async def function(a: object, b: object, c: Annotated[object, Provide(a)]) -> bool:
        return a is b is c

    container = Container({"a": a, "b": b})
    assert await container.inject(function)() is True
    assert calls == ["a"]
    await container.inject(function)()
    assert calls == ["a", "a"]


async def test_found_by_return_type() -> None:
    async def open_session() -> AsyncIterator[Session]:
        yield Session()

    async def named() -> Named:
        return Named()

    async def function(db: Session, who: HasName) -> bool:
        return isinstance(db, Session) and who.name == "named"

    assert await both(Container({"session": open_session, "thing": named}), function) is True


async def test_a_data_model_is_never_found_by_type() -> None:
    @dataclass
    class User:
        name: str

    async def current() -> User:
        return User("a")

    async def function(user: User) -> str:
        return user.name

    injected = Container({"current": current}).inject(function)
    assert await injected(user=User("given")) == "given"


async def test_what_nobody_provides_the_caller_gives() -> None:
    async def function(year: int, x: Any, limit: int = 10, *, month: int) -> list[Any]:
        return [year, x, limit, month]

    container = Container({"x": async_function})
    injected = container.inject(function)
    assert await injected(2026, month=11) == [2026, 2, 10, 11]
    assert await both(container, function, year=1, month=2, limit=3) == [1, 2, 3, 2]
    assert getsource(injected).splitlines()[0] == "async def function(year, month, limit):"


async def test_a_sync_function_runs_in_a_thread() -> None:
    assert await both(Container({}), sync_function) == 1
    assert LOG == ["thread"]


async def test_markers_as_defaults() -> None:
    async def function(
        a: int = Provide(async_function), b: int = Dependency(default=5), c: Any = Dependency()
    ) -> list[int]:  # type: ignore[assignment]
        return [a, b, c]

    assert await both(Container({"c": async_function}), function) == [2, 5, 2]


async def test_a_provider_may_take_its_own_name_from_another() -> None:
    async def first(limit: int = 3) -> int:
        return limit

    async def function(limit: int) -> int:
        return limit

    assert await both(Container({"limit": first}), function) == 3


async def test_cached_for_good() -> None:
    calls: list[int] = []

    async def slow() -> int:
        calls.append(1)
        await anyio.sleep(0.01)
        return len(calls)

    async def function(x: int) -> int:
        return x

    container = Container({"x": Provide(slow, use_cache=True)})
    injected = container.inject(function)
    results: list[int] = []

    async def call() -> None:
        results.append(await injected())

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(call)
    assert results == [1] * 5
    assert await container.inject(function)() == 1


async def test_app_scope() -> None:
    async def settings() -> str:
        LOG.append("settings")
        return "s"

    async def pool(settings: str) -> AsyncIterator[str]:
        LOG.append("open pool")
        yield f"pool of {settings}"
        LOG.append("close pool")

    async def function(pool: str) -> str:
        return pool

    container = Container(
        {"settings": Provide(settings, scope="app"), "pool": Provide(pool, scope="app")}
    )
    injected = container.inject(function)
    with pytest.raises(NotOpen, match="the app is not running"):
        await injected()
    async with container:
        assert [await injected(), await injected()] == ["pool of s"] * 2
        assert LOG == ["settings", "open pool"]
    assert LOG == ["settings", "open pool", "close pool"]
    with pytest.raises(NotOpen):
        await injected()


ENDS: list[Any] = [
    ("ok", "ok", ["open a", "open b", "handler", "close b", "closed b", "close a", "closed a"]),
    (ValueError("bad"), (ValueError, "bad"),
     ["open a", "open b", "handler", "b saw ValueError", "close b", "closed b", "a saw ValueError", "close a", "closed a"]),
]  # fmt: skip


@pytest.mark.parametrize(("end", "outcome", "log"), ENDS, ids=["returns", "raises"])
async def test_cleanup_once_and_in_reverse(end: Any, outcome: Any, log: list[str]) -> None:
    async def function(a: str, b: str) -> str:
        LOG.append("handler")
        if isinstance(end, Exception):
            raise end
        return str(end)

    assert await both(Container({"a": resource("a"), "b": resource("b")}), function) == outcome
    assert log == LOG


async def test_until_handler_closes_first() -> None:
    async def function(a: str, b: str) -> str:
        LOG.append("handler")
        return a + b

    container = Container({"a": Provide(resource("a"), until="handler"), "b": resource("b")})
    assert await both(container, function) == "ab"
    assert [each for each in LOG if "closed" not in each] == [
        "open b",
        "open a",
        "handler",
        "close a",
        "close b",
    ]


RAISED: list[Any] = [
    ValueError("x"), StopIteration("x"), StopAsyncIteration("x"), GeneratorExit("x"), RuntimeError("x"),
    KeyboardInterrupt("x"), ExceptionGroup("x", [ValueError("y")]),
]  # fmt: skip


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("provider", [async_generator, generator, context, async_context])
async def test_what_the_function_raises_comes_out(error: BaseException, provider: Any) -> None:
    async def function(x: int) -> int:
        raise error

    injected = Container({"x": Provide(provider, sync_to_thread=False)}).inject(function)
    with pytest.raises(BaseException) as raised:
        await injected()
    found: BaseException | None = raised.value
    while found is not None and found is not error:
        found = found.__cause__ or found.__context__
    assert found is error
    if not isinstance(error, StopIteration | StopAsyncIteration):
        assert raised.value is error


async def test_a_provider_that_swallows_does_not_suppress() -> None:
    async def swallowing() -> AsyncIterator[int]:
        try:
            yield 1
        except ValueError:
            LOG.append("swallowed")

    async def function(x: int) -> int:
        raise ValueError("x")

    assert await both(Container({"x": swallowing}), function) == (ValueError, "x")
    assert LOG == ["swallowed"]


async def test_the_last_failure_wins_and_keeps_the_rest() -> None:
    async def function(a: str, b: str) -> str:
        raise ValueError("handler")

    container = Container(
        {"a": resource("a", fails="a fails"), "b": resource("b", fails="b fails")}
    )
    with pytest.raises(OSError, match="a fails") as raised:
        await container.inject(function)()
    context = raised.value.__context__
    assert str(context) == "b fails"
    assert context is not None and str(context.__context__) == "handler"
    assert LOG.count("close a") == LOG.count("close b") == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [("yield 1; yield 2", "yielded twice"), ("if False: yield", "ended without a yield")],
)
@pytest.mark.parametrize("prefix", ["", "async "])
async def test_a_provider_yields_once(body: str, message: str, prefix: str) -> None:
    namespace: dict[str, Any] = {}
    exec(f"{prefix}def provider():\n    {body}", namespace)  # noqa: S102

    async def function(x: Any) -> None:
        return None

    with pytest.raises(RuntimeError, match=f"provider 'provider' {message}"):
        await Container({"x": namespace["provider"]}).inject(function)()


async def test_cleanup_is_shielded_when_the_scope_is_cancelled() -> None:
    async def function(a: str) -> None:
        await anyio.sleep(10)

    injected = Container({"a": resource("a")}).inject(function)
    with anyio.move_on_after(0.02) as scope:
        await injected()
    assert scope.cancelled_caught
    assert LOG[0] == "open a"
    assert LOG[2:] == ["close a", "closed a"]


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_cleanup_waits_for_a_thread_that_still_runs() -> None:
    import asyncio

    def work(a: str) -> None:
        LOG.append("work")
        time.sleep(0.1)
        LOG.append("worked")

    task = asyncio.ensure_future(Container({"a": resource("a")}).inject(work)())
    while "work" not in LOG:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert LOG == ["open a", "work", "worked", "a saw CancelledError", "close a", "closed a"]


@asynccontextmanager
async def grouped() -> AsyncIterator[anyio.CancelScope]:
    """A resource that holds a task group open, with something that runs in it."""
    LOG.append("open")
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep_forever)
        try:
            yield group.cancel_scope
        finally:
            LOG.append("close")
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0)
            LOG.append("closed")
            group.cancel_scope.cancel()


@asynccontextmanager
async def timed() -> AsyncIterator[anyio.CancelScope]:
    with anyio.fail_after(0.01) as scope:
        yield scope


@contextmanager
def timed_here() -> Iterator[anyio.CancelScope]:
    with anyio.fail_after(0.01) as scope:
        yield scope


def timed_generator() -> Iterator[anyio.CancelScope]:
    with anyio.fail_after(0.01) as scope:
        yield scope


async def sleeps(scope: anyio.CancelScope) -> None:
    await anyio.sleep_forever()


async def returns(scope: anyio.CancelScope) -> str:
    return "done"


def with_scope(function: Any, provider: Any) -> Any:
    provided = Provide(provider, sync_to_thread=False)
    return Container({"scope": provided}).inject(function)


@pytest.mark.parametrize("provider", [grouped, timed, timed_here, timed_generator])
async def test_a_resource_with_a_scope_of_its_own_ends_well(provider: Any) -> None:
    assert await with_scope(returns, provider)() == "done"


async def test_a_resource_with_a_task_group_is_closed_when_it_is_cancelled_from_outside() -> None:
    with anyio.move_on_after(0.01) as outer:
        await with_scope(sleeps, grouped)()
    assert outer.cancelled_caught
    assert LOG == ["open", "close", "closed"]


async def cancels(scope: anyio.CancelScope) -> None:
    scope.cancel()
    await anyio.sleep_forever()


async def test_a_resource_that_cancels_what_it_was_opened_for_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="'.*grouped' cancelled what it was opened for"):
        await with_scope(cancels, grouped)()
    assert LOG == ["open", "close", "closed"]


@pytest.mark.parametrize("provider", [timed, timed_here, timed_generator])
async def test_a_resource_that_ends_what_takes_too_long(provider: Any) -> None:
    with pytest.raises(TimeoutError):
        await with_scope(sleeps, provider)()


async def test_a_thread_of_a_cancelled_scope_leaves_as_cancelled() -> None:
    """Its late result is no good end: the awaits of the cleanup would be cancelled."""

    def work(a: str) -> None:
        time.sleep(0.05)
        LOG.append("worked")

    injected = Container({"a": resource("a")}).inject(work)
    with anyio.move_on_after(0.01) as scope:
        await injected()
    assert scope.cancelled_caught
    assert LOG[:2] == ["open a", "worked"]
    assert LOG[2].startswith("a saw ")
    assert LOG[3:] == ["close a", "closed a"]


async def test_more_resources_than_blocks_may_nest() -> None:
    names = [f"r{n}" for n in range(40)]
    container = Container({name: resource(name) for name in names})
    namespace: dict[str, Any] = {}
    exec(
        f"async def function({', '.join(f'{n}: str' for n in names)}):\n    return {' + '.join(names)}",
        namespace,
    )  # noqa: S102
    assert await both(container, namespace["function"]) == "".join(names)
    closed = [each for each in LOG if each.startswith("close ")]
    assert closed == [f"close {name}" for name in reversed(names)]


async def test_a_failing_call_leaves_no_cycle() -> None:
    async def function(a: str) -> None:
        raise ValueError("this one leaks")

    injected = Container({"a": resource("a")}).inject(function)

    async def call() -> None:
        with pytest.raises(ValueError, match="leaks"):
            await injected()

    await call()
    gc.collect()
    gc.disable()
    try:
        await call()
        found = [e for e in gc.get_objects() if type(e) is ValueError and "leaks" in str(e)]
        assert not found
    finally:
        gc.enable()
