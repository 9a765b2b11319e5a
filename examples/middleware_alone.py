"""pleiad-middleware around a Starlette app, which knows nothing of it."""

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware as StarletteMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from pleiad_http import ASGIApp, Message, Receive, Scope, Send
from pleiad_middleware import (
    AbstractMiddleware,
    ASGIMiddleware,
    DefineMiddleware,
    RouteFacts,
    build_stack,
)


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


class ServedBy(AbstractMiddleware):
    """A class that is made with its app: Starlette takes it in its own list as well."""

    def __init__(self, app: ASGIApp, name: str, **options) -> None:
        super().__init__(app, **options)
        self.header = (b"x-served-by", name.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self.header]
            await send(message)

        await self.app(scope, receive, send_named)


class Announced(ASGIMiddleware):
    """An object that is handed the next app with each request."""

    exclude_path_pattern = "^/health"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        print(f"announced: {scope['method']} {scope['path']}")
        await next_app(scope, receive, send)


served_by = StarletteMiddleware(ServedBy, "pleiad", exclude="^/health")
starlette = Starlette(
    routes=[Route("/", hello), Route("/health", hello)],
    middleware=[served_by],
)

# Around an app of which nothing is known, each request is looked at.
app = Announced()(starlette)

# Where the route is known, what is excluded is left out once for all; the first is the outermost.
route = RouteFacts(path_template="/health", scope_type="http", opt={})
health = build_stack(starlette, [Announced(), DefineMiddleware(ServedBy, "stack")], route)


async def ask(asked: ASGIApp, path: str) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            name = dict(message["headers"]).get(b"x-served-by", b"nobody")
            print(f"{path}: {message['status']}, served by {name.decode()}")

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    await asked(scope, receive, send)


async def main() -> None:
    await ask(app, "/")
    await ask(app, "/health")
    await ask(health, "/health")


if __name__ == "__main__":
    anyio.run(main)
