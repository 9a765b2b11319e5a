"""What layers say of parameters, and types that say how they are made of a request."""

from typing import Annotated, Any, ClassVar

import pytest

from pleiad_http import NotAuthorizedException, Request, ValidationException
from pleiad_params import (
    FromCookie,
    FromHeader,
    FromPath,
    FromQuery,
    Header,
    Parameter,
    Path,
    Query,
)

LAYERED = {
    "tenant": Parameter(str, header="X-Tenant", min_length=2),
    "page": Parameter(int, ge=1, default=1),
}


def function_taking(**annotations: Any) -> Any:
    namespace = {f"A{index}": each for index, each in enumerate(annotations.values())}
    taken = ", ".join(f"{name}: A{index}" for index, name in enumerate(annotations))
    exec(f"def function({taken}): ...", namespace)  # noqa: S102
    return namespace["function"]


class Layered:
    """A function within a layer that declares parameters."""

    def __init__(self, bound: Any, **annotations: Any) -> None:
        self.bound = bound(function_taking(**annotations), parameters=LAYERED, declared=True)


@pytest.mark.parametrize(
    ("annotations", "query", "headers", "expected"),
    [
        pytest.param({}, "", {"x-tenant": "ab"}, {}, id="nobody takes them"),
        pytest.param({"tenant": str}, "", {"x-tenant": "ab"}, {"tenant": "ab"}, id="the layer's source"),
        pytest.param({"page": int}, "page=3", {"x-tenant": "ab"}, {"page": 3}, id="query"),
        pytest.param({"page": int}, "", {"x-tenant": "ab"}, {"page": 1}, id="the layer's default"),
        pytest.param({"tenant": Annotated[str, Query()]}, "tenant=a", {}, {"tenant": "a"}, id="the handler's own wins"),
    ],
)  # fmt: skip
def test_layered(bound: Any, annotations: Any, query: str, headers: Any, expected: Any) -> None:
    assert Layered(bound, **annotations).bound(query, headers) == expected


@pytest.mark.parametrize(
    ("annotations", "query", "headers", "wrong"),
    [
        pytest.param({}, "", {}, [("x-tenant", "header")], id="missing"),
        pytest.param({}, "page=0", {"x-tenant": "a"}, [("x-tenant", "header"), ("page", "query")], id="both wrong"),
        pytest.param({"page": int}, "page=x", {"x-tenant": "ab"}, [("page", "query")], id="taken and wrong"),
    ],
)  # fmt: skip
def test_layered_and_wrong(
    bound: Any, annotations: Any, query: str, headers: Any, wrong: Any
) -> None:
    with pytest.raises(ValidationException) as refused:
        Layered(bound, **annotations).bound(query, headers)
    entries: Any = refused.value.extra
    assert sorted((each["key"].lower(), each["source"]) for each in entries) == sorted(wrong)


def test_a_layers_mistake_is_told(bound: Any) -> None:
    [problem] = bound(
        lambda: None, parameters={"x": Parameter(dict, header="X")}, declared=True
    ).problems
    assert "parameter 'x: dict' is of a type that no query, header or cookie can give" in problem


# Names and shorthands


@pytest.mark.parametrize(
    ("annotation", "query", "headers", "expected"),
    [
        pytest.param(FromQuery[int], "x_y=1", {}, 1, id="FromQuery"),
        pytest.param(FromHeader[int], "", {"x-y": "1"}, 1, id="FromHeader"),
        pytest.param(FromCookie[int], "", {"cookie": "x_y=1"}, 1, id="FromCookie"),
        pytest.param(Annotated[int, Header("X_Y")], "", {"x_y": "1"}, 1, id="name as given"),
        pytest.param(Annotated[int, Query("x-y")], "x-y=1", {}, 1, id="alias"),
        pytest.param(Annotated[int, Query(default=7)], "", {}, 7, id="default in the marker"),
    ],
)
def test_markers(bound: Any, annotation: Any, query: str, headers: Any, expected: Any) -> None:
    assert bound(function_taking(x_y=annotation))(query, headers) == {"x_y": expected}


def test_path_markers(bound: Any) -> None:
    path = {"id": (int, 5)}
    assert bound(function_taking(id=FromPath[int]), path=path)() == {"id": 5}
    assert bound(function_taking(item=Annotated[int, Path("id", ge=1)]), path=path)() == {"item": 5}
    [problem] = bound(function_taking(item=Annotated[int, Path()]), path=path).problems
    assert "is said to come from the path, which has no '{item}'" in problem
    hidden = Annotated[int, Parameter(include_in_schema=False)]
    [problem] = bound(function_taking(id=hidden), path=path).problems
    assert (
        "stands in the path, which documents show as it is: remove 'include_in_schema'" in problem
    )


def test_a_marker_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="unknown='drop': say 'ignore' or 'refuse'"):
        Query(unknown="drop")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Query.. has no option 'minimum'"):
        Query(minimum=3)  # type: ignore[call-arg]


# from_request


class Token:
    raises: ClassVar[tuple[type[Exception], ...]] = (NotAuthorizedException,)

    def __init__(self, text: str, page: int) -> None:
        self.text = text
        self.page = page

    def __repr__(self) -> str:
        return f"Token({self.text!r}, {self.page})"

    @classmethod
    async def from_request(cls, request: Request[Any, Any, Any], page: int = 1) -> "Token":
        text = request.headers.get("authorization")
        if not text:
            raise NotAuthorizedException("who is it?")
        return cls(text, page)


def test_a_type_made_of_the_request(bound: Any) -> None:
    made = bound(function_taking(token=Token, again=Token, page=int))
    found = made("page=3", {"authorization": "me"})
    assert (found["token"].text, found["token"].page, found["page"]) == ("me", 3, 3)
    assert found["token"] is found["again"]
    assert made.values.raises == [NotAuthorizedException]
    with pytest.raises(NotAuthorizedException):
        made("page=3")
