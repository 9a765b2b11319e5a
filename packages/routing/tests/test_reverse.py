from typing import Any

import pytest

from pleiad_routing import NoRouteFound, Reverse, Template


@pytest.fixture
def names() -> Reverse:
    names = Reverse()
    names.add("books", Template("/books"))
    names.add("book", Template("/books/{id:int}"))
    names.add("book", Template("/books/{slug:str}"))
    names.add("book", Template("/books/{id:uuid}"))
    names.add("book", Template("/books/{id:int}"))
    return names


@pytest.mark.parametrize(
    ("name", "values", "path"),
    [
        pytest.param("books", {}, "/books", id="one template"),
        pytest.param("book", {"id": 5}, "/books/5", id="first that fits"),
        pytest.param("book", {"slug": "a/b"}, "/books/a%2Fb", id="by its parameters"),
        pytest.param(
            "book",
            {"id": "6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f"},
            "/books/6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f",
            id="by the value's type",
        ),
    ],
)
def test_a_name_leads_to_a_path(names: Reverse, name: str, values: Any, path: str) -> None:
    assert names.path(name, **values) == path


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        pytest.param("bok", {}, "there is no route 'bok'. Did you mean 'book'?", id="near name"),
        pytest.param("xyz", {}, "there is no route 'xyz'.", id="no near name"),
        pytest.param(
            "books", {"id": 1}, "path '/books' has no parameter 'id'.", id="unknown value"
        ),
        pytest.param(
            "book",
            {"id": "x"},
            "path '/books/{id:int}': 'x' is no value for 'id', which is of type 'int';"
            " path '/books/{slug:str}' has no parameter 'id'.;"
            " path '/books/{id:uuid}': 'x' is no value for 'id', which is of type 'uuid'",
            id="none of several",
        ),
    ],
)
def test_a_path_that_cannot_be_built(names: Reverse, name: str, values: Any, message: str) -> None:
    with pytest.raises(NoRouteFound) as refused:
        names.path(name, **values)
    assert str(refused.value) == message


def test_names_are_a_mapping(names: Reverse) -> None:
    assert list(names) == ["books", "book"]
    assert len(names) == 2
    assert [str(each) for each in names["book"]] == [
        "/books/{id:int}", "/books/{slug:str}", "/books/{id:uuid}",
    ]  # fmt: skip


def test_a_parameter_may_be_called_name(names: Reverse) -> None:
    names.add("user", Template("/{name:str}/{self:int}"))
    assert names.path("user", name="ann", self=1) == "/ann/1"
