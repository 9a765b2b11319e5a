from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_routing import STANDARD, NoRouteFound, ParameterType, Template, TemplateError, Tree

ID = UUID("6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f")


@pytest.mark.parametrize(
    ("text", "path", "parameters"),
    [
        ("", "/", []),
        ("/", "/", []),
        ("a", "/a", []),
        ("/a/", "/a", []),
        ("/a/{b:int}/c", "/a/{b:int}/c", ["b"]),
        ("/{ b : int }", "/{b:int}", ["b"]),
        ("/it's/ü/a b/%41", "/it's/ü/a b/%41", []),
    ],
)
def test_one_canonical_form(text: str, path: str, parameters: list[str]) -> None:
    template = Template(text)
    assert (str(template), list(template.parameters)) == (path, parameters)
    assert template == Template(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/{a}", "path '/{a}': parameter 'a' has no type: write '{a:str}'"),
        ("/{a:}", "path '/{a:}': parameter 'a' has no type: write '{a:str}'"),
        ("/{:int}", "path '/{:int}': '' is no parameter name: take a Python identifier"),
        ("/{a-b:int}", "path '/{a-b:int}': 'a-b' is no parameter name: take a Python identifier"),
        ("/v{a:int}", "path '/v{a:int}': segment 'v{a:int}' mixes text and braces"),
        ("/{a:int", "path '/{a:int': segment '{a:int' mixes text and braces"),
        ("/a}", "path '/a}': segment 'a}' mixes text and braces"),
        ("/{{a:int}}", "path '/{{a:int}}': segment '{{a:int}}' mixes text and braces"),
        (
            "/{a:int}/{a:str}",
            "path '/{a:int}/{a:str}': parameter 'a' stands twice: rename one of them",
        ),
        ("/{a:path}/b", "path '/{a:path}/b': '{a:path}' takes the rest of the path"),
        ("/a//b", "path '/a//b': it has an empty segment: write a single slash"),
        ("/{a:strr}", "parameter 'a' has the unknown type 'strr'. Did you mean 'str'?"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as refused:
        Template(text)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("template", "values", "path"),
    [
        ("/", {}, "/"),
        ("/a/{b:int}", {"b": 5}, "/a/5"),
        ("/a/{b:int}", {"b": "-5"}, "/a/-5"),
        ("/{b:str}", {"b": "a/b?c#d%e f;g"}, "/a%2Fb%3Fc%23d%25e%20f;g"),
        ("/{b:str}", {"b": ".."}, "/%2E%2E"),
        ("/{b:str}", {"b": "\0ü"}, "/%00%C3%BC"),
        ("/{b:path}", {"b": "/x/../y z"}, "/x/%2E%2E/y%20z"),
        ("/{b:uuid}", {"b": ID}, f"/{ID}"),
        ("/{b:uuid}", {"b": str(ID)}, f"/{ID}"),
        ("/{b:decimal}", {"b": Decimal("1E+2")}, "/100"),
        ("/{b:float}", {"b": 1e-7}, "/0.0000001"),
        ("/{b:float}", {"b": 3}, "/3"),
        ("/{b:date}", {"b": date(2026, 11, 24)}, "/2026-11-24"),
        ("/{b:time}", {"b": time(10, 31)}, "/10:31:00"),
        ("/{b:datetime}", {"b": datetime(2026, 11, 24, 10, 31)}, "/2026-11-24T10:31:00"),
        ("/{b:timedelta}", {"b": timedelta(minutes=1)}, "/60.000000"),
        ("/it's/{b:int}", {"b": 1}, "/it's/1"),
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
    ],
)
def test_a_path_that_cannot_be_built(values: dict[str, Any], message: str) -> None:
    with pytest.raises(NoRouteFound) as refused:
        Template("/a/{b:int}").format(**values)
    assert str(refused.value) == message


PARSED: list[Any] = [
    ("int", "5", 5), ("int", "-5", -5), ("int", "007", 7), ("int", "+5", None), ("int", "1_0", None),
    ("int", " 1", None), ("int", "１", None), ("int", "1.0", None), ("int", "9" * 4300, int("9" * 4300)),
    ("int", "9" * 4301, None), ("float", "1.5", 1.5), ("float", "-2", -2.0), ("float", "nan", None),
    ("float", "inf", None), ("float", "1e5", None), ("float", "1_0", None), ("decimal", "1.50", Decimal("1.50")),
    ("decimal", "NaN", None), ("decimal", "1E5", None), ("uuid", str(ID), ID), ("uuid", ID.hex, None),
    ("uuid", f"{{{ID}}}", None), ("date", "2026-11-24", date(2026, 11, 24)), ("date", "2026-13-01", None),
    ("date", "20261124", None), ("time", "10:31", time(10, 31)), ("time", "25:00", None), ("time", "10", None),
    ("datetime", "2026-11-24T10:31:00", datetime(2026, 11, 24, 10, 31)), ("datetime", "2026-11-24", None),
    ("timedelta", "90", timedelta(seconds=90)), ("timedelta", "PT1M", timedelta(minutes=1)),
    ("timedelta", "P1DT2H", timedelta(days=1, hours=2)), ("timedelta", "P", None), ("timedelta", "PT", None),
    ("timedelta", "P999999999D", timedelta(days=999999999)), ("timedelta", "P999999999DT99H", None),
    ("str", "a b", "a b"), ("str", "..", ".."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), PARSED)
def test_a_segment_is_read_strictly(kind: str, text: str, value: Any) -> None:
    tree: Tree[str] = Tree()
    tree.add(f"/x/{{v:{kind}}}", "found")
    assert tree.find(f"/x/{text}") == (None if value is None else ("found", {"v": value}))


ROUND: dict[str, Any] = {
    "int": st.integers(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False),
    "uuid": st.uuids(),
    "date": st.dates(),
    "time": st.times(),
    "datetime": st.datetimes(),
    "timedelta": st.timedeltas(timedelta(0), timedelta(days=9999)),
    "str": st.text(min_size=1).filter(lambda text: "/" not in text),
}


@pytest.mark.parametrize("kind", ROUND)
@given(data=st.data())
def test_what_is_written_is_read_again(kind: str, data: Any) -> None:
    value = data.draw(ROUND[kind])
    written = STANDARD[kind].format(value)
    assert STANDARD[kind].parse(written) == value


@given(st.text())
def test_no_text_makes_a_parser_fail_otherwise(text: str) -> None:
    for kind in STANDARD.values():
        try:
            kind.parse(text)
        except ValueError:
            pass


def test_a_type_of_ones_own() -> None:
    def parse(text: str) -> str:
        if not text.startswith("#"):
            raise ValueError(text)
        return text[1:]

    tag = ParameterType("tag", str, parse, lambda value: f"#{value}")
    tree: Tree[str] = Tree(STANDARD.with_type(tag))
    tree.add("/{a:str}", "str")
    tree.add("/{a:tag}", "tag")
    assert tree.find("/#x") == ("tag", {"a": "x"})
    assert tree.find("/x") == ("str", {"a": "x"})
    assert "tag" not in STANDARD
