"""One connection as ASGI's messages show it, whoever sends and receives.

The state is kept here and nowhere else: a guard, the handler and an exception handler may each have
a `WebSocket` of their own, and middleware may send by itself.

    init       nothing was received yet
    connect    the client asks to connect
    receive    accepted: messages go both ways
    deny       an HTTP response is being sent instead
    disconnect closed, by either side
"""

from collections.abc import Mapping
from functools import partial
from time import monotonic
from types import MappingProxyType
from typing import Literal, TypeAlias

from anyio import CancelScope, move_on_after
from anyio.lowlevel import checkpoint

from pleiad_http import Message, Receive, Scope, Send, WebSocketDisconnect
from pleiad_websockets.closing import Close
from pleiad_websockets.codec import Codec
from pleiad_websockets.errors import MessageError, MessageTooLarge, SocketMisuse, TooManyMessages
from pleiad_websockets.policy import SocketPolicy
from pleiad_websockets.read_ahead import ReadAhead

__all__ = ["DENIAL", "LINK", "ConnectionState", "Link", "link_of"]

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

FAIR_SECONDS = 0.005
"""After so long of sending without a pause, other tasks have their turn."""

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
        fault: The last fault of the client's, until it sends something that is none.
        code: The close code, once it is closed.
        reason: Why it is closed.
    """

    __slots__ = (
        "_allowance",
        "_gone",
        "_is_ahead",
        "_is_plain",
        "_left",
        "_paused_at",
        "_receive",
        "_refilled",
        "_send",
        "_sending",
        "_servers",
        "code",
        "codec",
        "fault",
        "policy",
        "reason",
        "state",
    )

    def __init__(self, receive: Receive, send: Send, policy: SocketPolicy, codec: Codec) -> None:
        self._servers = receive, send
        self._receive = receive
        self._send = send
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
        self._is_plain = policy.send_seconds is None
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
        message = await self._receive()
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
        return message

    async def send(self, message: Message) -> None:
        """Send a message, if it has a place in the present state.

        A close of what is closed already is quiet.

        Raises:
            WebSocketDisconnect: The socket is closed, or the client is gone or was given up.
            SocketMisuse: The message has no place here.
        """
        kind = message["type"]
        # PERF: nearly every message is content; this is a third of what follows.
        if kind == "websocket.send" and self.state == "receive" and self._is_plain:
            try:
                return await self._send(message)
            except OSError:
                raise self._left_us() from None
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
                await self._send(message)
            else:
                await self._send_in_time(message, self.policy.send_seconds)
        except OSError:  # ASGI's word for a client that has left
            gone = self._left_us()
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
        ahead = ReadAhead(self._receive, self._see_gone)
        self._receive = ahead.receive
        if over_http2:
            self._send = partial(self._send_until_gone, self._send)
        self._is_ahead, self._is_plain = True, False
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

    def _left_us(self) -> WebSocketDisconnect:
        """Note that the client has left without a word."""
        self._left = True
        self.close(ABNORMAL)
        return self.disconnect()

    async def _send_in_time(self, message: Message, seconds: float) -> None:
        with move_on_after(seconds) as waiting:
            await self._send(message)
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

    def _check_size(self, message: Message) -> None:
        limit = self.policy.message_size
        if limit is None:
            return
        text: str | None = message.get("text")
        # PERF: a text has at most four bytes a character, so nearly none must be encoded to be measured.
        if text is None:
            size = len(message.get("bytes") or b"")
        elif 4 * len(text) <= limit:
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

    def at_fault(self, error: MessageError) -> MessageError:
        """Note a fault of the client's; gives it back to be raised."""
        self.fault = error
        return error

    def closing(self) -> Close:
        """How it is closed where nobody says: by the client's last fault, else normally."""
        return Close(1000) if self.fault is None else Close(self.fault.code, self.fault.detail)


def link_of(scope: Scope, receive: Receive, send: Send) -> tuple[Link, Receive, Send]:
    """The connection's link, and what to receive and send by.

    Where nobody has made one yet, it is made around the two channels, which are the server's then.
    """
    link: Link | None = scope.get(LINK)
    if link is None:
        link = scope[LINK] = Link(receive, send, SocketPolicy(), Codec())
    return link, *link.through(receive, send)
