"""Every operation has a name, and no two have one."""

import pytest

from pleiad_openapi import Operation
from pleiad_openapi.operation_ids import check_ids, operation_ids, segments_of


def op(method, path, name="", operation_id=None):
    return Operation(method=method, path=path, name=name, operation_id=operation_id, responses={})


@pytest.mark.parametrize(
    ("operations", "ids"),
    [
        pytest.param([op("GET", "/items", "list_items")], ["list_items"], id="its name"),
        pytest.param(
            [op("GET", "/users", "list"), op("GET", "/items", "list")],
            ["list_users", "list_items"],
            id="its path as well",
        ),
        pytest.param(
            [op("GET", "/items", "both"), op("PUT", "/items", "both")],
            ["both_get_items", "both_put_items"],
            id="its method as well",
        ),
        pytest.param(
            [op("GET", "/items", "show"), op("GET", "/items/{id}", "show")],
            ["show_items", "show_items_id"],
            id="several paths of one",
        ),
        pytest.param([op("GET", "/items/{id}")], ["get_items_id"], id="no name"),
        pytest.param([op("GET", "/", "")], ["get"], id="nothing at all"),
        pytest.param(
            [op("GET", "/a", "list", "list"), op("GET", "/b", "list")],
            ["list", "list_b"],
            id="a given one is kept",
        ),
    ],
)
def test_ids(operations, ids):
    assert operation_ids(operations) == ids
    assert list(check_ids(operations, ids)) == []


def test_the_order_does_not_matter():
    operations = [
        op("GET", "/users", "list"),
        op("GET", "/items", "list"),
        op("POST", "/items", "add"),
    ]
    forward, backward = operation_ids(operations), operation_ids(operations[::-1])
    assert forward == backward[::-1]


@pytest.mark.parametrize(
    ("operations", "told"),
    [
        pytest.param(
            [op("GET", "/a", operation_id="x"), op("PUT", "/b", operation_id="x")],
            "GET /a and PUT /b: both have the operation id 'x': give one of them another operation_id",
            id="two alike",
        ),
        *(
            pytest.param(
                [op("GET", "/a", operation_id=bad)],
                f"GET /a: {bad!r} is no operation id: begin with a letter, and go on with letters,"
                " digits and any of _ . - / :",
                id=repr(bad),
            )
            for bad in ("a b", "1a", "é", "a\n", "-")
        ),
    ],
)
def test_bad_ids(operations, told):
    [problem] = check_ids(operations, operation_ids(operations))
    assert str(problem) == told


def test_segments():
    assert segments_of("/items/{id}/") == ["items", "{id}"]
