"""A WebSocket as a handler sees it: its states, and everything that is sent and received."""

from typing import Any

import anyio
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import Response, SerializationException, WebSocketDisconnect
from pleiad_websockets import (
    InvalidMessage,
    MessageTooLarge,
    SocketMisuse,
    SocketPolicy,
    TooManyMessages,
    UnsupportedMessage,
    WebSocket,
    connected,
    websocket_app,
)
from pleiad_websockets.link import LINK, MOVES

pytestmark = pytest.mark.anyio


class Order(msgspec.Struct):
    item: str


async def accepted(peer: Any) -> WebSocket:
    socket = WebSocket(peer.scope, peer.receive, peer.send)
    await socket.accept()
    return socket


async def test_states(peer):
    client = peer("a", 1001)
    socket = WebSocket(client.scope, client.receive, client.send)
    other = WebSocket(client.scope, client.receive, client.send)
    assert (socket.connection_state, socket.is_open, socket.close_code) == ("init", False, None)
    await socket.accept()
    assert (other.connection_state, other.is_open) == ("receive", True)
    assert await other.receive_text() == "a"
    with pytest.raises(WebSocketDisconnect) as left:
        await socket.receive_text()
    assert (left.value.code, left.value.reason) == (1001, "because")
    assert (other.connection_state, other.is_open) == ("disconnect", False)
    assert (other.close_code, other.close_reason) == (1001, "because")
    await socket.close()
    assert client.told == ["accept"]


@pytest.mark.parametrize(
    ("known", "offered", "chosen"),
    [
        ("v1", ["v1"], "v1"),
        ("v1", ["v2"], None),
        ("v1", [], None),
        (["v2", "v1"], ["v1", "v2"], "v2"),
        (["v3"], ["v1"], None),
        (None, ["v1"], None),
    ],
)
async def test_subprotocol(peer, known, offered, chosen):
    client = peer(subprotocols=offered)
    socket = WebSocket(client.scope, client.receive, client.send)
    assert socket.subprotocols == tuple(offered)
    await socket.accept(known, headers={"X-A": "b"})
    (sent,) = client.sent
    assert (sent["subprotocol"], sent["headers"]) == (chosen, [(b"x-a", b"b")])


async def test_header_that_cannot_be_sent(peer):
    client = peer()
    socket = WebSocket(client.scope, client.receive, client.send)
    with pytest.raises(ValueError, match="control character"):
        await socket.accept(headers=[("x", "a\r\nb: c")])
    assert client.sent == []


async def test_client_that_leaves_before_it_is_accepted(peer):
    client = peer()
    client.script = [{"type": "websocket.disconnect", "code": 1006}]
    socket = WebSocket(client.scope, client.receive, client.send)
    with pytest.raises(WebSocketDisconnect):
        await socket.accept()
    await socket.close()
    assert client.sent == []


@pytest.mark.parametrize(
    ("receive", "message", "value"),
    [
        pytest.param(lambda s: s.receive_text(), "a", "a", id="text"),
        pytest.param(lambda s: s.receive_bytes(), b"a", b"a", id="bytes"),
        pytest.param(lambda s: s.receive_data("text"), "a", "a", id="data"),
        pytest.param(lambda s: s.receive_data("binary"), b"a", b"a", id="binary data"),
        pytest.param(lambda s: s.receive_json(), "[1]", [1], id="JSON"),
        pytest.param(lambda s: s.receive_json("binary"), b"[1]", [1], id="binary JSON"),
        pytest.param(lambda s: s.receive_msgpack(), b"\x91\x01", [1], id="MessagePack"),
        pytest.param(
            lambda s: s.receive_msgpack(Order),
            b"\x81\xa4item\xa1a",
            Order("a"),
            id="typed MessagePack",
        ),
        pytest.param(lambda s: s.receive(Order), '{"item":"a"}', Order("a"), id="typed"),
        pytest.param(lambda s: s.receive(int, "binary"), b"5", 5, id="typed bytes"),
        pytest.param(
            lambda s: s.receive(), "a", {"type": "websocket.receive", "text": "a"}, id="ASGI"
        ),
    ],
)
async def test_receive(peer, receive, message, value):
    assert await receive(await accepted(peer(message))) == value


