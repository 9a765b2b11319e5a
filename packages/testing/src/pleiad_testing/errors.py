"""What an app under test does wrong.

    AppFault                the app under test is at fault
    ├── AppTimeout          it did not answer in time; also an httpx2.ReadTimeout
    ├── ProtocolFault       what it sent is not ASGI, or not HTTP; also an httpx2.RemoteProtocolError
    └── LifespanFault       it reported that its startup or its shutdown failed, or never finished it
    ClientLeft              raised by `send` in the app after the client has closed the response
    HandshakeRefused        the app did not accept a WebSocket; also a WebSocketDisconnect
    UnexpectedMessage       the app sent text where bytes were expected, or the reverse

What the app itself raises is raised in the test as it is, and is none of these.
"""

from typing import Any

import httpx2

from pleiad_http import Headers, RawHeaders, WebSocketDisconnect, decode_json

__all__ = [
    "AppFault",
    "AppTimeout",
    "ClientLeft",
    "HandshakeRefused",
    "LifespanFault",
    "ProtocolFault",
    "UnexpectedMessage",
]


class AppFault(Exception):
    """The app under test is at fault."""


class AppTimeout(AppFault, httpx2.ReadTimeout):
    """The app did not begin, continue or end its answer in time."""


class ProtocolFault(AppFault, httpx2.RemoteProtocolError):
    """What the app sent is not what ASGI or HTTP allow at this point.

    It is raised at the app's own `await send(...)`, and in the test whatever the app makes of it.
    """


class LifespanFault(AppFault):
    """The app's startup or shutdown failed without an exception, or did not finish in time."""


class ClientLeft(OSError):
    """The client has closed the response: nobody reads what is sent."""


class HandshakeRefused(WebSocketDisconnect):
    """The app did not accept a WebSocket.

    Attributes:
        status_code: The status of the answer: 403, unless the app sent a response of its own.
        headers: The headers of that response.
        content: The content of that response.
    """

    def __init__(
        self, code: int, reason: str, *, status: int, headers: RawHeaders, content: bytes
    ) -> None:
        super().__init__(code=code, reason=reason)
        self.status_code = status
        self.headers = Headers(headers)
        self.content = content

    def __str__(self) -> str:
        return f"the handshake was refused with {self.status_code}: {self.content!r:.200}"

    def json(self) -> Any:
        """The content as JSON."""
        return decode_json(self.content)


class UnexpectedMessage(AssertionError):
    """The app sent text where bytes were expected, or the reverse."""
