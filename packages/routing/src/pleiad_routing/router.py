"""An ASGI application that routes: complete on its own, and at home inside any other."""

from collections.abc import Iterable
from typing import Any, cast

from pleiad_routing.errors import RouteConflict, RoutingError
from pleiad_routing.lifespan import (
    ASGIApp,
    Lifespans,
    Message,
    Receive,
    Scope,
    Send,
    serve_lifespan,
)
from pleiad_routing.parameters import STANDARD, PathTypes
from pleiad_routing.reverse import Reverse
from pleiad_routing.scope import below, find_mounted, find_route
from pleiad_routing.template import Template
from pleiad_routing.tree import Tree

__all__ = ["Router"]


class _Endpoint:
    """What stands at one path: an app for each method, and one for WebSockets.

    Attributes:
        declared: The apps, by method.
        answers: The same, and HEAD by GET's where it has no own.
        allow: The value of the `Allow` header.
    """

    __slots__ = ("allow", "answers", "declared", "websocket")

    def __init__(self) -> None:
        self.declared: dict[str, ASGIApp] = {}
        self.answers: dict[str, ASGIApp] = {}
        self.allow = b""
        self.websocket: ASGIApp | None = None

    def add(self, method: str, app: ASGIApp) -> None:
        self.declared[method] = app
        get = self.declared.get("GET")
        head = {} if get is None else {"HEAD": _without_content(get)}
        self.answers = {**head, **self.declared}
        self.allow = ", ".join(sorted({*self.answers, "OPTIONS"})).encode()

    def answer(self, scope: Scope) -> ASGIApp | None:
        if scope["type"] == "websocket":
            return self.websocket
        return self.answers.get(scope["method"])


