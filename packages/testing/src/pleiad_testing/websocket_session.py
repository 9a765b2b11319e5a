"""The client's end of a WebSocket, as a test holds it."""

from collections.abc import Callable, Coroutine
from functools import partial
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeVar

from pleiad_http import (
    Headers,
    Message,
    Scope,
    decode_json,
    decode_msgpack,
    encode_json,
    encode_msgpack,
)
from pleiad_testing.conversation import Conversation
from pleiad_testing.errors import UnexpectedMessage

__all__ = ["AsyncWebSocketTestSession", "Line", "WebSocketTestSession"]

T = TypeVar("T")
Mode = Literal["text", "binary"]


class Line(Protocol):
    """How a session reaches the loop in which its app runs."""

    def __call__(
        self, function: Callable[[], Coroutine[Any, Any, T]], seconds: float | None = None
    ) -> T:
        """Call an async function there, which keeps its own time."""
        ...

    def end(self) -> None:
        """End the loop, if it serves only this session."""
        ...


class Session:
    """What both kinds of session show of the handshake.

    Attributes:
        scope: What the app was called with.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.scope: Scope = conversation.scope

    @property
    def accepted_subprotocol(self) -> str | None:
        """The subprotocol that the app chose."""
        return self._conversation.accepted_subprotocol

    @property
    def extra_headers(self) -> Headers:
        """The headers with which the app accepted."""
        return Headers(self._conversation.extra_headers)


class WebSocketTestSession(Session):
    """A WebSocket of a `TestClient`: `with client.websocket_connect("/ws") as socket:`.

    Every receiving raises `WebSocketDisconnect` when the app has closed the socket, and `AppTimeout`
    when nothing has come in time: the socket stays open then.
    """

    def __init__(self, conversation: Conversation, line: Line) -> None:
        super().__init__(conversation)
        self._line = line

    def __enter__(self) -> Self:
        try:
            self._line(self._conversation.begin)
        except BaseException:
            self._line.end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._line(self._conversation.leave if error is None else self._conversation.abandon)
        finally:
            self._line.end()

    def send(self, data: str | bytes, mode: Mode = "text", encoding: str = "utf-8") -> None:
        """Send text or bytes."""
        self._line(partial(self._conversation.give, sent(data, mode, encoding)))

    def send_text(self, data: str | bytes, encoding: str = "utf-8") -> None:
        """Send a message of text."""
        self.send(data, "text", encoding)

    def send_bytes(self, data: str | bytes, encoding: str = "utf-8") -> None:
        """Send a message of bytes."""
        self.send(data, "binary", encoding)

    def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send a value as JSON."""
        self.send(encode_json(data), mode)

    def send_msgpack(self, data: Any) -> None:
        """Send a value as MessagePack."""
        self.send(encode_msgpack(data), "binary")

    def receive(self, block: bool = True, timeout: float | None = None) -> Message:  # noqa: FBT001, FBT002
        """The next message of the app's, as ASGI has it.

        Args:
            block: Whether to wait for it.
            timeout: How many seconds; by default those of the client.
        """
        seconds = timeout if block else 0.0
        return self._line(partial(self._conversation.take, seconds), seconds)

    def receive_text(self, block: bool = True, timeout: float | None = None) -> str:  # noqa: FBT001, FBT002
        """The next message, which must be text."""
        return text_of(self.receive(block, timeout))

    def receive_bytes(self, block: bool = True, timeout: float | None = None) -> bytes:  # noqa: FBT001, FBT002
        """The next message, which must be bytes."""
        return bytes_of(self.receive(block, timeout))

    def receive_json(
        self,
        mode: Mode = "text",
        block: bool = True,  # noqa: FBT001, FBT002
        timeout: float | None = None,
        type: Any = Any,  # noqa: A002
    ) -> Any:
        """The next message as JSON, or as a value of a type."""
        return decode_json(content(self.receive(block, timeout), mode), type)

    def receive_msgpack(
        self,
        block: bool = True,  # noqa: FBT001, FBT002
        timeout: float | None = None,
        type: Any = Any,  # noqa: A002
    ) -> Any:
        """The next message as MessagePack, or as a value of a type."""
        return decode_msgpack(content(self.receive(block, timeout), "binary"), type)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the socket; what the app still does is seen at the end of the `with`."""
        self._line(partial(self._conversation.close, code, reason))


class AsyncWebSocketTestSession(Session):
    """The same for an `AsyncTestClient`: `async with client.websocket_connect("/ws") as socket:`."""

    def __await__(self) -> Any:
        """Nothing is to be waited for: `async with await client.websocket_connect(...)` works as well."""
        return self
        yield

    async def __aenter__(self) -> Self:
        await self._conversation.begin()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await (self._conversation.leave() if error is None else self._conversation.abandon())

    async def send(self, data: str | bytes, mode: Mode = "text", encoding: str = "utf-8") -> None:
        """Send text or bytes."""
        await self._conversation.give(sent(data, mode, encoding))

    async def send_text(self, data: str | bytes, encoding: str = "utf-8") -> None:
        """Send a message of text."""
        await self.send(data, "text", encoding)

    async def send_bytes(self, data: str | bytes, encoding: str = "utf-8") -> None:
        """Send a message of bytes."""
        await self.send(data, "binary", encoding)

    async def send_json(self, data: Any, mode: Mode = "text") -> None:
        """Send a value as JSON."""
        await self.send(encode_json(data), mode)

    async def send_msgpack(self, data: Any) -> None:
        """Send a value as MessagePack."""
        await self.send(encode_msgpack(data), "binary")

    async def receive(self, block: bool = True, timeout: float | None = None) -> Message:  # noqa: FBT001, FBT002, ASYNC109
        """The next message of the app's, as ASGI has it."""
        return await self._conversation.take(timeout if block else 0.0)

    async def receive_text(self, block: bool = True, timeout: float | None = None) -> str:  # noqa: FBT001, FBT002, ASYNC109
        """The next message, which must be text."""
        return text_of(await self.receive(block, timeout))

    async def receive_bytes(self, block: bool = True, timeout: float | None = None) -> bytes:  # noqa: FBT001, FBT002, ASYNC109
        """The next message, which must be bytes."""
        return bytes_of(await self.receive(block, timeout))

    async def receive_json(
        self,
        mode: Mode = "text",
        block: bool = True,  # noqa: FBT001, FBT002
        timeout: float | None = None,  # noqa: ASYNC109
        type: Any = Any,  # noqa: A002
    ) -> Any:
        """The next message as JSON, or as a value of a type."""
        return decode_json(content(await self.receive(block, timeout), mode), type)

    async def receive_msgpack(
        self,
        block: bool = True,  # noqa: FBT001, FBT002
        timeout: float | None = None,  # noqa: ASYNC109
        type: Any = Any,  # noqa: A002
    ) -> Any:
        """The next message as MessagePack, or as a value of a type."""
        return decode_msgpack(content(await self.receive(block, timeout), "binary"), type)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the socket; what the app still does is seen at the end of the `async with`."""
        await self._conversation.close(code, reason)


def sent(data: str | bytes, mode: Mode, encoding: str = "utf-8") -> Message:
    """The message by which an app receives text or bytes."""
    if mode == "binary":
        content = data.encode(encoding) if isinstance(data, str) else bytes(data)
        return {"type": "websocket.receive", "bytes": content}
    text = data if isinstance(data, str) else bytes(data).decode(encoding)
    return {"type": "websocket.receive", "text": text}


def content(message: Message, mode: Mode) -> Any:
    """The content of a message."""
    return text_of(message) if mode == "text" else bytes_of(message)


def text_of(message: Message) -> str:
    """The content of a message of text.

    Raises:
        UnexpectedMessage: It is of bytes.
    """
    text: str | None = message.get("text")
    if text is None:
        raise UnexpectedMessage(f"text was expected, and {message.get('bytes')!r:.100} came")
    return text


def bytes_of(message: Message) -> bytes:
    """The content of a message of bytes.

    Raises:
        UnexpectedMessage: It is of text.
    """
    content: bytes | None = message.get("bytes")
    if content is None:
        raise UnexpectedMessage(f"bytes were expected, and {message.get('text')!r:.100} came")
    return content
