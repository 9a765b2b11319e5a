"""Connections: what a handler sees of its client."""

from pleiad_http import ASGIConnection, Connection, Request
from pleiad_websockets import WebSocket

__all__ = ["ASGIConnection", "Connection", "Request", "WebSocket"]
