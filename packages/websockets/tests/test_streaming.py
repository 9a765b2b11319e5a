"""Items sent one by one: every way to end."""

import anyio
import pytest

from pleiad_http import WebSocketDisconnect
from pleiad_websockets import SocketPolicy, send_websocket_stream, websocket_app

pytestmark = pytest.mark.anyio


class Source:
    """An async generator that knows how it ended."""

    def __init__(self, *items, fails=None, pause=0.0, forever=False):
        self.items = items
        self.fails = fails
        self.pause = pause
        self.forever = forever
        self.log = []

    async def __call__(self):
        try:
            for item in self.items:
                yield item
                await anyio.sleep(self.pause)
            while self.forever:
                yield "x"
                await anyio.sleep(self.pause)
            if self.fails is not None:
                raise self.fails
        finally:
            await anyio.sleep(0.001)
            self.log.append("closed")


def streaming(source, **options):
    async def talk(socket):
        await send_websocket_stream(socket, source(), **options)

    return websocket_app(talk, SocketPolicy(grace_seconds=0.02))


@pytest.mark.parametrize(
    ("source", "options", "sent"),
    [
        pytest.param(Source("a", {"b": 1}, 2), {}, ["a", '{"b":1}', "2", (1000, "")], id="JSON"),
        pytest.param(Source(), {}, [(1000, "")], id="nothing"),
        pytest.param(Source(""), {}, ["", (1000, "")], id="empty"),
        pytest.param(Source(b"a"), {"mode": "binary"}, [b"a", (1000, "")], id="bytes"),
        pytest.param(Source("a"), {"annotation": str | int}, ['"a"', (1000, "")], id="of a type"),
        pytest.param(Source("a"), {"close": False}, ["a", (1000, "")], id="open"),
        pytest.param(
            Source("a"), {"listen_for_disconnect": True}, ["a", (1000, "")], id="listening"
        ),
    ],
)
async def test_all_is_sent(peer, source, options, sent):
    assert await peer().call(streaming(source, **options)) == ["accept", *sent]
    assert source.log[-1:] == ["closed"]


async def test_sync_iterables(peer):
    async def talk(socket):
        await send_websocket_stream(socket, [1, 2], close=False)
        await send_websocket_stream(socket, (str(n) for n in range(2)), close=False)
        await send_websocket_stream(socket, lambda: iter("ab"))

    sent = await peer().call(websocket_app(talk))
    assert sent == ["accept", "1", "2", "0", "1", "a", "b", (1000, "")]


async def test_what_is_no_iterable(peer):
    with pytest.raises(TypeError):
        await peer().call(streaming(lambda: 5))


async def test_send_handler(peer):
    async def talk(socket):
        await send_websocket_stream(
            socket, Source(1, 2)(), send_handler=lambda item: socket.send_json({"n": item})
        )

    assert await peer().call(websocket_app(talk)) == ["accept", '{"n":1}', '{"n":2}', (1000, "")]


async def test_send_handler_that_fails_is_no_client_that_left(peer):
    async def talk(socket):
        async def send(item):
            raise FileNotFoundError(item)

        await send_websocket_stream(socket, ["a"], send_handler=send)

    client = peer()
    with pytest.raises(FileNotFoundError):
        await client.call(websocket_app(talk))
    assert client.told == ["accept", (1011, "")]


@pytest.mark.parametrize("fails", [ZeroDivisionError("x"), WebSocketDisconnect(code=4000)])
async def test_failing(peer, fails):
    source, client = Source("a", fails=fails), peer()
    if isinstance(fails, ZeroDivisionError):
        with pytest.raises(ZeroDivisionError):
            await client.call(streaming(source))
        assert client.told == ["accept", "a", (1011, "")]
    else:
        await client.call(streaming(source))
    assert source.log == ["closed"]


@pytest.mark.parametrize("pause", [0, 600])
async def test_client_that_leaves_is_seen_at_once(peer, pause):
    source, client = Source("a", pause=pause, forever=True), peer("b", 1001)
    with pytest.warns(UserWarning, match="was thrown away"):
        sent = await client.call(streaming(source, listen_for_disconnect=True))
    assert set(sent) <= {"accept", "a", "x"}
    assert source.log == ["closed"]


async def test_nobody_is_warned_who_does_not_want_to_be(peer):
    app = streaming(
        Source("a", forever=True), listen_for_disconnect=True, warn_on_data_discard=False
    )
    assert set(await peer("b", 1001).call(app)) <= {"accept", "a", "x"}


async def test_client_that_leaves_is_seen_by_the_next_item(peer):
    def fails(message):
        if message.get("text") == "x":
            raise ConnectionError

    source, client = Source("a", forever=True), peer(fails=fails)
    assert await client.call(streaming(source)) == ["accept", "a"]
    assert source.log == ["closed"]


async def test_shutdown_ends_a_silent_stream(peer):
    down = anyio.Event()

    class Setting(Source):
        async def __call__(self):
            async for item in super().__call__():
                down.set()
                yield item

    source = Setting("a", pause=600)
    client = peer(**{"pleiad.shutting_down": down})
    sent = await client.call(streaming(source))
    assert sent[0] == "accept"
    assert sent[-1] == (1012, "")


async def test_cancelled_from_outside(peer):
    source = Source("a", pause=600)
    with anyio.CancelScope() as scope:

        def fails(message):
            if message.get("text") == "a":
                scope.cancel()

        await peer(fails=fails).call(streaming(source))
    assert source.log == ["closed"]
