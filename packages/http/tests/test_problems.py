from typing import Annotated, Any, Generic, NotRequired, Required, TypedDict, TypeVar

import msgspec
import pytest

from pleiad_http import DecodeError, decode_json, decoder_for
from pleiad_http.problems import MISFITS, MOST_PROBLEMS, every_problem


class Node(msgspec.Struct):
    value: int = 0
    children: list["Node"] = []


def problems(annotation: Any, data: bytes) -> list[tuple[str, tuple[str | int, ...]]]:
    with pytest.raises(DecodeError) as caught:
        decoder_for(annotation)(data)
    assert not caught.value.malformed
    return [(each.message, each.path) for each in caught.value.problems]


def test_no_more_are_told_than_a_client_can_read() -> None:
    found = problems(list[int], b"[" + b",".join([b'""'] * 100_000) + b"]")
    assert len(found) == MOST_PROBLEMS
    assert [path for _, path in found] == [(n,) for n in range(MOST_PROBLEMS)]


def converted(value: Any, annotation: Any) -> int:
    """How many values are handed to the decoder."""
    seen = 0

    def convert(value: Any, annotation: Any) -> Any:
        nonlocal seen
        todo = [value]
        while todo:
            each = todo.pop()
            seen += 1
            todo.extend(
                each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
            )
        return msgspec.convert(value, annotation)

    every_problem(value, annotation, convert)
    return seen


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        pytest.param(list(range(100_000)), list[int], id="many right values"),
        pytest.param([""] * 100_000, list[int], id="many wrong values"),
        pytest.param([[0] * 1000] * 100, list[list[int]], id="a table"),
        pytest.param([0] * 100_000, list[int] | str, id="what cannot be entered"),
    ],
)
def test_the_work_is_bounded(value: Any, annotation: Any) -> None:
    assert converted(value, annotation) <= 50_000


@pytest.mark.parametrize(("wanted", "found"), MISFITS, ids=lambda each: each.__name__)
def test_a_misfit_is_told_as_the_decoder_tells_it(wanted: type, found: type) -> None:
    for value in (found(), *({str: "1", int: 1, float: 1.5, bool: True}.get(found, None),)):
        with pytest.raises(msgspec.ValidationError) as refused:
            msgspec.convert(value, wanted, strict=True)
        assert str(refused.value).replace("`", "") == MISFITS[wanted, found]
        assert problems(wanted, msgspec.json.encode(value)) == [(MISFITS[wanted, found], ())]


T = TypeVar("T")


class Page(msgspec.Struct, Generic[T]):
    item: T


class Row(msgspec.Struct, Generic[T], array_like=True):
    item: T
    name: str = ""


@pytest.mark.parametrize(
    ("annotation", "data", "path"),
    [
        pytest.param(Page[int], b'{"item":"x"}', ("item",), id="a generic model"),
        pytest.param(Page[Annotated[int, ["a list"]]], b'{"item":"x"}', ("item",), id="without a hash"),
        pytest.param(Row[int], b'["x"]', (0,), id="written as a list"),
        pytest.param(list[Row[int]], b'[[1,"x"],[1,2]]', (1, 1), id="several such"),
    ],
)  # fmt: skip
def test_a_generic_model_is_entered(annotation: Any, data: bytes, path: Any) -> None:
    assert [where for _, where in problems(annotation, data)] == [path]


def nested(levels: int) -> Any:
    value: Any = {"children": [{"value": n} for n in range(500)]}
    for _ in range(levels):
        value = {"children": [value]}
    return value


def test_the_depth_does_not_multiply_the_work() -> None:
    """Each level is handed to the decoder as a whole, with all that is below it, but only so often."""
    assert converted(nested(200), Node) <= 50_000


def test_a_deep_document_is_told_at_its_bottom() -> None:
    data = b'{"children":[' * 250 + b'{"value":"x"}' + b"]}" * 250
    assert problems(Node, data) == [("Expected int, got str", ("children", 0) * 250 + ("value",))]


class Optional(TypedDict):
    title: Required[str]
    year: NotRequired[int]


def test_what_a_typed_dict_alone_may_say_is_no_matter_of_the_decoder() -> None:
    with pytest.raises(DecodeError) as caught:
        decode_json(b'{"title": 1, "year": []}', Optional)
    assert [problem.path for problem in caught.value.problems] == [("title",), ("year",)]
