"""Apps do what their documents say: schemathesis finds no answer that is not described, and no 5xx."""

import sys
from pathlib import Path

import msgspec
import pytest
from server_process import uvicorn

from pleiad import Pleiad, Response, get
from pleiad.exceptions import HTTPException
from pleiad.testing import assert_conforms

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"

UNREADABLE = ("row", "range")
"""Answers whose whole content is a tuple: schemathesis 4.32 turns `prefixItems` of a component into the
`items` of an older JSON Schema, and then refuses that."""


def test_the_app_with_everything(every_kind):
    assert_conforms(every_kind.make(without=UNREADABLE), examples=8)


def test_the_app_takes_the_examples_that_are_made_up(every_kind):
    """Schemathesis sends those of the document, too."""
    config = msgspec.structs.replace(every_kind.CONFIG, create_examples=True)
    assert_conforms(every_kind.make(config, without=UNREADABLE), examples=1)


@pytest.mark.parametrize("example", ["crud", "parameters", "bodies", "pagination"], indirect=True)
def test_examples(example):
    assert_conforms(example, examples=10)


def test_a_served_app(root, run, tmp_path):
    """By the program of schemathesis, under a real server, with requests that depend on one another.

    One check is left out: pydantic takes more than its schema says, such as `false` for a number.
    """
    with uvicorn(root / "examples", "crud:app") as server:
        url = f"http://127.0.0.1:{server.port}/schema/openapi.json"
        words = ("--checks", "all", "--exclude-checks", "negative_data_rejection")
        more = ("--max-examples", "10", "--generation-deterministic", "--no-color")
        assert "No issues found" in run(SCHEMATHESIS, "run", url, *words, *more, cwd=tmp_path)
        assert "Traceback" not in server.log


class Teapot(HTTPException):
    status_code = 418


def broken(number: int) -> str:
    raise ZeroDivisionError("by nothing")


async def other() -> Response[str]:
    return Response("text", media_type="text/html")


async def longer() -> Response[list[int]]:
    return Response({"not": "a list"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("function", "told"),
    [
        pytest.param(other, "Undocumented Content-Type", id="another media type"),
        pytest.param(broken, "ZeroDivisionError: by nothing", id="a 500"),
        pytest.param(longer, "is not of type", id="other content"),
    ],
)
def test_what_does_not_conform_is_told(function, told):
    handler = get("/items", validate_responses="off")(function)
    with pytest.raises(AssertionError, match="GET /items") as caught:
        assert_conforms(Pleiad([handler]), examples=5)
    assert told in str(caught.value)


def test_an_answer_that_nobody_described():
    made = {"exceptions": [Teapot]}

    async def hidden() -> str:
        raise made["exceptions"][0]

    with pytest.raises(AssertionError, match="Undocumented status code"):
        assert_conforms(Pleiad([get("/items")(hidden)]), examples=5)