@pytest.mark.parametrize(
    ("iterate", "messages", "values"),
    [
        pytest.param(lambda s: s.iter_data(), ["a", "b"], ["a", "b"], id="text"),
        pytest.param(lambda s: s.iter_text(), ["a", "b"], ["a", "b"], id="text in a word"),
        pytest.param(lambda s: s.iter_bytes(), [b"a", b""], [b"a", b""], id="bytes in a word"),
        pytest.param(lambda s: s.iter_data("binary"), [b"a"], [b"a"], id="bytes"),
        pytest.param(lambda s: s.iter_json(), ["1", "null"], [1, None], id="JSON"),
        pytest.param(lambda s: s.iter_json("binary"), [b"1"], [1], id="binary JSON"),
        pytest.param(lambda s: s.iter_msgpack(), [b"\x01"], [1], id="MessagePack"),
        pytest.param(
            lambda s: s.iter_msgpack(Order),
            [b"\x81\xa4item\xa1a"],
            [Order("a")],
            id="typed MessagePack",
        ),
        pytest.param(lambda s: s.iter_values(Order), ['{"item":"a"}'], [Order("a")], id="typed"),
    ],
)
async def test_iterators_end_when_the_client_leaves(peer, iterate, messages, values):
    socket = await accepted(peer(*messages, 1000))
    assert [each async for each in iterate(socket)] == values


@pytest.mark.parametrize(
    ("send", "sent"),
    [
        pytest.param(lambda s: s.send_text("a"), "a", id="text"),
        pytest.param(lambda s: s.send_text(b"a"), "a", id="text of bytes"),
        pytest.param(lambda s: s.send_text(b"\xe9", "latin-1"), "é", id="text of an encoding"),
        pytest.param(lambda s: s.send_bytes(b"a"), b"a", id="bytes"),
        pytest.param(lambda s: s.send_bytes("é", "latin-1"), b"\xe9", id="encoding"),
        pytest.param(lambda s: s.send_data(b"a", "binary"), b"a", id="data"),
        pytest.param(lambda s: s.send_json({"a": 1}), '{"a":1}', id="JSON"),
        pytest.param(lambda s: s.send_json("a"), '"a"', id="JSON text"),
        pytest.param(lambda s: s.send_json([1], "binary"), b"[1]", id="binary JSON"),
        pytest.param(lambda s: s.send_msgpack([1]), b"\x91\x01", id="MessagePack"),
        pytest.param(lambda s: s.send(Order("a")), '{"item":"a"}', id="value"),
        pytest.param(lambda s: s.send(Order("a"), Order, "binary"), b'{"item":"a"}', id="typed"),
        pytest.param(lambda s: s.send({"type": "websocket.close"}, dict), '{"type":"websocket.close"}',
                     id="dict"),
        pytest.param(lambda s: s.send({"type": "websocket.send", "text": "a"}), "a", id="ASGI"),
    ],
)  # fmt: skip
async def test_send(peer, send, sent):
    client = peer()
    await send(await accepted(client))
    assert client.told == ["accept", sent]


@pytest.mark.parametrize("content", [{"a": 1}, {"type": "http.response.start"}, {"type": 5}, {}])
async def test_mapping_that_is_no_message(peer, content):
    socket = await accepted(peer())
    with pytest.raises(SocketMisuse, match=r"send\(value, dict\)"):
        await socket.send(content)


@pytest.mark.parametrize(
    "use",
    [
        lambda s: s.send_text("a"),
        lambda s: s.receive_text(),
        lambda s: anext(s.iter_data()),
        lambda s: s.receive(int),
    ],
)
async def test_use_before_accept(peer, use):
    client = peer()
    with pytest.raises(SocketMisuse, match="accept the socket first"):
        await use(WebSocket(client.scope, client.receive, client.send))


async def test_accept_twice(peer):
    socket = await accepted(peer())
    with pytest.raises(SocketMisuse, match="'websocket.accept' has no place"):
        await socket.accept()


