"""The benchmarked routes on Sanic (ASGI), with msgspec for JSON: it has no models of its own."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
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
from sanic import Request, Sanic, Websocket, response
from sanic.exceptions import BadRequest
from sanic.response import HTTPResponse, JSONResponse

encode = msgspec.json.Encoder().encode
decode_user = msgspec.json.Decoder(NewUser).decode
connection = asynccontextmanager(borrow_connection)
dump_models = TypeAdapter(list[BookModel]).serializer.to_json
SILENT = {"version": 1, "disable_existing_loggers": False}


def json(value, status=200) -> JSONResponse:
    return response.json(value, status, dumps=encode)


def encoded(content, status=200) -> HTTPResponse:
    return response.raw(content, status, content_type="application/json")


async def plaintext(_: Request) -> HTTPResponse:
    return response.text("Hello, World!")


async def hello(_: Request) -> HTTPResponse:
    return json({"message": "Hello, World!"})


async def item(request: Request, item_id: int) -> HTTPResponse:
    query = request.args
    try:
        page, limit = int(query.get("page", 1)), int(query.get("limit", 20))
    except ValueError as error:
        raise BadRequest(str(error)) from None
    return json({"item_id": item_id, "page": page, "limit": limit, "sort": query.get("sort")})


async def create_user(request: Request) -> HTTPResponse:
    try:
        data = decode_user(request.body)
    except msgspec.MsgspecError as error:
        raise BadRequest(str(error)) from None
    return json(UserView(id=1, username=data.username, email=data.email), 201)


async def profile(_: Request) -> HTTPResponse:
    user = await current_user(await open_session())
    return json({"id": user.id, "name": user.name})


async def books(_: Request) -> HTTPResponse:
    return json(BOOKS)


async def library(_: Request) -> HTTPResponse:
    return json(LIBRARY)


async def connected(_: Request) -> HTTPResponse:
    async with connection() as borrowed:
        return json({"closed": borrowed.closed})


async def account(_: Request) -> HTTPResponse:
    async with connection() as borrowed:
        found = await open_account(borrowed, read_settings())
        return json({"id": found.id, "region": found.region, "closed": found.closed})


async def create_member(request: Request) -> HTTPResponse:
    try:
        data = NewMember.model_validate_json(request.body)
    except ValidationError as error:
        raise BadRequest(str(error)) from None
    member = Member(id=1, username=data.username, email=data.email)
    return encoded(member.model_dump_json().encode(), 201)


async def shelf(_: Request) -> HTTPResponse:
    return encoded(dump_models(BOOK_MODELS))


async def catalog(_: Request) -> HTTPResponse:
    return encoded(dump_models(CATALOG))


async def headers(_: Request) -> HTTPResponse:
    answer = json({"message": "Hello, World!"})
    answer.headers["x-request-id"] = "abc"
    answer.headers["x-version"] = "1"
    answer.headers["cache-control"] = "no-store"
    answer.add_cookie("session", "abc", secure=False)
    return answer


async def login(request: Request) -> HTTPResponse:
    form = {name: values[0] for name, values in request.form.items()}
    try:
        data = msgspec.convert(form, Login, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequest(str(error)) from None
    return json(data, 201)


async def upload(request: Request) -> HTTPResponse:
    """Read a form as Sanic does: all of it in memory."""
    if "title" not in request.form or "file" not in request.files:
        raise BadRequest("a title and a file are wanted")
    title, content = request.form.get("title"), request.files.get("file").body
    return json({"title": title, "size": len(content), "last": content[-1]}, 201)


async def events(request: Request) -> None:
    answer = await request.respond(content_type="text/event-stream")
    async for tick in ticks():
        await answer.send(f"data: {tick}\r\n\r\n")
    await answer.eof()


def make_hello() -> dict[str, str]:
    return {"message": "Hello, World!"}


async def download(_: Request) -> HTTPResponse:
    return await response.file(DOWNLOAD, filename="novel.txt")


async def in_thread(_: Request) -> HTTPResponse:  # it runs sync handlers in the event loop
    return json(await asyncio.to_thread(make_hello))


async def echo(_: Request, socket: Websocket) -> None:
    while (text := await socket.recv()) is not None:  # an ASGI client that has left is a None
        await socket.send(text)


async def sign_up(_: Request, socket: Websocket) -> None:
    while (text := await socket.recv()) is not None:
        try:
            data = decode_user(text)
        except msgspec.MsgspecError as error:
            await socket.close(1007, str(error))
            return
        user = UserView(id=1, username=data.username, email=data.email)
        await socket.send(encode(user).decode())


def empty(name: str) -> Sanic:
    app = Sanic(name, log_config=SILENT)
    app.config.ACCESS_LOG = False
    app.config.TOUCHUP = name == "bench"  # it rewrites its own classes, which works once
    app.config.FALLBACK_ERROR_FORMAT = "json"
    return app


def build(name: str) -> Sanic:
    app = empty(name)
    app.config.REQUEST_MAX_SIZE = 100_000_000
    app.get("/plaintext")(plaintext)
    app.get("/json")(hello)
    app.get("/items/<item_id:int>")(item)
    app.post("/users")(create_user)
    app.get("/profile")(profile)
    app.get("/books")(books)
    app.get("/library")(library)
    app.get("/connection")(connected)
    app.get("/account")(account)
    app.post("/members")(create_member)
    app.get("/shelf")(shelf)
    app.get("/catalog")(catalog)
    app.get("/headers")(headers)
    app.post("/login")(login)
    app.post("/uploads")(upload)
    app.get("/events")(events)
    app.get("/download")(download)
    app.get("/sync")(in_thread)
    app.websocket("/echo")(echo)
    app.websocket("/signups")(sign_up)
    return app


app = build("bench")
layered = build("layered")
for _ in range(LAYERS):  # its own middlewares are not ASGI, so these go around it
    layered = Layer(layered)


def with_routes(count: int) -> Sanic:
    app = empty(f"routes-{count}")

    def handler(n: int):
        async def order(_: Request, order_id: int) -> HTTPResponse:
            return json({"n": n, "id": order_id})

        return order

    for n in range(count):
        app.get(f"/orders{n}/<order_id:int>", name=f"order{n}")(handler(n))
    return app
