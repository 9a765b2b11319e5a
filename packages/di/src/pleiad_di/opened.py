"""Resources of a call: what a generator or context manager gives, and its end, exactly once.

Each class here is an async context manager around one resource. None suppresses an exception: what
the handler raised reaches the client whatever a provider does with it. A resource's end is shielded
when it comes by cancellation, because under a cancelled scope its every await would be cancelled too.
The shield stands inside of what the resource opened, so an async generator must not hold a cancel
scope of its own open (PEP 789 tells why it never should); an async context manager may.
"""

from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any, Generic, TypeVar

from anyio import CancelScope, get_cancelled_exc_class
from anyio.lowlevel import checkpoint_if_cancelled

from pleiad_di.threads import in_thread

__all__ = [
    "entered",
    "entered_here",
    "entered_in_thread",
    "opened",
    "opened_here",
    "opened_in_thread",
]

T = TypeVar("T")
M = TypeVar("M")


class Opened(Generic[M]):
    """The law of the module; a subclass says how its kind of resource ends."""

    __slots__ = ("_resource",)

    def __init__(self, resource: M) -> None:
        self._resource = resource

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            return await self.end(None)
        try:
            if isinstance(error, get_cancelled_exc_class()):
                await self.end_cancelled(error)
            else:
                await self.end(error)
        except BaseException as raised:
            if raised is not error:
                raise
        finally:
            # Thrown into a generator, an error holds that generator's frame until it is reset.
            error.__traceback__ = trace
        return None

    async def end(self, error: BaseException | None) -> None:
        """Close the resource and tell it how its use ended; it may raise `error` again, or another."""
        raise NotImplementedError

    async def end_cancelled(self, error: BaseException) -> None:
        """The same where its use was cancelled."""
        with CancelScope(shield=True):
            await self.end(error)


class opened(Opened[AsyncGenerator[T, None]]):  # noqa: N801 - reads as a function in the source
    """An async generator: up to its `yield` to open, past it to close."""

    __slots__ = ()

    async def __aenter__(self) -> T:
        try:
            return await self._resource.__anext__()
        except StopAsyncIteration:
            raise _without_yield(self._resource) from None

    async def end(self, error: BaseException | None) -> None:
        try:
            if error is None:
                await self._resource.__anext__()
            else:
                await self._resource.athrow(error)
        except StopAsyncIteration:
            return
        await self._resource.aclose()
        raise _second_yield(self._resource)


class opened_here(Opened[Generator[T, None, None]]):  # noqa: N801
    """A sync generator on the event loop."""

    __slots__ = ()

    async def __aenter__(self) -> T:
        return _first(self._resource)

    async def end(self, error: BaseException | None) -> None:
        _last(self._resource, error)

    async def end_cancelled(self, error: BaseException) -> None:
        _last(self._resource, error)
        await _kept(self._resource, error)


class opened_in_thread(Opened[Generator[T, None, None]]):  # noqa: N801
    """A sync generator in worker threads: its two halves share one context."""

    __slots__ = ("_context",)

    _context: Context

    async def __aenter__(self) -> T:
        self._context = copy_context()
        return await in_thread(lambda: self._context.run(_first, self._resource))

    async def end(self, error: BaseException | None) -> None:
        await in_thread(self._context.run, _last, self._resource, error)


class entered(Opened[AbstractAsyncContextManager[T]]):  # noqa: N801
    """An async context manager. It may hold task groups and cancel scopes open: the shield is around them."""

    __slots__ = ("_shelter",)

    _shelter: CancelScope

    async def __aenter__(self) -> T:
        self._shelter = CancelScope()
        with ExitStack() as stack:
            stack.enter_context(self._shelter)
            value = await self._resource.__aenter__()
            stack.pop_all()
            return value

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with ExitStack() as stack:
            stack.push(self._shelter)
            await super().__aexit__(kind, error, trace)

    async def end(self, error: BaseException | None) -> None:
        await self._resource.__aexit__(type(error) if error else None, error, _trace(error))

    async def end_cancelled(self, error: BaseException) -> None:
        self._shelter.shield = True
        if await self._resource.__aexit__(type(error), error, _trace(error)):
            self._shelter.shield = False
            await _kept(self._resource, error)


class entered_here(Opened[AbstractContextManager[T]]):  # noqa: N801
    """A sync context manager on the event loop."""

    __slots__ = ()

    async def __aenter__(self) -> T:
        return self._resource.__enter__()

    async def end(self, error: BaseException | None) -> None:
        self._resource.__exit__(type(error) if error else None, error, _trace(error))

    async def end_cancelled(self, error: BaseException) -> None:
        if self._resource.__exit__(type(error), error, _trace(error)):
            await _kept(self._resource, error)


class entered_in_thread(Opened[AbstractContextManager[T]]):  # noqa: N801
    """A sync context manager in worker threads: its two halves share one context."""

    __slots__ = ("_context",)

    _context: Context

    async def __aenter__(self) -> T:
        self._context = copy_context()
        return await in_thread(lambda: self._context.run(self._resource.__enter__))

    async def end(self, error: BaseException | None) -> None:
        how = (type(error) if error else None, error, _trace(error))
        await in_thread(self._context.run, self._resource.__exit__, *how)


def _first(resource: Generator[T, None, None]) -> T:
    try:
        return next(resource)
    except StopIteration:
        raise _without_yield(resource) from None


def _last(resource: Generator[Any, None, None], error: BaseException | None) -> None:
    try:
        if error is None:
            next(resource)
        else:
            resource.throw(error)
    except StopIteration:
        return
    resource.close()
    raise _second_yield(resource)


def _trace(error: BaseException | None) -> TracebackType | None:
    return error.__traceback__ if error else None


def _without_yield(resource: object) -> RuntimeError:
    return RuntimeError(
        f"{_described(resource)} ended without a yield: a provider yields its value"
    )


def _second_yield(resource: object) -> RuntimeError:
    return RuntimeError(f"{_described(resource)} yielded twice: what follows its yield is cleanup")


async def _kept(resource: object, error: BaseException) -> None:
    """Go on where a resource kept a cancellation to itself: it is told again if it came from outside.

    Raises:
        RuntimeError: It was one of the resource's own, by a scope that it holds, and there is no result.
    """
    await checkpoint_if_cancelled()
    raise RuntimeError(f"{_described(resource)} cancelled what it was opened for") from error


def _described(resource: object) -> str:
    made_of = getattr(resource, "gen", resource)  # by contextlib
    return f"provider '{getattr(made_of, '__qualname__', type(made_of).__name__)}'"
