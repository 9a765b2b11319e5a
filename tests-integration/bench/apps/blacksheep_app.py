"""The benchmarked routes on BlackSheep, with msgspec behind its JSON settings."""

from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
from blacksheep import Application, Content, FromJSON, Request, Response, json, text
from blacksheep.exceptions import BadRequest
from blacksheep.server.routing import Router
from blacksheep.settings.json import json_settings
from domain import BOOKS, LAYERS, Layer, Session, User, UserView, borrow_connection
from pydantic import TypeAdapter
from pydantic_domain import CATALOG, BookModel, Member, NewMember

encode = msgspec.json.Encoder().encode
json_settings.use(loads=msgspec.json.decode, dumps=lambda value: encode(value).decode())
connection = asynccontextmanager(borrow_connection)
dump_catalog = TypeAdapter(list[BookModel]).serializer.to_json


@dataclass
class NewUser:
    username: str
    email: str
    age: int


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


async def connected() -> Response:
    async with connection() as borrowed:
        return json({"closed": borrowed.closed})


async def create_member(data: FromJSON[NewMember]) -> Response:
    user = data.value
    member = Member(id=1, username=user.username, email=user.email)
    return Response(201, content=Content(b"application/json", member.model_dump_json().encode()))


async def catalog() -> Response:
    return Response(200, content=Content(b"application/json", dump_catalog(CATALOG)))


async def upload(request: Request) -> Response:
    form = {part.name: part for part in await request.multipart()}
    if form.keys() != {b"title", b"file"}:
        raise BadRequest("a title and a file are wanted")
    title, content = form[b"title"].data.decode(), form[b"file"].data
    return json({"title": title, "size": len(content), "last": content[-1]}, 201)


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
    built.router.add_get("/connection", connected)
    built.router.add_post("/members", create_member)
    built.router.add_get("/catalog", catalog)
    built.router.add_post("/uploads", upload)
    return built


app = build()
layered = build()
for _ in range(LAYERS):  # its own middlewares are not ASGI, so these go around it
    layered = Layer(layered)
