"""What can be wrong with a table of routes.

RoutingError            the base of all that follows: a fault of the program, never of a client
├── TemplateError       a path template that cannot be read
├── RouteConflict       two routes that answer the same
└── NoRouteFound        a path that cannot be built: no such name, or other parameters
"""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["NoRouteFound", "RouteConflict", "RoutingError", "TemplateError", "did_you_mean"]


class RoutingError(Exception):
    """A fault of the program, found while its routes are declared or a path is built."""


class TemplateError(RoutingError):
    """A path template that cannot be read.

    Attributes:
        template: The text.
    """

    def __init__(self, template: str, found: str, repair: str) -> None:
        super().__init__(f"path '{template}': {found}: {repair}")
        self.template = template


class RouteConflict(RoutingError):
    """Two routes that answer the same.

    Args:
        template: The one that was to be added.
        existing: The one that is there.
        method: What both answer, where a path can be answered more than once.

    Attributes:
        template: The one that was to be added.
        existing: The one that is there.
    """

    def __init__(self, template: object, existing: object, method: str | None = None) -> None:
        super().__init__(
            f"path '{template}' matches just what '{existing}' matches:"
            " change one of them, or give a parameter another type"
            if method is None
            else f"{method} {template} is answered already: remove one of the two routes"
        )
        self.template = template
        self.existing = existing


class NoRouteFound(RoutingError):
    """A path cannot be built."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?` where a known name is near, else nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{near[0]}'?" if near else ""
