"""Docstrings: the prose, and what sections say of names."""

import pytest

from pleiad_openapi.docstrings import read_docstring

GOOGLE = """Find things.

    In all of them:
    everywhere.

    Args:
        q: What to look for,
            in words.
        page (int): Which page.
        nothing said
    Returns:
        them: all of them

    Raises:
        NotFoundException: Nothing.
    """


@pytest.mark.parametrize(
    ("text", "prose", "names"),
    [
        pytest.param(None, "", {}, id="none"),
        pytest.param("", "", {}, id="empty"),
        pytest.param("  One line. ", "One line.", {}, id="a line"),
        pytest.param(
            GOOGLE,
            "Find things.\n\nIn all of them:\neverywhere.",
            {"q": "What to look for, in words.", "page": "Which page. nothing said"},
            id="Google",
        ),
        pytest.param("Attributes:\n    a: First.\n", "", {"a": "First."}, id="no prose"),
        pytest.param(
            "A.\n\nNote well:\n    this\n", "A.\n\nNote well:\n    this", {}, id="no section"
        ),
        pytest.param("A.\n\nAttributes:\n", "A.", {}, id="an empty section"),
        pytest.param(
            "A.\n\nArgs:\n    a: 1\n\nAttributes:\n    b: 2", "A.", {"a": "1", "b": "2"}, id="two"
        ),
    ],
)
def test_read(text, prose, names):
    assert read_docstring(text) == (prose, names)
