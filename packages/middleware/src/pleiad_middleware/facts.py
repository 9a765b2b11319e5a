"""What is known of a route before its first request."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

__all__ = ["RouteFacts"]


class RouteFacts(msgspec.Struct, frozen=True):
    """What a route's middleware may ask before the first request.

    Attributes:
        path_template: The path as declared, such as `/items/{id:int}`.
        scope_type: `http`, `websocket`, or `asgi` for a mounted app, which is called with both.
        opt: What the route's layers say to their middleware.
    """

    path_template: str
    scope_type: Literal["http", "websocket", "asgi"]
    opt: Mapping[str, Any]
