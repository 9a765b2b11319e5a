"""Middleware as a class that is made with its app and called like one."""

from collections.abc import Callable, Collection, Coroutine
from functools import wraps
from types import MethodType
from typing import Any, ClassVar, TypeAlias

from pleiad_http import ASGIApp, Receive, Scope, Send
from pleiad_middleware.exclusion import Exclusion, Patterns
from pleiad_middleware.facts import RouteFacts

__all__ = ["AbstractMiddleware"]

Call: TypeAlias = Callable[[Any, Scope, Receive, Send], Coroutine[Any, Any, None]]


class AbstractMiddleware:
    """A base for middleware classes: write `__call__`, and in it call `self.app`.

    The options may also be attributes of the subclass. In a stack made by `build_stack` they are
    looked at once, when the stack is made. Around any other app they are looked at for every
    request; the opt is then that of `scope["route_handler"]`, where there is one.

    Args:
        app: The app it stands before.
        exclude: Regular expressions; a path in which one is found passes by.
        exclude_opt_key: A route whose opt holds something true under this key passes by.
        scopes: Of `http`, `websocket` and `asgi`, those that do not pass by: all by default. A
            mounted app (`asgi`) is asked for as soon as one kind of its requests is.

    Attributes:
        app: The app it stands before.
    """

    app: ASGIApp
    exclude: Patterns = None
    exclude_opt_key: str | None = None
    scopes: Collection[str] = ("http", "websocket", "asgi")

    _exclusion: Exclusion | None = None
    _placed: bool = False
    _written: ClassVar[Call]
    """The `__call__` of the class as its author wrote it."""
    _guarded: ClassVar[Call | None] = None
    """The same behind the question whether a request passes by: what `__call__` is."""

    def __init__(
        self,
        app: ASGIApp,
        exclude: Patterns = None,
        exclude_opt_key: str | None = None,
        scopes: Collection[str] | None = None,
    ) -> None:
        self.app = app
        self.exclude = self.exclude if exclude is None else exclude
        self.exclude_opt_key = self.exclude_opt_key if exclude_opt_key is None else exclude_opt_key
        self.scopes = self.scopes if scopes is None else scopes

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        call: Call = cls.__call__
        if call is not cls._guarded:  # its own, or that of a mixin
            cls._written, cls._guarded = call, _bypassing(call)
            type.__setattr__(cls, "__call__", cls._guarded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or call `self.app`; to be overridden."""
        await self.app(scope, receive, send)

    def for_route(self, app: ASGIApp, facts: RouteFacts) -> ASGIApp:
        """What stands before a route: this middleware, or the app itself where it is excluded.

        Args:
            app: What this middleware was made with.
            facts: Those of the route.
        """
        exclusion = self.exclusion()
        wanted = facts.scope_type in exclusion.scopes
        if exclusion.finds(facts.path_template, facts.opt):
            return app
        if not wanted:
            # A mounted app is called with http and websocket: each request shows its type.
            return self if facts.scope_type == "asgi" else app
        self._placed = True
        return MethodType(self._unguarded(), self)

    @classmethod
    def _unguarded(cls) -> Call:
        """What the author wrote, unless `__call__` was replaced since: then that."""
        call: Call = cls.__call__
        return cls._written if call is cls._guarded else call

    def exclusion(self) -> Exclusion:
        """The rule by which it stands aside."""
        if self._exclusion is None:
            options = self.exclude, self.exclude_opt_key, self.scopes
            self._exclusion = Exclusion(type(self), *options)
        return self._exclusion

    def passes_by(self, scope: Scope) -> bool:
        """Whether a request passes by; asked where nothing was known of its route."""
        return not self._placed and self.exclusion().of_request(scope)


def _bypassing(call: Call) -> Call:
    @wraps(call)
    async def bypassing(
        self: AbstractMiddleware, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = self.app if self.passes_by(scope) else MethodType(call, self)
        await answer(scope, receive, send)

    return bypassing
