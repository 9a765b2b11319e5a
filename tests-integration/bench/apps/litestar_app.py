"""The benchmarked routes on Litestar."""

from dataclasses import dataclass
from typing import Annotated, Any

from domain import (
    BOOKS,
    LAYERS,
    Book,
    Connection,
    Layer,
    NewUser,
    User,
    UserView,
    borrow_connection,
    current_user,
    open_session,
)
from litestar import Litestar, MediaType, get, post
from litestar.datastructures import UploadFile
from litestar.di import Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body
from pydantic_domain import CATALOG, BookModel, Member, NewMember


@dataclass
class Upload:
    title: str
    file: UploadFile


@get("/plaintext", media_type=MediaType.TEXT)
async def plaintext() -> str:
    return "Hello, World!"


@get("/json")
async def json() -> dict[str, str]:
    return {"message": "Hello, World!"}


@get("/items/{item_id:int}")
async def item(
    item_id: int, page: int = 1, limit: int = 20, sort: str | None = None
) -> dict[str, Any]:
    return {"item_id": item_id, "page": page, "limit": limit, "sort": sort}


@post("/users")
async def create_user(data: NewUser) -> UserView:
    return UserView(id=1, username=data.username, email=data.email)


@get(
    "/profile",
    dependencies={"session": Provide(open_session), "user": Provide(current_user)},
)
async def profile(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name}


@get("/books")
async def books() -> list[Book]:
    return BOOKS


@get("/connection", dependencies={"connection": Provide(borrow_connection)})
async def connected(connection: Connection) -> dict[str, bool]:
    return {"closed": connection.closed}


@post("/members")
async def create_member(data: NewMember) -> Member:
    return Member(id=1, username=data.username, email=data.email)


@get("/catalog")
async def catalog() -> list[BookModel]:
    return CATALOG


@post("/uploads", request_max_body_size=None)
async def upload(
    data: Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> dict[str, Any]:
    content = await data.file.read()
    return {"title": data.title, "size": len(content), "last": content[-1]}


HANDLERS = [
    plaintext,
    json,
    item,
    create_user,
    profile,
    books,
    connected,
    create_member,
    catalog,
    upload,
]

app = Litestar(HANDLERS)
layered = Litestar(HANDLERS, middleware=[Layer] * LAYERS)
