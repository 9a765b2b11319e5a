"""A route: one method of one path, planned, compiled and stacked."""

from typing import Literal, cast

from pleiad.building.stack import stacked
from pleiad.declaring.route_handler import BaseRouteHandler
from pleiad.planning.plan import RoutePlan
from pleiad.planning.socket_plan import SocketPlan
from pleiad_di import Cells
from pleiad_http import ASGIApp, Limits, Message, Receive, Scope, Send
from pleiad_websockets import connected

__all__ = ["SOCKET", "Endpoint", "Route", "SocketRoute", "without_content"]

SOCKET = None
"""Stands for the method where a WebSocket is answered: its scope has none."""


class Route:
    """One method of one path, or its WebSockets.

    Attributes:
        plan: All that happens in a request, as data.
        function: The plan compiled: a plain ASGI callable.
        app: The function within its middleware.
        handler: The handler, its layer complete.
        method: The HTTP method.
        path: The path template.

    Args:
        plan: What is compiled.
        cells: What the app's functions are bound to.
    """

    __slots__ = ("app", "function", "handler", "method", "path", "plan")

    def __init__(self, plan: RoutePlan | SocketPlan, cells: Cells) -> None:
        self.plan = plan
        self.function = cast("ASGIApp", plan.source.compile(cells))
        kind: Literal["http", "websocket"] = "websocket" if isinstance(plan, SocketPlan) else "http"
        self.app = stacked(self.function, plan.handler.layer, plan.path, kind, plan.fail)
        self.handler: BaseRouteHandler = plan.handler
        self.method = plan.method
        self.path = plan.path

    def __repr__(self) -> str:
        return f"<Route {self.plan.label} -> {self.handler.handler_name}>"

    @property
    def source(self) -> str:
        """The text of the function that answers."""
        return str(self.plan.source)

    @property
    def name(self) -> str | None:
        """The name under which reverse routing finds it."""
        return self.handler.name


class SocketRoute(Route):
    """The WebSockets of one path; a route like the others."""

    __slots__ = ()

    def __init__(self, plan: SocketPlan, cells: Cells) -> None:
        super().__init__(plan, cells)
        self.app = connected(self.app, plan.handler.layer.websocket_policy, plan.codec)


class Answer:
    """How one method is answered: a handler to show, and the ASGI app to call.

    Attributes:
        path: The path template.
        limits: Those of its requests, where they are not the usual ones.
    """

    __slots__ = ("app", "handler", "limits", "path")

    def __init__(self, app: ASGIApp, handler: BaseRouteHandler, path: str) -> None:
        self.app = app
        self.path = path
        self.handler = handler
        self.limits = None if handler.layer.limits == Limits() else handler.layer.limits


class Endpoint:
    """What stands at one path: an answer for each method, or one for all.

    Attributes:
        routes: By method, as declared.
        answers: By method, and `SOCKET`; HEAD is answered by GET's route without its content.
        allow: The value of the `Allow` header.
        every: Answers every method, and every scope type: a plain ASGI application.
    """

    __slots__ = ("allow", "answers", "every", "routes")

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.answers: dict[str | None, Answer] = {}
        self.every: Answer | None = None
        self.allow = "OPTIONS"

    def add(self, route: Route) -> None:
        """Let a route answer its method."""
        self.routes[route.method] = route
        if isinstance(route, SocketRoute):
            self.answers[SOCKET] = Answer(route.app, route.handler, route.path)
            return
        self.answers[route.method] = Answer(route.app, route.handler, route.path)
        get = self.routes.get("GET")
        if get is not None and "HEAD" not in self.routes:
            self.answers["HEAD"] = Answer(without_content(get.app), get.handler, get.path)
        self.allow = ", ".join(sorted({*filter(None, self.answers), "OPTIONS"}))


def without_content(app: ASGIApp) -> ASGIApp:
    """The same app with the content of its answer left out, for HEAD (RFC 9110, section 9.3.2)."""

    async def answer_head(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await app(scope, receive, send_head)

    return answer_head
