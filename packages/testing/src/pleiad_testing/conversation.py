"""One WebSocket between a client and an app in one event loop.

    asked ──accept──> open ──close, by either──> closed
      └─close, or an HTTP response──> refused

What the app sends waits in a bounded queue until the client takes it, and `send` waits while the
queue is full: so a client that does not read is a slow one, as it is behind a socket.
"""

from collections import deque
from collections.abc import Callable, Mapping
from math import inf
from types import MappingProxyType
from typing import Any, ClassVar

import anyio
import httpx2
from anyio.lowlevel import checkpoint

from pleiad_http import Message, RawHeaders, WebSocketDisconnect
from pleiad_testing.app_call import LAST_WORDS, AppCall, follows_leaving
from pleiad_testing.errors import AppTimeout, ClientLeft, HandshakeRefused, ProtocolFault
from pleiad_testing.exchange import seconds_of
from pleiad_testing.scope import websocket_scope
from pleiad_testing.settings import Settings

__all__ = ["Conversation"]

MOST_WAITING = 16
"""Messages that may wait for the client before `send` waits too."""

ABNORMAL = 1006
"""The code of a connection that ended without a close frame."""

PHASES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("asked", "websocket.accept"): "open",
        ("asked", "websocket.close"): "refused",
        ("asked", "websocket.http.response.start"): "denying",
        ("denying", "websocket.http.response.body"): "denying",
        ("open", "websocket.send"): "open",
        ("open", "websocket.close"): "closed",
    }
)
"""What an app may send in which phase, and the phase that follows."""


