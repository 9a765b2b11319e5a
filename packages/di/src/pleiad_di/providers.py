"""What kind of callable a provider is, and the steps that bring its value."""

import inspect
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from enum import Enum
from functools import partial
from typing import Any, NamedTuple, get_args, get_origin

from pleiad_di.errors import ProviderError
from pleiad_di.once import Once
from pleiad_di.opened import (
    entered,
    entered_here,
    entered_in_thread,
    opened,
    opened_here,
    opened_in_thread,
)
from pleiad_di.provide import MISSING, Provide
from pleiad_di.signature import Keywords, Signature, signature_of
from pleiad_di.steps import Call, Open
from pleiad_di.threads import in_thread

__all__ = ["Kind", "Provider", "kind_of", "provider_of"]


class Kind(Enum):
    """How a provider gives its value: awaited, called, or opened and closed again."""

    ASYNC = "async function"
    SYNC = "sync function"
    CLASS = "class"
    ASYNC_GENERATOR = "async generator"
    GENERATOR = "generator"
    ASYNC_CONTEXT = "async context manager"
    CONTEXT = "context manager"


_OPENERS = {
    Kind.ASYNC_GENERATOR: (opened, opened),
    Kind.GENERATOR: (opened_here, opened_in_thread),
    Kind.ASYNC_CONTEXT: (entered, entered),
    Kind.CONTEXT: (entered_here, entered_in_thread),
}
"""For each kind that is closed again: what opens it on the event loop, and in a thread."""

_ON_THE_LOOP = frozenset({Kind.ASYNC, Kind.CLASS, Kind.ASYNC_GENERATOR, Kind.ASYNC_CONTEXT})
"""The kinds that run on the event loop unless told otherwise."""

_FUNCTIONS: tuple[tuple[Callable[[Any], bool], Kind], ...] = (
    (inspect.isasyncgenfunction, Kind.ASYNC_GENERATOR),
    (inspect.isgeneratorfunction, Kind.GENERATOR),
    (inspect.iscoroutinefunction, Kind.ASYNC),
)
_CONTEXTS: tuple[tuple[type[Any], Kind], ...] = (
    (AbstractAsyncContextManager, Kind.ASYNC_CONTEXT),
    (AbstractContextManager, Kind.CONTEXT),
)
_GIVING_THEIR_ARGUMENT = frozenset(
    {AsyncGenerator, AsyncIterator, AsyncIterable, Generator, Iterator, Iterable}
    | {AbstractAsyncContextManager, AbstractContextManager}
)


@asynccontextmanager
async def _async_sample() -> AsyncGenerator[None, None]:
    yield


@contextmanager
def _sync_sample() -> Generator[None, None, None]:
    yield


_DECORATED = {
    _async_sample.__code__: Kind.ASYNC_CONTEXT,
    _sync_sample.__code__: Kind.CONTEXT,
}
"""Whatever `contextlib` decorates runs the code object of its one helper."""


class Provider(NamedTuple):
    """A provider understood.

    Attributes:
        provide: What the user declared.
        kind: How it gives its value.
        signature: What it takes.
        returns: The type of its value, `MISSING` where it does not say.
    """

    provide: Provide
    kind: Kind
    signature: Signature
    returns: Any

    @property
    def closes(self) -> bool:
        """Whether its value is closed again."""
        return self.kind in _OPENERS

    @property
    def threaded(self) -> bool:
        """Whether it runs in a worker thread."""
        if self.provide.sync_to_thread is None:
            return self.kind not in _ON_THE_LOOP
        return self.provide.sync_to_thread

    def step(self, values: Keywords, gives: str) -> Call | Open:
        """The step that puts the provider's value into the variable `gives`.

        Args:
            values: What the provider takes.
            gives: The variable.
        """
        function, name = self.provide.dependency, self.signature.name
        arguments, keywords = self.signature.split(values)
        if self.closes:
            resource = Call(function, arguments, keywords, called=name)
            return Open(resource, _OPENERS[self.kind][self.threaded], gives)
        if self.provide.use_cache:
            return Call(self._once(), arguments, keywords, gives, awaits=True, called=name)
        if self.threaded:
            return Call(in_thread, (function, *arguments), keywords, gives, awaits=True)
        return Call(function, arguments, keywords, gives, self.kind is Kind.ASYNC, name)

    def _once(self) -> Once[Any]:
        """The provider's one call, shared by all plans that take it."""
        if self.provide.once is None:
            function = self.provide.dependency
            made = (
                function if self.kind is Kind.ASYNC else _awaited(function, threaded=self.threaded)
            )
            self.provide.once = Once(made, self.signature.name)
        return self.provide.once  # type: ignore[no-any-return]


