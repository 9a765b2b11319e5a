"""Values and messages."""

import dataclasses
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import DecodeError, SerializationException
from pleiad_websockets import InvalidMessage, MessageError, UnsupportedMessage
from pleiad_websockets.codec import Codec, content_of, message_of


class Order(msgspec.Struct):
    item: str
    count: int = 1


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0


def received(content: str | bytes) -> dict:
    return {"type": "websocket.receive", "text" if isinstance(content, str) else "bytes": content}


@pytest.mark.parametrize(
    ("annotation", "mode", "content", "value"),
    [
        pytest.param(str, "text", "a", "a", id="text"),
        pytest.param(str, "binary", b"a", "a", id="text of bytes"),
        pytest.param(bytes, "binary", b"\xff", b"\xff", id="bytes"),
        pytest.param(bytes, "text", "é", "é".encode(), id="bytes of text"),
        pytest.param(Any, "text", '{"a":[1]}', {"a": [1]}, id="JSON"),
        pytest.param(Any, "text", '"a"', "a", id="JSON text"),
        pytest.param(Order, "text", '{"item":"tea"}', Order("tea"), id="struct"),
        pytest.param(Order, "binary", b'{"item":"tea"}', Order("tea"), id="struct of bytes"),
        pytest.param(Point, "text", '{"x":1}', Point(1), id="dataclass"),
        pytest.param(list[Order], "text", '[{"item":"a"}]', [Order("a")], id="list"),
        pytest.param(int | None, "text", "null", None, id="null"),
        pytest.param(Annotated[int, msgspec.Meta(gt=1)], "text", "2", 2, id="constraint"),
    ],
)
def test_read(annotation: Any, mode: Any, content: Any, value: Any) -> None:
    assert Codec().reader(annotation, mode)(received(content)) == value


@pytest.mark.parametrize(
    ("annotation", "mode", "content", "error", "detail"),
    [
        pytest.param(str, "text", b"a", UnsupportedMessage, "Send text messages", id="mode"),
        pytest.param(Order, "binary", "{}", UnsupportedMessage, "Send binary messages", id="mode 2"),
        pytest.param(str, "binary", b"\xff", InvalidMessage, "Not UTF-8", id="no UTF-8"),
        pytest.param(bytes, "text", "\ud800", InvalidMessage, "Not UTF-8", id="surrogate"),
        pytest.param(Order, "text", "\ud800", InvalidMessage, "Not UTF-8", id="surrogate JSON"),
        pytest.param(Order, "text", "", InvalidMessage, "Input data was truncated", id="empty"),
        pytest.param(
            Order, "text", '{"item":1,"count":"x"}', InvalidMessage,
            "item: Expected str, got int; count: Expected int, got str", id="fields",
        ),
    ],
)  # fmt: skip
def test_wrong_messages(annotation: Any, mode: Any, content: Any, error: Any, detail: str) -> None:
    with pytest.raises(error) as raised:
        Codec().reader(annotation, mode)(received(content))
    assert raised.value.detail == detail


@given(st.one_of(st.text(st.characters(blacklist_categories=())), st.binary()), st.data())
def test_any_message_is_a_value_or_the_clients_fault(content: Any, data: Any) -> None:
    annotation = data.draw(st.sampled_from([str, bytes, Any, Order, list[int], dict[str, Point]]))
    mode = data.draw(st.sampled_from(["text", "binary"]))
    codec = Codec()
    for read in (codec.reader(annotation, mode), codec.unpacker(annotation)):
        try:
            read(received(content))
        except MessageError as error:
            assert error.code in (1003, 1007)


@pytest.mark.parametrize("depth", [100, 100_000])
def test_deep_nesting_is_the_clients_fault(depth: int) -> None:
    text = "[" * depth + "]" * depth
    read = Codec().reader(Any)
    if depth == 100:
        read(received(text))
        return
    with pytest.raises(InvalidMessage):
        read(received(text))


