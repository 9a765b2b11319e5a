"""Server-sent events as they are sent."""

from dataclasses import dataclass
from functools import partial

import anyio
import pytest

from pleiad_http import ServerSentEvent, ServerSentEventMessage, last_event_id

pytestmark = pytest.mark.anyio


def scope_of(*headers, method="GET", **more):
    return {"type": "http", "method": method, "headers": [*headers], "http_version": "1.1", **more}


async def sent_by(response, scope=None, **defaults):
    """The status, the headers and the content of a response."""
    sent = []

    async def send(message):
        sent.append(message)

    with anyio.fail_after(5):
        await response.send(scope or scope_of(), anyio.sleep_forever, send, **defaults)
    start, *pieces = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(each["body"] for each in pieces)


HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
}


@pytest.mark.parametrize(
    ("response", "defaults", "status", "headers"),
    [
        pytest.param(ServerSentEvent([]), {}, 200, HEADERS, id="by default"),
        pytest.param(ServerSentEvent([]), {"status_code": 201, "media_type": "text/html"}, 200, HEADERS, id="its own win"),
        pytest.param(ServerSentEvent([], status_code=None), {"status_code": 201}, 201, HEADERS, id="the route's status"),
        pytest.param(ServerSentEvent([], headers={"Cache-Control": "no-store"}), {}, 200, HEADERS | {"cache-control": "no-store"}, id="given headers win"),
        pytest.param(ServerSentEvent([]), {"headers": {"cache-control": "public", "x-a": "1"}}, 200, HEADERS | {"x-a": "1"}, id="the route's headers"),
    ],
)  # fmt: skip
async def test_head(response, defaults, status, headers):
    assert (await sent_by(response, **defaults))[:2] == (status, headers)


@dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    ("response", "pieces"),
    [
        pytest.param(ServerSentEvent(["a", b"b", 3, Point(1), {"data": 1, "id": 2}, ServerSentEventMessage("m", "e")]), [b"data: a\r\n\r\n", b"data: b\r\n\r\n", b"data: 3\r\n\r\n", b'data: {"x":1}\r\n\r\n', b"id: 2\r\ndata: 1\r\n\r\n", b"event: e\r\ndata: m\r\n\r\n"], id="items of all kinds"),
        pytest.param(ServerSentEvent("a\nb"), [b"data: a\r\ndata: b\r\n\r\n"], id="text is one message"),
        pytest.param(ServerSentEvent({"data": "a"}), [b"data: a\r\n\r\n"], id="a dict is one message"),
        pytest.param(ServerSentEvent(["a", {"data": "b"}], event_type="e", event_id="7"), [b"event: e\r\nid: 7\r\ndata: a\r\n\r\n", b"data: b\r\n\r\n"], id="type and id are of plain data"),
        pytest.param(ServerSentEvent(["a"], retry_duration=5, comment_message="hi"), [b": hi\r\nretry: 5\r\n\r\n", b"data: a\r\n\r\n"], id="opening"),
        pytest.param(ServerSentEvent([complex(1, 2)], type_encoders={complex: str}), [b'data: "(1+2j)"\r\n\r\n'], id="type encoders"),
        pytest.param(ServerSentEvent([]), [], id="nothing"),
    ],
)  # fmt: skip
async def test_items(response, pieces):
    assert (await sent_by(response))[2] == b"".join(pieces)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"event_type": "a\nb"}, "event of a"),
        ({"event_id": "a\0"}, "id of a"),
        ({"comment_message": "a\r"}, "comment of a"),
        ({"retry_duration": -1}, "milliseconds"),
        ({"ping_interval": 0}, "ping_interval"),
        ({"ping_interval": -1.0}, "ping_interval"),
        ({"ping_interval": float("nan")}, "ping_interval"),
    ],
    ids=str,
)
def test_refused_when_it_is_made(options, message):
    with pytest.raises(ValueError, match=message):
        ServerSentEvent([], **options)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        pytest.param([], None, id="none"),
        pytest.param([(b"last-event-id", b"7")], "7", id="one"),
        pytest.param([(b"last-event-id", b"")], None, id="empty"),
        pytest.param([(b"last-event-id", "é✓".encode())], "é✓", id="UTF-8"),
        pytest.param([(b"last-event-id", b"\xff7")], "\ufffd7", id="no UTF-8"),
        pytest.param([(b"last-event-id", b"1"), (b"last-event-id", b"2")], "1", id="the first"),
    ],
)
def test_last_event_id(headers, found):
    assert last_event_id(scope_of(*headers)) == found


