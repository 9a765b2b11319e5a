"""What `on_app_init` hooks see: the app's options before the app is built."""

from collections.abc import Mapping
from typing import Any

from pleiad.declaring.layer import APPENDED, FOLDED, KNOWN, OVERLAID, unknown_option
from pleiad.declaring.options import AppOptions
from pleiad.router import RouteHandlers
from pleiad_http import ProblemDetails, State
from pleiad_openapi import OpenAPIConfig

__all__ = ["AppConfig"]

LISTS = frozenset({"after_exception", "before_send", "lifespan"}) | {
    "on_shutdown",
    "on_startup",
    "plugins",
}
APP = frozenset(AppOptions.__annotations__)
NAMES = (APP | KNOWN | FOLDED | {"route_handlers"}) - {"on_app_init"}
"""What may be changed; the hooks themselves are being called."""
DEFAULT = OpenAPIConfig()


class AppConfig:
    """Every option of the app but its `on_app_init`, as an attribute that may be changed.

    Lists and dicts may be changed in place.

    An option that nobody has set is an empty list or dict where it collects, and otherwise not there.

    Attributes:
        route_handlers: What is to be registered.
    """

    after_exception: list[Any]
    before_send: list[Any]
    lifespan: list[Any]
    middleware: list[Any]
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
        for key in (options.keys() & NAMES) - LISTS - APPENDED - OVERLAID:
            setattr(self, key, options[key])
        self.openapi_config: OpenAPIConfig | None = options.get("openapi_config", DEFAULT)
        state: State | None = options.get("state")
        self.state = State() if state is None else state
        self.debug = bool(options.get("debug", False))
        self.path = options.get("path") or "/"
        self.problem_details: ProblemDetails | bool = options.get("problem_details", False)

    def options(self) -> dict[str, Any]:
        """The options of the app's layer."""
        return {key: value for key, value in vars(self).items() if key in KNOWN | FOLDED}

    def __setattr__(self, name: str, value: Any) -> None:
        """Change an option.

        Raises:
            ImproperlyConfiguredException: There is none of that name.
        """
        if name not in NAMES:
            raise unknown_option("AppConfig", name, NAMES)
        super().__setattr__(name, value)
