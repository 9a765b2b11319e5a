"""What a function takes: annotations by names that its module does not have, and who is told to have asked."""

from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import pytest

from pleiad_di import Names, Planner, Provide, UnresolvedAnnotation, Var, provider_of, signature_of

FUNCTIONS: dict[str, Any] = {}
exec(  # so that no checker looks for the name
    "async def provide(x: 'Hidden' = 1) -> 'Hidden': ...\nasync def take(x: int) -> 'Hidden': ...",
    FUNCTIONS,
)
HIDDEN = {"Hidden": int}


def test_names_that_only_the_program_knows() -> None:
    signature = signature_of(FUNCTIONS["provide"], namespace=HIDDEN)
    assert (signature.parameters[0].annotation, signature.returns) == (int, int)
    assert provider_of(FUNCTIONS["provide"], namespace=HIDDEN).returns is int


def test_names_that_a_planner_knows() -> None:
    taking = signature_of(FUNCTIONS["take"], namespace=HIDDEN)

    def problems(**options: Any) -> list[type[Exception]]:
        planner = Planner({"x": Provide(FUNCTIONS["provide"])}, names=Names(), **options)
        planner.arguments(taking, ("take",))
        return [type(each) for each in planner.problems]

    assert problems() == [UnresolvedAnnotation]
    assert problems(namespace=HIDDEN) == []


@pytest.mark.parametrize("understand", [signature_of, provider_of])
@pytest.mark.parametrize(
    ("options", "begins"),
    [({}, "provide: an annotation"), ({"path": ("GET /", "x")}, "GET / -> x: an annotation")],
    ids=["nobody", "a route"],
)
def test_who_asked_is_told(understand: Any, options: Any, begins: str) -> None:
    with pytest.raises(UnresolvedAnnotation) as refused:
        understand(FUNCTIONS["provide"], **options)
    assert str(refused.value).startswith(begins)


async def plain(a: int, b: int = 2, /, c: int = 3, *, d: int = 4) -> None: ...


def shown(function: Any) -> Any:
    @wraps(function)
    def wrapper(**keywords: Any) -> Any:
        return function(**keywords)

    return wrapper


@dataclass
class Data:
    a: int
    c: int


class Taking:
    def method(self, a: int, c: int) -> None: ...

    def only(self, a: int, /, c: int) -> None: ...

    def star(*all: int, c: int) -> None: ...

    def __call__(self, a: int, c: int) -> None: ...


A, B, C, D = ((name, Var(name)) for name in "abcd")
CALLS = {
    "all": (plain, [A, B, C, D], "abc", "d"),
    "one is not there": (plain, [A, C, D], "a", "cd"),
    "none": (plain, [], "", ""),
    "a constant": (plain, [A, B, ("c", 5), D], "ab", "cd"),
    "a constant that has no other way": (plain, [A, ("b", 5), C], "abc", ""),
    "a method": (Taking().method, [A, C], "ac", ""),
    "a function of a class": (Taking.method, [("self", Var("self")), A, C], ("self", "a", "c"), ""),
    "a method with a parameter for positions": (Taking().only, [A, ("c", 5)], "a", "c"),
    "a method that takes all": (Taking().star, [C], "", "c"),
    "what a wrapper shows": (shown(Taking().method), [A, C], "", "ac"),
    "a class": (Data, [A, C], "", "ac"),
    "a partial": (partial(plain, 1), [C], "", "c"),
    "an object": (Taking(), [A, C], "", "ac"),
}


@pytest.mark.parametrize(
    ("function", "values", "arguments", "keywords"), CALLS.values(), ids=CALLS.keys()
)
def test_what_is_given_by_position(
    function: Any, values: Any, arguments: str, keywords: str
) -> None:
    by_position, by_name = signature_of(function).split(tuple(values))
    assert by_position == tuple(dict(values)[name] for name in arguments)
    assert [name for name, _ in by_name] == list(keywords)


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (plain, "abcd"),
        (Taking().method, "ac"),
        (Taking().only, "ac"),
        (Taking().star, "c"),
        (Taking(), "ac"),
    ],
    ids=["a function", "a method", "for positions", "that takes all", "an object"],
)
def test_the_parameters_that_are_taken(function: Any, names: str) -> None:
    assert [each.name for each in signature_of(function).parameters] == list(names)
