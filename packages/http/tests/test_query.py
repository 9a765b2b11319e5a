from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import ClientException, RequestEntityTooLarge, parse_query, parse_urlencoded


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b"a=1&b=2&a=3", {"a": ["1", "3"], "b": ["2"]}, id="repeats in order"),
        pytest.param(b"a", {"a": [""]}, id="no equals sign"),
        pytest.param(b"a=", {"a": [""]}, id="blank"),
        pytest.param(b"=1", {"": ["1"]}, id="no name"),
        pytest.param(b"&&a=1&&", {"a": ["1"]}, id="empty fields"),
        pytest.param(b"a=b=c", {"a": ["b=c"]}, id="equals sign in the value"),
        pytest.param(b"a+b=c+d", {"a b": ["c d"]}, id="plus"),
        pytest.param(b"a%2Bb=%c3%A9", {"a+b": ["é"]}, id="percent"),
        pytest.param(
            b"a=%&b=%4&c=%zz&d=%%41",
            {"a": ["%"], "b": ["%4"], "c": ["%zz"], "d": ["%A"]},
            id="no escapes",
        ),
        pytest.param(b"a=1;b=2", {"a": ["1;b=2"]}, id="a semicolon separates nothing"),
        pytest.param(b"a=%00%0d%0a", {"a": ["\x00\r\n"]}, id="controls are content"),
        pytest.param("a=é".encode(), {"a": ["é"]}, id="raw UTF-8"),
        pytest.param(b"a=%26b%3D1", {"a": ["&b=1"]}, id="decoded after it is cut"),
        pytest.param(b"%61=1&a=2", {"a": ["1", "2"]}, id="one name in two spellings"),
        pytest.param(b"a=%2541", {"a": ["%41"]}, id="decoded once"),
    ],
)
def test_fields(raw: bytes, fields: dict[str, list[str]]) -> None:
    assert parse_query(raw) == fields


@pytest.mark.parametrize(
    "raw", [b"a=\xff", b"a=%ff", b"%ff=1", b"a=%ed%a0%80", b"a=%C3", b"a=%c0%af"]
)
def test_what_is_no_utf_8_is_a_400(raw: bytes) -> None:
    with pytest.raises(ClientException) as caught:
        parse_query(raw)
    assert caught.value.status_code == 400


def test_the_number_of_fields_is_bounded() -> None:
    assert len(parse_query(b"&".join(b"%d=" % n for n in range(1000)))) == 1000
    for raw in (b"&".join(b"%d=" % n for n in range(1001)), b"&" * 1000, b"&" * 1_000_000):
        with pytest.raises(ClientException, match="1000") as caught:
            parse_query(raw)
        assert caught.value.status_code == 400
    with pytest.raises(ClientException):
        parse_query(b"a&b&c", 2)


def test_a_form_with_too_many_fields_is_a_413() -> None:
    """Starlette CVE-2026-54283: limits that hold for one kind of form only."""
    with pytest.raises(RequestEntityTooLarge):
        parse_urlencoded(b"a=1&" * 5, 5)
    assert parse_urlencoded(b"a=1&b=2", 2) == {"a": ["1"], "b": ["2"]}


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"])),
            st.text(st.characters(exclude_categories=["Cs"])),
        )
    )
)
def test_what_was_written_is_read(pairs: list[tuple[str, str]]) -> None:
    expected: dict[str, list[str]] = {}
    for key, value in pairs:
        expected.setdefault(key, []).append(value)
    assert parse_query(urlencode(pairs).encode()) == expected


@given(st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x21), max_size=80))
def test_python_reads_the_same(text: str) -> None:
    if "%" in text and quote_plus(text) != text:
        text = text.replace("%", "%25")
    found = [(k, v) for k, values in parse_query(text.encode()).items() for v in values]
    assert sorted(found) == sorted(parse_qsl(text, keep_blank_values=True))


@given(st.binary())
def test_any_bytes(raw: bytes) -> None:
    try:
        found = parse_query(raw)
    except ClientException:
        return
    assert all(values for values in found.values())


@pytest.mark.parametrize("unit", [b"%41", b"%", b"+", b"%zz", b"=", b"a=1&"], ids=ascii)
def test_the_work_is_linear(unit: bytes, work) -> None:
    once, twice = (work(lambda n=n: parse_query(b"a=" + unit * n, 10**9)) for n in (1000, 2000))
    assert twice <= 2.5 * once + 50
