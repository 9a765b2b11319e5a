"""The format of an event stream, read back by a parser written from the standard's own steps."""

from dataclasses import dataclass
from enum import Enum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import SerializationException, ServerSentEventMessage
from pleiad_http.sse_messages import message_of


class EventSource:
    """WHATWG HTML, section 9.2.6, fed any pieces of a stream.

    Attributes:
        events: What was dispatched: type, data, last event id.
        retry: The reconnection time.
        comments: What stood after a colon at the beginning of a line.
    """

    def __init__(self):
        self.events, self.comments, self.retry = [], [], None
        self.line, self.after_cr = bytearray(), False
        self.data, self.type, self.last_id = "", "", ""

    def feed(self, piece):
        for byte in piece:
            if byte == 0x0A and self.after_cr:
                self.after_cr = False
                continue
            self.after_cr = byte == 0x0D
            if byte in (0x0A, 0x0D):
                self.take(self.line.decode())
                self.line.clear()
            else:
                self.line.append(byte)

    def take(self, line):
        if not line:
            self.dispatch()
        elif line.startswith(":"):
            self.comments.append(line[1:])
        else:
            name, _, value = line.partition(":")
            self.field(name, value.removeprefix(" "))

    def field(self, name, value):
        if name == "event":
            self.type = value
        elif name == "data":
            self.data += value + "\n"
        elif name == "id" and "\0" not in value:
            self.last_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value)

    def dispatch(self):
        if self.data:
            self.events.append((self.type or "message", self.data[:-1], self.last_id))
        self.data = self.type = ""


def read(*pieces):
    source = EventSource()
    for piece in pieces:
        source.feed(piece)
    assert not source.line
    return source


class Colour(str, Enum):
    RED = "red"


@dataclass
class Point:
    x: int


MESSAGES = [
    pytest.param({}, b"data: \r\n\r\n", id="nothing is empty data"),
    pytest.param({"data": None}, b"", id="no data"),
    pytest.param({"data": "a"}, b"data: a\r\n\r\n", id="text"),
    pytest.param({"data": "a\nb\r\nc\rd"}, b"data: a\r\ndata: b\r\ndata: c\r\ndata: d\r\n\r\n", id="lines"),
    pytest.param({"data": "a\n"}, b"data: a\r\ndata: \r\n\r\n", id="a line end at the end"),
    pytest.param({"data": "\u2028\x0b\x85"}, "data: \u2028\x0b\x85\r\n\r\n".encode(), id="no line ends of the format"),
    pytest.param({"data": " a: b"}, b"data:  a: b\r\n\r\n", id="space and colon"),
    pytest.param({"data": "é".encode()}, "data: é\r\n\r\n".encode(), id="bytes"),
    pytest.param({"data": 3}, b"data: 3\r\n\r\n", id="int"),
    pytest.param({"data": True}, b"data: true\r\n\r\n", id="bool"),
    pytest.param({"data": {"a": "x\ny"}}, b'data: {"a":"x\\ny"}\r\n\r\n', id="dict"),
    pytest.param({"data": Point(1)}, b'data: {"x":1}\r\n\r\n', id="model"),
    pytest.param({"data": msgspec.Raw(b"[1,\n2]")}, b"data: [1,\r\ndata: 2]\r\n\r\n", id="JSON of two lines"),
    pytest.param({"data": "a", "event": "e", "id": "7", "retry": 5, "comment": "c"}, b": c\r\nevent: e\r\nid: 7\r\nretry: 5\r\ndata: a\r\n\r\n", id="all"),
    pytest.param({"data": None, "retry": 0}, b"retry: 0\r\n\r\n", id="only retry"),
    pytest.param({"data": None, "comment": ""}, b": \r\n\r\n", id="an empty comment"),
    pytest.param({"data": None, "id": ""}, b"id: \r\n\r\n", id="an empty id forgets the last one"),
    pytest.param({"id": 7, "data": None}, b"id: 7\r\n\r\n", id="id of digits"),
    pytest.param({"event": Colour.RED}, b"event: red\r\ndata: \r\n\r\n", id="an enum's value"),
    pytest.param({"data": "a\nb", "sep": "\n"}, b"data: a\ndata: b\n\n", id="LF"),
    pytest.param({"data": "a\nb", "sep": "\r"}, b"data: a\rdata: b\r\r", id="CR"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "content"), MESSAGES)
