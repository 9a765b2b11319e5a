"""Route handlers, and the decorators that make them of functions."""

from pleiad.declaring.http_handlers import (
    ASGIRouteHandler,
    HTTPRouteHandler,
    asgi,
    delete,
    get,
    head,
    patch,
    post,
    put,
    route,
)
from pleiad.declaring.route_handler import BaseRouteHandler
from pleiad.declaring.socket_handlers import (
    WebsocketListenerRouteHandler,
    WebsocketRouteHandler,
    WebsocketStreamRouteHandler,
    websocket,
    websocket_listener,
    websocket_stream,
)
from pleiad.declaring.socket_listener import WebsocketListener
from pleiad_websockets import send_websocket_stream

__all__ = [
    "ASGIRouteHandler",
    "BaseRouteHandler",
    "HTTPRouteHandler",
    "WebsocketListener",
    "WebsocketListenerRouteHandler",
    "WebsocketRouteHandler",
    "WebsocketStreamRouteHandler",
    "asgi",
    "delete",
    "get",
    "head",
    "patch",
    "post",
    "put",
    "route",
    "send_websocket_stream",
    "websocket",
    "websocket_listener",
    "websocket_stream",
]
