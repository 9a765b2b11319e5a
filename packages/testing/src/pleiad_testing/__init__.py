"""Test clients for any ASGI app."""

from pleiad_testing.__about__ import __version__
from pleiad_testing.client import AsyncTestClient, TestClient
from pleiad_testing.conforms import assert_conforms
from pleiad_testing.errors import (
    AppFault,
    AppTimeout,
    HandshakeRefused,
    LifespanFault,
    ProtocolFault,
    UnexpectedMessage,
)
from pleiad_testing.websocket_session import AsyncWebSocketTestSession, WebSocketTestSession

__all__ = [
    "AppFault",
    "AppTimeout",
    "AsyncTestClient",
    "AsyncWebSocketTestSession",
    "HandshakeRefused",
    "LifespanFault",
    "ProtocolFault",
    "TestClient",
    "UnexpectedMessage",
    "WebSocketTestSession",
    "__version__",
    "assert_conforms",
]
