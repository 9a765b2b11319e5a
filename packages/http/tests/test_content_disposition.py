import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import content_disposition, header_pair


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", 'filename="a.txt"'),
        ("a b (1).txt", 'filename="a b (1).txt"'),
        ("", None),
        ("..", 'filename=".."'),
        ("naïve.txt", "filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"),
        ("€ rates", "filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates"),
        ('a"b.txt', "filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        # Django's CVE-2022-36359
        ('a"; filename="evil.sh', "filename=\"a_; filename=_evil.sh\"; filename*=UTF-8''a%22%3B%20filename%3D%22evil.sh"),
        ("100%.txt", "filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("a'b.txt", 'filename="a\'b.txt"'),
        ("/etc/passwd", 'filename="passwd"'),
        ("C:\\x\\a.txt", 'filename="a.txt"'),
        ("a/", None),
        ("a\r\nset-cookie: b", 'filename="aset-cookie: b"'),
        ("a\x00\x1b[0m\x7f\x85.txt", 'filename="a[0m.txt"'),
        ("\ud800a\udcff", 'filename="a"'),
        ("  a  ", 'filename="a"'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["attachment", "inline"])
def test_names(kind: Any, name: str, expected: str | None) -> None:
    assert content_disposition(kind, name) == (f"{kind}; {expected}" if expected else kind)


def test_another_kind() -> None:
    kind: Any = "form-data; x"
    with pytest.raises(ValueError, match="'attachment' or 'inline'"):
        content_disposition(kind, "a")


FORM = re.compile(
    r"""attachment(?:; filename="([^"\\%\r\n]*)"(?:; filename\*=UTF-8''([\w%!#$&+\-.^`|~]*))?)?"""
)


@given(st.text() | st.text("\"';=\\/%\r\n\x00é€ a"))
def test_every_name_is_one_that_a_header_holds(name: str) -> None:
    value = content_disposition("attachment", name)
    assert header_pair("content-disposition", value)[1].decode() == value
    found = FORM.fullmatch(value)
    assert found is not None
    told = unquote(found[2]) if found[2] else (found[1] or "")
    assert "/" not in told and "\\" not in told
    left = iter(name)
    assert all(char in left for char in told)  # in the same order
