"""Connections: what a handler sees of its client."""

from pleiad_http import ASGIConnection, Connection, Request

__all__ = ["ASGIConnection", "Connection", "Request"]
