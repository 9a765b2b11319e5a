from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_routing import NoRouteFound, Template, TemplateError, Tree

ID = UUID("6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f")


@pytest.mark.parametrize(
    ("text", "path", "parameters"),
    [
        pytest.param("", "/", [], id="empty"),
        pytest.param("/", "/", [], id="root"),
        pytest.param("a", "/a", [], id="without a slash"),
        pytest.param("/a/", "/a", [], id="with a slash too many"),
        pytest.param("/a/{b:int}/c", "/a/{b:int}/c", ["b"], id="parameter"),
        pytest.param("/{ b : int }", "/{b:int}", ["b"], id="spaces"),
        pytest.param("/{b:int}/{a:path}", "/{b:int}/{a:path}", ["b", "a"], id="in order"),
        pytest.param("/{class:str}/{ü:str}", "/{class:str}/{ü:str}", ["class", "ü"], id="names"),
        pytest.param("/it's/ü/a b/%41/..", "/it's/ü/a b/%41/..", [], id="literal text"),
    ],
)
def test_one_canonical_form(text: str, path: str, parameters: list[str]) -> None:
    template = Template(text)
    assert (str(template), list(template.parameters)) == (path, parameters)
    assert template == Template(path)
    assert hash(template) == hash(Template(path))
    assert repr(template) == f"Template({path!r})"


def test_a_template_is_not_its_text() -> None:
    assert Template("/a") != "/a"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/{a}", "path '/{a}': parameter 'a' has no type: write '{a:str}'"),
        ("/{a:}", "path '/{a:}': parameter 'a' has no type: write '{a:str}'"),
        ("/{:int}", "path '/{:int}': '' is no parameter name: take a Python identifier"),
        ("/{}", "path '/{}': '' is no parameter name: take a Python identifier"),
        ("/{a-b:int}", "path '/{a-b:int}': 'a-b' is no parameter name: take a Python identifier"),
        (
            "/v{a:int}",
            "segment 'v{a:int}' mixes text and braces: a parameter is a whole segment, such as",
        ),
        ("/{a:int}{b:int}", "segment '{a:int}{b:int}' mixes text and braces"),
        ("/{{a:int}}", "segment '{{a:int}}' mixes text and braces"),
        ("/{a:int", "path '/{a:int': segment '{a:int' has a brace alone"),
        ("/a}", "path '/a}': segment 'a}' has a brace alone"),
        ("/{a/b:int}", "segment '{a' has a brace alone"),
        ("/{a:int}/{a:str}", "parameter 'a' stands twice: rename one of them"),
        (
            "/{a:path}/b",
            "'{a:path}' takes the rest of the path, so what follows it is never reached: let it",
        ),
        ("/{a:path}/{b:int}", "'{a:path}' takes the rest of the path"),
        ("/a//b", "path '/a//b': it has an empty segment: write a single slash"),
        ("/{a:strr}", "parameter 'a' has the unknown type 'strr'. Did you mean 'str'?: the types"),
        ("/{a:int:x}", "parameter 'a' has the unknown type 'int:x'."),
        ("/a\ud800", "path '/a\\ud800': it holds half of a surrogate pair"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as refused:
        Template(text)
    assert message in str(refused.value)


@given(st.text() | st.from_regex(r"(/|\{[a-c]{0,2}:?(int|path|x)?\}?|[ab}]){0,6}"))
def test_a_text_is_a_template_or_an_error_of_it(text: str) -> None:
    try:
        template = Template(text)
    except TemplateError:
        return
    assert str(Template(str(template))) == str(template)


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        pytest.param(("/api", "/users"), "/api/users", id="two"),
        pytest.param(("/api/", "users/"), "/api/users", id="slashes"),
        pytest.param(("/", "", "/users", "/"), "/users", id="nothing between"),
        pytest.param(("/", "/"), "/", id="root"),
        pytest.param((), "/", id="none"),
        pytest.param(("/{a:int}", "{b:path}"), "/{a:int}/{b:path}", id="parameters"),
    ],
)
def test_paths_are_joined(parts: tuple[str, ...], path: str) -> None:
    assert Template.join(*parts) == path


