"""What a careful person would type with nothing but ASGI and msgspec: the measure of all others."""

from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

import msgspec
from domain import (
    BOOKS,
    LAYERS,
    Layer,
    NewUser,
    UserView,
    borrow_connection,
    current_user,
    open_session,
)

JSON = (b"content-type", b"application/json")
TEXT = (b"content-type", b"text/plain; charset=utf-8")

encode = msgspec.json.Encoder().encode
decode_user = msgspec.json.Decoder(NewUser).decode
connection = asynccontextmanager(borrow_connection)


class RefusedError(Exception):
    """A request this app answers with an error status."""

    def __init__(self, status, detail, headers=()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


async def respond(send, status, media_type, content) -> None:
    headers = [media_type, (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def respond_refused(send, error) -> None:
    content = encode({"status_code": error.status, "detail": error.detail})
    headers = [JSON, (b"content-length", b"%d" % len(content)), *error.headers]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def parse_query(query_string):
    text = query_string.decode("latin-1")
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    values = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        values[name] = value
    return values


def whole(values, name, default):
    raw = values.get(name)
    if raw is None:
        return default
    try:
        return int(raw)
    except ValueError:
        raise RefusedError(400, f"{name} is not a number: {raw!r}") from None


async def read_body(receive):
    message = await receive()
    body = message.get("body", b"")
    if not message.get("more_body", False):
        return body
    chunks = [body]
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedError(400, "the client went away")
        chunks.append(message.get("body", b""))
    return b"".join(chunks)


async def plaintext(scope, receive, send) -> None:
    await respond(send, 200, TEXT, b"Hello, World!")


async def json(scope, receive, send) -> None:
    await respond(send, 200, JSON, encode({"message": "Hello, World!"}))


async def item(scope, receive, send, raw_id) -> None:
    try:
        item_id = int(raw_id)
    except ValueError:
        raise RefusedError(404, "Not Found") from None
    query = parse_query(scope["query_string"])
    page = whole(query, "page", 1)
    limit = whole(query, "limit", 20)
    result = {"item_id": item_id, "page": page, "limit": limit, "sort": query.get("sort")}
    await respond(send, 200, JSON, encode(result))


async def create_user(scope, receive, send) -> None:
    body = await read_body(receive)
    try:
        data = decode_user(body)
    except msgspec.MsgspecError as error:
        raise RefusedError(400, str(error)) from None
    user = UserView(id=1, username=data.username, email=data.email)
    await respond(send, 201, JSON, encode(user))


async def profile(scope, receive, send) -> None:
    user = await current_user(await open_session())
    await respond(send, 200, JSON, encode({"id": user.id, "name": user.name}))


async def books(scope, receive, send) -> None:
    await respond(send, 200, JSON, encode(BOOKS))


async def connected(scope, receive, send) -> None:
    async with connection() as borrowed:
        content = encode({"closed": borrowed.closed})
    await respond(send, 200, JSON, content)


ROUTES = {
    "/plaintext": {"GET": plaintext},
    "/json": {"GET": json},
    "/users": {"POST": create_user},
    "/profile": {"GET": profile},
    "/books": {"GET": books},
    "/connection": {"GET": connected},
}
LAST_PARAMETER = {"/items": {"GET": item}}


def find(scope):
    """Give the handler of a request and the arguments its path holds."""
    path = scope["path"]
    methods = ROUTES.get(path)
    arguments = ()
    if methods is None:
        prefix, _, last = path.rpartition("/")
        methods = LAST_PARAMETER.get(prefix)
        if methods is None:
            raise RefusedError(404, "Not Found")
        arguments = (last,)
    handler = methods.get(scope["method"])
    if handler is None:
        allow = ", ".join(methods).encode()
        raise RefusedError(405, "Method Not Allowed", ((b"allow", allow),))
    return handler, arguments


async def run_lifespan(receive, send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def app(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        await run_lifespan(receive, send)
        return
    try:
        handler, arguments = find(scope)
        await handler(scope, receive, send, *arguments)
    except RefusedError as error:
        await respond_refused(send, error)


layered = app
for _ in range(LAYERS):
    layered = Layer(layered)
