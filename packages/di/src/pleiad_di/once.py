"""A provider called once: `Provide(..., use_cache=True)`."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from anyio import Lock

from pleiad_di.provide import MISSING

__all__ = ["Once"]

T = TypeVar("T")


class Once(Generic[T]):
    """Keeps the first result of an async callable; later arguments are not looked at."""

    __slots__ = ("__name__", "_function", "_lock", "_value")

    def __init__(self, function: Callable[..., Awaitable[T]], name: str) -> None:
        self.__name__ = name
        self._function = function
        self._lock = Lock()
        self._value: Any = MISSING

    async def __call__(self, *arguments: Any, **keywords: Any) -> T:
        if self._value is MISSING:
            async with self._lock:
                if self._value is MISSING:
                    self._value = await self._function(*arguments, **keywords)
        return self._value  # type: ignore[no-any-return]