@pytest.mark.parametrize(
    ("annotation", "value", "text"),
    [
        pytest.param(str, "a", "a", id="str"),
        pytest.param(str | None, "a", "a", id="optional"),
        pytest.param(bytes, b"a", "a", id="bytes"),
        pytest.param(Any, "a", "a", id="any text"),
        pytest.param(Any, {"a": 1}, '{"a":1}', id="any"),
        pytest.param(str | int, "a", '"a"', id="text or number"),
        pytest.param(Order, Order("a"), '{"item":"a","count":1}', id="struct"),
        pytest.param(list[Point], [Point(1.5)], '[{"x":1.5,"y":0.0}]', id="list"),
    ],
)
def test_write(annotation: Any, value: Any, text: str) -> None:
    codec = Codec()
    assert codec.writer(annotation)(value) == {"type": "websocket.send", "text": text}
    packed = {"type": "websocket.send", "bytes": text.encode()}
    assert codec.writer(annotation, "binary")(value) == packed


@pytest.mark.parametrize("value", [object(), {("a",): 1}, "\ud800", [b"\xff", object()]])
def test_what_cannot_be_sent_is_the_programs_fault(value: Any) -> None:
    with pytest.raises(SerializationException):
        Codec().writer(Any, "binary")(value)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(SerializationException, match="cannot be sent as a text message"):
        message_of(b"\xff", "text")


def test_encoded_bytes_that_are_no_text() -> None:
    with pytest.raises(SerializationException, match="cannot be sent as a text message"):
        Codec().writer(msgspec.Raw)(msgspec.Raw(b'"\xff"'))


@pytest.mark.parametrize("make", [bytearray, memoryview])
def test_content_in_another_kind_of_buffer(make: Any) -> None:
    message = {"type": "websocket.receive", "bytes": make(b'"a"')}
    assert Codec().reader(Any, "binary")(message) == "a"
    assert Codec().reader(str, "binary")(message) == '"a"'
    assert Codec().reader(bytes, "binary")(message) == b'"a"'


@given(st.recursive(st.none() | st.booleans() | st.integers(-5, 5) | st.text(), st.lists))
def test_values_come_back(value: Any) -> None:
    """Whatever is sent as JSON or MessagePack is received as it was."""
    codec = Codec()
    sent = codec.writer(list[Any])([value])
    assert codec.reader(list[Any])(received(sent["text"])) == [value]
    packed = codec.packer(Any)(value)
    assert codec.unpacker(Any)(received(packed["bytes"])) == value


def test_values_are_held_to_their_type_by_the_check() -> None:
    def make(annotation: Any) -> Any:
        def check(value: Any) -> Any:
            if type(value) is not annotation:
                raise TypeError(annotation)
            return value

        return check

    codec = Codec(make_check=make)
    assert codec.writer(int)(1)["text"] == "1"
    with pytest.raises(TypeError):
        codec.writer(int)("1")


def test_type_encoders_and_decoders() -> None:
    class Money:
        def __init__(self, cents: int) -> None:
            self.cents = cents

    codec = Codec(
        {Money: lambda value: value.cents},
        [(lambda cls: cls is Money, lambda cls, value: cls(value))],
    )
    assert codec.writer(Money)(Money(5))["text"] == "5"
    assert codec.reader(Money)(received("7")).cents == 7


def test_unknown_type_is_told_when_the_reader_is_made() -> None:
    class Tea:
        pass

    with pytest.raises(SerializationException, match="no codec makes"):
        Codec().reader(Tea)


def test_content_of_a_message_with_both_keys() -> None:
    """As uvicorn's and hypercorn's may have: the other one is `None`."""
    both = {"type": "websocket.receive", "text": None, "bytes": b""}
    assert content_of(both, "binary") == b""
    with pytest.raises(UnsupportedMessage):
        content_of(both, "text")


def test_readers_are_made_once() -> None:
    codec = Codec()
    assert codec.reader(Order) is codec.reader(Order)
    assert codec.reader(Order) is not codec.reader(Order, "binary")
    unhashable = Annotated[int, []]
    assert codec.reader(unhashable)(received("1")) == 1


def test_invalid_message_of_a_decoders_error() -> None:
    error = DecodeError([])
    assert InvalidMessage.of(error).problems == ()
