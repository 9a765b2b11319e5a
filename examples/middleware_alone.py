"""pleiad-middleware around an app of any framework; here it is a function."""

import time

import anyio

from pleiad_http import ASGIApp, Message, Receive, Scope, Send
from pleiad_middleware import ASGIMiddleware, DefineMiddleware, RouteFacts, build_stack


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


class Timing(ASGIMiddleware):
    exclude_path_pattern = "^/health"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        start = time.perf_counter()
        await next_app(scope, receive, send)
        print(f"{scope['path']} was timed: {time.perf_counter() - start < 1}")


def with_header(app: ASGIApp, name: bytes, value: bytes) -> ASGIApp:
    async def headed(scope: Scope, receive: Receive, send: Send) -> None:
        def send_headed(message: Message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (name, value)]
            return send(message)

        await app(scope, receive, send_headed)

    return headed


# The first one is the outermost. Before a route they know it, and stand aside once for all.
middleware = [Timing(), DefineMiddleware(with_header, b"x-served-by", b"pleiad")]
health = RouteFacts(path_template="/health", scope_type="http", opt={})
app = build_stack(hello, middleware, health)

# Around an app of which nothing is known, each request is looked at.
anywhere = Timing()(hello)


async def main() -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        print(message.get("headers", message.get("body")))

    await app({"type": "http", "path": "/health"}, receive, send)
    await anywhere({"type": "http", "path": "/"}, receive, send)


if __name__ == "__main__":
    anyio.run(main)
