"""State: what the parts of an app share, as attributes or as a mapping."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from copy import copy, deepcopy
from threading import RLock
from typing import Any

__all__ = ["ImmutableState", "State"]


class ImmutableState(Mapping[str, Any]):
    """State that cannot be changed.

    Args:
        state: A mapping, pairs, or another state.
        deep_copy: Whether the values are copied as well.
    """

    __slots__ = ("_deep_copy", "_lock", "_state")

    def __init__(
        self,
        state: "Mapping[str, Any] | Iterable[tuple[str, Any]] | ImmutableState" = (),
        deep_copy: bool = True,  # noqa: FBT001, FBT002 - the position is Litestar's
    ) -> None:
        values = state._state if isinstance(state, ImmutableState) else dict(state)  # noqa: SLF001
        object.__setattr__(self, "_deep_copy", deep_copy)
        object.__setattr__(self, "_lock", RLock())
        object.__setattr__(self, "_state", deepcopy(values) if deep_copy else dict(values))

    def __getitem__(self, key: str) -> Any:
        return self._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._state))

    def __len__(self) -> int:
        return len(self._state)

    def __bool__(self) -> bool:
        return bool(self._state)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._state[name]
        except KeyError:
            raise AttributeError(f"state has no '{name}'") from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"this state is immutable: '{name}' cannot be set")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._state!r})"

    def __copy__(self) -> "ImmutableState":
        return type(self)(self._state, deep_copy=False)

    def dict(self) -> "dict[str, Any]":
        """The values as a dict; the values themselves are shared."""
        return dict(self._state)

    def mutable_copy(self) -> "State":
        """A state with these values that can be changed."""
        return State(self._state, deep_copy=self._deep_copy)

    def immutable_copy(self) -> "ImmutableState":
        """A state with these values that cannot."""
        return ImmutableState(self._state, deep_copy=self._deep_copy)


class State(ImmutableState, MutableMapping[str, Any]):
    """State that can be changed, from several threads as well.

    Args:
        state: A mapping, pairs, or another state.
        deep_copy: Whether the values are copied as well.
    """

    __slots__ = ()

    def __init__(
        self,
        state: "Mapping[str, Any] | Iterable[tuple[str, Any]] | ImmutableState" = (),
        deep_copy: bool = False,  # noqa: FBT001, FBT002 - the position is Litestar's
    ) -> None:
        super().__init__(state, deep_copy)

    def __setitem__(self, key: str, value: Any) -> None:
        with self._lock:
            self._state[key] = value

    def __delitem__(self, key: str) -> None:
        with self._lock:
            del self._state[key]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(f"state has no '{name}'") from None

    def copy(self) -> "State":
        """A copy whose values are shared."""
        duplicate = copy(self)
        assert isinstance(duplicate, State)  # noqa: S101
        return duplicate
