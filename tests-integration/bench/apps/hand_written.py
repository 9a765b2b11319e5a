"""What a careful person would type with nothing but ASGI and msgspec: the measure of all others."""

import asyncio
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from urllib.parse import parse_qsl

import msgspec
import multipart
from domain import (
    BOOKS,
    DOWNLOAD,
    LAYERS,
    LIBRARY,
    Layer,
    Login,
    NewUser,
    UserView,
    borrow_connection,
    current_user,
    open_account,
    open_session,
    read_settings,
    ticks,
)
from pydantic import TypeAdapter, ValidationError
from pydantic_domain import BOOK_MODELS, CATALOG, BookModel, Member, NewMember

JSON = (b"content-type", b"application/json")
EVENTS = (b"content-type", b"text/event-stream; charset=utf-8")
TEXT = (b"content-type", b"text/plain; charset=utf-8")

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder().decode
decode_user = msgspec.json.Decoder(NewUser).decode
connection = asynccontextmanager(borrow_connection)
validate_member = NewMember.__pydantic_validator__.validate_json
dump_member = Member.__pydantic_serializer__.to_json
dump_models = TypeAdapter(list[BookModel]).serializer.to_json
IN_MEMORY = 1 << 20


class RefusedError(Exception):
    """A request this app answers with an error status."""

    def __init__(self, status, detail, headers=()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


async def respond(send, status, media_type, content, *more) -> None:
    headers = [media_type, (b"content-length", b"%d" % len(content)), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def respond_refused(send, error) -> None:
    content = encode({"status_code": error.status, "detail": error.detail})
    await respond(send, error.status, JSON, content, *error.headers)


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


def wrong_fields(model, body) -> list[str]:
    """Name every field that is wrong: the decoder stops at the first."""
    try:
        fields = decode(body)
    except msgspec.MsgspecError as error:
        return [str(error)]
    if not isinstance(fields, dict):
        return ["an object is wanted"]
    return [
        f"{name} is missing" if name not in fields else f"{name}: {found}"
        for name, wanted in model.__annotations__.items()
        if (found := misfit(fields.get(name), wanted))
    ]


def misfit(value, wanted) -> str:
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


async def create_user(scope, receive, send) -> None:
    body = await read_body(receive)
    try:
        data = decode_user(body)
    except msgspec.MsgspecError:
        raise RefusedError(400, wrong_fields(NewUser, body)) from None
    user = UserView(id=1, username=data.username, email=data.email)
    await respond(send, 201, JSON, encode(user))


async def profile(scope, receive, send) -> None:
    user = await current_user(await open_session())
    await respond(send, 200, JSON, encode({"id": user.id, "name": user.name}))


async def books(scope, receive, send) -> None:
    await respond(send, 200, JSON, encode(BOOKS))


async def library(scope, receive, send) -> None:
    await respond(send, 200, JSON, encode(LIBRARY))


async def connected(scope, receive, send) -> None:
    async with connection() as borrowed:
        content = encode({"closed": borrowed.closed})
    await respond(send, 200, JSON, content)


async def account(scope, receive, send) -> None:
    async with connection() as borrowed:
        found = await open_account(borrowed, read_settings())
        content = encode({"id": found.id, "region": found.region, "closed": found.closed})
    await respond(send, 200, JSON, content)


async def create_member(scope, receive, send) -> None:
    body = await read_body(receive)
    try:
        data = validate_member(body)
    except ValidationError as error:
        raise RefusedError(400, str(error)) from None
    member = Member(id=1, username=data.username, email=data.email)
    await respond(send, 201, JSON, dump_member(member))


async def shelf(scope, receive, send) -> None:
    await respond(send, 200, JSON, dump_models(BOOK_MODELS))


async def catalog(scope, receive, send) -> None:
    await respond(send, 200, JSON, dump_models(CATALOG))


async def headers(scope, receive, send) -> None:
    content = encode({"message": "Hello, World!"})
    more = {"x-request-id": "abc", "x-version": "1", "cache-control": "no-store"}
    sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in more.items()]
    cookie = (b"set-cookie", f"session={'abc'}; Path=/; SameSite=lax".encode())
    await respond(send, 200, JSON, content, *sent, cookie)


async def login(scope, receive, send) -> None:
    form = parse_query(await read_body(receive))
    try:
        data = msgspec.convert(form, Login, strict=False)
    except msgspec.ValidationError as error:
        raise RefusedError(400, str(error)) from None
    await respond(send, 201, JSON, encode(data))


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


async def events(scope, receive, send) -> None:
    """Send the events, unless the client leaves."""
    leaving = asyncio.ensure_future(receive())
    headers = [EVENTS, (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async for tick in ticks():
        if leaving.done():
            return
        body = f"data: {tick}\r\n\r\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
    leaving.cancel()
    await send({"type": "http.response.body", "body": b""})


def hello() -> dict[str, str]:
    return {"message": "Hello, World!"}


async def in_thread(scope, receive, send) -> None:
    await respond(send, 200, JSON, encode(await asyncio.to_thread(hello)))


async def download(scope, receive, send) -> None:
    await respond(send, 200, TEXT, await asyncio.to_thread(DOWNLOAD.read_bytes))


async def accept(receive, send) -> None:
    await receive()
    await send({"type": "websocket.accept"})


async def close(send, code, reason="") -> None:
    await send({"type": "websocket.close", "code": code, "reason": reason})


async def echo(receive, send) -> None:
    await accept(receive, send)
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        if text is None:
            await close(send, 1003, "text is wanted")
            return
        await send({"type": "websocket.send", "text": text})


async def sign_up(receive, send) -> None:
    await accept(receive, send)
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        try:
            data = decode_user(message["bytes"] if text is None else text)
        except msgspec.MsgspecError as error:
            await close(send, 1007, str(error))
            return
        user = UserView(id=1, username=data.username, email=data.email)
        await send({"type": "websocket.send", "text": encode(user).decode()})


async def refuse(receive, send) -> None:
    await receive()
    await close(send, 1000)


SOCKETS = {"/echo": echo, "/signups": sign_up}
ROUTES = {
    "/plaintext": {"GET": plaintext},
    "/json": {"GET": json},
    "/users": {"POST": create_user},
    "/profile": {"GET": profile},
    "/books": {"GET": books},
    "/library": {"GET": library},
    "/connection": {"GET": connected},
    "/account": {"GET": account},
    "/members": {"POST": create_member},
    "/shelf": {"GET": shelf},
    "/catalog": {"GET": catalog},
    "/headers": {"GET": headers},
    "/login": {"POST": login},
    "/uploads": {"POST": upload},
    "/events": {"GET": events},
    "/download": {"GET": download},
    "/sync": {"GET": in_thread},
}
LAST_PARAMETER = {"/items": {"GET": item}}


def find(scope, routes, last_parameter):
    """Give the handler of a request and the arguments its path holds."""
    path = scope["path"]
    methods = routes.get(path)
    arguments = ()
    if methods is None:
        prefix, _, last = path.rpartition("/")
        methods = last_parameter.get(prefix)
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


def serving(routes, last_parameter, sockets):
    async def app(scope, receive, send) -> None:
        if scope["type"] == "http":
            try:
                handler, arguments = find(scope, routes, last_parameter)
                await handler(scope, receive, send, *arguments)
            except RefusedError as error:
                await respond_refused(send, error)
        elif scope["type"] == "websocket":
            await sockets.get(scope["path"], refuse)(receive, send)
        else:
            await run_lifespan(receive, send)

    return app


app = serving(ROUTES, LAST_PARAMETER, SOCKETS)
layered = app
for _ in range(LAYERS):
    layered = Layer(layered)


def with_routes(count):
    def handler(n):
        async def order(scope, receive, send, raw_id) -> None:
            try:
                order_id = int(raw_id)
            except ValueError:
                raise RefusedError(404, "Not Found") from None
            await respond(send, 200, JSON, encode({"n": n, "id": order_id}))

        return order

    return serving({}, {f"/orders{n}": {"GET": handler(n)} for n in range(count)}, {})