async def since(seen):
    yield repr(seen)


async def named(last_event_id="default"):
    yield repr(last_event_id)


async def other(limit=10):
    yield repr(limit)


async def opened(seen):
    return since(seen)


class Events:
    def __init__(self, seen):
        self.seen = seen

    def __iter__(self):
        return iter([repr(self.seen)])

    def method(self, seen):
        yield repr(seen)


@pytest.mark.parametrize(
    ("content", "data"),
    [
        pytest.param(since, "'7'", id="generator function"),
        pytest.param(named, "'7'", id="by name"),
        pytest.param(other, "10", id="a default is no wish"),
        pytest.param(opened, "'7'", id="function of a coroutine"),
        pytest.param(lambda: ["x"], "x", id="no parameter"),
        pytest.param(lambda seen: [repr(seen)], "'7'", id="lambda"),
        pytest.param(partial(since, "own"), "'own'", id="bound already"),
        pytest.param(Events, "'7'", id="class"),
        pytest.param(Events(1).method, "'7'", id="method"),
        pytest.param(Events(1), "1", id="an iterable is not called"),
    ],
)
async def test_callable_is_given_the_id(content, data):
    scope = scope_of((b"last-event-id", b"7"))
    _, _, sent = await sent_by(ServerSentEvent(content), scope)
    assert sent == f"data: {data}\r\n\r\n".encode()


async def test_callable_is_given_none():
    assert (await sent_by(ServerSentEvent(since)))[2] == b"data: None\r\n\r\n"


async def test_ping_is_a_comment():
    pinged, sent = anyio.Event(), []

    async def send(message):
        sent.append(message.get("body"))
        if message.get("body", b"").startswith(b":"):
            pinged.set()

    async def content():
        await pinged.wait()
        yield "a"

    with anyio.fail_after(5):
        response = ServerSentEvent(content(), ping_interval=0.001)
        await response.send(scope_of(), anyio.sleep_forever, send)
    # none before the head, and none after the end
    assert (sent[0], sent[1], sent[-1]) == (None, b": ping\r\n\r\n", b"")
    assert b"data: a\r\n\r\n" in b"".join(filter(None, sent))


@pytest.mark.parametrize(("retry", "told"), [(None, 3000), (0, 0), (9, 9)])
async def test_shutdown(retry, told):
    down = anyio.Event()

    async def content():
        yield "a"
        down.set()
        await anyio.sleep_forever()

    scope = scope_of(**{"pleiad.shutting_down": down})
    _, _, sent = await sent_by(ServerSentEvent(content(), retry_duration=retry), scope)
    assert sent.endswith(b"data: a\r\n\r\nretry: %d\r\n\r\n" % told)


async def test_head_only():
    content = since("x")
    assert await sent_by(ServerSentEvent(content), scope_of(method="HEAD")) == (200, HEADERS, b"")
    with pytest.raises(StopAsyncIteration):
        await content.__anext__()


@pytest.mark.parametrize("event", [None, "tick"])
@pytest.mark.parametrize("event_id", [None, 7])
@pytest.mark.parametrize("text", ["a", "", "ü", "a\nb", "a\r\nb", "a\r", ": x", "data: x"])
def test_text_is_sent_as_its_message_is(text, event, event_id):
    """Also where the response was given its fields later."""
    response = ServerSentEvent([])
    response.event_type, response.event_id = event, event_id
    message = ServerSentEventMessage(text, event, event_id)
    assert response._item_encoder(None, None)(text) == message.encode()
