"""Paths lead to values; reverse lookup; and an ASGI router that stands alone."""

from pleiad_routing.__about__ import __version__
from pleiad_routing.errors import NoRouteFound, RouteConflict, RoutingError, TemplateError
from pleiad_routing.lifespan import (
    ASGIApp,
    LifespanFailure,
    Lifespans,
    Message,
    Receive,
    Scope,
    Send,
    serve_lifespan,
)
from pleiad_routing.parameters import STANDARD, ParameterType, PathTypes
from pleiad_routing.reverse import Reverse
from pleiad_routing.router import Router
from pleiad_routing.scope import below, find_mounted, find_route, rooted, routed_path
from pleiad_routing.template import Placeholder, Template
from pleiad_routing.tree import Found, Mounted, Tree, segments_of

__all__ = [
    "STANDARD",
    "ASGIApp",
    "Found",
    "LifespanFailure",
    "Lifespans",
    "Message",
    "Mounted",
    "NoRouteFound",
    "ParameterType",
    "PathTypes",
    "Placeholder",
    "Receive",
    "Reverse",
    "RouteConflict",
    "Router",
    "RoutingError",
    "Scope",
    "Send",
    "Template",
    "TemplateError",
    "Tree",
    "__version__",
    "below",
    "find_mounted",
    "find_route",
    "rooted",
    "routed_path",
    "segments_of",
    "serve_lifespan",
]
