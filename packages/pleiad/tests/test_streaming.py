"""Handlers whose answer is sent piece by piece, while what it rests on stays open."""

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pydantic
import pytest

from pleiad import Pleiad, Response, get, post
from pleiad.exceptions import ImproperlyConfiguredException, NotAuthorizedException
from pleiad.response import JSONLines, Redirect, ServerSentEvent, ServerSentEventMessage, Stream
from pleiad.testing import TestClient

LOG: list[str] = []


class Item(msgspec.Struct):
    a: int


class Model(pydantic.BaseModel):
    a: int


@dataclass
class Row:
    a: int


async def session() -> AsyncIterator[str]:
    LOG.append("open")
    try:
        yield "session"
    except BaseException as error:
        LOG.append(f"saw {type(error).__name__}")
        raise
    finally:
        LOG.append("close")


@get("/async", dependencies={"session": session})
async def asynchronous(session: str) -> AsyncIterator[Item]:
    for number in (1, 2):
        LOG.append(f"item {number}")
        yield Item(number)


@get("/generator")
async def generator() -> AsyncGenerator[Row, None]:
    yield Row(1)


@get("/sync", dependencies={"session": session})
def synchronous(session: str) -> Iterator[dict[str, int]]:
    LOG.append("item")
    yield {"a": 1}


@get("/sync-generator", sync_to_thread=False, media_type="application/x-ndjson")
def sync_generator() -> Generator[Model, None, None]:
    try:
        yield Model(a=1)
    finally:
        LOG.append("close")


@get("/returned")
async def returned() -> AsyncIterator[str]:
    async def words() -> AsyncIterator[str]:
        yield "a"
        yield "é"

    return words()


@get("/bytes", media_type="image/png")
async def chunks() -> AsyncIterator[bytes]:
    yield b"\x89"
    yield b"P"


@get("/events")
async def events(page: int = 0) -> AsyncIterator[ServerSentEventMessage]:
    yield ServerSentEventMessage("a", event="x", id=str(page))


@get("/declared", dependencies={"session": session})
async def declared(session: str) -> ServerSentEvent[str]:
    return ServerSentEvent(["a", "b"], event_type="tick")


@get("/loose", dependencies={"session": session})
async def loose(session: str) -> Response[Any]:
    def items() -> Iterator[Item]:
        LOG.append("item")
        yield Item(1)

    return JSONLines(items())


@get("/loosest")
async def loosest() -> Any:
    return Stream(["a", "b"])


@post("/told")
async def told() -> ServerSentEvent[str]:
    return ServerSentEvent("a")


@post("/away", status_code=307)
async def away() -> Redirect:
    return Redirect("/async")


@post("/created", status_code=202, response_headers={"X-A": "b"}, response_cookies={"c": "d"})
async def created() -> AsyncIterator[int]:
    yield 1


HANDLERS: list[Any] = [
    asynchronous, generator, synchronous, sync_generator, returned, chunks, events, declared, loose, loosest, told, away, created,
]  # fmt: skip
JSONL = "application/jsonl"
SSE = "text/event-stream; charset=utf-8"


@pytest.fixture
def client() -> Any:
    LOG.clear()
    with TestClient(Pleiad(HANDLERS)) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "media_type", "content", "log"),
    [
        ("/async", JSONL, b'{"a":1}\n{"a":2}\n', ["open", "item 1", "item 2", "close"]),
        ("/generator", JSONL, b'{"a":1}\n', []),
        ("/sync", JSONL, b'{"a":1}\n', ["open", "item", "close"]),
        ("/sync-generator", "application/x-ndjson", b'{"a":1}\n', ["close"]),
        ("/returned", "text/plain; charset=utf-8", "aé".encode(), []),
        ("/bytes", "image/png", b"\x89P", []),
        ("/events?page=7", SSE, b"event: x\r\nid: 7\r\ndata: a\r\n\r\n", []),
        ("/loose", JSONL, b'{"a":1}\n', ["open", "item", "close"]),
        ("/loosest", "application/octet-stream", b"ab", []),
    ],
)
def test_what_is_sent(client: Any, path: str, media_type: str, content: bytes, log: Any) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    fields = sorted(answer.content.splitlines()), sorted(content.splitlines())
    assert fields[0] == fields[1]
    assert "content-length" not in answer.headers
    assert LOG == log


def test_the_declared_response_class(client: Any) -> None:
    assert client.get("/declared").content.count(b"event: tick") == 2
    assert LOG == ["open", "close"]


