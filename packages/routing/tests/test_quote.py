import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_routing.quote import quote_path, quote_segment, unquote

TEXT = st.text(st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        pytest.param("abc-._~", "abc-._~", id="unreserved"),
        pytest.param("!$&'()*+,;=:@", "!$&'()*+,;=:@", id="allowed in a segment"),
        pytest.param("a/b?c#d%e", "a%2Fb%3Fc%23d%25e", id="delimiters"),
        pytest.param(' "<>\\^`{|}', "%20%22%3C%3E%5C%5E%60%7B%7C%7D", id="not allowed"),
        pytest.param(".", "%2E", id="dot"),
        pytest.param("..", "%2E%2E", id="two dots"),
        pytest.param("...", "...", id="three dots"),
        pytest.param("\0\r\n", "%00%0D%0A", id="controls"),
        pytest.param("ü漢😀", "%C3%BC%E6%BC%A2%F0%9F%98%80", id="beyond ASCII"),
        pytest.param("\udcff", "%FF", id="a byte that a server let through"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_segment_is_quoted(text: str, quoted: str) -> None:
    assert quote_segment(text) == quoted


def test_a_path_keeps_its_slashes_and_no_dot_segment() -> None:
    assert quote_path("/a b/../c//d") == "/a%20b/%2E%2E/c//d"


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        quote_segment("\ud800")


@given(TEXT)
def test_what_is_quoted_is_unquoted_again(text: str) -> None:
    quoted = quote_segment(text)
    assert quoted.isascii()
    assert not set(quoted) & set("/?# \r\n\0\\")
    assert unquote(quoted.encode()) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"a%2Fb%2fc", "a/b/c", id="both cases"),
        pytest.param(b"%", "%", id="alone"),
        pytest.param(b"%4", "%4", id="cut"),
        pytest.param(b"%zz%%41", "%zz%A", id="no escape"),
        pytest.param(b"%  1", "%  1", id="spaces are no digits"),
        pytest.param(b"%2541", "%41", id="once only"),
        pytest.param(b"%FF", "\ufffd", id="no UTF-8"),
        pytest.param("ü".encode(), "ü", id="bytes as they are"),
    ],
)
def test_a_raw_segment_is_decoded(raw: bytes, text: str) -> None:
    assert unquote(raw) == text


@given(st.binary())
def test_no_bytes_are_an_error(raw: bytes) -> None:
    unquote(raw)
