import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import ETag
from pleiad_http.etag import etags_of, read_etag


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (ETag("a"), '"a"'),
        (ETag("a", weak=True), 'W/"a"'),
        (ETag(""), '""'),
        (ETag("!#[]~,é"), '"!#[]~,é"'),
    ],
    ids=repr,
)
def test_written_and_read(tag: ETag, text: str) -> None:
    assert (tag.to_header(), ETag.from_header(text), read_etag(f" {text}\t")) == (text, tag, tag)


@pytest.mark.parametrize("value", ['a"b', "a b", "a\n", "\x7f", "\x00", "a\r\nset-cookie: b", "€"])
def test_what_no_tag_holds(value: str) -> None:
    with pytest.raises(ValueError, match="no tag has"):
        ETag(value)


@pytest.mark.parametrize(
    "text", ["", "a", '"', '"a', 'a"', "*", 'w/"a"', 'W/ "a"', '"a" "b"', '"a b"']
)
def test_what_is_no_tag(text: str) -> None:
    assert read_etag(text) is None
    with pytest.raises(ValueError, match="no entity tag"):
        ETag.from_header(text)


@pytest.mark.parametrize(
    ("a", "b", "weakly", "strongly"),
    [
        # RFC 9110, section 8.8.3.2
        (ETag("1", weak=True), ETag("1", weak=True), True, False),
        (ETag("1", weak=True), ETag("2", weak=True), False, False),
        (ETag("1", weak=True), ETag("1"), True, False),
        (ETag("1"), ETag("1"), True, True),
        (ETag("1"), ETag("2"), False, False),
    ],
)
def test_comparison(a: ETag, b: ETag, weakly: bool, strongly: bool) -> None:
    assert (a.is_same(b), a.is_same(b, strongly=True)) == (weakly, strongly)
    assert (b.is_same(a), b.is_same(a, strongly=True)) == (weakly, strongly)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ('"a"', [ETag("a")]),
        ('"a", W/"b" ,"c"', [ETag("a"), ETag("b", weak=True), ETag("c")]),
        ('"a","a,b"', [ETag("a"), ETag("a,b")]),
        ('"a", b, "c"', [ETag("a"), ETag("c")]),
        ("", []),
        (",,,", []),
        ('"', []),
        ("*", None),
        (" * ", None),
        ('*, "a"', [ETag("a")]),
    ],
)
def test_lists(text: str, tags: list[ETag] | None) -> None:
    assert etags_of(text) == tags


@given(st.text() | st.text('"W/, a*'))
def test_no_text_raises(text: str) -> None:
    tags = etags_of(text)
    assert tags is None or all(each.to_header() in text for each in tags)


@pytest.mark.parametrize("piece", ['"', '"a', 'W/"', '"a" ', "a", "W/", '" "'])
def test_long_lists_are_read(piece: str) -> None:
    """A search that went back to each quote would need minutes."""
    assert len(etags_of(piece * 100_000) or []) <= 100_000
