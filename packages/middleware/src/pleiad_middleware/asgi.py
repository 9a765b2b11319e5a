"""Middleware as an object that is handed the next app with each request."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection

from pleiad_http import ASGIApp, Receive, Scope, Send
from pleiad_middleware.exclusion import Exclusion, Patterns
from pleiad_middleware.facts import RouteFacts

__all__ = ["ASGIMiddleware", "class_name"]


class ASGIMiddleware(ABC):
    """A base for middleware objects, which are `app -> app`: write `handle`.

    One object may stand before many apps. In a stack made by `build_stack` what is excluded is
    left out, and costs nothing; around any other app each request is looked at.

    Attributes:
        scopes: Of `http`, `websocket` and `asgi`, those it stands before.
        exclude_path_pattern: Regular expressions; a path in which one is found is excluded. In a
            stack that is the path template, elsewhere the path of the request.
        exclude_opt_key: A route whose opt holds something true under this key is excluded.
    """

    scopes: Collection[str] = ("http", "websocket", "asgi")
    exclude_path_pattern: Patterns = None
    exclude_opt_key: str | None = None

    @abstractmethod
    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Answer, or call `next_app`."""

    def should_bypass_for_scope(self, scope: Scope) -> bool:
        """Whether a request passes by; asked for each one if a subclass overrides it."""
        return False

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """This middleware before an app of which nothing is known."""
        exclusion, asked = self.exclusion(), self._asked()

        async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
            if exclusion.of_request(scope) or (asked is not None and asked(scope)):
                await app(scope, receive, send)
            else:
                await self.handle(scope, receive, send, app)

        return middleware

    def for_route(self, app: ASGIApp, facts: RouteFacts) -> ASGIApp:
        """This middleware before a route, or the app itself where it is excluded.

        Args:
            app: What answers the route.
            facts: Those of the route.
        """
        if self.exclusion().of_route(facts):
            return app
        handle, asked = self.handle, self._asked()
        if asked is None:

            async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
                await handle(scope, receive, send, app)

            return middleware

        async def asking(scope: Scope, receive: Receive, send: Send) -> None:
            if asked(scope):
                await app(scope, receive, send)
            else:
                await handle(scope, receive, send, app)

        return asking

    def exclusion(self) -> Exclusion:
        """The rule by which it stands aside."""
        options = self.exclude_path_pattern, self.exclude_opt_key, self.scopes
        return Exclusion(type(self), *options)

    def _asked(self) -> Callable[[Scope], bool] | None:
        asked = self.should_bypass_for_scope
        inherited = ASGIMiddleware.should_bypass_for_scope
        return None if getattr(asked, "__func__", None) is inherited else asked


def class_name(value: object) -> str:
    """The name of a class of which only objects are middleware; empty for anything else."""
    if isinstance(value, type) and issubclass(value, ASGIMiddleware):
        return value.__name__
    return ""