@pytest.mark.parametrize(
    ("template", "values", "path"),
    [
        pytest.param("/", {}, "/", id="root"),
        pytest.param("/a/{b:int}", {"b": 5}, "/a/5", id="int"),
        pytest.param("/a/{b:int}", {"b": "-5"}, "/a/-5", id="text for an int"),
        pytest.param(
            "/{b:str}", {"b": "a/b?c#d%e f;g"}, "/a%2Fb%3Fc%23d%25e%20f;g", id="delimiters"
        ),
        pytest.param("/{b:str}", {"b": ".."}, "/%2E%2E", id="dots"),
        pytest.param("/{b:str}", {"b": "\0ü"}, "/%00%C3%BC", id="NUL"),
        pytest.param("/{b:path}", {"b": "/x/../y z"}, "/x/%2E%2E/y%20z", id="path"),
        pytest.param("/{b:path}", {"b": "//evil.com/x"}, "/evil.com/x", id="no host"),
        pytest.param("/f/{b:path}", {"b": "x/"}, "/f/x/", id="slash at the end"),
        pytest.param("/{b:uuid}", {"b": ID}, f"/{ID}", id="uuid"),
        pytest.param("/{b:decimal}", {"b": Decimal("1E+2")}, "/100", id="decimal"),
        pytest.param("/it's/ü/{b:int}", {"b": 1}, "/it's/%C3%BC/1", id="literal"),
        pytest.param("/{self:int}", {"self": 1}, "/1", id="a parameter named self"),
    ],
)
def test_a_path_is_built_and_quoted(template: str, values: dict[str, Any], path: str) -> None:
    assert Template(template).format(**values) == path


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "path '/a/{b:int}' needs a value for 'b'"),
        ({"b": 1, "c": 2}, "path '/a/{b:int}' has no parameter 'c'."),
        ({"bb": 1}, "path '/a/{b:int}' has no parameter 'bb'. Did you mean 'b'?"),
        ({"b": "x"}, "path '/a/{b:int}': 'x' is no value for 'b', which is of type 'int'"),
        ({"b": True}, "path '/a/{b:int}': True is no value for 'b', which is of type 'int'"),
        ({"b": None}, "path '/a/{b:int}': None is no value for 'b', which is of type 'int'"),
        ({"b": ""}, "path '/a/{b:int}': '' is no value for 'b', which is of type 'int'"),
        (
            {"b": 10**5000},
            "path '/a/{b:int}': this int is no value for 'b', which is of type 'int'",
        ),
    ],
)
def test_a_path_that_cannot_be_built(values: dict[str, Any], message: str) -> None:
    with pytest.raises(NoRouteFound) as refused:
        Template("/a/{b:int}").format(**values)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "value",
    [None, 5, "", b"a", "\ud800", float("nan")],
    ids=["None", "int", "empty", "bytes", "half a surrogate pair", "nan"],
)
@pytest.mark.parametrize("kind", ["str", "path", "decimal"])
def test_no_value_slips_into_a_path(kind: str, value: Any) -> None:
    if (kind, value) == ("decimal", 5):
        return
    with pytest.raises(NoRouteFound, match="is no value for 'v'"):
        Template(f"/{{v:{kind}}}").format(v=value)


SEGMENT = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1)


@given(SEGMENT, st.integers(), st.lists(SEGMENT, min_size=1))
def test_what_is_built_leads_back(name: str, number: int, rest: list[str]) -> None:
    """By a client that leaves the path as it is, and a server that decodes it whole."""
    from urllib.parse import unquote

    tree: Tree[str] = Tree()
    template = tree.add("/a b/{name:str}/{number:int}/{rest:path}", "here")
    path = template.format(name=name, number=number, rest="/".join(rest))
    assert path.isascii()
    assert tree.find(unquote(path)) == (
        "here",
        {"name": name, "number": number, "rest": "/" + "/".join(rest)},
    )
