"""Every option of every response does something, and all that a route says of one.

A row tells what is sent without an option and with it; an option that has no row fails a test.
"""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest

from pleiad_http import (
    SHUTTING_DOWN,
    BackgroundTask,
    BaseLocalFileSystem,
    Cookie,
    ETag,
    File,
    JSONLines,
    Redirect,
    Response,
    ServerSentEvent,
    ShuttingDown,
    Stream,
)

pytestmark = pytest.mark.anyio

LOG: list[str] = []
CLASSES = (File, JSONLines, Redirect, Response, ServerSentEvent, Stream)


class Loud(BaseLocalFileSystem):
    """A disk on which everything is in capitals."""

    async def read_bytes(self, path: Any, start: int = 0, end: int = -1) -> bytes:
        return (await super().read_bytes(path, start, end)).upper()


class Own:
    """What no codec knows."""


class Sent(NamedTuple):
    """What a response becomes."""

    status: int
    headers: dict[str, str]
    content: bytes
    pieces: int
    log: list[str]


class Effect(NamedTuple):
    """What an option does to a response.

    Attributes:
        option: Its name.
        value: What it is set to.
        look: What is looked at.
        within: What is seen of a response that has it; of one that has not, it is something else.
        classes: The responses that take it.
        content: What they are made of, if not of the usual.
    """

    option: str
    value: Any
    look: Callable[[Sent], Any]
    within: Any
    classes: tuple[type[Response[Any]], ...]
    content: Any = None


async def sent_by(
    make: Callable[[], Response[Any]], *, stopping: bool = False, **route: Any
) -> Sent | str:
    """What is sent, to a client whose app may be about to stop; or why nothing can be.

    Args:
        make: Makes the response.
        stopping: Whether the app is about to stop.
        **route: What a route says, where the response does not send itself.
    """
    LOG.clear()
    sent: list[Any] = []
    shutting_down = ShuttingDown()
    if stopping:
        shutting_down.set()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "headers": [],
        "http_version": "1.1",
        SHUTTING_DOWN: shutting_down,
    }
    try:
        answer = make()
        await (answer.send if route else answer)(scope, anyio.sleep_forever, send, **route)
    except Exception as error:  # noqa: BLE001 - what an encoder raises is of no interest here
        return str(error)
    start, *pieces = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    content = b"".join(each["body"] for each in pieces)
    return Sent(start["status"], headers, content, len(pieces), list(LOG))


def header(name: str) -> Callable[[Sent], Any]:
    return lambda sent: sent.headers.get(name)


def status(sent: Sent) -> int:
    return sent.status


def content(sent: Sent) -> bytes:
    return sent.content


def shout(value: str) -> bytes:
    return value.upper().encode()


async def slow() -> Any:
    yield "a"
    await anyio.sleep(0.1)
    yield "b"


NOT_REDIRECTS = tuple(each for each in CLASSES if each is not Redirect)
EFFECTS = [
    Effect("background", BackgroundTask(LOG.append, "ran"), lambda sent: sent.log, ["ran"], CLASSES),
    Effect("cookies", [Cookie("a", "b", path=None, samesite=None)], header("set-cookie"), "a=b", CLASSES),
    Effect("headers", {"x-a": "b"}, header("x-a"), "b", CLASSES),
    Effect("status_code", 203, status, 203, NOT_REDIRECTS),
    Effect("status_code", 308, status, 308, (Redirect,)),
    Effect("media_type", "text/css", header("content-type"), "text/css; charset=utf-8", (File, JSONLines, Response, Stream)),
    Effect("encoding", "latin-1", content, b"\xe9", (Response,), "é"),
    Effect("encoding", "latin-1", content, b"\xe9", (Stream,), ["é"]),
    Effect("type_encoders", {Own: lambda _: "own"}, content, b'"own"', (Response,), Own()),
    Effect("type_encoders", {Own: lambda _: "own"}, content, b'"own"\n', (JSONLines,), [Own()]),
    Effect("type_encoders", {Own: lambda _: "own"}, content, b'data: "own"\r\n\r\n', (ServerSentEvent,), [Own()]),
    Effect("content", "given", content, b"given", (Response,)),
    Effect("item_type", bytes, content, b'{"a":1}\n', (JSONLines,), [b'{"a":1}']),
    Effect("encode", shout, content, b"A\n", (JSONLines,)),
    Effect("event_type", "tick", content, b"event: tick\r\ndata: a\r\n\r\n", (ServerSentEvent,)),
    Effect("event_id", "7", content, b"id: 7\r\ndata: a\r\n\r\n", (ServerSentEvent,)),
    Effect("retry_duration", 5, content, b"retry: 5\r\n\r\ndata: a\r\n\r\n", (ServerSentEvent,)),
    Effect("comment_message", "hi", content, b": hi\r\n\r\ndata: a\r\n\r\n", (ServerSentEvent,)),
    Effect("ping_interval", 0.01, lambda sent: b": ping" in sent.content, True, (ServerSentEvent,), slow),
    Effect("chunk_size", 1, lambda sent: sent.pieces > 2, True, (File,)),
    Effect("content_disposition_type", "inline", header("content-disposition"), 'inline; filename="a.txt"', (File,)),
    Effect("etag", ETag("own"), header("etag"), '"own"', (File,)),
    Effect("filename", "b.txt", header("content-disposition"), 'attachment; filename="b.txt"', (File,)),
    Effect("file_system", Loud(), content, b"ABC", (File,)),
    Effect("query_params", {"a": "b"}, header("location"), "/there?a=b", (Redirect,)),
]  # fmt: skip
ROUTE = [
    Effect("cookies", [Cookie("a", "b", path=None, samesite=None)], header("set-cookie"), "a=b", CLASSES),
    Effect("headers", {"x-a": "b"}, header("x-a"), "b", CLASSES),
    Effect("status_code", 203, status, 203, (File, JSONLines, Response, Stream)),
    Effect("status_code", 308, status, 308, (Redirect,)),
    Effect("media_type", "text/css", header("content-type"), "text/css; charset=utf-8", (File, Response, Stream)),
    Effect("encode", lambda _: b"own", content, b"own", (Response,), [1]),
    Effect("encode", lambda _: b"own", content, b"own\n", (JSONLines,), [[1]]),
    Effect("encode", lambda _: b"own", content, b"data: own\r\n\r\n", (ServerSentEvent,), [[1]]),
]  # fmt: skip
ENDLESS = (JSONLines, Stream)


