import re
from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import Cookie, Headers, parse_cookies


def parsed(*lines: str) -> dict[str, str]:
    return parse_cookies(Headers([(b"cookie", line.encode("latin-1")) for line in lines]))


@pytest.mark.parametrize(
    ("cookie", "header"),
    [
        pytest.param(Cookie("a", "b"), "a=b; Path=/; SameSite=lax", id="the second is the value"),
        pytest.param(Cookie("a"), "a=; Path=/; SameSite=lax", id="empty"),
        pytest.param(Cookie("a", "b", path=None, samesite=None), "a=b", id="bare"),
        pytest.param(
            Cookie(
                "a",
                "b",
                path="/p",
                max_age=0,
                domain="x.org",
                secure=True,
                httponly=True,
                samesite="none",
                partitioned=True,
            ),
            "a=b; Domain=x.org; Max-Age=0; Path=/p; SameSite=none; HttpOnly; Partitioned; Secure",
            id="all",
        ),
        pytest.param(
            Cookie("a", 'b "c";,\\', samesite=None),
            r'a="b \"c\"\073\054\\"; Path=/',
            id="quoted",
        ),
        pytest.param(Cookie("a", "é\n", samesite=None), r'a="\303\251\012"; Path=/', id="octal"),
        pytest.param(
            Cookie("__Host-a", "b", secure=True, samesite=None),
            "__Host-a=b; Path=/; Secure",
            id="__Host-",
        ),
    ],
)
def test_header(cookie: Cookie, header: str) -> None:
    assert cookie.to_header().decode("ascii") == header


@pytest.mark.parametrize("seconds", [0, 3600, -5, 10**12, -(10**12)])
def test_expires_is_an_http_date(seconds: int) -> None:
    header = Cookie("a", expires=seconds).to_header().decode()
    date = r"Expires=(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT;"
    assert re.search(date, header)


CONTROLS = ["\r\n", "\n", "\r", "\x00", "\x1b", "\x7f", "\t", ";", "é", "\u2028"]


@pytest.mark.parametrize("bad", CONTROLS, ids=ascii)
@pytest.mark.parametrize("attribute", ["path", "domain"])
def test_attributes_refuse(attribute: str, bad: str) -> None:
    with pytest.raises(ValueError, match=attribute):
        Cookie("a", "b", **{attribute: f"/x{bad}y"})


@pytest.mark.parametrize("key", ["", "a b", "a=b", "a;b", "a\r\n", "é", '"a"', "a,b", "a\n"])
def test_names_are_tokens(key: str) -> None:
    with pytest.raises(ValueError, match="token"):
        Cookie(key, "b")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"samesite": "Lax"}, "samesite", id="samesite"),
        pytest.param({"samesite": "lax\r\nx: y"}, "samesite", id="samesite injection"),
        pytest.param({"max_age": "1\r\nx: y"}, "max_age", id="max_age injection"),
        pytest.param({"expires": "1\r\nx: y"}, "expires", id="expires injection"),
        pytest.param({"partitioned": True}, "secure=True", id="partitioned"),
        pytest.param({"key": "__Secure-a"}, "secure=True", id="__Secure-"),
        pytest.param({"key": "__Host-a"}, "secure=True", id="__Host-"),
        pytest.param({"key": "__SECURE-a"}, "secure=True", id="__SECURE-"),
        pytest.param({"key": "__host-a", "secure": True, "path": "/x"}, "path='/'", id="__host-"),
        pytest.param(
            {"key": "__Host-a", "secure": True, "path": "/x"}, "path='/'", id="__Host- path"
        ),
        pytest.param(
            {"key": "__Host-a", "secure": True, "domain": "x"}, "no domain", id="__Host- domain"
        ),
        pytest.param({"value": "\ud800"}, "surrogate", id="surrogate"),
    ],
)
def test_what_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Cookie(**{"key": "a", **arguments})  # type: ignore[arg-type]


def test_it_cannot_be_changed_behind_its_check() -> None:
    cookie = Cookie("a", "b")
    with pytest.raises(AttributeError):
        cookie.path = "/\r\nx: y"  # type: ignore[misc]


@pytest.mark.parametrize(
    "arguments",
    [{"key": "a b"}, {"path": "/;"}, {"domain": "x\n"}, {"key": "__Host-a"}, {"max_age": 1.0}],
    ids=str,
)
def test_what_is_refused_is_refused_again(arguments: dict[str, object]) -> None:
    """What was checked once is not looked at again: what it equals must not let it in."""
    Cookie("a", max_age=1, path="/", domain="x")
    for _ in range(2):
        with pytest.raises(ValueError, match="cookie"):
            Cookie(**{"key": "a", **arguments})  # type: ignore[arg-type]


