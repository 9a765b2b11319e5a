"""One connection as ASGI's messages show it, whoever sends and receives.

The state is kept here and nowhere else: a guard, the handler and an exception handler may each have
a `WebSocket` of their own, and middleware may send by itself.

    init       nothing was received yet
    connect    the client asks to connect
    receive    accepted: messages go both ways
    deny       an HTTP response is being sent instead
    disconnect closed, by either side
"""

import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from time import monotonic
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from anyio import CancelScope, move_on_after
from anyio.lowlevel import checkpoint

from pleiad_http import DecodeError, Message, Receive, Scope, Send, WebSocketDisconnect
from pleiad_websockets.closing import Close
from pleiad_websockets.codec import Codec, Reader, Writer
from pleiad_websockets.errors import (
    InvalidMessage,
    MessageError,
    MessageTooLarge,
    SocketMisuse,
    TooManyMessages,
)
from pleiad_websockets.policy import SocketPolicy
from pleiad_websockets.read_ahead import ReadAhead

__all__ = ["DENIAL", "LEFT", "LINK", "ConnectionState", "Link", "link_of"]

ConnectionState: TypeAlias = Literal["init", "connect", "receive", "deny", "disconnect"]

LINK = "pleiad.websocket"
"""Where the scope keeps the connection's state."""

DENIAL = "websocket.http.response"
"""The ASGI extension by which a refused handshake is answered with a whole HTTP response."""

MOVES: Mapping[tuple[ConnectionState, str], ConnectionState] = MappingProxyType(
    {
        ("init", "websocket.accept"): "receive",
        ("init", "websocket.close"): "disconnect",
        ("init", "websocket.http.response.start"): "deny",
        ("connect", "websocket.accept"): "receive",
        ("connect", "websocket.close"): "disconnect",
        ("connect", "websocket.http.response.start"): "deny",
        ("receive", "websocket.send"): "receive",
        ("receive", "websocket.close"): "disconnect",
        ("deny", "websocket.http.response.body"): "deny",
    }
)
"""What may be sent in which state, and the state that follows."""

LEFT: Any = object()
"""Stands for a value where the client has left instead of saying more."""

FAIR_SECONDS = 0.005
"""After so long of sending without a pause, other tasks have their turn."""

FAULTS = (MessageError, DecodeError, UnicodeError)
"""What is raised when a value is made of a message that is at fault."""

ABNORMAL = 1006
"""The code of a connection that ended without a close frame."""