class Router:
    """Routes requests to ASGI applications.

    A matched application finds the path's values in `scope["path_params"]`, beside those of the
    routers around it. HEAD is answered by GET's application with its content left out, unless HEAD
    has its own; OPTIONS is answered with 204 and `Allow`, unless it has its own; a method that a path
    does not have with 405 and `Allow`; an unknown path with 404. An unknown WebSocket path is closed
    before it is accepted, which its client sees as a 403.

    Where a mount covers a path, it gets the methods that the path's own routes leave. Mounted
    applications are started and stopped with the router, if the server runs its lifespan.

    Args:
        types: The types of path parameters.
        not_found: Answers an unknown path.
        method_not_allowed: Answers an unknown method; `Allow` is added to its headers.
    """

    def __init__(
        self,
        *,
        types: PathTypes = STANDARD,
        not_found: ASGIApp | None = None,
        method_not_allowed: ASGIApp | None = None,
    ) -> None:
        self._tree: Tree[_Endpoint | ASGIApp] = Tree(types)
        self._reverse = Reverse()
        self._mounted: list[ASGIApp] = []
        self._not_found = not_found or _text(404, b"Not Found")
        self._method_not_allowed = method_not_allowed or _text(405, b"Method Not Allowed")

    def add(
        self, methods: str | Iterable[str], path: str, app: ASGIApp, *, name: str | None = None
    ) -> None:
        """Let an application answer a path.

        Args:
            methods: One method or several, such as `"GET"`.
            path: A template.
            app: The application.
            name: For `path_for`; several paths may share one.

        Raises:
            TemplateError: The template cannot be read.
            RouteConflict: A method of the path is taken, or another template matches the same paths.
            RoutingError: There is no method.
        """
        wanted = [each.upper() for each in ([methods] if isinstance(methods, str) else methods)]
        if not all(wanted) or not wanted:
            raise RoutingError(f"path '{path}' is to answer no method: name one, such as 'GET'")
        endpoint, template = self._endpoint(path)
        for method in wanted:
            if method in endpoint.declared:
                raise RouteConflict(template, template, method)
            endpoint.add(method, app)
        self._name(name, template)

    def websocket(self, path: str, app: ASGIApp, *, name: str | None = None) -> None:
        """Let an application answer the WebSockets of a path; see `add`."""
        endpoint, template = self._endpoint(path)
        if endpoint.websocket is not None:
            raise RouteConflict(template, template, "WebSocket")
        endpoint.websocket = app
        self._name(name, template)

    def mount(self, path: str, app: ASGIApp, *, name: str | None = None) -> None:
        """Let an application answer everything at a path and below it that no route answers.

        It sees the path up to here as its `root_path`, and the whole path as `path`.

        Raises:
            TemplateError: The template cannot be read, or ends in a `path` parameter.
            RouteConflict: Something is mounted there already.
        """
        template = self._tree.add_mount(path, app)
        self._mounted.append(app)
        self._name(name, template)

    def path_for(self, name: str, /, **values: Any) -> str:
        """The path of a route by its name, quoted; below the router's own root, see `rooted`.

        Raises:
            NoRouteFound: There is no such name, or its path wants other values.
        """
        return self._reverse.path(name, **values)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route a request, as ASGI says."""
        if scope["type"] == "lifespan":
            await serve_lifespan(Lifespans(self._mounted, scope.get("state")), receive, send)
        else:
            app, scope = self._find(scope)
            await app(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[ASGIApp, Scope]:
        """What answers, and the scope it is to see."""
        found = find_route(self._tree, scope)
        endpoint = None if found is None else cast("_Endpoint", found[0])
        if found is not None and endpoint is not None:
            answer = endpoint.answer(scope)
            if answer is not None:
                values = {**scope.get("path_params", {}), **found[1]}
                return answer, {**scope, "path_params": values}
        mounted = find_mounted(self._tree, scope)
        if mounted is not None:
            app, parameters, segments = mounted
            return cast("ASGIApp", app), below(scope, segments, parameters)
        return self._refusal(endpoint, scope), scope

    def _refusal(self, endpoint: _Endpoint | None, scope: Scope) -> ASGIApp:
        """What answers where no application does."""
        if scope["type"] == "websocket":
            return _close
        if endpoint is None or not endpoint.declared:
            return self._not_found
        if scope["method"] == "OPTIONS":
            return _respond(204, [(b"allow", endpoint.allow)])
        return _allowing(self._method_not_allowed, endpoint.allow)

    def _endpoint(self, path: str) -> tuple[_Endpoint, Template]:
        template = Template(path, self._tree.types)
        endpoint = self._tree.get(template)
        if endpoint is None:
            endpoint = _Endpoint()
            self._tree.add(template, endpoint)
        return cast("_Endpoint", endpoint), template

    def _name(self, name: str | None, template: Template) -> None:
        if name is not None:
            self._reverse.add(name, template)


def _respond(status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> ASGIApp:
    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [*headers]})
        content = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": content})

    return respond


def _text(status: int, body: bytes) -> ASGIApp:
    content = (b"content-type", b"text/plain; charset=utf-8")
    return _respond(status, [content, (b"content-length", b"%d" % len(body))], body)


def _allowing(app: ASGIApp, allow: bytes) -> ASGIApp:
    """An app with `Allow` among its headers, as a 405 must have it (RFC 9110, section 15.5.6)."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_allow(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [
                    each for each in message.get("headers", ()) if each[0].lower() != b"allow"
                ]
                message = {**message, "headers": [*others, (b"allow", allow)]}
            await send(message)

        await app(scope, receive, send_allow)

    return answer


_CONTENT = {"http.response.body", "http.response.pathsend", "http.response.zerocopysend"}


def _without_content(app: ASGIApp) -> ASGIApp:
    async def answer_head(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_head(message: Message) -> None:
            if message["type"] in _CONTENT:
                more = message.get("more_body", False)
                message = {"type": "http.response.body", "body": b"", "more_body": more}
            await send(message)

        await app(scope, receive, send_head)

    return answer_head


async def _close(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is accepted: the server answers its handshake with a 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1000, "reason": "Not Found"})
