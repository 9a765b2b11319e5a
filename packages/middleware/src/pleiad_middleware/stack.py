"""The middleware of one route, one within the other, made before the first request."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from pleiad_http import ASGIApp, ImproperlyConfiguredException
from pleiad_middleware.abstract import AbstractMiddleware
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
    if isinstance(middleware, ASGIMiddleware):
        return middleware.for_route(app, facts)
    fault = _fault(middleware)
    if fault:
        raise _invalid(middleware, facts, index, fault)
    try:
        made = middleware(app)
    except TypeError as error:
        traceback = error.__traceback__
        if traceback is None or traceback.tb_next is not None:
            raise  # by the middleware itself, not by how it was called
        raise _invalid(
            middleware, facts, index, f"cannot be called with an app: {error}"
        ) from error
    if isinstance(made, AbstractMiddleware):
        return made.for_route(app, facts)
    if isinstance(made, ASGIMiddleware):
        return made.for_route(app, facts)
    if callable(made):
        return made  # type: ignore[no-any-return]
    if inspect.iscoroutine(made):
        made.close()
    raise _invalid(middleware, facts, index, f"made {made!r} of an app, which is no ASGI app")


def _fault(middleware: object) -> str:
    """What is wrong before it is even called, or nothing."""
    name = class_name(middleware)
    if name:
        return f"is a class of which an object is wanted: write {name}(...)"
    return "" if callable(middleware) else f"is a {type(middleware).__name__}"


def _invalid(
    middleware: Any, facts: RouteFacts, index: int, fault: str
) -> ImproperlyConfiguredException:
    name = getattr(middleware, "__qualname__", None) or repr(middleware)
    return ImproperlyConfiguredException(
        f"Middleware {index + 1} of {facts.scope_type} {facts.path_template!r}, {name}, {fault}."
        " A middleware is a function or class app -> app, an ASGIMiddleware object or a"
        " DefineMiddleware(cls, ...)."
    )