@pytest.fixture
def usual(tmp_path: Path) -> dict[type[Any], Any]:
    """What each response is made of."""
    file = tmp_path / "a.txt"
    file.write_text("abc")
    items = ["a"]
    return {File: file, JSONLines: items, Redirect: "/there", ServerSentEvent: items, Stream: items}


@pytest.mark.parametrize(
    ("effect", "cls"),
    [
        pytest.param(each, cls, id=f"{cls.__name__}-{each.option}")
        for each in EFFECTS
        for cls in each.classes
    ],
)
async def test_an_option_of_a_response(effect: Effect, cls: Any, usual: Any) -> None:
    first = (usual.get(cls) if effect.content is None else effect.content,)
    arguments = () if first == (None,) else first
    without = await sent_by(lambda: cls(*arguments))
    within = await sent_by(lambda: cls(*arguments, **{effect.option: effect.value}))
    assert isinstance(within, Sent)
    assert effect.look(within) == effect.within
    assert isinstance(without, str) or effect.look(without) != effect.within


@pytest.mark.parametrize(
    ("effect", "cls"),
    [
        pytest.param(each, cls, id=f"{cls.__name__}-{each.option}")
        for each in ROUTE
        for cls in each.classes
    ],
)
async def test_what_a_route_says(effect: Effect, cls: Any, usual: Any) -> None:
    first = usual.get(cls, "text") if effect.content is None else effect.content
    media_type = {} if effect.option == "media_type" else {"media_type": "application/json"}
    without = await sent_by(lambda: cls(first), **media_type)
    within = await sent_by(lambda: cls(first), **media_type, **{effect.option: effect.value})
    assert isinstance(without, Sent)
    assert isinstance(within, Sent)
    assert effect.look(without) != effect.within == effect.look(within)


@pytest.mark.parametrize("cls", ENDLESS)
async def test_what_is_endless_ends_when_the_app_is_to_stop(cls: Any) -> None:
    async def items() -> Any:
        for _ in range(3):
            yield "a"
            await anyio.sleep(0)

    finite = await sent_by(lambda: cls(items()), stopping=True)
    endless = await sent_by(lambda: cls(items(), endless=True), stopping=True)
    assert isinstance(finite, Sent)
    assert isinstance(endless, Sent)
    assert finite.content.count(b"a") == 3 > endless.content.count(b"a")


@pytest.mark.parametrize("cls", CLASSES)
def test_no_option_lacks_a_row(cls: Any) -> None:
    parameters = inspect.signature(cls).parameters.values()
    options = {each.name for each in parameters if each.default is not each.empty}
    known = {each.option for each in EFFECTS if cls in each.classes}
    beside = {"endless"} if cls in ENDLESS else {"file_info"} if cls is File else set()
    assert options == known | beside  # `file_info` is what a file system told: test_remote_file.py


def test_nothing_that_a_route_says_lacks_a_row() -> None:
    parameters = inspect.signature(Response.send).parameters.values()
    options = {each.name for each in parameters if each.default is not each.empty}
    assert options == {each.option for each in ROUTE}
