import copy
import pickle
import threading
from typing import Any

import pytest

from pleiad_http import ImmutableState, State


def test_attributes_and_items() -> None:
    state = State({"a": 1})
    state.b = 2
    state["c"] = 3
    assert (state.a, state["b"], state.c) == (1, 2, 3)
    assert dict(state) == state.dict() == {"a": 1, "b": 2, "c": 3}
    del state.a
    del state["b"]
    assert list(state) == ["c"]
    assert len(state) == 1
    assert state
    assert not State()


def test_what_is_not_there() -> None:
    state = State()
    with pytest.raises(AttributeError, match="'a'"):
        state.a  # noqa: B018
    with pytest.raises(KeyError):
        state["a"]
    with pytest.raises(AttributeError, match="'a'"):
        del state.a
    assert getattr(state, "a", 5) == 5
    assert not hasattr(state, "__len_hint__")


def test_immutable() -> None:
    state = ImmutableState({"a": 1})
    with pytest.raises(AttributeError, match="immutable"):
        state.a = 2
    with pytest.raises(AttributeError, match="immutable"):
        del state.a
    with pytest.raises(TypeError):
        state["a"] = 2  # type: ignore[index]
    assert state.a == 1


@pytest.mark.parametrize(
    "made",
    [{"a": 1}, [("a", 1)], State({"a": 1}), ImmutableState({"a": 1})],
    ids=lambda v: type(v).__name__,
)
def test_made_of(made: Any) -> None:
    assert State(made).dict() == {"a": 1}


def test_deep_or_shallow() -> None:
    inner = [1]
    assert State({"a": inner}).a is inner
    assert State({"a": inner}, deep_copy=True).a is not inner
    assert ImmutableState({"a": inner}).a is not inner
    assert ImmutableState({"a": inner}, deep_copy=False).a is inner


def test_what_it_was_made_of_does_not_change_with_it() -> None:
    values = {"a": 1}
    state = State(values)
    state.a = 2
    assert values == {"a": 1}


def test_a_view_changes_with_its_mapping() -> None:
    values: dict[str, Any] = {"a": 1}
    state = State.view(values)
    values["b"] = 2
    assert isinstance(state, State)
    state.c = 3
    assert values == {"a": 1, "b": 2, "c": 3} == state.dict()


def test_copies() -> None:
    state = State({"a": [1]})
    other = state.copy()
    other.b = 1
    assert "b" not in state
    assert other.a is state.a
    assert type(state.immutable_copy()) is ImmutableState
    changed = state.immutable_copy().mutable_copy()
    changed.a = 5
    assert state.a == [1]
    assert copy.deepcopy(state).a is not state.a
    assert copy.copy(state).a is state.a
    assert State({"inner": state}, deep_copy=True).inner.a == [1]


def test_it_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(State({"a": 1}))) == State({"a": 1})


class Counting(State):
    count: int = 0
    names: list[str] = []
    label: str

    def increase(self) -> None:
        self.count += 1


class CountingMore(Counting):
    step: int = 2


def test_a_subclass_with_defaults() -> None:
    state = Counting({"label": "x"})
    state.increase()
    state.increase()
    assert (state.count, state["count"], state.label) == (2, 2, "x")
    assert Counting().count == 0
    assert Counting({"count": 7}).count == 7
    with pytest.raises(AttributeError):
        Counting().label  # noqa: B018


def test_defaults_are_not_shared() -> None:
    Counting().names.append("x")
    assert Counting().names == []
    first: dict[str, Any] = {}
    Counting.view(first)
    assert first == {"count": 0, "names": []}


def test_defaults_are_inherited() -> None:
    state = CountingMore()
    assert (state.count, state.step) == (0, 2)
    assert not hasattr(Counting(), "step")


def test_copies_keep_the_class() -> None:
    assert type(Counting().copy()) is Counting


def test_it_is_iterated_while_it_changes() -> None:
    state = State({"a": 1, "b": 2})
    for key in state:
        state[key + key] = 1
    assert len(state) == 4


def test_threads() -> None:
    state = State()

    def fill(n: int) -> None:
        for i in range(200):
            state[f"{n}-{i}"] = i
            list(state)

    threads = [threading.Thread(target=fill, args=(n,)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(state) == 800


def test_repr() -> None:
    assert repr(State({"a": 1})) == "State({'a': 1})"
