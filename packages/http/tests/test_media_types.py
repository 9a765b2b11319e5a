import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import Accept, content_type_of, is_json, media_type_of, parameters_of


@pytest.mark.parametrize(
    ("text", "media_type", "parameters"),
    [
        pytest.param("", "", {}, id="nothing"),
        pytest.param("Text/HTML", "text/html", {}, id="case"),
        pytest.param("text/html; charset=UTF-8", "text/html", {"charset": "UTF-8"}, id="parameter"),
        pytest.param("a/b;A=1;a=2", "a/b", {"a": "1"}, id="the first counts"),
        pytest.param('a/b; x="1;2"; y=3', "a/b", {"x": "1;2", "y": "3"}, id="quoted semicolon"),
        pytest.param(r'a/b; x="a\"b\\"', "a/b", {"x": 'a"b\\'}, id="escapes"),
        pytest.param("a/b; x", "a/b", {}, id="no value"),
        pytest.param('a/b; x="open', "a/b", {"x": '"open'}, id="open quote"),
        pytest.param("text/plain; application/json", "text/plain", {}, id="Bottle CVE-2014-3137"),
    ],
)
def test_parsing(text: str, media_type: str, parameters: dict[str, str]) -> None:
    assert media_type_of(text) == media_type
    assert parameters_of(text) == parameters


@pytest.mark.parametrize(
    "unit", ["; !=\\", '"', '\\"', ";", '; a="\\', " ", '";"', "a=b;"], ids=ascii
)
def test_the_work_of_parsing_is_linear(unit: str, work) -> None:
    """python-multipart CVE-2024-24762, multipart CVE-2026-28356."""
    once, twice = (work(lambda n=n: parameters_of("a/b;" + unit * n)) for n in (500, 1000))
    assert twice <= 2.5 * once + 50


@given(st.text())
def test_any_text(text: str) -> None:
    media_type_of(text)
    assert all(name == name.lower() for name in parameters_of(text))
    assert 0 <= Accept(text).quality("text/html") <= 1


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json", True),
        ("application/problem+json", True),
        ("application/jsonp", False),
        ("text/json", False),
        ("text/plain", False),
        ("", False),
    ],
)
def test_is_json(media_type: str, expected: bool) -> None:
    assert is_json(media_type) is expected


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("text/html; charset=latin-1", "text/html; charset=latin-1"),
        ("application/json", "application/json"),
        ("image/png", "image/png"),
    ],
)
def test_text_says_its_encoding(media_type: str, sent: str) -> None:
    assert content_type_of(media_type) == sent


@pytest.mark.parametrize(
    ("accept", "provided", "best"),
    [
        pytest.param("", ["a/b"], "a/b", id="no header accepts all"),
        pytest.param("*/*", ["a/b", "c/d"], "a/b", id="the first of equals"),
        pytest.param("c/d", ["a/b", "c/d"], "c/d", id="only one"),
        pytest.param("c/*", ["a/b", "c/d"], "c/d", id="subtype wildcard"),
        pytest.param("a/b;q=0.1, c/d;q=0.2", ["a/b", "c/d"], "c/d", id="quality"),
        pytest.param("c/d, a/b", ["a/b", "c/d"], "c/d", id="the client's order"),
        pytest.param("*/*, c/d", ["a/b", "c/d"], "c/d", id="named exactly"),
        pytest.param("a/b;q=0, */*", ["a/b"], None, id="refused although all is accepted"),
        pytest.param(
            "a/*;q=0.9, a/b;q=0.1", ["a/b", "a/c"], "a/c", id="the specific range decides"
        ),
        pytest.param("x/y", ["a/b"], None, id="nothing fits"),
        pytest.param("a/b;q=2", ["a/b"], "a/b", id="too high is 1"),
        pytest.param("a/b;q=x", ["a/b"], None, id="no number is 0"),
        pytest.param("a/b;q=-1", ["a/b"], None, id="negative is 0"),
        pytest.param("a/b;q=nan, c/d;q=0.1", ["a/b", "c/d"], "c/d", id="nan is 0"),
        pytest.param("a/b;q=\u00b2", ["a/b"], None, id="no ASCII digit is 0"),
        pytest.param("A/B ; Q=0.5", ["a/b; charset=utf-8"], "a/b; charset=utf-8", id="parameters"),
        pytest.param(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            ["application/json", "text/html"],
            "text/html",
            id="a browser's",
        ),
    ],
)
def test_best_match(accept: str, provided: list[str], best: str | None) -> None:
    assert Accept(accept).best_match(provided) == best
    assert Accept(accept).best_match(provided, "x/default") == (best or "x/default")


def test_nothing_provided() -> None:
    assert Accept("*/*").best_match([]) is None


def test_accepts() -> None:
    assert Accept("text/*").accepts("text/html")
    assert not Accept("text/*").accepts("image/png")


def test_a_long_header_is_read_up_to_a_bound() -> None:
    text = ",".join(f"a/{n}" for n in range(10_000)) + ",c/d"
    assert not Accept(text).accepts("c/d")
    assert Accept(text).accepts("a/1")
