"""Mappings with several values for a key."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

__all__ = ["FormMultiDict", "ImmutableMultiDict", "MultiDict", "QueryParams"]

T = TypeVar("T")


class ImmutableMultiDict(Mapping[str, T], Generic[T]):
    """Several values for a key; looked up as a mapping, it gives the last one.

    Args:
        items: Pairs in order, or a mapping to a value or a list of values.
    """

    __slots__ = ("_values",)

    def __init__(self, items: Iterable[tuple[str, T]] | Mapping[str, Any] = ()) -> None:
        self._values: dict[str, list[T]] = {}
        for key, value in items.items() if isinstance(items, Mapping) else items:
            self._values.setdefault(key, []).extend(value if isinstance(value, list) else [value])

    def __getitem__(self, key: str) -> T:
        return self._values[key][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ImmutableMultiDict) and self._values == other._values

    def __hash__(self) -> int:
        return hash(tuple(self.multi_items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.multi_items()!r})"

    def getall(self, key: str) -> list[T]:
        """Every value of a key, in order; empty where there is none."""
        return list(self._values.get(key, ()))

    def multi_items(self) -> list[tuple[str, T]]:
        """Every pair, the values of a key together."""
        return [(key, value) for key, values in self._values.items() for value in values]

    def dict(self) -> "dict[str, list[T]]":
        """Every key with the list of its values."""
        return {key: list(values) for key, values in self._values.items()}


class MultiDict(ImmutableMultiDict[T]):
    """The same, and it can be changed."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __setitem__(self, key: str, value: T) -> None:
        self._values[key] = [value]

    def __delitem__(self, key: str) -> None:
        del self._values[key]

    def add(self, key: str, value: T) -> None:
        """Add a value behind those that are there."""
        self._values.setdefault(key, []).append(value)


class QueryParams(ImmutableMultiDict[str]):
    """The values of a query."""

    __slots__ = ()


class FormMultiDict(ImmutableMultiDict[Any]):
    """The values of a form: text, or `UploadFile`."""

    __slots__ = ()

    async def close(self) -> None:
        """Close every file."""
        for _, value in self.multi_items():
            if hasattr(value, "close"):
                await value.close()
