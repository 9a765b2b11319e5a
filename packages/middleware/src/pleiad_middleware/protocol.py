"""The least that a middleware is: something that makes an ASGI app of an ASGI app."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from pleiad_http import ASGIApp, Receive, Scope, Send

__all__ = ["Middleware", "MiddlewareProtocol"]

Middleware: TypeAlias = Callable[[ASGIApp], ASGIApp]
"""A function, a class, an `ASGIMiddleware` or a `DefineMiddleware`: anything `app -> app`."""


class MiddlewareProtocol(Protocol):
    """A middleware class in its barest form: made with the app it stands before."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or call `self.app`."""
        ...
