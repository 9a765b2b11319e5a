"""What return annotations and function bodies say."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest

from pleiad.planning.returns import Shape, returned_value, returns_of
from pleiad.response import Redirect, Response
from pleiad.types import ASGIApp


class Mine(Response[int]):
    pass


class App:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


ANNOTATIONS: list[Any] = [
    (int, Shape.VALUE, int),
    (None, Shape.VALUE, type(None)),
    (Annotated[int, "x"], Shape.VALUE, int),
    (int | None, Shape.VALUE, int | None),
    (Any, Shape.RESPONSE, Any),
    (object, Shape.RESPONSE, Any),
    (Response, Shape.RESPONSE, Any),
    (Response[int], Shape.RESPONSE, int),
    (Mine, Shape.RESPONSE, int),
    (Redirect, Shape.RESPONSE, type(None)),
    (int | Response[str], Shape.RESPONSE, int | str),
    (ASGIApp, Shape.APP, Any),
    (App, Shape.APP, Any),
]


@pytest.mark.parametrize(("annotation", "shape", "content"), ANNOTATIONS, ids=str)
def test_an_annotation(annotation: Any, shape: Shape, content: Any) -> None:
    returns = returns_of(annotation)
    assert (returns.shape, returns.content) == (shape, content)


@pytest.mark.parametrize(
    ("annotation", "method", "status"),
    [
        (int, "GET", 200),
        (int, "POST", 201),
        (None, "POST", 201),
        (None, "DELETE", 204),
        (int, "DELETE", 200),
        (int, "PUT", 200),
    ],
)
def test_a_default_status(annotation: Any, method: str, status: int) -> None:
    assert returns_of(annotation).status(method) == status


async def a_dict() -> None:
    return {"a": 1}  # type: ignore[return-value]


async def a_filled_dict(a: int) -> None:
    return {"a": a}  # type: ignore[return-value]


def a_list() -> None:
    return [1, 2]  # type: ignore[return-value]


def a_tuple(a: int) -> None:
    return (a, a)  # type: ignore[return-value]


def a_set(a: int) -> None:
    return {a}  # type: ignore[return-value]


def a_string(a: int) -> None:
    return f"{a}"  # type: ignore[return-value]


def a_constant() -> None:
    return 5  # type: ignore[return-value]


def sometimes(a: int) -> None:
    if a:
        return None
    return "x"  # type: ignore[return-value]


def nothing() -> None:
    return None


def falls_through(a: list[int]) -> None:
    a.append(1)


def unknown(f: Callable[[], None]) -> None:
    return f()


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (a_dict, "a dict"),
        (a_filled_dict, "a dict"),
        (a_list, "a list"),
        (a_tuple, "a tuple"),
        (a_set, "a set"),
        (a_string, "a string"),
        (a_constant, "5"),
        (sometimes, "'x'"),
        (nothing, None),
        (falls_through, None),
        (unknown, None),
        (len, None),
    ],
)
def test_what_a_function_provably_returns(function: Any, found: str | None) -> None:
    assert returned_value(function) == found
