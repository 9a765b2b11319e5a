"""Responses."""

from pleiad_http import (
    JSONLines,
    Redirect,
    Response,
    ServerSentEvent,
    ServerSentEventMessage,
    Stream,
)

__all__ = [
    "JSONLines",
    "Redirect",
    "Response",
    "ServerSentEvent",
    "ServerSentEventMessage",
    "Stream",
]