def test_encode(fields, content):
    assert ServerSentEventMessage(**fields).encode() == content


@pytest.mark.parametrize("field", ["event", "id", "comment"])
@pytest.mark.parametrize("text", ["a\rb", "a\nb", "\r\n", "a\0", "\n"], ids=repr)
def test_what_would_end_a_field_is_refused(field, text):
    with pytest.raises(ValueError, match=f"^{field} of a server-sent event has a line end or NUL"):
        ServerSentEventMessage(**{field: text})


@pytest.mark.parametrize("retry", [-1, 1.5, True, "5"], ids=repr)
def test_retry_is_milliseconds(retry):
    with pytest.raises(ValueError, match="is milliseconds"):
        ServerSentEventMessage(retry=retry)


@pytest.mark.parametrize("sep", ["", "\n\n", "x", "\n\r"], ids=repr)
def test_line_end_is_one_of_the_format(sep):
    with pytest.raises(ValueError, match="no line of an event stream"):
        ServerSentEventMessage(sep=sep)


def test_bytes_are_utf8():
    with pytest.raises(SerializationException, match="no UTF-8"):
        ServerSentEventMessage(b"\xff").encode()


@pytest.mark.parametrize(
    ("item", "content"),
    [
        pytest.param("a", b"event: e\r\nid: 1\r\ndata: a\r\n\r\n", id="data"),
        pytest.param(None, b"event: e\r\nid: 1\r\ndata: null\r\n\r\n", id="None"),
        pytest.param([1], b"event: e\r\nid: 1\r\ndata: [1]\r\n\r\n", id="a list"),
        pytest.param({"data": {"a": 1}}, b'data: {"a":1}\r\n\r\n', id="fields"),
        pytest.param({"event": "own", "data": ""}, b"event: own\r\ndata: \r\n\r\n", id="its own event"),
        pytest.param({}, b"data: \r\n\r\n", id="no fields"),
        pytest.param(ServerSentEventMessage("a"), b"data: a\r\n\r\n", id="a message"),
    ],
)  # fmt: skip
def test_message_of(item, content):
    assert message_of(item, "e", 1).encode() == content


@pytest.mark.parametrize("item", [{"temperature": 3}, {"data": 1, "Event": "a"}, {1: 2}], ids=repr)
def test_dict_of_something_else(item):
    with pytest.raises(ValueError, match="to send a dict as JSON, give"):
        message_of(item)


TEXT = st.text(st.characters(codec="utf-8"))
FIELD = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"))
MESSAGE = st.builds(
    ServerSentEventMessage,
    data=st.none() | TEXT,
    event=FIELD,
    id=FIELD,
    retry=st.none() | st.integers(0, 10**9),
    comment=FIELD,
    sep=st.sampled_from(["\r\n", "\n", "\r"]),
)


def expected(messages):
    events, last_id = [], ""
    for each in messages:
        last_id = last_id if each.id is None else each.id
        if each.data is not None:
            data = each.data.replace("\r\n", "\n").replace("\r", "\n")
            events.append((each.event or "message", data, last_id))
    return events


@given(st.lists(MESSAGE))
def test_what_is_sent_is_read(messages):
    source = read(*(each.encode() for each in messages))
    assert source.events == expected(messages)
    assert source.comments == [f" {each.comment}" for each in messages if each.comment is not None]
    retries = [each.retry for each in messages if each.retry is not None]
    assert source.retry == (retries[-1] if retries else None)


@given(st.lists(MESSAGE), st.data())
def test_cut_anywhere_it_is_read_the_same(messages, data):
    content = b"".join(each.encode() for each in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)))))
    bounds = [0, *cuts, len(content)]
    pieces = [content[start:end] for start, end in zip(bounds, bounds[1:], strict=False)]
    assert read(*pieces).events == read(content).events == expected(messages)


@given(
    st.text(alphabet="ad:\r\n\0 \u2028é", max_size=12), st.sampled_from(["event", "id", "comment"])
)
def test_no_field_makes_another(text, field):
    try:
        message = ServerSentEventMessage("x", **{field: text})
    except ValueError:
        assert set(text) & set("\r\n\0")
        return
    source = read(message.encode(), ServerSentEventMessage("y").encode())
    assert [data for _, data, _ in source.events] == ["x", "y"]
