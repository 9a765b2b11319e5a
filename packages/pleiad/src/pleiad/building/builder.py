"""Building an app: every declared handler planned, checked, compiled and put into the tree.

Nothing stops at the first problem: all are collected, and told together.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from pleiad.answering.failures import Failures
from pleiad.answering.injected import Injected
from pleiad.answering.socket_failures import SocketFailures
from pleiad.answering.unrouted import Unrouted, UnroutedSocket
from pleiad.building.asgi_route import asgi_app
from pleiad.building.routes import Answer, Endpoint, Route, SocketRoute
from pleiad.building.stack import stacked
from pleiad.config.app import AppConfig
from pleiad.declaring.http_handlers import ASGIRouteHandler, HTTPRouteHandler
from pleiad.declaring.layer import Layer
from pleiad.declaring.route_handler import BaseRouteHandler
from pleiad.declaring.socket_handlers import WEBSOCKET, WebsocketRouteHandler
from pleiad.openapi.document import (
    AppAsyncDocument,
    AppDocument,
    async_document_of,
    document_of,
)
from pleiad.planning.plan import RoutePlan
from pleiad.planning.request_planner import RequestPlanner, Shared
from pleiad.planning.roles import (
    AFTER_EXCEPTION,
    BEFORE_SEND,
    EXCEPTION,
    EXCEPTION_HANDLER,
    GUARD,
    HANDLER,
    MESSAGE,
    SCOPE,
    SOCKET_EXCEPTION_HANDLER,
    Role,
)
from pleiad.planning.route_planner import RoutePlanner
from pleiad.planning.socket_plan import SocketPlan
from pleiad.planning.socket_planner import SocketPlanner
from pleiad.router import Declared, declared
from pleiad_di import AppScope
from pleiad_http import ASGIApp, ImproperlyConfiguredException, ProblemDetails, WebSocketException
from pleiad_openapi import DocsApp, OpenAPIConfig
from pleiad_routing import Reverse, RoutingError, Template, Tree
from pleiad_websockets import connected

__all__ = ["Builder", "Table"]


MATTER_TO_FAILURES = (
    "dependencies",
    "exception_handlers",
    "request_class",
    "signature_namespace",
    "type_decoders",
    "websocket_class",
)
"""What of a layer an exception handler depends on."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """All that an app answers with.

    Attributes:
        tree: From a path to what stands there.
        document: The OpenAPI document, built when it is asked for.
        async_document: The AsyncAPI document, built then as well.
        routes: Every route, in the order of declaration.
        reverse: From a handler's name to its paths.
        unrouted: Answers the requests that no route answers.
        unrouted_socket: Refuses the WebSockets that no route answers.
        before_send: Called with every message.
        mounted: ASGI applications whose lifespan runs with the app's: mounted objects, for a plain
            function is seldom written to be asked for one.
        app_scope: The dependencies that live as long as the app.
    """

    tree: Tree[Endpoint]
    document: AppDocument | None
    async_document: AppAsyncDocument | None
    routes: tuple[Route, ...]
    reverse: Reverse
    unrouted: ASGIApp
    unrouted_socket: ASGIApp
    before_send: tuple[Injected, ...]
    mounted: tuple[ASGIApp, ...]
    app_scope: AppScope


class Builder:
    """Builds the table of an app.

    Args:
        config: The app's options.
        layer: Those of them that make its layer.
    """

    def __init__(self, config: AppConfig, layer: Layer) -> None:
        self._config = config
        self._layer = layer
        self._shared = Shared(debug=config.debug)
        self._problems: list[str] = []
        self._tree: Tree[Endpoint] = Tree()
        self._routes: list[tuple[Route, Template]] = []
        self._names: dict[str, tuple[BaseRouteHandler, list[Template]]] = {}
        self._mounted: list[ASGIApp] = []
        self._ambiguous: set[str] = set()
        self._failures: dict[object, tuple[Layer, Failures]] = {}
        self._told: tuple[Injected, ...] = ()
        self._problem_details: ProblemDetails | None = None

    def build(self) -> Table:
        """Build it.

        Raises:
            ImproperlyConfiguredException: Everything that is wrong.
        """
        config, layer = self._config, self._layer
        self._problem_details = self._made_problem_details(config.problem_details)
        self._told = self._hooks(config.after_exception, AFTER_EXCEPTION, (EXCEPTION, SCOPE))
        before_send = self._hooks(config.before_send, BEFORE_SEND, (MESSAGE, SCOPE))
        fail = self._fail(layer)
        try:
            for each in declared(config.route_handlers, config.path, layer):
                self._register(each)
        except ImproperlyConfiguredException as error:
            self._problems.append(error.detail)
        document, async_document = self._documents()
        if self._problems:
            raise ImproperlyConfiguredException("\n".join(dict.fromkeys(self._problems)))
        return Table(
            tree=self._tree,
            document=document,
            async_document=async_document,
            routes=tuple(route for route, _ in self._routes),
            reverse=self._reverse(),
            unrouted=stacked(Unrouted(fail), layer, "/", "http", fail),
            unrouted_socket=self._unrouted_socket(layer),
            before_send=before_send,
            mounted=tuple(self._mounted),
            app_scope=self._shared.app_scope,
        )

    def _documents(self) -> tuple[AppDocument | None, AppAsyncDocument | None]:
        """The documents of what was registered, served at their path."""
        config = self._made_openapi_config(self._config.openapi_config)
        if config is None:
            return None, None
        found = [(route.plan, template) for route, template in self._routes]
        document = document_of(
            [(plan, template) for plan, template in found if isinstance(plan, RoutePlan)],
            config,
            problem_details=self._problem_details is not None,
        )
        async_document = async_document_of(
            [(plan, template) for plan, template in found if isinstance(plan, SocketPlan)], config
        )
        path = Template.join(self._config.path, config.path)
        app = DocsApp(document, path, asyncapi=async_document)
        handler = ASGIRouteHandler(fn=app.__call__, paths=(path,), layer=self._layer, is_mount=True)
        self._register(Declared(path, handler))
        return document, async_document

    def _register(self, each: Declared) -> None:
        try:
            template = Template(each.path)
            endpoint = self._endpoint(template, each.handler)
        except RoutingError as error:
            self._problems.append(f"{each.handler.handler_name}: {error}")
            return
        self._name(each.handler, template)
        if isinstance(each.handler, HTTPRouteHandler):
            for method in each.handler.http_methods:
                self._plan(method, template, each.handler, endpoint)
        elif isinstance(each.handler, WebsocketRouteHandler):
            self._plan_socket(template, each.handler, endpoint)
        elif isinstance(each.handler, ASGIRouteHandler):
            self._mount(template, each.handler, endpoint)

    def _endpoint(self, template: Template, handler: BaseRouteHandler) -> Endpoint:
        is_mount = isinstance(handler, ASGIRouteHandler) and handler.is_mount
        known = self._tree.get(template)
        if known is not None and not is_mount:
            return known
        endpoint = Endpoint()
        (self._tree.add_mount if is_mount else self._tree.add)(template, endpoint)
        return endpoint

    def _name(self, handler: BaseRouteHandler, template: Template) -> None:
        """Every handler is found by its name, and by its function's as long as that is unique."""
        name = handler.name or handler.handler_name
        owner, templates = self._names.setdefault(name, (handler, []))
        if owner.fn is handler.fn:
            templates.append(template)
        elif handler.name and owner.name:
            self._problems.append(
                f"{template}: the name '{name}' belongs to {templates[0]} already: names are unique"
            )
        elif handler.name:
            self._names[name] = (handler, [template])
        elif not owner.name:
            self._ambiguous.add(name)

    def _reverse(self) -> Reverse:
        reverse = Reverse()
        for name, (_, templates) in self._names.items():
            for template in () if name in self._ambiguous else templates:
                reverse.add(name, template)
        return reverse

    def _plan(
        self, method: str, template: Template, handler: HTTPRouteHandler, endpoint: Endpoint
    ) -> None:
        if self._is_taken(method, template, handler, endpoint):
            return
        types = {name: each.type for name, each in template.parameters.items()}
        fail = self._fail(handler.layer)
        planner = RoutePlanner(method, str(template), types, handler, fail, self._shared)
        plan = planner.plan()
        self._problems += map(str, planner.problems)
        if plan is not None:
            self._add(Route(plan, self._shared.cells), template, endpoint)

    def _plan_socket(
        self, template: Template, handler: WebsocketRouteHandler, endpoint: Endpoint
    ) -> None:
        if self._is_taken(WEBSOCKET, template, handler, endpoint):
            return
        types = {name: each.type for name, each in template.parameters.items()}
        fail = self._socket_fail(handler.layer)
        planner = SocketPlanner(str(template), types, handler, fail, self._shared)
        plan = planner.plan()
        self._problems += map(str, planner.problems)
        if plan is not None:
            self._add(SocketRoute(plan, self._shared.cells), template, endpoint)

    def _add(self, route: Route, template: Template, endpoint: Endpoint) -> None:
        endpoint.add(route)
        self._routes.append((route, template))

    def _is_taken(
        self, method: str, template: Template, handler: BaseRouteHandler, endpoint: Endpoint
    ) -> bool:
        """Whether another handler answers the same, which is a problem."""
        other = endpoint.routes.get(method)
        if other is not None:
            self._problems.append(
                f"{method} {template}: handler '{handler.handler_name}' answers what handler"
                f" '{other.handler.handler_name}' answers already ({other.plan.label}):"
                " remove one of them, or change its path or method"
            )
        return other is not None

    def _unrouted_socket(self, layer: Layer) -> ASGIApp:
        fail = self._socket_fail(layer)
        return connected(stacked(UnroutedSocket(fail), layer, "/", "websocket", fail))

    def _mount(self, template: Template, handler: ASGIRouteHandler, endpoint: Endpoint) -> None:
        fail = self._fail(handler.layer)
        guards, socket_guards = self._guards(handler, "http"), self._guards(handler, "websocket")
        fail_socket = self._socket_fail(handler.layer)
        app = asgi_app(handler.fn, guards, fail, socket_guards, fail_socket)
        layer, path = handler.layer, str(template)
        endpoint.every = Answer(stacked(app, layer, path, "asgi", fail), handler, path)
        if handler.is_mount and not inspect.isroutine(handler.fn):
            self._mounted.append(handler.fn)

    # Functions beside the handlers

    def _guards(
        self, handler: BaseRouteHandler, connection: Literal["http", "websocket"]
    ) -> list[Injected]:
        """The guards of a handler that has no plan."""
        layer, given = handler.layer, {HANDLER: handler}
        found = [
            self._inject(each, layer, GUARD, given, "guard", connection) for each in layer.guards
        ]
        return [each for each in found if each is not None]

    def _socket_fail(self, layer: Layer) -> SocketFailures:
        """What closes a layer's WebSockets by an exception."""
        keys = layer.exception_handlers
        known = [each for each in keys if isinstance(each, type)]
        answered = tuple(each for each in known if issubclass(each, WebSocketException))
        failures = self._fail(layer, "websocket")
        debug = self._config.debug
        return SocketFailures(failures, answered=answered, told=self._told, debug=debug)

    def _fail(self, layer: Layer, connection: Literal["http", "websocket"] = "http") -> Failures:
        """What answers a layer's exceptions; layers that differ in nothing that matters share it."""
        same = (connection, *(id(getattr(layer, field)) for field in MATTER_TO_FAILURES))
        if same in self._failures:
            return self._failures[same][1]
        roles = EXCEPTION_HANDLER if connection == "http" else SOCKET_EXCEPTION_HANDLER
        handlers: dict[int | type[Exception], Injected] = {}
        for key, handler in layer.exception_handlers.items():
            if not _is_handled(key):
                self._problems.append(
                    f"exception_handlers: {key!r} is neither an HTTP status nor an exception class"
                )
                continue
            given: dict[Role, object] = {EXCEPTION: EXCEPTION.argument}
            kind = "exception handler"
            injected = self._inject(handler, layer, roles, given, kind, connection)
            if injected is not None:
                handlers[key] = injected
        failures = Failures(
            handlers,
            told=self._told,
            debug=self._config.debug,
            problem_details=self._problem_details,
        )
        self._failures[same] = (layer, failures)  # the layer keeps its fields' ids their own
        return failures

    def _made_openapi_config(self, option: object) -> OpenAPIConfig | None:
        if option is None or isinstance(option, OpenAPIConfig):
            return option
        self._problems.append(
            f"Pleiad(): openapi_config={option!r:.80}: give an OpenAPIConfig, or None"
        )
        return None

    def _made_problem_details(self, option: object) -> ProblemDetails | None:
        if isinstance(option, ProblemDetails):
            return option
        if not isinstance(option, bool):
            self._problems.append(
                f"Pleiad(): problem_details={option!r}: say True, or what it is to be like:"
                " ProblemDetails(...)"
            )
        return ProblemDetails() if option is True else None

    def _hooks(
        self, hooks: Sequence[Callable[..., Any]], roles: Sequence[Role], given: Sequence[Role]
    ) -> tuple[Injected, ...]:
        arguments = {role: role.argument for role in given}
        found = [self._inject(each, self._layer, roles, arguments, "hook") for each in hooks]
        return tuple(each for each in found if each is not None)

    def _inject(
        self,
        function: Callable[..., Any],
        layer: Layer,
        roles: Sequence[Role],
        given: Mapping[Role, object],
        kind: str,
        connection: Literal["http", "websocket"] = "http",
    ) -> Injected | None:
        if not callable(function):
            self._problems.append(f"{kind}: {function!r} is not callable")
            return None
        planner = RequestPlanner(f"{kind}s", layer, self._shared, path={}, connection=connection)
        steps, call = planner.hook(function, roles, given, kind=kind, gives="result")
        self._problems += map(str, planner.problems)
        return None if call is None or planner.problems else Injected(steps, call, planner.names)


def _is_handled(key: object) -> bool:
    if isinstance(key, int) and not isinstance(key, bool):
        return 100 <= key <= 599
    return isinstance(key, type) and issubclass(key, Exception)
