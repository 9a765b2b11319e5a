"""What a user writes to declare a dependency."""

from collections.abc import Callable
from typing import Any, Literal

__all__ = ["MISSING", "Dependency", "Lifetime", "Marker", "Provide", "Scope"]

Lifetime = Literal["handler", "response"]
Scope = Literal["call", "app"]


class Missing:
    """The absence of a value where `None` is one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class Marker:
    """The base of what may stand in `Annotated[...]`, or as a default that is none."""

    __slots__ = ()


class Provide(Marker):
    """Declares how a value is made: `dependencies={"db": Provide(open_db)}` or `Annotated[Db, Provide(open_db)]`.

    The provider may be a sync or async function, a sync or async generator function (what follows
    its `yield` is the cleanup), a function under `contextmanager` or `asynccontextmanager`, a class,
    or any callable object. What it takes is injected in turn.

    Args:
        dependency: The provider.
        use_cache: Call it once and keep the result as long as the process lives. For what must be
            closed, use `scope="app"` instead.
        sync_to_thread: Whether a sync provider runs in a worker thread. By default functions and
            generators do and classes do not: a constructor is seldom worth a thread's 50 us.
        scope: `"call"`: made once for each call of the handler, and shared by all who ask for it.
            `"app"`: opened when the app starts, closed when it stops.
        until: When a generator or context manager is closed. `"response"`: once the response is
            encoded, and before its first byte is sent; after the last byte of a stream.
            `"handler"`: as soon as the handler has returned.

    Raises:
        ValueError: Another scope, or another end.
    """

    __slots__ = ("dependency", "once", "scope", "sync_to_thread", "until", "use_cache")

    once: Any
    """The one call of a provider with `use_cache`, from the first plan on that takes it."""

    def __init__(
        self,
        dependency: Callable[..., Any],
        use_cache: bool = False,  # noqa: FBT001, FBT002 - the position is Litestar's
        sync_to_thread: bool | None = None,  # noqa: FBT001
        *,
        scope: Scope = "call",
        until: Lifetime = "response",
    ) -> None:
        if scope not in ("call", "app"):
            raise ValueError(f"Provide: scope={scope!r}: say 'call' or 'app'")
        if until not in ("handler", "response"):
            raise ValueError(f"Provide: until={until!r}: say 'handler' or 'response'")
        self.dependency = dependency
        self.use_cache = use_cache
        self.sync_to_thread = sync_to_thread
        self.scope = scope
        self.until = until
        self.once = None

    def __repr__(self) -> str:
        name = getattr(self.dependency, "__name__", repr(self.dependency))
        options = {
            "use_cache": self.use_cache or None,
            "sync_to_thread": self.sync_to_thread,
            "scope": None if self.scope == "call" else self.scope,
            "until": None if self.until == "response" else self.until,
        }
        set_ones = [f"{key}={value!r}" for key, value in options.items() if value is not None]
        return f"Provide({', '.join([name, *set_ones])})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Provide) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return (self.dependency, self.use_cache, self.sync_to_thread, self.scope, self.until)


class Dependency(Marker):
    """Marks a parameter as a dependency: `db: Db = Dependency()` or `Annotated[Db, Dependency()]`.

    Without a provider of that name and without a default, the program does not start. Without the
    marker the same parameter might be read from the query.

    Args:
        default: Taken where no provider of that name exists.
        skip_validation: Do not compare the provider's return annotation with the parameter's.
    """

    __slots__ = ("default", "skip_validation")

    def __init__(self, *, default: Any = MISSING, skip_validation: bool = False) -> None:
        self.default = default
        self.skip_validation = skip_validation

    def __repr__(self) -> str:
        return (
            "Dependency()" if self.default is MISSING else f"Dependency(default={self.default!r})"
        )
