"""State: what the parts of an app share, as attributes or as a mapping."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from copy import deepcopy
from threading import RLock
from typing import Any, ClassVar

__all__ = ["ImmutableState", "State"]


class ImmutableState(Mapping[str, Any]):
    """State that cannot be changed.

    A subclass may annotate its attributes; the values that it gives them are their defaults.

    Args:
        state: A mapping, pairs, or another state.
        deep_copy: Whether the values are copied as well.
    """

    __slots__ = ("_deep_copy", "_lock", "_state")

    _deep_copy: bool
    _lock: AbstractContextManager[bool]
    _state: MutableMapping[str, Any]

    _defaults: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Take the values of annotated names out of the class, where they would hide the state's."""
        super().__init_subclass__(**options)
        own = {
            name: vars(cls)[name]
            for name in vars(cls).get("__annotations__", ())
            if name in vars(cls)
        }
        for name in own:
            delattr(cls, name)
        cls._defaults = {**cls._defaults, **own}

    def __init__(
        self,
        state: "Mapping[str, Any] | Iterable[tuple[str, Any]] | ImmutableState" = (),
        deep_copy: bool = True,  # noqa: FBT001, FBT002 - the position is Litestar's
    ) -> None:
        given = dict(state)
        values = {**deepcopy(self._defaults), **(deepcopy(given) if deep_copy else given)}
        self._hold(values, deep_copy=deep_copy)

    @classmethod
    def view(cls, values: MutableMapping[str, Any]) -> "ImmutableState":
        """The state of a mapping itself, not of a copy: what changes in one changes in the other."""
        state = cls.__new__(cls)
        for name, value in cls._defaults.items():
            values.setdefault(name, deepcopy(value))
        state._hold(values, deep_copy=False)  # noqa: SLF001 - a constructor
        return state

    def _hold(self, values: MutableMapping[str, Any], *, deep_copy: bool) -> None:
        object.__setattr__(self, "_deep_copy", deep_copy)
        object.__setattr__(self, "_lock", RLock())
        object.__setattr__(self, "_state", values)

    def __getitem__(self, key: str) -> Any:
        return self._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._state))

    def __len__(self) -> int:
        return len(self._state)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ImmutableState.__slots__:
            raise AttributeError(name)
        try:
            return self._state[name]
        except KeyError:
            raise AttributeError(f"state has no '{name}'") from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"this state is immutable: '{name}' cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"this state is immutable: '{name}' cannot be deleted")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._state!r})"

    def __copy__(self) -> "ImmutableState":
        return self._like(dict(self._state))

    def __deepcopy__(self, memo: Any) -> "ImmutableState":
        return self._like(deepcopy(dict(self._state), memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self._state), self._deep_copy)

    def dict(self) -> "dict[str, Any]":
        """The values as a dict; the values themselves are shared."""
        return dict(self._state)

    def mutable_copy(self) -> "State":
        """A state with these values that can be changed."""
        return State(self._state, deep_copy=self._deep_copy)

    def immutable_copy(self) -> "ImmutableState":
        """A state with these values that cannot."""
        return ImmutableState(self._state, deep_copy=self._deep_copy)

    def _like(self, values: MutableMapping[str, Any]) -> "ImmutableState":
        state = type(self).__new__(type(self))
        state._hold(values, deep_copy=self._deep_copy)  # noqa: SLF001 - a constructor
        return state


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
        duplicate = self.__copy__()
        assert isinstance(duplicate, State)  # noqa: S101
        return duplicate
