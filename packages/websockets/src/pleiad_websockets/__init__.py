"""WebSockets on ASGI: typed messages, close codes that mean something, limits, streams, channels."""

from pleiad_http import WebSocketDisconnect, WebSocketException
from pleiad_websockets.__about__ import __version__
from pleiad_websockets.closing import Close, close_for, is_server_fault, short_reason
from pleiad_websockets.codec import Codec, Mode
from pleiad_websockets.denial import deny
from pleiad_websockets.errors import (
    InvalidMessage,
    MessageError,
    MessageTooLarge,
    SocketMisuse,
    TooManyMessages,
    UnsupportedMessage,
)
from pleiad_websockets.link import DENIAL, LINK, ConnectionState, Link, link_of
from pleiad_websockets.listening import Listening, annotated, listen
from pleiad_websockets.policy import SocketPolicy, check_origin
from pleiad_websockets.serving import Endpoint, answer_error, connected, finish, websocket_app
from pleiad_websockets.socket import WebSocket
from pleiad_websockets.streaming import send_websocket_stream

__all__ = [
    "DENIAL",
    "LINK",
    "Link",
    "Close",
    "Codec",
    "ConnectionState",
    "Endpoint",
    "InvalidMessage",
    "Listening",
    "MessageError",
    "MessageTooLarge",
    "Mode",
    "SocketMisuse",
    "SocketPolicy",
    "TooManyMessages",
    "UnsupportedMessage",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "__version__",
    "annotated",
    "answer_error",
    "check_origin",
    "close_for",
    "connected",
    "deny",
    "finish",
    "is_server_fault",
    "link_of",
    "listen",
    "send_websocket_stream",
    "short_reason",
    "websocket_app",
]
