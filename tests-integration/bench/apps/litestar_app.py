"""The benchmarked routes on Litestar."""

from dataclasses import dataclass
from typing import Annotated, Any

from domain import (
    BOOKS,
    DOWNLOAD,
    LAYERS,
    LIBRARY,
    Account,
    Book,
    Connection,
    Layer,
    Login,
    NewUser,
    User,
    UserView,
    borrow_connection,
    current_user,
    open_account,
    open_session,
    read_settings,
    ticks,
)
from litestar import Litestar, MediaType, WebSocket, get, post, websocket, websocket_listener
from litestar.datastructures import Cookie, UploadFile
from litestar.di import Provide
from litestar.dto import MsgspecDTO
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import File, Response, ServerSentEvent
from pydantic_domain import BOOK_MODELS, CATALOG, BookModel, Member, NewMember


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


@get("/library")
async def library() -> list[Book]:
    return LIBRARY


@get("/connection", dependencies={"connection": Provide(borrow_connection)})
async def connected(connection: Connection) -> dict[str, bool]:
    return {"closed": connection.closed}


@get(
    "/account",
    dependencies={
        "connection": Provide(borrow_connection),
        "settings": Provide(read_settings, sync_to_thread=False),
        "account": Provide(open_account),
    },
)
async def account(account: Account) -> dict[str, Any]:
    return {"id": account.id, "region": account.region, "closed": account.closed}


@post("/members")
async def create_member(data: NewMember) -> Member:
    return Member(id=1, username=data.username, email=data.email)


@get("/shelf")
async def shelf() -> list[BookModel]:
    return BOOK_MODELS


@get("/catalog")
async def catalog() -> list[BookModel]:
    return CATALOG


@get("/headers")
async def headers() -> Response[dict[str, str]]:
    return Response(
        {"message": "Hello, World!"},
        headers={"x-request-id": "abc", "x-version": "1", "cache-control": "no-store"},
        cookies=[Cookie(key="session", value="abc")],
    )


@post("/login")
async def login(
    data: Annotated[Login, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Login:
    return data


@post("/uploads", request_max_body_size=None)
async def upload(
    data: Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> dict[str, Any]:
    content = await data.file.read()
    return {"title": data.title, "size": len(content), "last": content[-1]}


@get("/events")
async def events() -> ServerSentEvent:
    return ServerSentEvent(ticks())


@get("/sync", sync_to_thread=True)
def in_thread() -> dict[str, str]:
    return {"message": "Hello, World!"}


@get("/download", media_type=MediaType.TEXT)
async def download() -> File:
    return File(DOWNLOAD, filename="novel.txt")


@websocket("/echo")
async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_data():
        await socket.send_text(text)


@websocket_listener("/signups", dto=MsgspecDTO[NewUser], return_dto=None)  # else it gives a dict
async def sign_up(data: NewUser) -> UserView:
    return UserView(id=1, username=data.username, email=data.email)


HANDLERS = [
    plaintext,
    json,
    item,
    create_user,
    profile,
    books,
    library,
    connected,
    account,
    create_member,
    shelf,
    catalog,
    headers,
    login,
    upload,
    events,
    download,
    in_thread,
    echo,
    sign_up,
]

app = Litestar(HANDLERS)
layered = Litestar(HANDLERS, middleware=[Layer] * LAYERS)


def with_routes(count: int) -> Litestar:
    def handler(n: int):
        @get(f"/orders{n}/{{order_id:int}}")
        async def order(order_id: int) -> dict[str, int]:
            return {"n": n, "id": order_id}

        return order

    return Litestar([handler(n) for n in range(count)])