@pytest.mark.parametrize(
    "use",
    [
        lambda s: s.send_text("a"),
        lambda s: s.receive_text(),
        lambda s: s.receive_json(),
    ],
)
@pytest.mark.parametrize("by", ["us", "client"])
async def test_use_after_the_end(peer, use, by):
    client = peer(4001)
    socket = await accepted(client)
    if by == "us":
        await socket.close(4000, "enough")
    else:
        await socket.receive()
    for _ in range(2):
        with pytest.raises(WebSocketDisconnect) as closed:
            await use(socket)
        assert closed.value.code == (4000 if by == "us" else 4001)
    assert [each async for each in socket.iter_data()] == []
    assert (await socket.receive())["type"] == "websocket.disconnect" or by == "us"


@pytest.mark.parametrize(
    ("arguments", "close"),
    [
        ((), (1000, "")),
        ((4000, "why"), (4000, "why")),
        ((4000, "é" * 100), (4000, "é" * 61)),
        ((1000, "\ud800"), (1000, "?")),
    ],
)
async def test_close(peer, arguments, close):
    client = peer()
    socket = await accepted(client)
    for _ in range(3):
        await socket.close(*arguments)
    assert client.told == ["accept", close]
    assert (socket.close_code, socket.close_reason) == close


async def test_close_refuses_what_is_not_accepted(peer):
    client = peer()
    await WebSocket(client.scope, client.receive, client.send).close(4000)
    assert client.told == [(4000, "")]


@pytest.mark.parametrize("code", [1005, 1006, 1015, 999, 5000])
async def test_close_with_a_code_for_nobody(peer, code):
    socket = await accepted(peer())
    with pytest.raises(ValueError, match="cannot be sent"):
        await socket.close(code)


async def test_close_says_what_was_the_matter(peer):
    """As the seed's `except Exception: await socket.close()` needs."""
    client = peer(b"bytes")
    socket = await accepted(client)
    with pytest.raises(UnsupportedMessage):
        await socket.receive_text()
    await socket.close()
    assert client.told == ["accept", (1003, "Send text messages")]


async def test_fault_is_forgotten_with_the_next_good_message(peer):
    client = peer(b"bytes", "text")
    socket = await accepted(client)
    with pytest.raises(UnsupportedMessage):
        await socket.receive_text()
    assert await socket.receive_text() == "text"
    await socket.close()
    assert client.told[-1] == (1000, "")


@pytest.mark.parametrize("extension", [True, False])
async def test_deny(peer, extension):
    client = peer(extensions={"websocket.http.response": {}} if extension else None)
    socket = WebSocket(client.scope, client.receive, client.send)
    assert socket.can_deny is extension
    await socket.deny(Response({"who": "you"}, status_code=401, headers={"x-a": "b"}))
    if extension:
        assert client.told == [401, b'{"who":"you"}']
        assert (b"x-a", b"b") in client.sent[0]["headers"]
    else:
        assert client.told == [(4403, "")]
    assert not socket.is_open


async def test_deny_what_is_accepted(peer):
    socket = await accepted(peer())
    with pytest.raises(SocketMisuse):
        await socket.deny()


@pytest.mark.parametrize(
    ("message", "limit", "passes"),
    [
        pytest.param("abc", 3, True, id="text"),
        pytest.param("abcd", 3, False, id="text too long"),
        pytest.param("éé", 3, False, id="bytes of text"),
        pytest.param("éa", 3, True, id="bytes of text that fit"),
        pytest.param(b"abc", 3, True, id="bytes"),
        pytest.param(b"abcd", 3, False, id="bytes too long"),
        pytest.param("x" * 2_000_000, None, True, id="no limit"),
    ],
)
async def test_size(peer, message, limit, passes):
    seen = []

    async def talk(scope, receive, send):
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        try:
            seen.append(await socket.receive_data("text" if isinstance(message, str) else "binary"))
        except MessageTooLarge as error:
            seen.append(error.code)
            await socket.close()

    client = peer(message)
    await client.call(connected(talk, SocketPolicy(message_size=limit)))
    assert seen == [message if passes else 4413]
    assert passes or client.told[-1] == (4413, f"A message may have {limit} bytes")


async def test_rate(peer):
    seen = []

    async def talk(socket):
        await socket.accept()
        async for text in socket.iter_data():
            seen.append(text)

    client = peer(*"abcde")
    policy = SocketPolicy(messages_per_second=0.001, burst=3)
    assert await client.call(websocket_app(talk, policy)) == ["accept", (1008, "Too many messages")]
    assert seen == list("abc")


