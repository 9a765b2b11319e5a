from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import MultiDict, Redirect


def location(redirect: Redirect) -> str:
    start, body = redirect.messages()
    assert body["body"] == b""
    found = [v.decode("ascii") for k, v in start["headers"] if k == b"location"]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/a", "/a"),
        ("", ""),
        ("a/b", "a/b"),
        ("?a=1", "?a=1"),
        ("https://a.org/b?c=d#e", "https://a.org/b?c=d#e"),
        ("/a b", "/a%20b"),
        ("/ü", "/%C3%BC"),
        ("/a%20b", "/a%20b"),
        ('/a"<>', "/a%22%3C%3E"),
        ("https://[::1]/", "https://[::1]/"),
        (" //evil.org", "%20//evil.org"),
    ],
)
def test_location(path: str, sent: str) -> None:
    assert location(Redirect(path)) == sent


@pytest.mark.parametrize(
    "path",
    ["//evil.org", "/\\evil.org", "\\\\evil.org", "\\/evil.org", "//evil.org/%2f..", "///evil.org"],
)
def test_paths_that_browsers_take_for_a_host(path: str) -> None:
    """Werkzeug CVE-2020-28724, Tornado CVE-2023-28370."""
    with pytest.raises(ValueError, match="another host"):
        Redirect(path)


@pytest.mark.parametrize("bad", ["\r\n", "\n", "\t", "\x00", "\x7f"], ids=ascii)
@pytest.mark.parametrize("form", ["{}", "/a{}b", "{}//evil.org", "/{}/evil.org"])
def test_controls_are_refused(form: str, bad: str) -> None:
    with pytest.raises(ValueError, match="control"):
        Redirect(form.format(bad))


@pytest.mark.parametrize(
    ("path", "values", "sent"),
    [
        ("/a", {"b": 1}, "/a?b=1"),
        ("/a?x=1", {"b": "c d"}, "/a?x=1&b=c+d"),
        ("/a#f", {"b": 1}, "/a?b=1#f"),
        ("/a", {"b": ["1", "2"]}, "/a?b=1&b=2"),
        ("/a", MultiDict([("b", "1"), ("b", "2")]), "/a?b=1&b=2"),
        ("/a", {"b": "\r\n&#"}, "/a?b=%0D%0A%26%23"),
        ("/a", {}, "/a"),
    ],
)
def test_query_params(path: str, values: Any, sent: str) -> None:
    assert location(Redirect(path, query_params=values)) == sent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_statuses(status: Any) -> None:
    assert Redirect("/a", status_code=status).messages(status_code=200)[0]["status"] == status


@pytest.mark.parametrize(
    ("of_the_route", "status"), [(200, 302), (201, 302), (204, 302), (301, 301), (308, 308)]
)
def test_the_route_may_say_the_status(of_the_route: int, status: int) -> None:
    start, _ = Redirect("/a").messages(status_code=of_the_route)
    assert start["status"] == status
    assert (b"location", b"/a") in start["headers"]


@pytest.mark.parametrize("status", [200, 300, 304, 305, 400])
def test_other_statuses(status: Any) -> None:
    with pytest.raises(ValueError, match="302"):
        Redirect("/a", status_code=status)


def test_it_has_no_content_whatever_the_route_says() -> None:
    start, body = Redirect("/a").messages(media_type="application/json", encode=lambda _: b"null")
    assert (start["status"], body["body"]) == (302, b"")
    assert start["headers"] == [(b"location", b"/a"), (b"content-length", b"0")]
    assert Redirect("/a").render() == b""


def test_headers_and_cookies() -> None:
    start, _ = Redirect("/a", headers={"x-a": "1"}, cookies={"c": "d"}).messages()
    assert {k for k, _ in start["headers"]} == {
        b"x-a",
        b"location",
        b"set-cookie",
        b"content-length",
    }


@given(st.text())
def test_any_path(path: str) -> None:
    try:
        sent = location(Redirect(path))
    except ValueError:
        return
    assert sent.isascii() and sent.isprintable() and " " not in sent
    assert sent[:2] not in ("//", "/\\")
