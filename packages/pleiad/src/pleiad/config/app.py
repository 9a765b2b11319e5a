"""What `on_app_init` hooks see: the app's options before the app is built."""

from collections.abc import Mapping
from typing import Any

from pleiad.declaring.layer import APPENDED, KNOWN, OVERLAID
from pleiad.declaring.options import AppOptions
from pleiad.router import RouteHandlers
from pleiad_http import ProblemDetails, State
from pleiad_openapi import OpenAPIConfig

__all__ = ["AppConfig"]

LISTS = frozenset({"after_exception", "before_send", "lifespan", "on_app_init"}) | {
    "on_shutdown",
    "on_startup",
    "plugins",
}
APP = frozenset(AppOptions.__annotations__)
DEFAULT = OpenAPIConfig()


class AppConfig:
    """Every option of the app as an attribute that may be changed: lists and dicts in place.

    An option that nobody has set is an empty list or dict where it collects, and otherwise not there.

    Attributes:
        route_handlers: What is to be registered.
    """

    after_exception: list[Any]
    before_send: list[Any]
    lifespan: list[Any]
    middleware: list[Any]
    on_app_init: list[Any]
    on_shutdown: list[Any]
    on_startup: list[Any]
    plugins: list[Any]
    dependencies: dict[str, Any]

    def __init__(self, route_handlers: RouteHandlers, options: Mapping[str, Any]) -> None:
        self.route_handlers = list(route_handlers)
        for key in LISTS | APPENDED:
            setattr(self, key, list(options.get(key) or ()))
        for key in OVERLAID:
            value = options.get(key)
            setattr(self, key, value if isinstance(value, list | tuple) else dict(value or {}))
        for key in options.keys() - LISTS - APPENDED - OVERLAID:
            setattr(self, key, options[key])
        self.openapi_config: OpenAPIConfig | None = options.get("openapi_config", DEFAULT)
        self.state = options.get("state") or State()
        self.debug = bool(options.get("debug", False))
        self.path = options.get("path") or "/"
        self.problem_details: ProblemDetails | bool = options.get("problem_details", False)

    def options(self) -> dict[str, Any]:
        """The options of the app's layer."""
        return {key: value for key, value in vars(self).items() if key in KNOWN}