def test_each_attribute_stands_where_it_belongs() -> None:
    """Values that equal each other are no less apart for being kept."""
    cookies = [
        Cookie("a", path=None, samesite=None, httponly=True),
        Cookie("a", path=None, samesite=None, partitioned=True, secure=True),
        Cookie("a", path=None, samesite=None, secure=True),
        Cookie("a", path="/", domain="x", samesite=None),
        Cookie("a", path="x", domain="/", samesite=None),
    ]
    assert [cookie.to_header().decode() for cookie in cookies] == [
        "a=; HttpOnly",
        "a=; Partitioned; Secure",
        "a=; Secure",
        "a=; Domain=x; Path=/",
        "a=; Domain=/; Path=x",
    ]


def test_equality() -> None:
    assert Cookie("a", "b") == Cookie("a", "b")
    assert Cookie("a", "b") != Cookie("a", "c")
    assert Cookie("a", "b").identity == Cookie("a", "c").identity
    assert len({Cookie("a", "b"), Cookie("a", "b")}) == 1


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_value_comes_back(value: str) -> None:
    header = Cookie("a", value, samesite=None, path=None).to_header()
    assert not set(header) & {*range(0x20), 0x7F}
    assert b";" not in header
    assert parsed(header.decode("latin-1")) == {"a": value}


@given(st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x20)))
def test_python_reads_the_same(value: str) -> None:
    jar = SimpleCookie(Cookie("a", value, samesite=None, path=None).to_header().decode())
    assert jar["a"].value == value


@pytest.mark.parametrize(
    ("line", "cookies"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("a=1; b=2", {"a": "1", "b": "2"}, id="two"),
        pytest.param("a=1;b=2", {"a": "1", "b": "2"}, id="no space"),
        pytest.param(" a = 1 ", {"a": "1"}, id="spaces around"),
        pytest.param("a=1; a=2", {"a": "1"}, id="the first counts"),
        pytest.param("a", {}, id="no equals sign"),
        pytest.param("=__Host-x=bad", {}, id="Werkzeug CVE-2023-23934"),
        pytest.param("a=b=c", {"a": "b=c"}, id="equals sign in the value"),
        pytest.param('a="x y"', {"a": "x y"}, id="quotes"),
        pytest.param('a="x', {"a": '"x'}, id="open quote"),
        pytest.param(r'a="\"\\\054"', {"a": '"\\,'}, id="escapes"),
        pytest.param(r'a="\0\9\8\400"', {"a": "098400"}, id="no escapes"),
        pytest.param("a=Ã©", {"a": "é"}, id="UTF-8"),
        pytest.param("a=é", {"a": "é"}, id="Latin-1"),
        pytest.param("\xa0__Host-a=1", {"\xa0__Host-a": "1"}, id="a blank is no space"),
        pytest.param("user[id]=1", {"user[id]": "1"}, id="a name that is no token"),
        pytest.param("a=1,b=2", {"a": "1,b=2"}, id="a comma separates nothing"),
    ],
)
def test_reading(line: str, cookies: dict[str, str]) -> None:
    assert parsed(line) == cookies


def test_several_headers() -> None:
    """HTTP/2 clients may split them (RFC 9113, section 8.2.3)."""
    assert parsed("a=1", "b=2; a=3") == {"a": "1", "b": "2"}


def test_the_number_is_bounded() -> None:
    pairs = [f"c{n}=1" for n in range(5000)]
    assert len(parsed("; ".join(pairs))) == 300
    assert len(parsed(*pairs)) == 300
    assert parsed(";" * 5000 + "a=1") == {}


@pytest.mark.parametrize("unit", ["\\", '\\"', "\\05", '"', "=", "a=1;"], ids=ascii)
def test_the_work_is_linear(unit: str, work) -> None:
    """CPython CVE-2024-7592: quadratic unquoting."""
    once, twice = (work(lambda n=n: parsed(f'a="{unit * n}"')) for n in (2000, 4000))
    assert twice <= 2.5 * once + 50


@given(st.binary())
def test_any_bytes(line: bytes) -> None:
    assert "" not in parse_cookies(Headers([(b"cookie", line)]))