class Conversation(AppCall):
    """One WebSocket.

    Args:
        settings: Those of the client.
        request: The handshake.
        subprotocols: What the client offers.
        state: Of the app's lifespan.

    Attributes:
        scope: What the app was called with.
        accepted_subprotocol: What the app chose.
        extra_headers: The headers with which it accepted.
    """

    def __init__(
        self,
        settings: Settings,
        request: httpx2.Request,
        subprotocols: list[str],
        state: dict[str, Any],
    ) -> None:
        super().__init__(settings, f"WEBSOCKET {request.url.path}", seconds_of(request))
        self._scope = websocket_scope(
            request, settings.root_path, state, self._report, subprotocols
        )
        self.scope = self._scope
        self.accepted_subprotocol: str | None = None
        self.extra_headers: RawHeaders = []
        self._phase = "asked"
        self._to_app: deque[Message] = deque([{"type": "websocket.connect"}])
        self._to_client: deque[Message] = deque()
        self._code = ABNORMAL
        self._reason = ""
        self._denial: tuple[int, RawHeaders] = (403, [])
        self._denial_body = b""

    # What the client does

    async def begin(self) -> None:
        """Call the app, and wait until it accepts.

        Raises:
            HandshakeRefused: It does not.
            AppTimeout: It does neither in time.
            BaseException: What it raised.
        """
        self._start()
        deadline = self._deadline()
        failing = "has neither accepted nor refused the handshake"
        await self._until(lambda: self._phase != "asked" or self.ended, deadline, failing)
        if self._phase != "open":
            await self._until(self._over, deadline, "has refused the handshake, but has not ended")
            self._verdict()
            status, headers = self._denial
            raise HandshakeRefused(
                self._code, self._reason, status=status, headers=headers, content=self._denial_body
            )

    async def give(self, message: Message) -> None:
        """Send the app a message.

        Raises:
            WebSocketDisconnect: The socket is closed.
        """
        if self._phase != "open" or self.ended:
            raise await self._closed()
        self._to_app.append(message)
        self._notify()
        await checkpoint()

    async def take(self, seconds: float | None) -> Message:
        """The next message of the app's.

        Args:
            seconds: How long to wait for it; as long as for each step if `None`. The socket stays
                open when nothing has come.

        Raises:
            AppTimeout: It has not come in time.
            WebSocketDisconnect: The app has closed the socket instead.
            BaseException: What the app raised or reported.
        """
        waiting = self._seconds if seconds is None else seconds
        with anyio.move_on_after(inf if waiting is None else waiting):
            await self._wait(lambda: bool(self._to_client) or self._phase != "open" or self.ended)
        if self._to_client:
            message = self._to_client.popleft()
            self._notify()
            return message
        if self._phase == "open" and not self.ended:
            raise AppTimeout(f"{self._label}: the app has sent nothing within {waiting:g} s")
        raise await self._closed()

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, unless it is closed: the app is told, and may go on for a while."""
        if self._phase == "open":
            self._phase, self._code, self._reason = "closed", code, reason
            self._to_app.append({"type": "websocket.disconnect", "code": code, "reason": reason})
            self._left = True
            self._notify()
            await checkpoint()

    async def leave(self) -> None:
        """Close the socket; the app has ended on return.

        Raises:
            AppTimeout: It did not end in time.
            BaseException: What it raised or reported, unless that is but the leaving.
        """
        await self.close(1000, "")
        failing = "has not ended after its client left"
        await self._until(self._over, self._deadline(), failing)
        if follows_leaving(self._raised, set()):
            self._raised = None
        self._verdict()

    async def abandon(self) -> None:
        """Stop the app; what it raises is not told, because the test fails already."""
        self.cancel()
        self._notify()
        with anyio.move_on_after(LAST_WORDS):
            await self._wait(self._over)
        self._forget()

    async def _closed(self) -> WebSocketDisconnect:
        """The exception for a socket that is closed, once the app has ended or been found at fault."""
        if not self._left:
            failing = "has closed the socket, but has not ended"
            await self._until(self._over, self._deadline(), failing)
            self._verdict()
        return WebSocketDisconnect(code=self._code, reason=self._reason)

    def _verdict(self) -> None:
        """Raise what the app raised, reported or did against the protocol."""
        raises = self._settings.raises
        raised = self._raised if raises or not isinstance(self._raised, Exception) else None
        error = raised or (self._reported if raises else None) or self._fault
        if error is None and self._phase in ("asked", "denying") and self._raised is None:
            error = self._misplaced("returned without accepting or refusing the handshake")
        self._forget()
        if error is not None:
            try:
                raise error
            finally:
                del error, raised  # or they were a cycle with this frame

    # What the app does

    async def _receive(self) -> Message:
        await self._wait(lambda: bool(self._to_app) or self._phase in ("closed", "refused"))
        if self._to_app:
            return self._to_app.popleft()
        return {"type": "websocket.disconnect", "code": self._code, "reason": self._reason}

    async def _send(self, message: Message) -> None:
        kind = str(message.get("type"))
        if self._left:
            raise ClientLeft(f"{self._label}: the client has closed the socket")
        after = PHASES.get((self._phase, kind))
        if after is None:
            self._fault = self._misplaced(f"sent '{kind}' where the socket is {self._phase}")
            raise self._fault
        self._taken[kind](self, message)
        self._phase = after if self._phase != "refused" else "refused"
        self._notify()
        await checkpoint()
        await self._wait(lambda: self._left or len(self._to_client) < MOST_WAITING)

    def _accept(self, message: Message) -> None:
        chosen: str | None = message.get("subprotocol")
        if chosen is not None and chosen not in self._scope["subprotocols"]:
            self._fault = self._misplaced(f"chose the subprotocol {chosen!r}, which nobody offered")
            raise self._fault
        self.accepted_subprotocol = chosen
        self.extra_headers = list(message.get("headers") or ())

    def _close(self, message: Message) -> None:
        self._code = message.get("code", 1000)
        self._reason = message.get("reason") or ""

    def _deny(self, message: Message) -> None:
        self._denial = message["status"], list(message.get("headers") or ())

    def _deny_more(self, message: Message) -> None:
        self._denial_body += message.get("body", b"")
        if not message.get("more_body"):
            self._phase = "refused"

    def _keep(self, message: Message) -> None:
        text, content = message.get("text"), message.get("bytes")
        if not isinstance(text if content is None else content, str | bytes) or (
            text is not None and content is not None
        ):
            self._fault = self._misplaced("sent a message that has not either 'text' or 'bytes'")
            raise self._fault
        self._to_client.append(message)

    def _misplaced(self, what: str) -> ProtocolFault:
        return ProtocolFault(f"{self._label}: the app {what}")

    _taken: ClassVar[Mapping[str, Callable[[Any, Message], None]]] = {
        "websocket.accept": _accept,
        "websocket.close": _close,
        "websocket.http.response.start": _deny,
        "websocket.http.response.body": _deny_more,
        "websocket.send": _keep,
    }
    """What becomes of each message of the app's."""
