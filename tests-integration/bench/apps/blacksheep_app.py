"""The benchmarked routes on BlackSheep, with msgspec behind its JSON settings."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
from blacksheep import (
    Application,
    Content,
    Cookie,
    CookieSameSiteMode,
    FromForm,
    FromJSON,
    Request,
    Response,
    WebSocket,
    json,
    text,
)
from blacksheep.exceptions import BadRequest
from blacksheep.server.responses import file
from blacksheep.server.routing import Router
from blacksheep.server.sse import ServerSentEventsResponse, TextServerSentEvent
from blacksheep.server.websocket import WebSocketDisconnectError
from blacksheep.settings.json import json_settings
from domain import (
    BOOKS,
    DOWNLOAD,
    LAYERS,
    LIBRARY,
    Layer,
    Session,
    User,
    UserView,
    borrow_connection,
    open_account,
    read_settings,
    ticks,
)
from domain import NewUser as NewUserStruct
from pydantic import TypeAdapter
from pydantic_domain import BOOK_MODELS, CATALOG, BookModel, Member, NewMember

encode = msgspec.json.Encoder().encode
json_settings.use(loads=msgspec.json.decode, dumps=lambda value: encode(value).decode())
connection = asynccontextmanager(borrow_connection)
decode_user = msgspec.json.Decoder(NewUserStruct).decode
dump_models = TypeAdapter(list[BookModel]).serializer.to_json


@dataclass
class NewUser:
    username: str
    email: str
    age: int


@dataclass
class Login:
    username: str
    attempts: int


class CurrentUser(User):  # its container builds classes out of other classes
    def __init__(self, session: Session) -> None:
        super().__init__(session.user_id, "Alice")


async def plaintext() -> Response:
    return text("Hello, World!")


async def hello() -> Response:
    return json({"message": "Hello, World!"})


async def item(item_id: int, page: int = 1, limit: int = 20, sort: str | None = None) -> Response:
    return json({"item_id": item_id, "page": page, "limit": limit, "sort": sort})


async def create_user(data: FromJSON[NewUser]) -> Response:
    user = data.value
    return json(UserView(id=1, username=user.username, email=user.email), 201)


async def profile(user: CurrentUser) -> Response:
    return json({"id": user.id, "name": user.name})


async def books() -> Response:
    return json(BOOKS)


async def library() -> Response:
    return json(LIBRARY)


async def connected() -> Response:
    async with connection() as borrowed:
        return json({"closed": borrowed.closed})


async def account() -> Response:
    async with connection() as borrowed:
        found = await open_account(borrowed, read_settings())
        return json({"id": found.id, "region": found.region, "closed": found.closed})


async def create_member(data: FromJSON[NewMember]) -> Response:
    user = data.value
    member = Member(id=1, username=user.username, email=user.email)
    return Response(201, content=Content(b"application/json", member.model_dump_json().encode()))


async def shelf() -> Response:
    return Response(200, content=Content(b"application/json", dump_models(BOOK_MODELS)))


async def catalog() -> Response:
    return Response(200, content=Content(b"application/json", dump_models(CATALOG)))


async def headers() -> Response:
    response = json({"message": "Hello, World!"})
    response.add_header(b"x-request-id", b"abc")
    response.add_header(b"x-version", b"1")
    response.add_header(b"cache-control", b"no-store")
    response.set_cookie(Cookie("session", "abc", path="/", same_site=CookieSameSiteMode.LAX))
    return response


async def login(data: FromForm[Login]) -> Response:
    return json(data.value, 201)


async def upload(request: Request) -> Response:
    form = {part.name: part for part in await request.multipart()}
    if form.keys() != {b"title", b"file"}:
        raise BadRequest("a title and a file are wanted")
    title, content = form[b"title"].data.decode(), form[b"file"].data
    return json({"title": title, "size": len(content), "last": content[-1]}, 201)


async def written_events():
    async for tick in ticks():
        yield TextServerSentEvent(tick)


async def events() -> Response:
    return ServerSentEventsResponse(written_events)


def make_hello() -> dict[str, str]:
    return {"message": "Hello, World!"}


async def download() -> Response:
    return file(str(DOWNLOAD), "text/plain", file_name="novel.txt")


async def in_thread() -> Response:  # it runs sync handlers in the event loop
    return json(await asyncio.to_thread(make_hello))


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnectError:
        pass


async def sign_up(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            data = decode_user(await socket.receive_text())
            user = UserView(id=1, username=data.username, email=data.email)
            await socket.send_text(encode(user).decode())
    except msgspec.MsgspecError as error:
        await socket.close(1007, str(error))
    except WebSocketDisconnectError:
        pass


def build() -> Application:
    built = Application(router=Router())
    built.services.add_scoped(Session)
    built.services.add_scoped(CurrentUser)
    built.router.add_get("/plaintext", plaintext)
    built.router.add_get("/json", hello)
    built.router.add_get("/items/{int:item_id}", item)
    built.router.add_post("/users", create_user)
    built.router.add_get("/profile", profile)
    built.router.add_get("/books", books)
    built.router.add_get("/library", library)
    built.router.add_get("/connection", connected)
    built.router.add_get("/account", account)
    built.router.add_post("/members", create_member)
    built.router.add_get("/shelf", shelf)
    built.router.add_get("/catalog", catalog)
    built.router.add_get("/headers", headers)
    built.router.add_post("/login", login)
    built.router.add_post("/uploads", upload)
    built.router.add_get("/events", events)
    built.router.add_get("/download", download)
    built.router.add_get("/sync", in_thread)
    built.router.add_ws("/echo", echo)
    built.router.add_ws("/signups", sign_up)
    return built


app = build()
layered = build()
for _ in range(LAYERS):  # its own middlewares are not ASGI, so these go around it
    layered = Layer(layered)


def with_routes(count: int) -> Application:
    built = Application(router=Router())

    def handler(n: int):
        async def order(order_id: int) -> Response:
            return json({"n": n, "id": order_id})

        return order

    for n in range(count):
        built.router.add_get(f"/orders{n}/{{int:order_id}}", handler(n))
    return built
