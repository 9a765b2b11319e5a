"""The application: what is declared becomes a table of routes, and a request finds its own."""

from collections.abc import Callable, Mapping
from typing import Any, Unpack, cast

from pleiad.answering.failures import described, report
from pleiad.answering.log import logger
from pleiad.answering.unrouted import ALLOW
from pleiad.building.builder import Builder, Table
from pleiad.building.routes import Endpoint, Route
from pleiad.config.app import APP, AppConfig
from pleiad.declaring.layer import FOLDED, KNOWN, Layer, unknown_option
from pleiad.declaring.options import PleiadOptions
from pleiad.openapi.document import check_all
from pleiad.router import RouteHandlers
from pleiad.serving.hosts import is_refused
from pleiad.serving.lifespan import Lifespan
from pleiad_di import near
from pleiad_http import (
    LIMITS,
    ASGIApp,
    ImproperlyConfiguredException,
    Message,
    NoRouteMatchFoundException,
    Receive,
    Scope,
    Send,
    ShuttingDown,
    State,
)
from pleiad_openapi import Document
from pleiad_openapi.asyncapi import AsyncDocument
from pleiad_routing import RoutingError, below, find_mounted, find_route

__all__ = ["Litestar", "Pleiad"]


PERCENT = ord("%")
"""PERF: bytes take 0.02 us to find a number, and 0.2 to find `b"%"`: they try it as a number first."""


