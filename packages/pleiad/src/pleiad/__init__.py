"""Pleiad: a typed ASGI framework in which every route is one readable function."""

from pleiad.__about__ import __version__
from pleiad.app import Litestar, Pleiad
from pleiad.controller import Controller
from pleiad.handlers import (
    asgi,
    delete,
    get,
    head,
    patch,
    post,
    put,
    route,
    websocket,
    websocket_listener,
    websocket_stream,
)
from pleiad.router import Router
from pleiad_http import HttpMethod, MediaType, Request, Response
from pleiad_websockets import WebSocket

__all__ = [
    "Controller",
    "HttpMethod",
    "Litestar",
    "MediaType",
    "Pleiad",
    "Request",
    "Response",
    "Router",
    "WebSocket",
    "__version__",
    "asgi",
    "delete",
    "get",
    "head",
    "patch",
    "post",
    "put",
    "route",
    "websocket",
    "websocket_listener",
    "websocket_stream",
]
