"""Who may connect, and the merging of policies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import PermissionDeniedException
from pleiad_websockets import SocketPolicy, check_origin

ORIGINS = ("https://example.com", "http://localhost:8080")


def scope_of(*origins: bytes) -> dict:
    return {"type": "websocket", "headers": [(b"origin", each) for each in origins]}


@pytest.mark.parametrize(
    "origins",
    [
        pytest.param((), id="no browser"),
        pytest.param((b"https://example.com",), id="named"),
        pytest.param((b"https://EXAMPLE.com",), id="case"),
        pytest.param((b"https://example.com:443",), id="default port"),
        pytest.param((b"http://localhost:8080",), id="port"),
    ],
)
def test_let_in(origins: tuple[bytes, ...]) -> None:
    check_origin(scope_of(*origins), SocketPolicy(origins=ORIGINS))


@pytest.mark.parametrize(
    "origins",
    [
        pytest.param((b"https://evil.example",), id="other"),
        pytest.param((b"http://example.com",), id="scheme"),
        pytest.param((b"https://example.com:8443",), id="port"),
        pytest.param((b"https://sub.example.com",), id="subdomain"),
        pytest.param((b"https://example.com.evil.example",), id="suffix"),
        pytest.param((b"https://example.com@evil.example",), id="user"),
        pytest.param((b"https://evil.example@example.com",), id="user of ours"),
        pytest.param((b"https://example.com/",), id="path"),
        pytest.param((b"https://example.com\t",), id="control"),
        pytest.param((b"https://example.com#",), id="fragment"),
        pytest.param((b"null",), id="null"),
        pytest.param((b"",), id="empty"),
        pytest.param((b"https://[::1",), id="broken"),
        pytest.param((b"https://example.com:x",), id="no port"),
        pytest.param((b"https://example.com", b"https://example.com"), id="two"),
    ],
)
def test_refused(origins: tuple[bytes, ...]) -> None:
    with pytest.raises(PermissionDeniedException):
        check_origin(scope_of(*origins), SocketPolicy(origins=ORIGINS))


@given(st.binary(max_size=60))
def test_any_origin_is_let_in_or_refused(origin: bytes) -> None:
    try:
        check_origin(scope_of(origin), SocketPolicy(origins=ORIGINS))
    except PermissionDeniedException:
        return
    assert origin.lower().startswith((b"https://example.com", b"http://localhost:8080"))


def test_nobody_is_asked_where_none_is_named() -> None:
    check_origin(scope_of(b"https://evil.example"), SocketPolicy())


@pytest.mark.parametrize("origin", ["example.com", "https://example.com/", "*", "null", ""])
def test_what_is_no_origin_cannot_be_named(origin: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        SocketPolicy(origins=(origin,))


def test_within_takes_what_is_left_at_its_default() -> None:
    inner, outer = SocketPolicy(burst=5), SocketPolicy(burst=7, message_size=9)
    assert inner.within(outer) == SocketPolicy(burst=5, message_size=9)