class Pleiad:
    """An ASGI application.

    Every handler is planned, checked and compiled here, before the first request.

    Args:
        route_handlers: Handlers, controllers and routers.
        **options: See `PleiadOptions`.

    Attributes:
        debug: Whether the app is in debug mode.
        state: What the app's parts share.
        shutting_down: Set when the server is told to stop, before it waits for its connections: like
            an `anyio.Event`, to be awaited, asked, or set by hand.

    Raises:
        ImproperlyConfiguredException: Everything that is wrong with the program, at once.
    """

    def __init__(
        self, route_handlers: RouteHandlers | None = None, **options: Unpack[PleiadOptions]
    ) -> None:
        unknown = sorted(options.keys() - KNOWN - FOLDED - APP)
        if unknown:
            raise unknown_option("Pleiad()", unknown[0], KNOWN | APP)
        config = AppConfig(route_handlers or (), options)
        for hook in options.get("on_app_init") or ():
            config = hook(config) or config
        for plugin in config.plugins:
            config = on_app_init_of(plugin)(config) or config
        self.debug: bool = config.debug
        self.state: State = config.state
        self.shutting_down = ShuttingDown()
        self._hosts: set[bytes] = set()
        self._config = config
        self._build()

    def register(self, value: Any) -> None:
        """Add a handler, controller or router: all routes are built anew, so do it before serving."""
        self._config.route_handlers.append(value)
        self._build()

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every route, in the order of declaration."""
        return self._table.routes

    @property
    def opt(self) -> Mapping[str, Any]:
        """What the app says to its guards and middleware."""
        return self._layer.opt

    @property
    def openapi_schema(self) -> dict[str, Any]:
        """The OpenAPI document, as JSON would have it.

        Raises:
            ImproperlyConfiguredException: There is none (`openapi_config=None`), or it cannot be
                written: two models of one name, a bad operation id, a type that nobody knows.
        """
        return self.openapi_document.value

    @property
    def openapi_document(self) -> Document:
        """The same with its forms in JSON and YAML; see `openapi_schema`."""
        document = self._table.document
        if document is None:
            raise ImproperlyConfiguredException("openapi_config=None: the app has no document")
        return document.built()

    @property
    def asyncapi_schema(self) -> dict[str, Any]:
        """The AsyncAPI document of the app's WebSockets, as JSON would have it.

        Raises:
            ImproperlyConfiguredException: As of `openapi_schema`.
        """
        return self.asyncapi_document.value

    @property
    def asyncapi_document(self) -> AsyncDocument:
        """The same with its forms in JSON and YAML; see `asyncapi_schema`."""
        document = self._table.async_document
        if document is None:
            raise ImproperlyConfiguredException("openapi_config=None: the app has no document")
        return document.built()

    def route(self, method: str, path: str) -> Route:
        """The route of a method and a path template, to look at its plan and source.

        Args:
            method: Such as `GET`, or `WEBSOCKET`.
            path: The template as it was declared, prefixes included.

        Raises:
            NoRouteMatchFoundException: There is no such route.
        """
        label = f"{method.upper()} {path}"
        for route in self.routes:
            if route.plan.label == label:
                return route
        raise _no_route(label, [route.plan.label for route in self.routes])

    def route_reverse(self, name: str, /, **parameters: Any) -> str:
        """The path of a handler.

        Args:
            name: The handler's name, or its function's where that is unique.
            **parameters: The values of the path's parameters, quoted here.

        Raises:
            NoRouteMatchFoundException: No handler has the name, or its path other parameters.
        """
        try:
            return self._table.reverse.path(name, **parameters)
        except RoutingError as error:
            raise NoRouteMatchFoundException(str(error)) from None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or run the app's lifespan, as ASGI says."""
        if scope["type"] == "lifespan":
            return await self._lifespan(scope, receive, send)
        scope["app"] = self
        try:
            if self._table.before_send:
                send = self._telling(scope, receive, send)
            await self._answer(scope)(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - see below
            # What arrives here comes after the answer began: re-raised, the server would log it a
            # second time and could answer no better.
            logger.error("%s: after the response began", described(scope), exc_info=error)
            report(scope, error)
        return None

    def _answer(self, scope: Scope) -> ASGIApp:
        """The ASGI app that answers; what it must know of the routing is put into the scope."""
        # PERF: a loop written out costs 0.12 us, a comprehension 0.25, a function 0.35.
        host: bytes | None = None
        for name, value in scope["headers"]:
            if name == b"host":
                host = value if host is None else b""
        if host not in self._hosts and is_refused(scope, self._hosts):
            return self._unrouted(scope)
        # PERF: nearly every path can be looked up as it is, 0.2 us sooner.
        if scope.get("root_path") or PERCENT in (scope.get("raw_path") or b""):
            found = find_route(self._table.tree, scope)
        else:
            found = self._find(scope["path"])
        if found is None:
            return self._below_a_mount(scope, None)
        endpoint, scope["path_params"] = found
        answer = endpoint.answers.get(scope.get("method"), endpoint.every)
        if answer is None:
            return self._below_a_mount(scope, endpoint)
        scope["route_handler"] = answer.handler
        scope["path_template"] = answer.path
        if answer.limits is not None:
            scope[LIMITS] = answer.limits
        return answer.app

    def _below_a_mount(self, scope: Scope, endpoint: Endpoint | None) -> ASGIApp:
        """What is mounted above a path that no route answers; else what refuses it."""
        mounted = find_mounted(self._table.tree, scope)
        mount = None if mounted is None else mounted[0].every
        if mounted is not None and mount is not None:
            inner = below(scope, mounted[2], mounted[1])
            inner["route_handler"] = mount.handler
            inner["path_template"] = mount.path
            return _with_scope(mount.app, inner)
        scope.setdefault("path_params", {})
        if endpoint is not None:
            scope[ALLOW] = endpoint.allow
        return self._unrouted(scope)

    def _unrouted(self, scope: Scope) -> ASGIApp:
        table = self._table
        return table.unrouted if scope["type"] == "http" else table.unrouted_socket

    def _telling(self, scope: Scope, receive: Receive, send: Send) -> Send:
        """A send that calls the `before_send` hooks first."""

        async def telling(message: Message) -> None:
            for hook in self._table.before_send:
                await hook(scope, receive, send, message=message)
            await send(message)

        return telling

    def _build(self) -> None:
        self._layer = Layer.of("Pleiad()", self._config.options())
        self._table: Table = Builder(self._config, self._layer).build()
        both = (self._table.document, self._table.async_document)
        documents = [each for each in both if each is not None]
        self._checks = [lambda: check_all(documents)]
        self._find = self._table.tree.find
        self._lifespan = Lifespan(
            self,
            self._table.app_scope,
            self._table.mounted,
            self._config.lifespan,
            [*self._checks, *self._config.on_startup],
            self._config.on_shutdown,
            self.shutting_down,
        )


def on_app_init_of(plugin: Any) -> Callable[[AppConfig], AppConfig | None]:
    """What a plugin does before the app is built."""
    hook: Any = None if isinstance(plugin, type) else getattr(plugin, "on_app_init", None)
    if not callable(hook):
        raise ImproperlyConfiguredException(
            f"plugins: {plugin!r} is no plugin: it must be an object with 'on_app_init(app_config)'"
        )
    return cast("Callable[[AppConfig], AppConfig | None]", hook)


Litestar = Pleiad
"""The name under which a Litestar program knows the app."""


def _with_scope(app: ASGIApp, inner: Scope) -> ASGIApp:
    """The app, called with another scope than the one it will be given."""

    async def call(_: Scope, receive: Receive, send: Send) -> None:
        await app(inner, receive, send)

    return call


def _no_route(name: str, known: list[str]) -> NoRouteMatchFoundException:
    slip = near(name, known)
    hint = f" Did you mean '{slip}'?" if slip else ""
    return NoRouteMatchFoundException(f"there is no route '{name}'.{hint}")
