"""YAML is read back by PyYAML as what was written, whatever the text is."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pleiad_openapi.as_yaml import to_yaml

TEXT = st.text() | st.sampled_from(
    [
        "yes",
        "No",
        "null",
        "~",
        "1",
        "1e3",
        "0x1f",
        "1_000",
        "12:30",
        "2001-01-01",
        "=",
        "<<",
        "a: b",
    ]
    + [
        "- a",
        "a #b",
        "#",
        "?",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        " a",
        "a ",
        "a\nb",
        "\u2028",
        "\x85",
        "",
    ]
    + [
        "y",
        "on",
        ".inf",
        ".nan",
        "None",
        "$ref",
        "/items",
        "\ufeff",
        "é",
        "😀",
        "a\tb",
        "---",
        "...",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_read_back(value):
    assert yaml.safe_load(to_yaml(value)) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {"a": {"b": [1, {"c": "d", "e": []}]}},
            "a:\n  b:\n    - 1\n    - c: d\n      e: []\n",
            id="nested",
        ),
        pytest.param([[1, 2], [[]]], "- - 1\n  - 2\n- - []\n", id="lists of lists"),
        pytest.param({"$ref": "#/a"}, '$ref: "#/a"\n', id="a reference"),
        pytest.param({"openapi": "3.1.1"}, 'openapi: "3.1.1"\n', id="a version is no number"),
        pytest.param(
            {"200": {"description": "no"}}, '"200":\n  description: "no"\n', id="no boolean"
        ),
        pytest.param("An item (of two)", "An item (of two)\n", id="prose stands plain"),
        pytest.param({}, "{}\n", id="nothing"),
    ],
)
def test_looks(value, expected):
    assert to_yaml(value) == expected
    assert yaml.safe_load(expected) == json.loads(json.dumps(value))
