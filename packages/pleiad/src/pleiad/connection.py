"""Connections: what a handler sees of its client."""

from pleiad_http import Connection, Request

ASGIConnection = Connection

__all__ = ["ASGIConnection", "Connection", "Request"]
