"""Each wrong graph, and what its author is told."""

from collections.abc import Callable
from typing import Any, Literal, Optional, Union

import pytest

from pleiad_di import Container, Dependency, DependencyErrors, Provide, type_name


class Store:
    pass


async def red() -> Store:
    return Store()


async def blue() -> Store:
    return Store()


async def number() -> int:
    return 1


async def hen(egg: int) -> int:
    return egg


async def egg(chick: int) -> int:
    return chick


async def chick(hen: int) -> int:
    return hen


async def needs_it(missing: Store) -> int:
    return 1


async def pool(number: int) -> int:
    return number


async def short() -> Any:
    yield 1


async def lasting(short: int) -> Any:
    yield short


async def takes_unannotated(x) -> int:  # type: ignore[no-untyped-def]
    return 1


def asks(annotation: Any, name: str = "x", default: Any = ...) -> Any:
    async def function(x: Any) -> None: ...

    function.__annotations__["x"] = annotation
    if default is not ...:
        function.__defaults__ = (default,)
    if name != "x":
        namespace: dict[str, Any] = {"A": annotation}
        exec(f"async def function({name}: A) -> None: ...", namespace)  # noqa: S102
        return namespace["function"]
    return function


WRONG: list[Any] = [
    ({"red": red, "blue": blue}, asks(Store),
     "function: parameter 'x: Store' fits the dependencies 'red' and 'blue' by type: name the parameter as the one you mean, such as 'red'"),
    ({"hen": hen, "egg": egg, "chick": chick}, asks(int, "hen"),
     "function: dependencies wait for each other: hen -> egg -> chick -> hen: let one of them do without the other, or make a third that both take"),
    ({"outer": needs_it}, asks(int, "outer"),
     "function -> outer: parameter 'missing: Store' is provided by nothing: declare it: dependencies={'missing': Provide(...)}"),
    ({"number": number}, asks(int, default=Dependency()),
     "function: parameter 'x: int' is provided by nothing: declare it: dependencies={'x': Provide(...)}"),
    ({"x": number}, asks(str),
     "function: parameter 'x: str' takes what 'number' provides, which is declared as int: let the two annotations agree"),
    ({}, asks(int, default="a"),
     "function: parameter 'x: int' has the default 'a', which is no int: change the default, or annotate 'x: int | str'"),
    ({"x": takes_unannotated}, asks(int),
     "function -> x: parameter 'x' has no annotation: annotate it, such as 'x: str'"),
    ({"number": number, "pool": Provide(pool, scope="app")}, asks(int, "pool"),
     "function -> pool: parameter 'number: int' lives for one call: 'pool' lives as long as the app, so provide 'number' with scope='app' too"),
    ({"short": Provide(short, until="handler"), "lasting": lasting}, asks(Any, "lasting"),
     "function: parameter 'lasting: Any' lives until the response, but takes 'short', which ends with the handler: give both the same: until='response' to 'short', or until='handler' here"),
    ({"x": Provide(short, use_cache=True)}, asks(Any),
     "function -> short: use_cache=True on a provider that must be closed (async generator), which it would never be: say scope='app' to open it once and close it when the app stops"),
    ({"x": Provide(number, use_cache=True, scope="app")}, asks(int),
     "function -> number: use_cache=True beside scope='app', which is made once anyway: leave it out"),
    ({"x": Provide(short, until="handler", scope="app")}, asks(Any),
     "function -> short: until='handler' beside scope='app', which lives as long as the app: say one of them"),
    ({"x": Provide(number, until="handler")}, asks(int),
     "function -> number: until='handler' on a provider that is never closed (async function): leave it out, or yield the value"),
    ({"x": Provide(number, sync_to_thread=True)}, asks(int),
     "function -> number: sync_to_thread=True on a provider that is async (async function): leave it out"),
    ({"x": Provide(short, sync_to_thread=True)}, asks(Any),
     "function -> short: sync_to_thread=True on a provider that is async (async generator): leave it out"),
    ({"x": 5}, asks(Any),
     "function: 5 is not callable: give a function, a class or a callable object; a plain value belongs into a function"),
]  # fmt: skip


@pytest.mark.parametrize(("dependencies", "function", "message"), WRONG)
def test_a_wrong_graph_is_refused(dependencies: Any, function: Any, message: str) -> None:
    with pytest.raises(DependencyErrors) as refused:
        Container(dependencies).inject(function)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scope": "request"}, "Provide: scope='request': say 'call' or 'app'"),
        ({"until": "close"}, "Provide: until='close': say 'handler' or 'response'"),
    ],
)
def test_an_option_that_means_nothing_is_refused(options: Any, message: str) -> None:
    with pytest.raises(ValueError) as refused:
        Provide(number, **options)
    assert str(refused.value) == message


def test_a_marker_may_ask_not_to_compare_the_types() -> None:
    async def function(x: str = Dependency(skip_validation=True)) -> str:
        return x

    assert Container({"x": number}).inject(function)


def test_all_problems_at_once() -> None:
    async def function(a: Store, b: int = "x", *, c: Store) -> None: ...  # type: ignore[assignment]

    with pytest.raises(DependencyErrors) as refused:
        Container({"red": red, "blue": blue}).inject(function)
    assert [type(each).__name__ for each in refused.value.problems] == [
        "AmbiguousProvider",
        "TypeMismatch",
        "AmbiguousProvider",
    ]


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        pytest.param(None, "None", id="none"),
        pytest.param(Store, "Store", id="class"),
        pytest.param(list[Store], "list[Store]", id="list"),
        pytest.param(tuple[Store, ...], "tuple[Store, ...]", id="tuple"),
        pytest.param(Store | None, "Store | None", id="union"),
        pytest.param(Optional[Store], "Store | None", id="optional"),  # noqa: UP045
        pytest.param(Union[int, list[Store]], "int | list[Store]", id="older union"),  # noqa: UP007
        pytest.param(Literal["a", 1], "Literal['a', 1]", id="literal"),
        pytest.param(Callable[[Store], int], "Callable[[Store], int]", id="callable"),
        pytest.param(Any, "Any", id="any"),
    ],
)
def test_a_type_is_named_as_it_is_written(annotation: Any, name: str) -> None:
    assert type_name(annotation) == name
