"""What the log shows of an exception whose message is a client's text."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from pleiad import Pleiad, get


@get("/fail/{text:str}")
async def fail(text: str) -> None:
    raise ValueError(f"no such thing: {text}")


@get("/cause/{text:str}")
async def cause(text: str) -> None:
    try:
        raise KeyError(text)
    except KeyError as error:
        raise ValueError(text) from error


@get("/group/{text:str}")
async def group(text: str) -> None:
    raise ExceptionGroup(text, [ValueError(text), TypeError(text)])


APP = Pleiad([fail, cause, group])


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, as a handler without a formatter of its own writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("path", ["/fail", "/cause", "/group"])
@pytest.mark.parametrize("char", ["\x1b", "\r", "\x00", "\x7f", "\x9b", "\x08"], ids=ascii)
def test_control_characters_are_escaped(path: str, char: str, ask: Any, log: io.StringIO) -> None:
    assert ask(APP, "GET", f"{path}/{char}[2J").status == 500
    text = log.getvalue()
    assert f"\\x{ord(char):02x}" in text
    assert not set(text) & {chr(code) for code in (*range(32), *range(127, 160))} - {"\n"}


@pytest.mark.parametrize("path", ["/fail", "/cause", "/group"])
def test_no_line_is_forged(path: str, ask: Any, log: io.StringIO) -> None:
    ask(APP, "GET", f"{path}/x\nroot: all is well")
    lines = log.getvalue().splitlines()
    assert "root: all is well" not in lines
    assert any(line.strip("| ") == "root: all is well" for line in lines)
    assert sum("GET /" in line for line in lines if not line.startswith(" ")) == 1


def test_the_exception_itself_is_there(ask: Any, caplog: pytest.LogCaptureFixture) -> None:
    """For handlers that look at it, as those of error trackers do."""
    ask(APP, "GET", "/fail/x")
    [record] = caplog.records
    assert isinstance(record.exc_info[1], ValueError)  # type: ignore[index]
    assert "handler(text)" in record.exc_text  # type: ignore[operator]
