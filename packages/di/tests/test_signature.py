"""What a function takes: annotations by names that its module does not have, and who is told to have asked."""

from typing import Any

import pytest

from pleiad_di import Names, Planner, Provide, UnresolvedAnnotation, provider_of, signature_of

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
