from collections.abc import Sequence
from typing import Annotated, Any, Generic, Literal, NewType, Protocol, TypedDict, TypeVar

import pytest
import typing_extensions

from pleiad_di import agrees, fits
from pleiad_di.own import is_own

T = TypeVar("T")
Id = NewType("Id", int)


class Base: ...


class Sub(Base):
    def __repr__(self) -> str:
        return "Sub()"


class Duck(Protocol): ...


class Movie(TypedDict):
    title: str


class Page(TypedDict, Generic[T]):
    items: list[T]


class Song(typing_extensions.TypedDict):
    title: str


AGREE: list[Any] = [
    (int, int), (bool, int), (int, float), (Sub, Base), (Base, Sub), (int, Any), (Any, int), (int, object),
    (list[int], list), (list, list[int]), (list[int], Sequence[int]), (dict, Movie), (Movie, dict),
    (Page[int], Page[int]), (dict, Page[int]), (Song, Movie), (Song, dict[str, str]),
    (int, int | None), (int | None, int), (None, int | None), (int, T), (int, Id), (Id, int), (int, Duck),
    (Literal[1], int), (int, Literal[1]), (Annotated[int, 1], int), (list[int], list[str]),
]  # fmt: skip
DISAGREE: list[Any] = [
    (int, str), (str, int), (float, int), (None, int), (int, None), (list[int], dict), (Base, int), (int | str, bytes),
    (int, Song), (Song, int), (Page[int], int),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted"), AGREE, ids=repr)
def test_what_may_be_right_agrees(given: Any, wanted: Any) -> None:
    assert agrees(given, wanted)


@pytest.mark.parametrize(("given", "wanted"), DISAGREE, ids=repr)
def test_what_is_surely_wrong_does_not(given: Any, wanted: Any) -> None:
    assert not agrees(given, wanted)


FIT: list[Any] = [
    (1, int), (True, int), (1, float), (None, None), (None, int | None), ("a", Any), ((), Sequence[int]), ([], list[int]),
    (Sub(), Base), (1, Id), ("a", Literal["a"]), ({}, Movie), ({}, Page[int]), ({}, Song),
]  # fmt: skip


@pytest.mark.parametrize(("value", "annotation"), FIT, ids=repr)
def test_a_default_fits(value: Any, annotation: Any) -> None:
    assert fits(value, annotation)


@pytest.mark.parametrize(
    ("value", "annotation"), [("a", int), (None, int), (1, str), (1, bool), ((), list[int])]
)
def test_a_default_does_not_fit(value: Any, annotation: Any) -> None:
    assert not fits(value, annotation)


@pytest.mark.parametrize(
    ("annotation", "own"),
    [
        (Base, True),
        (Duck, True),
        (int, False),
        (Movie, False),
        (Song, False),
        (list[int], False),
        (Any, False),
    ],
)
def test_own_classes(annotation: Any, own: bool) -> None:
    assert is_own(annotation) is own
