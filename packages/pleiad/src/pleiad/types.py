"""Types for annotations: those of ASGI, and those that options take."""

from pleiad.checking.check import Check
from pleiad.declaring.options import Hook, LayerOptions, PleiadOptions, ResponsePolicy
from pleiad.router import RouteHandlers
from pleiad_http import ASGIApp, Message, Method, Receive, Request, Response, Scope, Send
from pleiad_middleware import Middleware

__all__ = [
    "ASGIApp",
    "Check",
    "Hook",
    "LayerOptions",
    "Message",
    "Method",
    "Middleware",
    "PleiadOptions",
    "Receive",
    "Request",
    "Response",
    "ResponsePolicy",
    "RouteHandlers",
    "Scope",
    "Send",
]
