"""What a stream is sent as; how it ends is in test_delivery.py."""

import io

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import BackgroundTask, Cookie, MediaType, SerializationException, Stream

pytestmark = pytest.mark.anyio


async def sent_by(response, method="GET", **defaults):
    """The status, the headers and the content of a response."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "headers": [], "http_version": "1.1"}
    with anyio.fail_after(5):
        await response.send(scope, anyio.sleep_forever, send, **defaults)
    start, *pieces = sent
    assert [each.get("more_body", False) for each in pieces] == [True] * (len(pieces) - 1) + [False]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(each["body"] for each in pieces)


@pytest.mark.parametrize(
    ("response", "defaults", "media_type"),
    [
        pytest.param(Stream([]), {}, "application/octet-stream", id="nobody says"),
        pytest.param(Stream(["a"]), {}, "application/octet-stream", id="text is no reason"),
        pytest.param(Stream([]), {"media_type": "text/csv"}, "text/csv; charset=utf-8", id="route"),
        pytest.param(
            Stream([], media_type="text/plain"),
            {"media_type": "text/csv"},
            "text/plain; charset=utf-8",
            id="its own wins",
        ),
        pytest.param(Stream([], media_type=MediaType.XML), {}, "application/xml", id="an enum"),
        pytest.param(
            Stream([], media_type="text/css", encoding="latin-1"),
            {},
            "text/css; charset=latin-1",
            id="encoding",
        ),
        pytest.param(Stream([], headers={"content-type": "a/b"}), {}, "a/b", id="header"),
    ],
)
async def test_media_type(response, defaults, media_type):
    status, headers, _ = await sent_by(response, **defaults)
    assert (status, headers) == (200, {"content-type": media_type})


@pytest.mark.parametrize(
    ("content", "pieces"),
    [
        pytest.param(["é", b"\xff", bytearray(b"b"), memoryview(b"m")], ["é".encode(), b"\xff", b"b", b"m"], id="text and bytes"),
        pytest.param([], [], id="nothing"),
        pytest.param(["", b"", "a", ""], [b"a"], id="empty items are not sent"),
        pytest.param("abc", [b"abc"], id="text is one item"),
        pytest.param(b"abc", [b"abc"], id="bytes are one item"),
        pytest.param(io.BytesIO(b"a\nb"), [b"a\n", b"b"], id="a file by lines"),
        pytest.param(lambda: (str(each) for each in range(2)), [b"0", b"1"], id="a callable"),
    ],
)  # fmt: skip
async def test_items(content, pieces):
    status, headers, sent = await sent_by(Stream(content))
    assert (status, headers) == (200, {"content-type": "application/octet-stream"})
    assert sent == b"".join(pieces)


async def test_encoding():
    _, _, content = await sent_by(Stream(["é"], encoding="latin-1"))
    assert content == b"\xe9"


@given(st.lists(st.binary(max_size=20)))
def test_nothing_is_lost_or_mixed_up(items):
    async def check():
        async def content():
            for item in items:
                yield item

        _, _, sent = await sent_by(Stream(content()))
        assert sent == b"".join(items)

    anyio.run(check)


@pytest.mark.parametrize(
    "item", [1, None, {"a": 1}, object()], ids=["int", "None", "dict", "object"]
)
async def test_item_that_is_neither(item):
    with pytest.raises(SerializationException, match=type(item).__name__):
        await sent_by(Stream([b"a", item]))


async def test_what_route_and_response_say():
    response = Stream(["a"], status_code=206, headers={"x-a": "1"}, cookies=[Cookie("a", "b")])
    status, headers, _ = await sent_by(
        response, status_code=201, headers={"x-a": "2", "x-b": "2"}, encode=lambda _: b"never"
    )
    assert (status, headers["x-a"], headers["x-b"]) == (206, "1", "2")
    assert headers["set-cookie"].startswith("a=b;")
    assert "content-length" not in headers


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 204)]
)
@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_head_only(method, status, kind):
    """The items are closed, and none is ever made."""
    closed = []

    class Items:
        def __iter__(self):
            return self

        def __next__(self):
            raise AssertionError("advanced")

        def close(self):
            closed.append(self)

    class AsyncItems:
        def __aiter__(self):
            return self

        async def __anext__(self):
            raise AssertionError("advanced")

        async def aclose(self):
            closed.append(self)

    content = Items() if kind == "sync" else AsyncItems()
    found, _, sent = await sent_by(Stream(content, status_code=status), method)
    assert (found, sent, closed) == (status, b"", [content])


async def test_head_has_the_headers_of_get():
    response = Stream(lambda: ["a"], media_type="text/plain")
    assert (await sent_by(response, "HEAD"))[:2] == (await sent_by(response))[:2]


async def test_closed_though_its_head_cannot_be_made():
    closed = []

    async def content():
        try:
            yield b"a"
        finally:
            closed.append(True)

    generator = content()
    await generator.__anext__()
    with pytest.raises(ValueError, match="control"):
        await sent_by(Stream(generator), headers={"x": "a\r\nb"})
    assert closed == [True]


@pytest.mark.parametrize("content", [None, 3, object()], ids=["None", "int", "object"])
def test_nothing_to_stream(content):
    with pytest.raises(TypeError, match="nothing to stream"):
        Stream(content)


def test_it_is_never_there_as_a_whole():
    response = Stream([b"a"])
    assert response.streams
    for whole in (response.render, response.messages):
        with pytest.raises(TypeError, match="Stream has no content at one time"):
            whole()


async def test_background_runs_after_the_last_byte():
    order = []

    async def send(message):
        order.append(message.get("more_body"))

    async def after():
        order.append("background")

    response = Stream([b"a"], background=BackgroundTask(after))
    scope = {"type": "http", "method": "GET", "headers": []}
    await response(scope, anyio.sleep_forever, send)
    assert order == [None, True, False, "background"]
