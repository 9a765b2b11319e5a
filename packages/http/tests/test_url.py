from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import URL, Address, ClientException, QueryParams
from pleiad_http.url import host_of

GOOD_HOSTS = [
    "a",
    "a.org",
    "A.org:80",
    "a.org.",
    "127.0.0.1:8000",
    "[::1]",
    "[::1]:8000",
    "xn--a",
    "a_b",
    "localhost:0",
]
BAD_HOSTS = [
    "", " ", "a b", "a/b", "a?b", "a#b", "a@b", "user:pw@a", "a:b", "a:", "a:99999", "a:-1", "a:1:2",
    "[::1", "::1", "[]", "[zz]", "[::1]x", "[1.2.3.4.5]", "[:::1]", "a\r\nx: y", "a\x00", "a\\b", "a%2fb",
    ".a", "-a", "é", "a,b", "a;b", "a" * 256, "a.org:٣",
]  # fmt: skip


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_good_hosts(host: str, scope: Callable[..., dict[str, Any]]) -> None:
    assert host_of(scope(("host", host))) == host
    assert URL.from_scope(scope(("host", host), path="/p")).netloc == host


@pytest.mark.parametrize("host", BAD_HOSTS, ids=ascii)
def test_bad_hosts_are_a_400(host: str, scope: Callable[..., dict[str, Any]]) -> None:
    bad = scope()
    bad["headers"] = [(b"host", host.encode())]
    with pytest.raises(ClientException, match="Host"):
        URL.from_scope(bad)


def test_two_hosts_are_a_400(scope: Callable[..., dict[str, Any]]) -> None:
    """aiohttp CVE-2026-34525."""
    for first, second in (("a", "b"), ("b", "a"), ("a", "a")):
        with pytest.raises(ClientException):
            URL.from_scope(scope(("host", first), ("host", second)))


@pytest.mark.parametrize(
    ("server", "scheme", "netloc"),
    [
        (None, "http", "localhost"),
        (("a", 80), "http", "a"),
        (("a", 443), "https", "a"),
        (("a", 80), "https", "a:80"),
        (("::1", 8000), "http", "[::1]:8000"),
        (("/run/s.sock", None), "http", "/run/s.sock"),
    ],
)
def test_without_a_host_the_server_is_named(
    server: Any, scheme: str, netloc: str, scope: Callable[..., dict[str, Any]]
) -> None:
    assert URL.from_scope(scope(server=server, scheme=scheme)).netloc == netloc


@given(path=st.text(), query=st.binary())
def test_the_path_is_the_routed_one_whatever_it_is(path: str, query: bytes) -> None:
    """Starlette CVE-2026-48710, CVE-2026-54282: a URL put together as text is read differently."""
    url = URL.from_scope(
        {"headers": [(b"host", b"a.org")], "path": path, "query_string": query, "scheme": "https"}
    )
    assert url.path == path
    assert url.netloc == "a.org"
    text = str(url)
    assert text.isascii() and text.isprintable() and " " not in text
    parts = urlsplit(text)
    assert (parts.scheme, parts.netloc) == ("https", "a.org")
    if path.isprintable() and path.startswith("/"):
        assert unquote(parts.path) == path


@pytest.mark.parametrize(
    "path",
    ["@google.com", "//google.com", "*", "a:b", "\\google.com", "/a?b", "/a#b", "/100%", "/ü"],
)
def test_targets_that_pose_as_a_host(path: str, scope: Callable[..., dict[str, Any]]) -> None:
    url = URL.from_scope(scope(("host", "a.org"), path=path))
    assert url.path == path
    assert urlsplit(str(url)).netloc == "a.org"


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (URL(path="/a b"), "/a%20b"),
        (URL(path="//evil"), "/.//evil"),
        (URL(path="javascript:x"), "./javascript:x"),
        (URL(path="a/b:c"), "a/b:c"),
        (URL(scheme="mailto", path="a@b"), "mailto:a@b"),
        (URL(scheme="http", netloc="a", path="x"), "http://a/x"),
        (URL(scheme="http", netloc="a"), "http://a"),
        (URL(path="/", query="a=1 2&b=é\r\n#"), "/?a=1%202&b=%E9%0D%0A%23"),
        (URL(path="/", query="a=%20&b=€"), "/?a=%20&b=%E2%82%AC"),
        (URL(path="/", fragment="a#b"), "/#a%23b"),
        (URL(path="/\udcff"), "/%ED%B3%BF"),
    ],
)
def test_as_text(url: URL, text: str) -> None:
    assert str(url) == text
    assert url == text
    assert url == URL(**{name: getattr(url, name) for name in URL.__slots__})
    assert hash(url) == hash(URL(**{name: getattr(url, name) for name in URL.__slots__}))


def test_parts() -> None:
    url = URL(scheme="https", netloc="A.org:8443", path="/p", query="a=1&a=2")
    assert (url.hostname, url.port, url.is_secure) == ("a.org", 8443, True)
    assert url.query_params == QueryParams({"a": ["1", "2"]})
    plain = URL(netloc="[::1]")
    assert (plain.hostname, plain.port, plain.is_secure) == ("::1", None, False)
    assert URL(path="/").hostname is None


def test_replacing() -> None:
    url = URL(scheme="http", netloc="a", path="/p", query="x=1", fragment="f")
    assert str(url.with_replacements(scheme="https", query="")) == "https://a/p#f"
    assert (
        str(url.with_replacements(query={"a": ["1", "2"], "b": "c d"}))
        == "http://a/p?a=1&a=2&b=c+d#f"
    )
    assert (
        str(url.with_replacements(query=QueryParams([("a", "1"), ("a", "2")])))
        == "http://a/p?a=1&a=2#f"
    )
    with pytest.raises(TypeError):
        url.with_replacements(hostname="b")


def test_from_components() -> None:
    assert URL.from_components("http", "a", "/p", "f", "q=1") == "http://a/p?q=1#f"


def test_equality_with_others() -> None:
    assert URL(path="/") != 5
    assert repr(URL(path="/a")) == "URL('/a')"


def test_address() -> None:
    address = Address("127.0.0.1", 80)
    assert address == Address("127.0.0.1", 80)
    assert address != Address("127.0.0.1", 81)
    assert address != ("127.0.0.1", 80)
    assert len({address, Address("127.0.0.1", 80)}) == 1
    assert "127.0.0.1" in repr(address)
