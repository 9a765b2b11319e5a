from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http.cache_control import CacheControlHeader

SECONDS = ("max_age", "s_maxage", "stale_while_revalidate", "stale_if_error")
FLAGS = tuple(each for each in CacheControlHeader.__struct_fields__ if each not in SECONDS)

headers = st.builds(
    CacheControlHeader,
    **{name: st.none() | st.integers(0, 2**31) for name in SECONDS},
    **{name: st.booleans() for name in FLAGS},
)


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (CacheControlHeader(), ""),
        (CacheControlHeader(max_age=0), "max-age=0"),
        (CacheControlHeader(public=True, max_age=60), "public, max-age=60"),
        (CacheControlHeader(s_maxage=5, private=True), "private, s-maxage=5"),
        (CacheControlHeader(immutable=True, stale_if_error=1), "immutable, stale-if-error=1"),
        (CacheControlHeader.prevent_storing(), "no-store"),
    ],
    ids=str,
)
def test_written(header: CacheControlHeader, text: str) -> None:
    assert header.to_header() == text


@pytest.mark.parametrize("name", FLAGS)
def test_every_flag_is_a_directive_of_its_name(name: str) -> None:
    text = name.replace("_", "-")
    assert CacheControlHeader(**{name: True}).to_header() == text
    assert CacheControlHeader.from_header(text) == CacheControlHeader(**{name: True})


@pytest.mark.parametrize("name", SECONDS)
def test_every_number_is_a_directive_of_its_name(name: str) -> None:
    text = f"{name.replace('_', '-')}=7"
    assert CacheControlHeader(**{name: 7}).to_header() == text
    assert CacheControlHeader.from_header(text) == CacheControlHeader(**{name: 7})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param(" ,\t,, ", {}, id="nothing-between-commas"),
        pytest.param("Max-Age=60,PUBLIC", {"max_age": 60, "public": True}, id="any-case"),
        pytest.param(
            "no-store ,\tmax-age=1,", {"no_store": True, "max_age": 1}, id="space-and-comma"
        ),
        pytest.param('max-age="60"', {"max_age": 60}, id="quoted"),
        pytest.param(r'max-age="\6\0"', {"max_age": 60}, id="quoted-and-escaped"),
        pytest.param("max-age=007", {"max_age": 7}, id="zeros-first"),
        pytest.param("max-age=1, max-age=2", {"max_age": 1}, id="the-first-counts"),
        pytest.param("max-age=99999999999", {"max_age": 2**31}, id="longest"),
        pytest.param("max-age=4294967296", {"max_age": 2**31}, id="long-of-ten-digits"),
        pytest.param("max-age=" + "9" * 9999, {"max_age": 2**31}, id="more-than-int-reads"),
        pytest.param("max-age=" + "0" * 9999 + "5", {"max_age": 5}, id="many-zeros"),
        pytest.param('private="set-cookie, x"', {"private": True}, id="private-fields"),
        pytest.param("no-cache=set-cookie", {"no_cache": True}, id="no-cache-field-bare"),
        pytest.param('a="b, no-store", public', {"public": True}, id="comma-in-quotes"),
        pytest.param(r'a="\", no-store", public', {"public": True}, id="escaped-quote"),
        pytest.param('community="UCI", x, y=1', {}, id="unknown"),
        pytest.param("only-if-cached, max-stale=1", {}, id="a-requests-directives"),
        pytest.param("no_store, max_age=1", {}, id="names-of-fields-are-no-directives"),
    ],
)
def test_read(text: str, found: dict[str, Any]) -> None:
    assert CacheControlHeader.from_header(text) == CacheControlHeader(**found)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        pytest.param("max-age", 0, "seconds", id="no-value"),
        pytest.param("max-age=", 0, "name=value", id="empty-value"),
        pytest.param('max-age=""', 0, "seconds", id="empty-quotes"),
        pytest.param("max-age=-1", 0, "seconds", id="negative"),
        pytest.param("max-age=1.5", 0, "seconds", id="fraction"),
        pytest.param("max-age=1_0", 0, "seconds", id="underscore"),
        pytest.param("max-age=٣", 0, "name=value", id="other-digits"),
        pytest.param('max-age="٣"', 0, "seconds", id="other-digits-quoted"),
        pytest.param("public, s-maxage=x", 8, "seconds", id="word"),
        pytest.param("public max-age=1", 0, "name=value", id="no-comma"),
        pytest.param("public; max-age=1", 0, "name=value", id="semicolon"),
        pytest.param("max-age =1", 0, "name=value", id="space-before-equals"),
        pytest.param("max-age= 1", 0, "name=value", id="space-after-equals"),
        pytest.param('public, a="b', 8, "name=value", id="open-quote"),
        pytest.param('a="b"c', 0, "name=value", id="after-quote"),
        pytest.param("public, =1", 8, "name=value", id="no-name"),
        pytest.param("öffentlich", 0, "name=value", id="no-token"),
        pytest.param("public\n", 0, "name=value", id="line-end"),
        pytest.param("public,\x00", 7, "name=value", id="nul"),
    ],
)
def test_malformed(text: str, where: int, what: str) -> None:
    with pytest.raises(ValueError, match=f"Cache-Control: .* at character {where}: .*{what}"):
        CacheControlHeader.from_header(text)


@pytest.mark.parametrize("name", SECONDS)
@pytest.mark.parametrize("value", [-1, 1.0, "1", True, float("nan")], ids=repr)
def test_seconds_that_cannot_be_sent(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        CacheControlHeader(**{name: value})


def test_it_does_not_change() -> None:
    with pytest.raises(AttributeError):
        CacheControlHeader().max_age = 1  # type: ignore[misc]
    changed = msgspec.structs.replace(CacheControlHeader(public=True), max_age=1)
    assert changed.to_header() == "public, max-age=1"


@given(headers)
def test_what_is_written_is_read(header: CacheControlHeader) -> None:
    assert CacheControlHeader.from_header(header.to_header()) == header


@given(st.text(alphabet='a=",\\ \t1;max-geno') | st.text())
def test_any_text(text: str) -> None:
    try:
        found = CacheControlHeader.from_header(text)
    except ValueError as error:
        assert "at character" in str(error)
    else:
        assert CacheControlHeader.from_header(found.to_header()) == found


@pytest.mark.parametrize(
    "piece",
    [" ", ",", ", ", "a", "a=", '"', "\\", 'a="', 'a="\\', "a,", "max-age=1,", "a=b, ", "a "],
    ids=repr,
)
@pytest.mark.parametrize("end", ["", "\x00", '"'], ids=["", "nul", "quote"])
def test_work_grows_with_the_text(
    piece: str, end: str, work: Callable[[Callable[[], Any]], int]
) -> None:
    def read(times: int) -> None:
        try:
            CacheControlHeader.from_header(piece * times + end)
        except ValueError:
            pass

    assert work(lambda: read(2000)) <= 2.5 * work(lambda: read(1000)) + 50
