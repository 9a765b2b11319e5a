"""What a careful person would type with nothing but ASGI and msgspec: the measure of all others."""

import asyncio
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from urllib.parse import parse_qsl

import msgspec
import multipart
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
from pydantic import TypeAdapter, ValidationError
from pydantic_domain import CATALOG, BookModel, Member, NewMember

JSON = (b"content-type", b"application/json")
TEXT = (b"content-type", b"text/plain; charset=utf-8")

encode = msgspec.json.Encoder().encode
decode_user = msgspec.json.Decoder(NewUser).decode
connection = asynccontextmanager(borrow_connection)
validate_member = NewMember.__pydantic_validator__.validate_json
dump_member = Member.__pydantic_serializer__.to_json
dump_catalog = TypeAdapter(list[BookModel]).serializer.to_json
IN_MEMORY = 1 << 20


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


async def create_member(scope, receive, send) -> None:
    body = await read_body(receive)
    try:
        data = validate_member(body)
    except ValidationError as error:
        raise RefusedError(400, str(error)) from None
    member = Member(id=1, username=data.username, email=data.email)
    await respond(send, 201, JSON, dump_member(member))


async def catalog(scope, receive, send) -> None:
    await respond(send, 200, JSON, dump_catalog(CATALOG))


class Upload:
    """A file of a form: in memory up to a megabyte, then on disk, where a thread writes it."""

    def __init__(self) -> None:
        self.chunks = []
        self.size = 0
        self.file = None

    async def write(self, chunk) -> None:
        self.chunks.append(chunk)
        self.size += len(chunk)
        if self.size > IN_MEMORY:
            await asyncio.to_thread(self.flush)

    def flush(self) -> None:
        self.file = self.file or TemporaryFile()  # noqa: SIM115
        self.file.writelines(self.chunks)
        self.chunks = []

    async def read(self) -> bytes:
        return await asyncio.to_thread(self.read_file) if self.file else b"".join(self.chunks)

    def read_file(self) -> bytes:
        with self.file as file:
            file.seek(0)
            return file.read()


async def read_form(scope, receive) -> dict[str, Upload]:
    content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
    _, parameters = multipart.parse_options_header(content_type)
    form, part, more = {}, None, True
    with multipart.PushMultipartParser(parameters["boundary"]) as parser:
        while more:
            message = await receive()
            more = message.get("more_body", False)
            for event in parser.parse(message["body"]):
                if isinstance(event, multipart.MultipartSegment):
                    part = form[event.name] = Upload()
                elif event is not None:
                    await part.write(bytes(event))
    return form


async def upload(scope, receive, send) -> None:
    try:
        form = await read_form(scope, receive)
        title, content = await form["title"].read(), await form["file"].read()
    except (multipart.MultipartError, KeyError) as error:
        raise RefusedError(400, str(error)) from None
    result = {"title": title.decode(), "size": len(content), "last": content[-1]}
    await respond(send, 201, JSON, encode(result))


ROUTES = {
    "/plaintext": {"GET": plaintext},
    "/json": {"GET": json},
    "/users": {"POST": create_user},
    "/profile": {"GET": profile},
    "/books": {"GET": books},
    "/connection": {"GET": connected},
    "/members": {"POST": create_member},
    "/catalog": {"GET": catalog},
    "/uploads": {"POST": upload},
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
