"""An ASGI application that routes: complete on its own, and at home inside any other."""

import traceback
from collections.abc import Iterable
from typing import Any, cast

from pleiad_routing.errors import RoutingError
from pleiad_routing.lifespan import ASGIApp, Lifespans, Receive, Scope, Send
from pleiad_routing.parameters import STANDARD, PathTypes
from pleiad_routing.reverse import Reverse
from pleiad_routing.scope import below, find_mounted, find_route
from pleiad_routing.template import Template
from pleiad_routing.tree import Tree

__all__ = ["Router"]


class _Endpoint:
    """What stands at one path: an app for each method, and one for WebSockets."""

    __slots__ = ("methods", "websocket")

    def __init__(self) -> None:
        self.methods: dict[str, ASGIApp] = {}
        self.websocket: ASGIApp | None = None

    @property
    def allow(self) -> str:
        """The value of the `Allow` header."""
        head = {"HEAD"} if "GET" in self.methods else set[str]()
        return ", ".join(sorted({*self.methods, *head, "OPTIONS"}))


class Router:
    """Routes requests to ASGI applications.

    A matched application finds the path's values in `scope["path_params"]`. HEAD is answered by
    GET's application with its content left out, unless HEAD has its own; OPTIONS is answered with
    204 and `Allow`; an unknown method with 405 and `Allow`; an unknown path with 404. An unknown
    WebSocket path is closed before it is accepted. Mounted applications are started and stopped with
    the router, where the server runs its lifespan.

    Args:
        types: The types of path parameters.
        not_found: Answers where there is no route.
    """

    def __init__(self, *, types: PathTypes = STANDARD, not_found: ASGIApp | None = None) -> None:
        self._tree: Tree[_Endpoint | ASGIApp] = Tree(types)
        self._reverse = Reverse()
        self._mounted: list[ASGIApp] = []
        self._not_found = not_found or _text(404, "Not Found")

    def add(
        self, methods: str | Iterable[str], path: str, app: ASGIApp, *, name: str | None = None
    ) -> None:
        """Let an application answer a path.

        Args:
            methods: One method or several, such as `"GET"`.
            path: A template.
            app: The application.
            name: For `path_for`.

        Raises:
            TemplateError: The template cannot be read.
            RouteConflict: A method of the path is taken, or another template matches the same paths.
        """
        endpoint, template = self._endpoint(path, name)
        for method in [methods] if isinstance(methods, str) else methods:
            if endpoint.methods.setdefault(method.upper(), app) is not app:
                raise _taken(method.upper(), template)

    def websocket(self, path: str, app: ASGIApp, *, name: str | None = None) -> None:
        """Let an application answer the WebSockets of a path; see `add`."""
        endpoint, template = self._endpoint(path, name)
        if endpoint.websocket not in (None, app):
            raise _taken("WebSocket", template)
        endpoint.websocket = app

    def mount(self, path: str, app: ASGIApp, *, name: str | None = None) -> None:
        """Let an application answer everything below a path that no route answers.

        It sees the path up to here as its `root_path`, and the whole path as `path`.

        Raises:
            TemplateError: The template cannot be read.
            RouteConflict: Something is mounted there already.
        """
        template = self._tree.add_mount(path, app)
        self._mounted.append(app)
        if name is not None:
            self._reverse.add(name, template)

    def path_for(self, name: str, /, **values: Any) -> str:
        """The path of a route by its name, quoted; below the router's own root.

        Raises:
            NoRouteFound: There is no such name, or its path wants other values.
        """
        return self._reverse.path(name, **values)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route a request, as ASGI says."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        else:
            app, scope = self._find(scope)
            await app(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[ASGIApp, Scope]:
        """What answers, and the scope it is to see."""
        found = find_route(self._tree, scope)
        if found is not None:
            answer = self._app(cast("_Endpoint", found[0]), scope)
            if answer is not None:
                values = {**scope.get("path_params", {}), **found[1]}
                return answer, {**scope, "path_params": values}
        mounted = find_mounted(self._tree, scope)
        if mounted is not None:
            app, parameters, segments = mounted
            return cast("ASGIApp", app), below(scope, segments, parameters)
        if found is not None and scope["type"] == "http":
            return _refusal(cast("_Endpoint", found[0]).allow), scope
        return (_close if scope["type"] == "websocket" else self._not_found), scope

    def _app(self, endpoint: _Endpoint, scope: Scope) -> ASGIApp | None:
        if scope["type"] == "websocket":
            return endpoint.websocket
        method: str = scope["method"]
        app = endpoint.methods.get(method)
        if app is None and method == "HEAD" and "GET" in endpoint.methods:
            return _without_content(endpoint.methods["GET"])
        if app is None and method == "OPTIONS" and endpoint.methods:
            return _options(endpoint.allow)
        return app

    def _endpoint(self, path: str, name: str | None) -> tuple[_Endpoint, Template]:
        template = Template(path, self._tree.types)
        endpoint = self._tree.get(template)
        if endpoint is None:
            endpoint = _Endpoint()
            self._tree.add(template, endpoint)
        if name is not None:
            self._reverse.add(name, template)
        return cast("_Endpoint", endpoint), template

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        stage = "startup"
        try:
            async with Lifespans(self._mounted, scope.get("state")):
                await send({"type": "lifespan.startup.complete"})
                stage = "shutdown"
                await receive()
        except BaseException:
            await send({"type": f"lifespan.{stage}.failed", "message": traceback.format_exc()})
            raise
        await send({"type": "lifespan.shutdown.complete"})


def _taken(method: str, template: Template) -> Exception:
    return RoutingError(f"{method} {template} is answered already: remove one of the two routes")


def _respond(status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> ASGIApp:
    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        content = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": content})

    return respond


def _text(status: int, text: str, *more: tuple[bytes, bytes]) -> ASGIApp:
    body = text.encode()
    length = b"%d" % len(body)
    content = (b"content-type", b"text/plain; charset=utf-8")
    return _respond(status, [content, (b"content-length", length), *more], body)


def _refusal(allow: str) -> ASGIApp:
    return _text(405, "Method Not Allowed", (b"allow", allow.encode()))


def _options(allow: str) -> ASGIApp:
    return _respond(204, [(b"allow", allow.encode())])


def _without_content(app: ASGIApp) -> ASGIApp:
    async def answer_head(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_head(message: Any) -> None:
            is_body = message["type"] == "http.response.body"
            await send({**message, "body": b""} if is_body else message)

        await app(scope, receive, send_head)

    return answer_head


async def _close(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is accepted: the server answers its handshake with a 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1000, "reason": "Not Found"})
