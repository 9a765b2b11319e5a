"""The middleware of one route, one within the other, made before the first request."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from pleiad_http import ASGIApp, ImproperlyConfiguredException
from pleiad_middleware.abstract import AbstractMiddleware
from pleiad_middleware.arity import takes
from pleiad_middleware.asgi import ASGIMiddleware, class_name
from pleiad_middleware.facts import RouteFacts
from pleiad_middleware.protocol import Middleware

__all__ = ["build_stack"]


def _identity(app: ASGIApp) -> ASGIApp:
    return app


def build_stack(
    app: ASGIApp,
    middleware: Sequence[Middleware],
    facts: RouteFacts,
    wrap: Callable[[ASGIApp], ASGIApp] = _identity,
) -> ASGIApp:
    """An app within its middleware, less those that exclude its route.

    Args:
        app: What answers the route; the very object is returned where nothing stands before it.
        middleware: The first one is the outermost.
        facts: Those of the route.
        wrap: Goes around each middleware that is not left out.

    Raises:
        ImproperlyConfiguredException: One of them is no middleware, or its options are wrong.
    """
    stack = app
    for index in reversed(range(len(middleware))):
        placed = _placed(middleware[index], stack, facts, index)
        stack = stack if placed is stack else wrap(placed)
    return stack


def _placed(middleware: Any, app: ASGIApp, facts: RouteFacts, index: int) -> ASGIApp:
    made = middleware
    if not isinstance(middleware, ASGIMiddleware):
        made = _made(middleware, app, facts, index)
    fault = _fault_of_made(made)
    if fault:
        raise _invalid(middleware, facts, index, fault)
    placed: ASGIApp = made
    if isinstance(made, AbstractMiddleware | ASGIMiddleware):
        placed = made.for_route(app, facts)
    if placed is not app and not takes(placed, 3):
        fault = "made an app that cannot be called with (scope, receive, send)"
        raise _invalid(middleware, facts, index, fault)
    return placed


def _made(middleware: Any, app: ASGIApp, facts: RouteFacts, index: int) -> Any:
    fault = _fault(middleware)
    if fault:
        raise _invalid(middleware, facts, index, fault)
    try:
        return middleware(app)
    except TypeError as error:
        traceback = error.__traceback__
        if traceback is None or traceback.tb_next is not None:
            raise  # by the middleware itself, not by how it was called
        raise _invalid(
            middleware, facts, index, f"cannot be called with an app: {error}"
        ) from error


def _fault(middleware: object) -> str:
    """What is wrong before it is even called, or nothing."""
    name = class_name(middleware)
    if name:
        return f"is a class of which an object is wanted: write {name}(...)"
    if isinstance(middleware, AbstractMiddleware):
        name = type(middleware).__name__
        return f"has its app already: write {name}, or DefineMiddleware({name}, ...)"
    return "" if callable(middleware) else f"is of type {type(middleware).__name__}"


def _fault_of_made(made: Any) -> str:
    """What is wrong with what should be an app by now, or nothing."""
    if isinstance(made, ASGIMiddleware) and not takes(made.handle, 4):
        return "has a handle that cannot be called with (scope, receive, send, next_app)"
    if isinstance(made, AbstractMiddleware) and not hasattr(made, "app"):
        return "has no self.app: call super().__init__(app) in its __init__"
    if inspect.iscoroutine(made):
        made.close()
    return "" if callable(made) else f"made {made!r} of an app, which is no ASGI app"


def _invalid(
    middleware: Any, facts: RouteFacts, index: int, fault: str
) -> ImproperlyConfiguredException:
    name = getattr(middleware, "__qualname__", None) or repr(middleware)
    return ImproperlyConfiguredException(
        f"Middleware {index + 1} of {facts.scope_type} {facts.path_template!r}, {name}, {fault}."
        " A middleware is a function or class app -> app, an ASGIMiddleware object or a"
        " DefineMiddleware(cls, ...)."
    )
