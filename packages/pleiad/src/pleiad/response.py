"""Responses."""

from pleiad_http import (
    File,
    JSONLines,
    Redirect,
    Response,
    ServerSentEvent,
    ServerSentEventMessage,
    Stream,
)

__all__ = [
    "File",
    "JSONLines",
    "Redirect",
    "Response",
    "ServerSentEvent",
    "ServerSentEventMessage",
    "Stream",
]
