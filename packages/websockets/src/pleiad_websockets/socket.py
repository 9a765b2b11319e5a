"""A WebSocket, as a handler sees it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeVar, cast, overload

from pleiad_http import (
    Connection,
    Message,
    Receive,
    Response,
    Scope,
    Send,
    State,
    WebSocketDisconnect,
    encode_json,
    header_pair,
)
from pleiad_websockets.closing import check_code, short_reason
from pleiad_websockets.codec import Mode, Reader, message_of
from pleiad_websockets.denial import deny
from pleiad_websockets.errors import SocketMisuse
from pleiad_websockets.link import DENIAL, FAULTS, LEFT, ConnectionState, Link, link_of

__all__ = ["WebSocket"]

UserT = TypeVar("UserT")
AuthT = TypeVar("AuthT")
StateT = TypeVar("StateT", bound=State)
T = TypeVar("T")

OVERRIDDEN = ("iter_values", "send")
"""The methods by which a listener talks where a subclass has its own."""


class Raw:
    """Stands for an ASGI message, where a type of values may be named."""


async def no_receive() -> Message:
    """Stands where a WebSocket was made without a channel to receive from."""
    raise SocketMisuse("this WebSocket was made without 'receive'")


async def no_send(_: Message) -> None:
    """Stands where a WebSocket was made without a channel to send to."""
    raise SocketMisuse("this WebSocket was made without 'send'")


class WebSocket(Connection[UserT, AuthT, StateT]):
    """A WebSocket.

    Whoever makes one of the same scope sees the same state. Sending and receiving may be done by two
    tasks at a time, but receiving by one only.

    Args:
        scope: The ASGI scope.
        receive: Gives the next message.
        send: Takes a message.
    """

    __slots__ = ("_asgi_receive", "_asgi_send", "_is_plain", "_link")

    def __init__(self, scope: Scope, receive: Receive = no_receive, send: Send = no_send) -> None:
        self.scope = scope
        self._link: Link
        self._link, self._asgi_receive, self._asgi_send = link_of(scope, receive, send)
        self._is_plain = self._link.is_plain and self._asgi_send == self._link.send

    # What it is

    @property
    def connection_state(self) -> ConnectionState:
        """`init`, `connect` (asked for, not accepted), `receive` (open), `deny` or `disconnect`."""
        return self._link.state

    @property
    def is_open(self) -> bool:
        """Whether it is accepted, and closed by neither side."""
        return self._link.state == "receive"

    @property
    def close_code(self) -> int | None:
        """The code with which it was closed, by either side; `None` as long as it is not."""
        return self._link.code if self._link.state == "disconnect" else None

    @property
    def close_reason(self) -> str:
        """Why it was closed, as the side that did it says."""
        return self._link.reason

    @property
    def subprotocols(self) -> tuple[str, ...]:
        """The subprotocols that the client offers, its favourite first."""
        return tuple(self.scope.get("subprotocols") or ())

    @property
    def asgi_send(self) -> Send:
        """ASGI's own `send`, with the state kept: takes messages such as `websocket.send`."""
        return self._asgi_send

    @property
    def only_link(self) -> Link | None:
        """The link, where nothing else has a say in each message: no middleware, no subclass."""
        link, cls = self._link, type(self)
        if (self._asgi_receive, self._asgi_send) != (link.receive, link.send):
            return None
        usual = all(getattr(cls, name) is getattr(WebSocket, name) for name in OVERRIDDEN)
        return link if usual else None

    # Beginning and end

    async def accept(
        self,
        subprotocols: str | Sequence[str] | None = None,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    ) -> None:
        """Let the client in.

        Args:
            subprotocols: Those that are spoken here, the favourite first: the first that the client
                offers is chosen, or none (RFC 6455, section 4.2.2).
            headers: Headers of the answer to the handshake.

        Raises:
            WebSocketDisconnect: The client has left already.
            ValueError: A header that cannot be sent.
        """
        known = (subprotocols,) if isinstance(subprotocols, str) else subprotocols or ()
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        raw = [header_pair(name, value) for name, value in pairs]
        await self._connect()
        chosen = next((each for each in known if each in self.subprotocols), None)
        message = {"type": "websocket.accept", "subprotocol": chosen, "headers": raw}
        await self._asgi_send(message)

    async def close(self, code: int | None = None, reason: str = "") -> None:
        """Close it, or refuse the handshake (a 403); quiet where it is closed or the client is gone.

        Args:
            code: 1000 to 1014 where it may be sent, or 3000 to 4999. By default the code of the
                client's last message if that was at fault, else 1000.
            reason: Why, in 123 bytes of UTF-8: what is longer is cut.

        Raises:
            ValueError: A code that cannot be sent.
        """
        usual = self._link.closing()
        if code is None:
            code, reason = usual.code, reason or usual.reason
        check_code(code)
        try:
            await self._connect()
        except WebSocketDisconnect:
            return
        reason = short_reason(reason)
        await self._asgi_send({"type": "websocket.close", "code": code, "reason": reason})

    async def deny(self, response: Response[Any] | None = None) -> None:
        """Refuse the handshake with an HTTP response.

        A server without the extension `websocket.http.response` answers every refusal with a 403.

        Args:
            response: What the client is answered: by default a 403 without content.

        Raises:
            SocketMisuse: The handshake is answered already.
        """
        await self._connect()
        await deny(self.scope, self._asgi_send, response or Response(None, status_code=403))

    @property
    def can_deny(self) -> bool:
        """Whether the server can answer a refusal with more than a 403."""
        return DENIAL in (self.scope.get("extensions") or {})

    async def _connect(self) -> None:
        """Wait until the client asks to connect.

        Raises:
            WebSocketDisconnect: It has left instead.
        """
        if self._link.state == "init":
            await self._asgi_receive()
            if self._link.is_closed:
                raise self._link.disconnect()

    # Receiving

    @overload
    async def receive(self) -> Message: ...
    @overload
    async def receive(self, annotation: type[T], mode: Mode = "text") -> T: ...
    @overload
    async def receive(self, annotation: Any, mode: Mode = "text") -> Any: ...

    async def receive(self, annotation: Any = Raw, mode: Mode = "text") -> Any:
        """The next message: as a value of a type, or, where none is named, as ASGI gives it.

        Args:
            annotation: The type: `str` and `bytes` are taken as they come, all else is JSON.
            mode: Whether it comes as text or as bytes.

        Raises:
            WebSocketDisconnect: The client has left.
            UnsupportedMessage: Closes with 1003: it is of the other mode.
            InvalidMessage: Closes with 1007: it is no value of the type.
            MessageError: It is against the policy.
        """
        if annotation is Raw:
            return await self._asgi_receive()
        async for value in self._values(self._link.codec.reader(annotation, mode)):
            return value
        raise self._link.disconnect()

    async def receive_data(self, mode: Mode) -> str | bytes:
        """The next message as it comes."""
        return await self.receive(bytes if mode == "binary" else str, mode)

    async def receive_text(self) -> str:
        """The next message, which is text."""
        return await self.receive(str)

    async def receive_bytes(self) -> bytes:
        """The next message, which is bytes."""
        return await self.receive(bytes, "binary")

    async def receive_json(self, mode: Mode = "text") -> Any:
        """The next message as JSON."""
        return await self.receive(Any, mode)

    async def receive_msgpack(self, annotation: Any = Any) -> Any:
        """The next message, which is bytes, as MessagePack."""
        async for value in self._values(self._link.codec.unpacker(annotation)):
            return value
        raise self._link.disconnect()

    def iter_data(self, mode: Mode = "text") -> AsyncIterator[str | bytes]:
        """Each message as it comes, until the client leaves."""
        wanted: Any = bytes if mode == "binary" else str
        return self.iter_values(wanted, mode)

    def iter_text(self) -> AsyncIterator[str]:
        """Each message, which is text, until the client leaves."""
        return self.iter_values(str)

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Each message, which is bytes, until the client leaves."""
        return self.iter_values(bytes, "binary")

    def iter_json(self, mode: Mode = "text") -> AsyncIterator[Any]:
        """Each message as JSON, until the client leaves."""
        return self.iter_values(Any, mode)

    def iter_msgpack(self, annotation: Any = Any) -> AsyncIterator[Any]:
        """Each message as MessagePack, until the client leaves."""
        return self._values(self._link.codec.unpacker(annotation))

    @overload
    def iter_values(self, annotation: type[T], mode: Mode = "text") -> AsyncIterator[T]: ...
    @overload
    def iter_values(self, annotation: Any, mode: Mode = "text") -> AsyncIterator[Any]: ...

    def iter_values(self, annotation: Any, mode: Mode = "text") -> AsyncIterator[Any]:
        """Each message as a value of a type, until the client leaves; see `receive`."""
        return self._values(self._link.codec.reader(annotation, mode))

    def _values(self, read: Reader) -> "Values":
        return Values(self._link, self._asgi_receive, read)

    # Sending

    async def send(self, value: Any, annotation: Any = Raw, mode: Mode = "text") -> None:
        """Send a value.

        A mapping without a type is an ASGI message: say `send(value, dict)` for one that is content.

        Args:
            value: What is sent: `str` and `bytes` as they are, all else as JSON.
            annotation: Its type, to which it is held; its own class by default.
            mode: Whether it goes as text or as bytes.

        Raises:
            WebSocketDisconnect: The client has left, or the socket is closed.
            SerializationException: The value cannot be encoded.
        """
        if annotation is Raw and isinstance(value, Mapping):
            return await self._asgi_send(_asgi(cast("Message", value)))
        wanted: Any = cast("Any", type(value)) if annotation is Raw else annotation
        return await self._asgi_send(self._link.codec.writer(wanted, mode)(value))

    async def send_data(
        self, data: str | bytes, mode: Mode = "text", encoding: str = "utf-8"
    ) -> None:
        """Send text or bytes as they are; in an encoding, where text goes as bytes or the reverse."""
        key, content = ("bytes", data) if mode == "binary" else ("text", data)
        if mode == "binary" and isinstance(data, str):
            content = data.encode(encoding)
        elif mode == "text" and isinstance(data, bytes):
            content = data.decode(encoding)
        await self._asgi_send({"type": "websocket.send", key: content})

    async def send_text(self, data: str | bytes, encoding: str = "utf-8") -> None:
        """Send a message of text."""
        if not isinstance(data, str):
            return await self.send_data(data, "text", encoding)
        link, message = self._link, {"type": "websocket.send", "text": data}
        if link.state != "receive" or not self._is_plain:
            return await self._asgi_send(message)
        try:  # PERF: as `Link.send` does it, without its frame: a sixth of an echo
            await link.outgoing(message)
        except OSError:
            raise link.left_us() from None
        return None

    async def send_bytes(self, data: str | bytes, encoding: str = "utf-8") -> None:
        """Send a message of bytes."""
        await self.send_data(data, "binary", encoding)

    async def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send a value as JSON."""
        await self._asgi_send(message_of(encode_json(data, self._link.codec.type_encoders), mode))

    async def send_msgpack(self, data: Any) -> None:
        """Send a value as MessagePack, in a message of bytes."""
        await self._asgi_send(self._link.codec.packer(type(data))(data))