def test_status_headers_and_cookies_of_the_route(client: Any) -> None:
    answer = client.post("/created")
    assert (answer.status_code, answer.headers["x-a"], answer.cookies["c"]) == (202, "b", "d")


@pytest.mark.parametrize(("path", "status"), [("/created", 202), ("/told", 200), ("/away", 307)])
def test_the_status_that_is_sent_is_in_the_document(client: Any, path: str, status: int) -> None:
    assert client.post(path, follow_redirects=False).status_code == status
    told, *_ = client.app.openapi_schema["paths"][path]["post"]["responses"]
    assert told == str(status)


@pytest.mark.parametrize("path", ["/async", "/loose", "/declared"])
def test_head_makes_no_item(client: Any, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert LOG == ["open", "close"]


@get("/refused")
async def refused() -> AsyncIterator[int]:
    raise NotAuthorizedException("not you")
    yield 1


@get("/breaks", dependencies={"session": session})
async def breaks(session: str) -> AsyncIterator[int]:
    yield 1
    raise LookupError("gone")


@get("/lies", dependencies={"session": session})
async def lies(session: str) -> AsyncIterator[int]:
    yield 1
    yield "two"  # type: ignore[misc]


@pytest.mark.parametrize("path", ["/breaks", "/lies"])
def test_a_stream_that_fails_does_not_look_complete(path: str, caplog: Any) -> None:
    LOG.clear()
    with (
        TestClient(Pleiad([breaks, lies]), raise_server_exceptions=False) as client,
        pytest.raises(Exception) as failed,  # noqa: PT011 - the client's own
    ):
        client.get(path)
    assert not isinstance(failed.value, AssertionError)
    assert LOG[0] == "open"
    assert LOG[1].startswith("saw ")
    assert LOG[2:] == ["close"]
    assert len([each for each in caplog.records if each.levelname == "ERROR"]) == 1


def test_hooks_see_the_response() -> None:
    def stamped(response: Response[Any]) -> Response[Any]:
        response.headers["x-stamped"] = type(response).__name__
        return response

    with TestClient(Pleiad([asynchronous], after_request=stamped)) as client:
        assert client.get("/async").headers["x-stamped"] == "JSONLines"


def test_a_hook_answers_before_any_item() -> None:
    LOG.clear()

    def early() -> str:
        return "early"

    with TestClient(Pleiad([asynchronous], before_request=early)) as client:
        assert client.get("/async").text == "early"
    assert LOG == []


def test_a_hook_may_answer_with_a_stream() -> None:
    @get("/", before_request=lambda: Stream(["a", "b"]))
    async def handler() -> str:
        return "late"

    with TestClient(Pleiad([handler])) as client:
        assert client.get("/").text == "ab"


@get("/items")
async def items_of_several_types() -> AsyncIterator[Item | Row | None]:
    for item in (Item(1), Row(2), None):
        yield item


@get("/either")
async def either(n: int = 0) -> JSONLines[Item] | Redirect | dict[str, int] | None:
    return [JSONLines([Item(1)]), Redirect("/items"), {"a": 1}, None][n]  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("path", "status", "media_type", "content"),
    [
        ("/items", 200, JSONL, b'{"a":1}\n{"a":2}\nnull\n'),
        ("/either", 200, JSONL, b'{"a":1}\n'),
        ("/either?n=1", 302, None, b""),
        ("/either?n=2", 200, "application/json", b'{"a":1}'),
        ("/either?n=3", 200, "application/json", b"null"),
    ],
)
def test_unions(path: str, status: int, media_type: str | None, content: bytes) -> None:
    with TestClient(Pleiad([items_of_several_types, either]), follow_redirects=False) as client:
        answer = client.get(path)
    assert (answer.status_code, answer.content) == (status, content)
    assert answer.headers.get("content-type") == media_type


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (int, "handler 'handler' is a generator, annotated '-> int'"),
        (list[int], "handler 'handler' is a generator, annotated '-> list\\[int\\]'"),
        (JSONLines[int], "handler 'handler' is a generator"),
        (AsyncIterator[int] | None, "an iterator cannot be one of several"),
    ],
    ids=str,
)
def test_a_generator_must_say_so(annotation: Any, message: str) -> None:
    async def handler() -> Any:
        yield 1

    handler.__annotations__["return"] = annotation
    with pytest.raises(ImproperlyConfiguredException, match=message):
        Pleiad([get("/")(handler)])