async def test_rate_refills(peer):
    seen = []

    async def talk(socket):
        await socket.accept()
        for _ in range(4):
            seen.append(await socket.receive_text())
            await anyio.sleep(0.02)

    policy = SocketPolicy(messages_per_second=100, burst=1)
    await peer(*"abcd").call(websocket_app(talk, policy))
    assert seen == list("abcd")


async def test_slow_client_is_given_up(peer):
    client = peer()
    taken = []

    async def send(message):
        taken.append(message["type"])
        if message["type"] == "websocket.send":
            await anyio.sleep_forever()

    async def talk(socket):
        await socket.accept()
        with pytest.raises(WebSocketDisconnect) as gone:
            await socket.send_text("a")
        assert (gone.value.code, gone.value.reason) == (1008, "Too slow")
        await socket.close()

    client.send = send
    await client.call(websocket_app(talk, SocketPolicy(send_seconds=0.01)))
    assert taken == ["websocket.accept", "websocket.send"]


@pytest.mark.parametrize("what", ["websocket.send", "websocket.close", "websocket.accept"])
async def test_server_that_says_that_the_client_is_gone(peer, what):
    def fails(message):
        if message["type"] == what:
            raise ConnectionError("gone")

    client = peer(fails=fails)
    socket = WebSocket(client.scope, client.receive, client.send)
    if what == "websocket.accept":
        with pytest.raises(WebSocketDisconnect):
            await socket.accept()
        return
    await socket.accept()
    if what == "websocket.send":
        with pytest.raises(WebSocketDisconnect) as gone:
            await socket.send_text("a")
        assert gone.value.code == 1006
    await socket.close()
    assert socket.connection_state == "disconnect"


async def test_value_that_cannot_be_encoded(peer):
    client = peer()
    socket = await accepted(client)
    with pytest.raises(SerializationException):
        await socket.send(object())
    await socket.send_text("still there")
    assert client.told == ["accept", "still there"]


async def test_socket_without_channels():
    socket = WebSocket({"type": "websocket", "headers": []})
    with pytest.raises(SocketMisuse, match="without 'receive'"):
        await socket.accept()


async def test_errors_have_their_codes(peer):
    socket = await accepted(peer("[", b""))
    with pytest.raises(InvalidMessage) as invalid:
        await socket.receive_json()
    with pytest.raises(UnsupportedMessage) as unsupported:
        await socket.receive_json()
    assert (invalid.value.code, unsupported.value.code, TooManyMessages.code) == (1007, 1003, 1008)


ACTS = st.lists(
    st.sampled_from(["accept", "send", "close", "deny", "receive", "iterate"]), max_size=8
)
SCRIPT = st.lists(st.sampled_from(["a", b"b", 1001]), max_size=4)


@given(ACTS, SCRIPT)
def test_whatever_a_program_does_the_server_sees_asgi(acts, script):
    """Every sequence of calls sends only what has its place, and raises only what is documented."""
    sent = []
    messages = [{"type": "websocket.connect"}]
    for item in script:
        kind = "websocket.disconnect" if isinstance(item, int) else "websocket.receive"
        messages.append({"type": kind, "code": 1001, **({"text": item} if item == "a" else {})})
        if item == b"b":
            messages[-1]["bytes"] = item
    messages.append({"type": "websocket.disconnect", "code": 1000})

    async def receive():
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send(message):
        sent.append(message["type"])

    calls = {
        "accept": lambda s: s.accept(),
        "send": lambda s: s.send_text("x"),
        "close": lambda s: s.close(),
        "deny": lambda s: s.deny(),
        "receive": lambda s: s.receive_text(),
        "iterate": lambda s: anext(s.iter_data(), None),
    }

    async def main():
        scope = {"type": "websocket", "headers": [], "extensions": {"websocket.http.response": {}}}
        socket = WebSocket(scope, receive, send)
        for act in acts:
            try:
                await calls[act](socket)
            except (SocketMisuse, WebSocketDisconnect, UnsupportedMessage):
                pass
        assert scope[LINK].state == socket.connection_state

    anyio.run(main)
    state = "connect"
    for kind in sent:
        state = MOVES[state, kind]