_ASYNC = frozenset({Kind.ASYNC, Kind.ASYNC_GENERATOR, Kind.ASYNC_CONTEXT})
_WRONG: tuple[tuple[Callable[[Provide, Kind], bool], str, str], ...] = (
    (
        lambda provide, kind: provide.use_cache and kind in _OPENERS,
        "use_cache=True on a provider that must be closed ({kind}), which it would never be",
        "say scope='app' to open it once and close it when the app stops",
    ),
    (
        lambda provide, _: provide.use_cache and provide.scope == "app",
        "use_cache=True beside scope='app', which is made once anyway",
        "leave it out",
    ),
    (
        lambda provide, _: provide.until == "handler" and provide.scope == "app",
        "until='handler' beside scope='app', which lives as long as the app",
        "say one of them",
    ),
    (
        lambda provide, kind: provide.until == "handler" and kind not in _OPENERS,
        "until='handler' on a provider that is never closed ({kind})",
        "leave it out, or yield the value",
    ),
    (
        lambda provide, kind: provide.sync_to_thread is True and kind in _ASYNC,
        "sync_to_thread=True on a provider that is async ({kind})",
        "leave it out",
    ),
)
"""The options that exclude each other, or that a kind of provider has no use for: what was found, and
the repair."""


def provider_of(
    declared: Provide | Callable[..., Any],
    *,
    namespace: Mapping[str, Any] | None = None,
    path: Sequence[str] = (),
) -> Provider:
    """Understand a provider.

    Args:
        declared: A `Provide`, or a bare callable.
        namespace: Further names that its annotations may use.
        path: Who asks, for the error.

    Raises:
        ProviderError: It is not callable, or its options exclude each other.
        UnresolvedAnnotation: One of its annotations names what does not exist at run time.
    """
    provide = declared if isinstance(declared, Provide) else Provide(declared)
    if not callable(provide.dependency):
        raise ProviderError(
            path or ("dependencies",),
            f"{provide.dependency!r} is not callable",
            "give a function, a class or a callable object; a plain value belongs into a function",
        )
    signature = signature_of(provide.dependency, namespace=namespace, path=path)
    returns = signature.returns
    kind = kind_of(provide.dependency, returns)
    for is_wrong, found, repair in _WRONG:
        if is_wrong(provide, kind):
            raise ProviderError((*path, signature.name), found.format(kind=kind.value), repair)
    if kind in _OPENERS and get_origin(returns) in _GIVING_THEIR_ARGUMENT:
        returns = get_args(returns)[0]
    elif kind in _OPENERS and not isinstance(provide.dependency, type):
        returns = MISSING
    return Provider(provide, kind, signature, returns)


def kind_of(function: Callable[..., Any], returns: Any = MISSING) -> Kind:
    """How a callable gives its value.

    Args:
        function: Any callable; a `functools.partial` counts as what it wraps.
        returns: Its return annotation: one that names a context manager makes it one.
    """
    target: Any = function
    while isinstance(target, partial):
        target = target.func
    if isinstance(target, type):
        return _context_kind(target) or Kind.CLASS
    if not inspect.isroutine(target):
        target = type(target).__call__
    code = getattr(target, "__code__", None)
    if code in _DECORATED:
        return _DECORATED[code]
    for is_one, kind in _FUNCTIONS:
        if is_one(target):
            return kind
    return _context_kind(get_origin(returns)) or Kind.SYNC


def _context_kind(cls: Any) -> Kind | None:
    if not isinstance(cls, type):
        return None
    return next((kind for base, kind in _CONTEXTS if issubclass(cls, base)), None)


def _awaited(function: Callable[..., Any], *, threaded: bool) -> Callable[..., Awaitable[Any]]:
    if threaded:
        return partial(in_thread, function)

    async def call(*arguments: Any, **keywords: Any) -> Any:
        return function(*arguments, **keywords)

    return call