class Values(AsyncIterator[Any]):
    """The values of messages: no generator, which trio would want to be closed.

    Args:
        link: The connection.
        receive: Gives the next message.
        read: Makes its value.
    """

    __slots__ = ("_harmless", "_link", "_read", "_receive", "_value")

    def __init__(self, link: Link, receive: Receive, read: Reader) -> None:
        self._link = link
        self._read = read
        # PERF: where nothing stands between, a message is received without a frame of the link's.
        direct = receive == link.receive
        self._receive = link.incoming if direct else receive
        self._value = link.value if direct else link.value_of_admitted
        self._harmless = link.harmless if direct else -1

    async def __anext__(self) -> Any:
        """The next value; none when the client has left, or the socket is closed.

        Raises:
            SocketMisuse: It is not accepted yet.
            MessageError: See `WebSocket.receive`.
        """
        link = self._link
        if link.state != "receive":
            link.value_of_nothing()
            raise StopAsyncIteration
        message = await self._receive()
        text: str | None = message.get("text")
        # PERF: a call for this is 4% of an echo.
        if text is not None and len(text) <= self._harmless:
            link.fault = None
            try:
                return self._read.of_text(text)
            except FAULTS as error:
                raise link.at_fault(error) from None
        value = self._value(message, self._read)
        if value is LEFT:
            raise StopAsyncIteration
        return value


def _asgi(message: Message) -> Message:
    kind = message.get("type")
    if isinstance(kind, str) and kind.startswith("websocket."):
        return message
    raise SocketMisuse(
        "a mapping without a type is sent as an ASGI message, and this is none:"
        " write 'send(value, dict)' or 'send_json(value)' to send it as content"
    )
