import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import Headers, MutableHeaders, ResponseHeader, header_pair

RAW = [(b"accept", b"a"), (b"x-a", b"1"), (b"x-a", b"2"), (b"x_a", b"3")]


@pytest.mark.parametrize("name", ["x-a", "X-A", "x-A"])
def test_names_are_found_in_any_case(name: str) -> None:
    headers = Headers(RAW)
    assert headers[name] == "1"
    assert headers.getall(name) == ["1", "2"]
    assert name in headers


def test_an_underscore_is_no_hyphen() -> None:
    """Django CVE-2015-0219: a proxy strips `X-Auth`, and `X_Auth` arrives in its place."""
    assert Headers(RAW)["x_a"] == "3"
    assert "x-auth-user" not in Headers([(b"x_auth_user", b"admin")])


def test_a_missing_header() -> None:
    headers = Headers(RAW)
    with pytest.raises(KeyError):
        headers["x-b"]
    assert headers.get("x-b") is None
    assert headers.getall("x-b") == []
    assert headers.getall("x-b", ["d"]) == ["d"]
    assert 5 not in headers


def test_it_is_a_mapping_of_first_values() -> None:
    headers = Headers(RAW)
    assert dict(headers) == {"accept": "a", "x-a": "1", "x_a": "3"}
    assert headers.dict() == {"accept": ["a"], "x-a": ["1", "2"], "x_a": ["3"]}
    assert len(headers) == 3
    assert headers.multi_items()[1:3] == [("x-a", "1"), ("x-a", "2")]


def test_values_are_latin_1() -> None:
    assert Headers([(b"x", b"\xe9\xff")])["x"] == "éÿ"


def test_made_of_text() -> None:
    assert Headers({"X-A": "1"}).raw == [(b"x-a", b"1")]


def test_equality_does_not_see_the_order() -> None:
    assert Headers(RAW) == Headers(reversed(RAW))
    assert hash(Headers(RAW)) == hash(Headers(reversed(RAW)))
    assert Headers(RAW) != Headers(RAW[:1])
    assert Headers(RAW) != dict(Headers(RAW))


def test_it_does_not_change_with_the_scope() -> None:
    raw = list(RAW)
    headers = Headers.from_scope({"headers": raw})
    raw.clear()
    assert len(headers) == 3


def test_mutable_headers() -> None:
    headers = MutableHeaders(RAW)
    headers["X-A"] = "9"
    assert headers.getall("x-a") == ["9"]
    headers.add("x-a", "10")
    assert headers.getall("x-a") == ["9", "10"]
    assert headers.setdefault("x-a", "no") == "9"
    assert headers.setdefault("x-n", "yes") == "yes"
    headers.update({"accept": "b", "x-u": "1"})
    assert (headers["accept"], headers["x-u"]) == ("b", "1")
    del headers["X-A"]
    assert "x-a" not in headers
    with pytest.raises(TypeError):
        hash(headers)


BAD_VALUES = [
    pytest.param("a\r\nset-cookie: b=1", id="CRLF"),
    pytest.param("a\nb", id="LF"),
    pytest.param("a\rb", id="CR"),
    pytest.param("a\x00b", id="NUL"),
    pytest.param("a\x0bb", id="vertical tab"),
    pytest.param("\x1b[31m", id="escape"),
    pytest.param("a\x7f", id="DEL"),
    pytest.param("\n", id="nothing but a line end"),
    pytest.param("€", id="not Latin-1"),
    pytest.param("\ud800", id="surrogate"),
]


@pytest.mark.parametrize("value", BAD_VALUES)
def test_bad_values_are_refused_where_they_are_set(value: str) -> None:
    for attempt in (
        lambda: header_pair("x", value),
        lambda: MutableHeaders().__setitem__("x", value),
        lambda: MutableHeaders().add("x", value),
        lambda: MutableHeaders().update({"x": value}),
        lambda: Headers({"x": value}),
        lambda: ResponseHeader("x", value),
    ):
        with pytest.raises(ValueError, match="'x'"):
            attempt()


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\nb", "é", "a\x00", "(a)", " a", "a\n"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="token"):
        header_pair(name, "x")


def test_a_good_pair() -> None:
    assert header_pair("X-Ä".replace("Ä", "a"), " \tv é\t ") == (b"x-a", b"v \xe9")
    assert header_pair("x", "a\tb") == (b"x", b"a\tb")


@given(st.text(), st.text())
def test_only_clean_bytes_or_a_value_error(name: str, value: str) -> None:
    try:
        pair = header_pair(name, value)
    except ValueError:
        return
    assert not any(byte < 0x20 and byte != 9 for byte in pair[0] + pair[1])
    assert b"\x7f" not in pair[0] + pair[1]
    assert pair[0] == pair[0].lower() != b""


def test_response_header() -> None:
    header = ResponseHeader(name="X-A", value=5, description="five")
    assert (header.name, header.value, header.description) == ("X-A", "5", "five")
    assert header == ResponseHeader("x-a", "5")
    assert hash(header) == hash(ResponseHeader("x-a", "5"))
    assert header != ("X-A", "5")
    assert "X-A" in repr(header)
