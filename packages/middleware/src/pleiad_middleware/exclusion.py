"""When a middleware stands aside.

There are two moments to ask. Before the first request a route is known by its template, its opt and
its kind, and a middleware that does not want it is left out. Around an app of which nothing is
known, the same three questions are put to the scope of each request.
"""

import re
import warnings
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from pleiad_http import ImproperlyConfiguredException, Scope
from pleiad_middleware.facts import RouteFacts

__all__ = ["SCOPES", "Exclusion", "Patterns"]

SCOPES = ("http", "websocket", "asgi")
PATHS = ("/", "/\0", "/" + "{\0}/" * 64 + "\0")
"""Paths that have nothing in common but what every path has: all of them are found by mistake only."""

Patterns: TypeAlias = str | Collection[str] | None
"""Regular expressions; each is searched for, so `/login` is also found in `/api/login-x`."""


class Exclusion:
    """The rule by which one middleware stands aside.

    Args:
        owner: The class of the middleware, for messages.
        patterns: Found in a path, they exclude it.
        opt_key: True in a route's opt, it excludes the route.
        scopes: The kinds of scope that are not excluded.

    Raises:
        ImproperlyConfiguredException: A pattern is no regular expression, or a scope unknown.
    """

    __slots__ = ("opt_key", "patterns", "scopes")

    def __init__(
        self, owner: type, patterns: Patterns, opt_key: str | None, scopes: Collection[str]
    ) -> None:
        self.patterns = _compiled(owner, patterns)
        self.opt_key = opt_key
        self.scopes = _checked(owner, scopes)

    def of_route(self, facts: RouteFacts) -> bool:
        """Whether all requests of a route are excluded."""
        return facts.scope_type not in self.scopes or self.finds(facts.path_template, facts.opt)

    def of_request(self, scope: Scope) -> bool:
        """Whether one request is excluded; a lifespan always is."""
        return scope["type"] not in self.scopes or self.finds(scope["path"], _opt(scope))

    def finds(self, path: str, opt: Mapping[str, Any]) -> bool:
        """Whether the path or the opt excludes."""
        if self.opt_key is not None and opt.get(self.opt_key):
            return True
        # PERF: a generator costs 0.2 us a request more, also where there is no pattern.
        for each in self.patterns:  # noqa: SIM110
            if each.search(path):
                return True
        return False


def _opt(scope: Scope) -> Mapping[str, Any]:
    opt: Mapping[str, Any] = getattr(scope.get("route_handler"), "opt", None) or {}
    return opt


def _compiled(owner: type, patterns: Patterns) -> tuple[re.Pattern[str], ...]:
    several = (patterns,) if isinstance(patterns, str) else tuple(patterns or ())
    compiled = tuple([_expression(owner, each) for each in several])
    if compiled and all(any(each.search(path) for each in compiled) for path in PATHS):
        message = f"{owner.__name__} excludes paths by {patterns!r}: every path, so it never runs"
        warnings.warn(message, stacklevel=2)
    return compiled


def _expression(owner: type, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, TypeError) as error:
        raise ImproperlyConfiguredException(
            f"{owner.__name__} excludes paths by {pattern!r}, which is no regular expression:"
            f" {error}. To exclude a literal path, write re.escape({pattern!r})."
        ) from error


def _checked(owner: type, scopes: Collection[str]) -> frozenset[str]:
    found = frozenset((scopes,) if isinstance(scopes, str) else scopes)
    unknown = found.difference(SCOPES)
    if unknown or not found:
        named = ", ".join(sorted(map(repr, unknown))) or "nothing"
        raise ImproperlyConfiguredException(
            f"{owner.__name__} has scopes that name {named}; choose from {', '.join(SCOPES)}."
        )
    return found
