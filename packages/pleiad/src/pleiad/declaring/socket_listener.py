"""A WebSocket listener as a class."""

from pleiad.declaring.class_options import class_options
from pleiad.declaring.layer import FOLDED, KNOWN, Layer
from pleiad.declaring.options import ListenerOptions, SocketOptions
from pleiad.declaring.route_handler import check_threads, check_used
from pleiad.declaring.socket_handlers import UNUSED, WebsocketListenerRouteHandler, check_own
from pleiad_http import ImproperlyConfiguredException

__all__ = ["WebsocketListener"]

OWN = frozenset({*ListenerOptions.__annotations__, *SocketOptions.__annotations__})


class WebsocketListener:
    """Subclass it, write `on_receive`, and set options as class attributes.

    `on_receive` takes the message as `data` and returns what is sent; `on_accept` and
    `on_disconnect` may be methods too, and are injected like it. The class is instantiated once,
    without arguments, when it is registered.

    Attributes:
        path: A path template, or several.
    """

    path: str | list[str] = "/"

    def handler(self) -> WebsocketListenerRouteHandler:
        """The listener as a route handler.

        Raises:
            ImproperlyConfiguredException: It has no `on_receive`, or an option that it cannot have.
        """
        name = type(self).__name__
        receive = getattr(self, "on_receive", None)
        if receive is None:
            raise ImproperlyConfiguredException(
                f"{name} has no method 'on_receive': write one that takes 'data'"
            )
        own = class_options(self, OWN)
        check_own(name, own)
        options = class_options(self, KNOWN | FOLDED)
        paths = (self.path,) if isinstance(self.path, str) else tuple(self.path)
        check_used(name, options.keys(), UNUSED)
        layer = Layer.of(name, options)
        check_threads(name, receive, layer)
        return WebsocketListenerRouteHandler(fn=receive, paths=paths, layer=layer, **own)
