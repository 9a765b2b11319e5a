"""Halves of surrogate pairs are found, and left out, wherever they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http.surrogates import has_surrogate, without_surrogates


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\ud800", ""),
        ("a\udfffb", "ab"),
        ("\U0001f600", "\U0001f600"),
        ("\ud83d\ude00", ""),
        ("ü\udcff", "ü"),
        ("", ""),
    ],
    ids=[
        "the first",
        "the last",
        "a pair that is one character",
        "a pair that is two",
        "escaped",
        "nothing",
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    assert without_surrogates(text) == left
    assert has_surrogate(text) == (text != left)


@given(st.text(st.characters(codec=None, categories=["L", "Cs", "So"])))
def test_as_by_each_character(text: str) -> None:
    found = [each for each in text if "\ud800" <= each <= "\udfff"]
    assert has_surrogate(text) == bool(found)
    assert without_surrogates(text) == "".join(each for each in text if each not in found)
