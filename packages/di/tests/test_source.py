import gc
import inspect
import keyword
import linecache
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_di import Names, Source, Var, callable_name, identifier
from pleiad_di.source import _code

pytestmark = pytest.mark.anyio


def source(name: str = "answer", label: str = "<test answer>") -> Source:
    return Source(name, ["value"], label=label, names=Names(["value"]))


@pytest.mark.parametrize(
    ("text", "name"),
    [("a", "a"), ("a-b", "a_b"), ("1a", "value_1a"), ("class", "class_"), ("", "value"), ("<lambda>", "lambda_"),
     ("a\nb'", "a_b"), ("__a__", "a"), ("ü", "value")],
)  # fmt: skip
def test_identifier(text: str, name: str) -> None:
    assert identifier(text) == name


@given(st.text())
def test_any_text_becomes_an_identifier(text: str) -> None:
    name = identifier(text)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)


def test_a_name_is_given_once() -> None:
    names = Names(["a"])
    assert [names.fresh("a"), names.fresh("a"), names.fresh("b"), names.fresh("a-2")] == [
        "a_2",
        "a_3",
        "b",
        "a_2_2",
    ]


CONSTANTS: list[Any] = [
    (Var("x"), "x"), ("x", '"x"'), ("it's", '"it\'s"'), ('say "x"', "'say \"x\"'"), ("a\n{b}\\", '"a\\n{b}\\\\"'),
    (1, "1"), (-5, "-5"), (10_000_000, "10_000_000"), (True, "True"), (None, "None"),
    (2.5, "2.5"), (1e300, "1e+300"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), CONSTANTS)
def test_constants_as_typed_by_hand(value: Any, text: str) -> None:
    assert source().value(value) == text


@given(st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False)))
async def test_a_constant_means_itself(value: Any) -> None:
    out = source()
    out.line(f"return {out.value(value)}")
    assert await out.compile()(None) == value


def test_a_bound_object_never_has_a_variables_name() -> None:
    out = Source("f", [], label="<t>", names=Names(["limit", "page"]))
    assert out.bind("limit", len) == "make_limit"
    assert out.bind("page", 3.5) == "page_2"
    assert out.bind("print", len) == "make_print"
    assert out.bind("other", len) == "other"
    assert out.bind("other", len) == "other"
    assert out.bind("other", max) == "make_other"


async def test_what_is_shown_is_what_runs() -> None:
    out = source()
    out.open("if value:")
    out.call(
        f"return {out.bind('together', lambda *each: sum(each))}(", ["value", *map(str, range(60))]
    )
    out.close()
    function = out.compile()
    assert inspect.getsource(function) == str(out)
    assert max(map(len, str(out).splitlines())) <= 100
    assert await function(1) == sum(range(60)) + 1
    assert (function.__name__, function.__qualname__) == ("answer", "answer")


async def test_a_traceback_shows_the_line() -> None:
    out = source()
    out.line("return value / 0")
    with pytest.raises(ZeroDivisionError) as raised:
        await out.compile()(1)
    assert 'File "<test answer' in "".join(traceback.format_exception(raised.value))
    assert "return value / 0" in "".join(traceback.format_exception(raised.value))


def test_labels_are_unique_and_leave_with_their_function() -> None:
    first, second = source(), source()
    functions = [first.compile(), second.compile()]
    labels = [each.__code__.co_filename for each in functions]
    assert len(set(labels)) == 2
    assert all(label in linecache.cache for label in labels)
    del functions
    gc.collect()
    assert not any(label in linecache.cache for label in labels)


def test_an_equal_body_is_compiled_once() -> None:
    before = _code.cache_info().misses
    for name in ("one", "two"):
        out = source(name)
        out.line("return 'equal bodies'")
        out.compile()
    assert _code.cache_info().misses == before + 1


async def test_what_functions_have_in_common_is_one_cell() -> None:
    shared, own, cells = [], [[], []], {}
    functions = []
    for each in own:
        out = source()
        out.line(f"return {out.bind('shared', shared)}, {out.bind('own', each)}")
        functions.append(out.compile(cells))
    first, second = (
        dict(zip(f.__code__.co_freevars, f.__closure__, strict=True)) for f in functions
    )
    assert first["shared"] is second["shared"]
    assert first["own"] is not second["own"]
    for function, each in zip(functions, own, strict=True):
        found = await function(0)
        assert found[0] is shared and found[1] is each


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (len, "len"),
        (lambda: 0, "function"),
        (Source, "Source"),
        (Names(), "Names"),
        (str.upper, "upper"),
    ],
)
def test_callable_name(value: Any, name: str) -> None:
    assert callable_name(value) == name
