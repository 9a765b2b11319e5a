"""Mappings with several values for a key."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, Generic, Self, TypeVar, cast

from pleiad_http.uploads import UploadFile, close_all

__all__ = ["FormMultiDict", "ImmutableMultiDict", "MultiDict", "QueryParams"]

T = TypeVar("T")


class ImmutableMultiDict(Mapping[str, T], Generic[T]):
    """Several values for a key; looked up as a mapping, it gives the last one.

    Args:
        items: Pairs in order, another multi-dict, or a mapping to a value or a list of values.
    """

    __slots__ = ("_values",)

    def __init__(self, items: Iterable[tuple[str, T]] | Mapping[str, Any] = ()) -> None:
        self._values: dict[str, list[T]] = {}
        # PERF: whether it is a mapping takes 0.3 us to learn, a dict's own class 0.03.
        is_dict = items.__class__ is dict
        if not is_dict and isinstance(items, ImmutableMultiDict):
            self._values = cast("ImmutableMultiDict[T]", items).dict()
        elif is_dict or isinstance(items, Mapping):
            for name, given in cast("Mapping[str, Any]", items).items():
                self._values[name] = cast("list[T]", given)[:] if type(given) is list else [given]
        else:
            for key, value in items:
                self._values.setdefault(key, []).append(value)

    def __getitem__(self, key: str) -> T:
        return self._values[key][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ImmutableMultiDict):
            return NotImplemented
        return bool(self._values == other._values)  # pyright: ignore[reportUnknownMemberType]

    def __hash__(self) -> int:
        return hash(tuple(self.multi_items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.multi_items()!r})"

    def getall(self, key: str, default: Sequence[T] = ()) -> list[T]:
        """Every value of a key, in order.

        Args:
            key: The key.
            default: Given where there is none.
        """
        return list(self._values.get(key, default))

    def multi_items(self) -> list[tuple[str, T]]:
        """Every pair, the values of a key together."""
        return [(key, value) for key, values in self._values.items() for value in values]

    def dict(self) -> "dict[str, list[T]]":
        """Every key with the list of its values."""
        return {key: list(values) for key, values in self._values.items()}

    def mutable_copy(self) -> "MultiDict[T]":
        """The same pairs, to be changed."""
        return MultiDict(self)


class MultiDict(ImmutableMultiDict[T], MutableMapping[str, T]):
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

    def extend(self, items: Iterable[tuple[str, T]] | Mapping[str, Any]) -> None:
        """Add every pair behind those that are there."""
        for key, value in ImmutableMultiDict[T](items).multi_items():
            self.add(key, value)

    def popall(self, key: str) -> list[T]:
        """Remove a key; its values, none where it was not there."""
        return self._values.pop(key, [])

    def copy(self) -> "MultiDict[T]":
        """The same pairs, to be changed apart from these."""
        return MultiDict(self)

    def immutable(self) -> ImmutableMultiDict[T]:
        """The same pairs, not to be changed."""
        return ImmutableMultiDict(self)


class QueryParams(ImmutableMultiDict[str]):
    """The values of a query."""

    __slots__ = ()


class FormMultiDict(ImmutableMultiDict[Any]):
    """The values of a form: text, or `UploadFile`. As an async context manager it closes itself.

    Args:
        items: As of any multi-dict.
        content_types: What the client said that each of them is, with the same keys in order.
    """

    __slots__ = ("_content_types",)

    def __init__(
        self,
        items: Iterable[tuple[str, Any]] | Mapping[str, Any] = (),
        content_types: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        super().__init__(items)
        self._content_types = content_types

    @property
    def content_types(self) -> ImmutableMultiDict[str]:
        """What the client said that each value is: the same keys, the same order of values.

        Empty for text of which it said nothing, as for any of an urlencoded form. Browsers send a
        `Blob` of JSON as a file of its type.
        """
        said = self._content_types
        if said is None:
            items = self.multi_items()
            said = [(key, getattr(value, "content_type", "")) for key, value in items]
        return ImmutableMultiDict(said)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every file, even where the request is being cancelled; again, it does nothing."""
        await close_all(each for _, each in self.multi_items() if isinstance(each, UploadFile))
