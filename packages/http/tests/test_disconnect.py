"""The client leaves while work is done for it."""

import anyio
import pytest

from pleiad_http import (
    BackgroundTask,
    ClientDisconnected,
    Request,
    Stream,
    read_body,
    stream_body,
    until_disconnect,
)
from pleiad_http.body import BODY, DISCONNECTED, is_body_read

pytestmark = pytest.mark.anyio
LEAVES = {"type": "http.disconnect"}
SOON = object()
EMPTY = {"type": "http.request", "body": b"", "more_body": False}


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


def scope_of(method="GET", headers=(), version="1.1", **more):
    return {
        "type": "http",
        "method": method,
        "headers": list(headers),
        "http_version": version,
        **more,
    }


def posted(length=3):
    return scope_of("POST", [(b"content-length", b"%d" % length)])


class Server:
    """Gives messages to who asks, one asker at a time, then waits for ever."""

    def __init__(self, *messages):
        self.messages = list(messages)
        self.taken = 0
        self.asked = 0

    async def __call__(self):
        self.asked += 1
        assert self.asked == 1, "two tasks receive at a time"
        try:
            await anyio.lowlevel.checkpoint()
            if self.messages and self.messages[0] is SOON:
                await anyio.sleep(0.02)
                self.messages.pop(0)
            if self.messages:
                self.taken += 1
                return self.messages.pop(0)
            return await anyio.sleep_forever()
        finally:
            self.asked -= 1


def content(body, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize(
    "messages", [(LEAVES,), (EMPTY, LEAVES), ({"type": "http.request"}, LEAVES)]
)
async def test_block_is_cancelled_once_and_cleans_up(messages):
    scope, log = scope_of(), []
    with anyio.fail_after(5), pytest.raises(ClientDisconnected):
        async with until_disconnect(scope, Server(*messages)):
            try:
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.sleep(0.001)
                log.append("clean")
    assert log == ["clean"]
    assert scope[DISCONNECTED]


async def test_who_stays_is_not_seen_to_leave():
    server = Server(EMPTY)
    async with until_disconnect(scope_of(), server):
        await anyio.sleep(0.01)
    assert server.asked == 0


async def test_work_that_ends_as_the_client_leaves_is_not_answered():
    with pytest.raises(ClientDisconnected):
        async with until_disconnect(scope_of(), Server(LEAVES)):
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.01)


@pytest.mark.parametrize("error", [KeyError("own"), SystemExit(3)], ids=repr)
async def test_exception_passes_in_no_group(error):
    with pytest.raises(type(error)) as passed:
        async with until_disconnect(scope_of(), Server()):
            raise error
    assert passed.value is error


async def test_cancellation_from_outside_passes():
    with anyio.move_on_after(0.01) as outer:
        async with until_disconnect(scope_of(), Server()):
            await anyio.sleep_forever()
    assert outer.cancelled_caught


async def test_unread_content_is_left_to_its_reader():
    server = Server(content(b"abc"), LEAVES)
    with pytest.raises(ClientDisconnected), anyio.fail_after(5):
        async with until_disconnect(posted(), server) as receive:
            await anyio.sleep(0.01)
            assert server.taken == 0
            assert await receive() == content(b"abc")
            await anyio.sleep_forever()


async def test_client_is_watched_from_the_end_of_its_content_on():
    scope = posted(6)
    server = Server(content(b"abc", more=True), content(b"def"), LEAVES)
    with pytest.raises(ClientDisconnected), anyio.fail_after(5):
        async with until_disconnect(scope, server) as receive:
            assert [chunk async for chunk in stream_body(scope, receive, None)] == [b"abc", b"def"]
            assert is_body_read(scope)
            await anyio.sleep_forever()


async def test_leaving_amid_the_content_is_told_to_its_reader_who_may_not_go_on():
    scope = posted(6)
    told = []
    server = Server(content(b"abc", more=True), LEAVES)
    with pytest.raises(ClientDisconnected), anyio.fail_after(5):
        async with until_disconnect(scope, server) as receive:
            try:
                await read_body(scope, receive, None)
            except ClientDisconnected as error:
                told.append(error)
            await anyio.sleep_forever()
    assert len(told) == 1


@pytest.mark.parametrize("pause", [0, 0.01], ids=["at once", "after a while"])
async def test_content_of_a_get_is_kept_for_who_reads_it(pause):
    scope = scope_of()
    server = Server(content(b"abc", more=True), content(b"def"), SOON, LEAVES)
    with pytest.raises(ClientDisconnected), anyio.fail_after(5):
        async with until_disconnect(scope, server) as receive:
            await anyio.sleep(pause)
            assert server.taken <= 1, "content that nobody takes stays where it is"
            assert await read_body(scope, receive, None) == b"abcdef"
            await anyio.sleep_forever()


async def test_who_looks_itself_is_told_instead_of_cancelled():
    with anyio.fail_after(5):
        async with until_disconnect(scope_of(), Server(EMPTY, SOON, LEAVES)) as receive:
            assert await receive() == EMPTY
            assert await receive() == LEAVES
            assert await receive() == LEAVES
            await anyio.sleep(0.01)


async def test_a_look_in_passing_changes_nothing():
    left = anyio.Event()

    async def server():
        await left.wait()
        return LEAVES

    scope = scope_of(**{BODY: b""})
    with pytest.raises(ClientDisconnected), anyio.fail_after(5):
        async with until_disconnect(scope, server) as receive:
            assert not await Request(scope, receive).is_disconnected()
            left.set()
            await anyio.sleep_forever()


async def test_what_follows_the_work_is_not_cancelled():
    order = []
    with anyio.fail_after(5):
        async with until_disconnect(scope_of(), Server(SOON, LEAVES)) as watch:
            watch.done()
            await anyio.sleep(0.05)
            order.append("closed")
    assert order == ["closed"]


async def test_stream_within_ends_as_it_would_alone():
    ran = []
    sent = []

    async def send(message):
        sent.append(message)

    async def items():
        try:
            yield b"a"
            await anyio.sleep_forever()
        finally:
            ran.append("closed")

    async def done():
        ran.append("background")

    scope = scope_of()
    with anyio.fail_after(5):
        async with until_disconnect(scope, Server(EMPTY, SOON, LEAVES)) as receive:
            await Stream(items(), background=BackgroundTask(done))(scope, receive, send)
    assert ran == ["closed", "background"]
    assert sent[-1].get("more_body")


async def test_receiving_after_the_block():
    async with until_disconnect(scope_of(), Server(EMPTY)) as receive:
        await anyio.sleep(0.01)
    assert await receive() == EMPTY


@pytest.mark.parametrize(
    ("scope", "read"),
    [
        pytest.param(scope_of(), True, id="GET"),
        pytest.param(scope_of("POST"), True, id="POST, nothing announced"),
        pytest.param(scope_of("POST", version="2"), False, id="HTTP/2 need not announce"),
        pytest.param(
            scope_of("POST", [(b"content-length", b"0")], "2"), True, id="HTTP/2, nothing said"
        ),
        pytest.param(scope_of("POST", [(b"content-length", b"5")]), False, id="content"),
        pytest.param(scope_of("POST", [(b"transfer-encoding", b"chunked")]), False, id="chunked"),
        pytest.param(
            scope_of("POST", [(b"content-length", b"5")], **{BODY: b"abcde"}), True, id="read"
        ),
    ],
)
def test_is_body_read(scope, read):
    assert is_body_read(scope) is read
