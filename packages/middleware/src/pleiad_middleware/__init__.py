"""Middleware for ASGI: the forms it may take, and the stack it becomes before a route."""

from pleiad_middleware.__about__ import __version__
from pleiad_middleware.abstract import AbstractMiddleware
from pleiad_middleware.asgi import ASGIMiddleware
from pleiad_middleware.define import DefineMiddleware
from pleiad_middleware.facts import RouteFacts
from pleiad_middleware.protocol import Middleware, MiddlewareProtocol
from pleiad_middleware.stack import build_stack

__all__ = [
    "ASGIMiddleware",
    "AbstractMiddleware",
    "DefineMiddleware",
    "Middleware",
    "MiddlewareProtocol",
    "RouteFacts",
    "__version__",
    "build_stack",
]