class Link:
    """The state of one connection, around what the server gives to receive and to send.

    Args:
        receive: The server's.
        send: The server's.
        policy: What the client may do.
        codec: How values become messages.

    Attributes:
        state: See the module.
        codec: How values become messages.
        policy: What the client may do.
        incoming: The server's own `receive`: who calls it asks `value` what a message means.
        outgoing: The server's own `send`: for content, where `is_plain`, and as long as it is open.
        is_plain: Whether the server's `send` needs nothing about it, but that its `OSError` be told
            to `left_us`.
        harmless: As many characters as a text may have without being asked what it means.
        fault: The last fault of the client's, until it sends something that is none.
        code: The close code, once it is closed.
        reason: Why it is closed.
    """

    __slots__ = (
        "_allowance",
        "_gone",
        "_is_ahead",
        "_left",
        "_paused_at",
        "_refilled",
        "_sending",
        "_servers",
        "code",
        "codec",
        "fault",
        "harmless",
        "incoming",
        "is_plain",
        "outgoing",
        "policy",
        "reason",
        "state",
    )

    def __init__(self, receive: Receive, send: Send, policy: SocketPolicy, codec: Codec) -> None:
        self._servers = receive, send
        self.incoming = receive
        self.outgoing = send
        self.policy = policy
        self.codec = codec
        self.state: ConnectionState = "init"
        self.fault: MessageError | None = None
        self.code = ABNORMAL
        self.reason = ""
        self._left = False
        self._gone: Message | None = None
        self._sending: set[CancelScope] = set()
        self._is_ahead = False
        self.is_plain = policy.send_seconds is None
        self.harmless = _harmless_length(policy)
        self._paused_at = monotonic()
        self._allowance = float(policy.burst)
        self._refilled = 0.0

    async def receive(self) -> Message:
        """The next message of the server's; after a disconnect always that one.

        Raises:
            MessageTooLarge: By the policy.
            TooManyMessages: By the policy.
        """
        if self._left:
            return {"type": "websocket.disconnect", "code": self.code, "reason": self.reason}
        message = await self.incoming()
        self._admit(message)
        return message

    async def answer_each(
        self, read: Reader, answer: Callable[..., Awaitable[Any]], write: Writer, *, silent: bool
    ) -> None:
        """Answer each message until the client leaves, as by receiving a value and sending another.

        PERF: all in one frame. By an iterator of values and `WebSocket.send` a message takes 20
        thousand instructions instead of 15.

        Args:
            read: Makes a message's value.
            answer: Called with the value, as `data`.
            write: Makes a message of what was returned.
            silent: Whether `None` sends nothing.

        Raises:
            SocketMisuse: The socket is not accepted yet.
            MessageError: A message of the client's is at fault.
            WebSocketDisconnect: The socket was closed before the answer was there.
        """
        receive, send = self.incoming, self.outgoing if self.is_plain else self.send
        while self.state == "receive":
            message = await receive()
            text: str | None = message.get("text")
            if text is None or len(text) > self.harmless:
                data = self.value(message, read)
                if data is LEFT:
                    return
            else:
                self.fault = None
                try:
                    data = read.of_text(text)
                except FAULTS as error:
                    raise self.at_fault(error) from None
            result = await answer(data=data)
            if result is None and silent:
                continue
            message = write(result)
            if self.state != "receive":
                raise self.disconnect()
            try:
                await send(message)
            except OSError:
                raise self.left_us() from None
        self.value_of_nothing()

    def value_of_nothing(self) -> Any:
        """`LEFT`, where no more can be received, because the socket is closed.

        Raises:
            SocketMisuse: It is not accepted yet.
        """
        if self.state != "disconnect":
            raise SocketMisuse("nothing can be received yet: accept the socket first")
        return LEFT

    async def send(self, message: Message) -> None:
        """Send a message, if it has a place in the present state.

        A close of what is closed already is quiet.

        Raises:
            WebSocketDisconnect: The socket is closed, or the client is gone or was given up.
            SocketMisuse: The message has no place here.
        """
        kind = message["type"]
        # PERF: nearly every message is content; this is a third of what follows.
        if kind == "websocket.send" and self.state == "receive" and self.is_plain:
            try:
                return await self.outgoing(message)
            except OSError:
                raise self.left_us() from None
        if self._gone is not None:
            self.close(self._gone.get("code", ABNORMAL), self._gone.get("reason") or "")
        after = MOVES.get((self.state, kind))
        if after is None:
            return self._misplaced(kind)
        self.state = after
        if after == "disconnect":
            self.code, self.reason = message.get("code", 1000), message.get("reason") or ""
        try:
            if self.policy.send_seconds is None or kind != "websocket.send":
                await self.outgoing(message)
            else:
                await self._send_in_time(message, self.policy.send_seconds)
        except OSError:  # ASGI's word for a client that has left
            gone = self.left_us()
            if kind != "websocket.close":
                raise gone from None
        if after == "deny" and kind.endswith(".body") and not message.get("more_body"):
            self.close(ABNORMAL)
        # Where `send` tells nothing it need not wait either, and then nobody could see the client leave.
        if self._is_ahead and monotonic() - self._paused_at > FAIR_SECONDS:
            await checkpoint()
            self._paused_at = monotonic()
        return None

    def through(self, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """The channels as they lead through this link: the server's own would pass by it."""
        own_receive, own_send = self._servers
        return (
            self.receive if receive == own_receive else receive,
            self.send if send == own_send else send,
        )

    def read_ahead(self, *, over_http2: bool = False) -> ReadAhead:
        """Let messages be received before they are asked for, so that the client is seen to leave.

        PERF: only over HTTP/2 a `send` was seen that never comes back, and it costs 3 us to end one.

        Args:
            over_http2: Whether the connection is a stream of HTTP/2.
        """
        ahead = ReadAhead(self.incoming, self._see_gone)
        self.incoming = ahead.receive
        if over_http2:
            self.outgoing = partial(self._send_until_gone, self.outgoing)
        self._is_ahead, self.is_plain = True, False
        return ahead

    def _see_gone(self, message: Message) -> None:
        self._gone = message
        for each in self._sending:
            each.cancel()

    async def _send_until_gone(self, send: Send, message: Message) -> None:
        """Send by a server that may wait for ever, for the window of a client that has left meanwhile.

        Raises:
            ConnectionError: It has left.
        """
        with CancelScope() as sending:
            self._sending.add(sending)
            try:
                await send(message)
            finally:
                self._sending.discard(sending)
        if sending.cancelled_caught and self._gone is not None:
            self.close(self._gone.get("code", ABNORMAL), self._gone.get("reason") or "")
            raise ConnectionError("the client has left")

    @property
    def is_closed(self) -> bool:
        """Whether either side has closed it."""
        return self.state == "disconnect"

    def disconnect(self) -> WebSocketDisconnect:
        """The exception for who goes on with a closed socket."""
        return WebSocketDisconnect(code=self.code, reason=self.reason)

    def close(self, code: int, reason: str = "") -> None:
        """Note that it is closed; the first code counts."""
        if self.state != "disconnect":
            self.state, self.code, self.reason = "disconnect", code, reason

    def left_us(self) -> WebSocketDisconnect:
        """Note that the client has left without a word; gives what is to be raised."""
        self._left = True
        self.close(ABNORMAL)
        return self.disconnect()

    async def _send_in_time(self, message: Message, seconds: float) -> None:
        with move_on_after(seconds) as waiting:
            await self.outgoing(message)
        if waiting.cancelled_caught:
            self.close(1008, "Too slow")
            raise self.disconnect()

    def _misplaced(self, kind: str) -> None:
        if self.state == "disconnect":
            if kind == "websocket.close":
                return
            raise self.disconnect()
        repair = "accept the socket first" if self.state in ("init", "connect") else "it is open"
        raise SocketMisuse(f"'{kind}' has no place in the state '{self.state}': {repair}")

    def value(self, message: Message, read: Reader) -> Any:
        """The value of a message that was `incoming`, or `LEFT`.

        Raises:
            MessageError: The message is at fault.
        """
        self._admit(message)
        return self.value_of_admitted(message, read)

    def value_of_admitted(self, message: Message, read: Reader) -> Any:
        """The same of a message that came by `receive`."""
        if message["type"] == "websocket.disconnect":
            return LEFT
        try:
            return read(message)
        except MessageError as error:
            raise self.at_fault(error) from None

    def _admit(self, message: Message) -> None:
        """Note what a message of the server's means for the state, and hold it to the policy."""
        kind = message["type"]
        if kind == "websocket.receive":
            self.fault = None
            self._check_size(message)
            if self.policy.messages_per_second is not None:
                self._check_rate(self.policy.messages_per_second)
        elif kind == "websocket.connect":
            self.state = "connect"
        elif kind == "websocket.disconnect":
            self._left = True
            self.close(message.get("code", ABNORMAL), message.get("reason") or "")

    def _check_size(self, message: Message) -> None:
        limit = self.policy.message_size
        if limit is None:
            return
        text: str | None = message.get("text")
        if text is None:
            size = len(message.get("bytes") or b"")
        elif len(text) <= limit // 4:
            return
        else:
            size = len(text.encode("utf-8", "surrogatepass"))
        if size > limit:
            raise self.at_fault(MessageTooLarge(f"A message may have {limit} bytes"))

    def _check_rate(self, rate: float) -> None:
        now = monotonic()
        refill = (now - self._refilled) * rate
        self._allowance = min(float(self.policy.burst), self._allowance + refill)
        self._refilled = now
        if self._allowance < 1:
            raise self.at_fault(TooManyMessages("Too many messages"))
        self._allowance -= 1

    def at_fault(self, error: MessageError | DecodeError | UnicodeError) -> MessageError:
        """Note a fault of the client's; gives what is to be raised."""
        fault = error if isinstance(error, MessageError) else InvalidMessage.of(error)
        self.fault = fault
        return fault

    def closing(self) -> Close:
        """How it is closed where nobody says: by the client's last fault, else normally."""
        return Close(1000) if self.fault is None else Close(self.fault.code, self.fault.detail)


def _harmless_length(policy: SocketPolicy) -> int:
    """As many characters as a text may have that is within the policy, whatever they are.

    A character is four bytes at most, so nearly no text must be encoded to be measured.
    """
    if policy.messages_per_second is not None:
        return -1
    return sys.maxsize if policy.message_size is None else policy.message_size // 4


def link_of(scope: Scope, receive: Receive, send: Send) -> tuple[Link, Receive, Send]:
    """The connection's link, and what to receive and send by.

    Where nobody has made one yet, it is made around the two channels, which are the server's then.
    """
    link: Link | None = scope.get(LINK)
    if link is None:
        link = scope[LINK] = Link(receive, send, SocketPolicy(), Codec())
    return link, *link.through(receive, send)
