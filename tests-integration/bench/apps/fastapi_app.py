"""The benchmarked routes on FastAPI, with the pydantic models its users write."""

from collections.abc import AsyncIterable
from typing import Annotated, Any

from domain import (
    DOWNLOAD,
    LAYERS,
    Account,
    Connection,
    Layer,
    Session,
    Settings,
    User,
    borrow_connection,
    open_session,
    read_settings,
    ticks,
)
from fastapi import Depends, FastAPI, Form, Response, UploadFile, WebSocket, WebSocketException
from fastapi.responses import FileResponse, PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ValidationError
from pydantic_domain import BOOK_MODELS, CATALOG, BookModel, Member, NewMember
from starlette.middleware import Middleware


class LoginModel(BaseModel):
    username: str
    attempts: int


async def settings() -> Settings:  # a sync one would go through the thread pool
    return read_settings()


async def current_user(session: Annotated[Session, Depends(open_session)]) -> User:
    return User(session.user_id, "Alice")


async def open_account(
    connection: Annotated[Connection, Depends(borrow_connection)],
    settings: Annotated[Settings, Depends(settings)],
) -> Account:
    return Account(1, settings.region, closed=connection.closed)


async def plaintext() -> str:
    return "Hello, World!"


async def json() -> dict[str, str]:
    return {"message": "Hello, World!"}


async def item(
    item_id: int, page: int = 1, limit: int = 20, sort: str | None = None
) -> dict[str, Any]:
    return {"item_id": item_id, "page": page, "limit": limit, "sort": sort}


async def create_user(data: NewMember) -> Member:
    return Member(id=1, username=data.username, email=data.email)


async def profile(user: Annotated[User, Depends(current_user)]) -> dict[str, Any]:
    return {"id": user.id, "name": user.name}


async def books() -> list[BookModel]:
    return BOOK_MODELS


async def library() -> list[BookModel]:
    return CATALOG


async def connected(
    connection: Annotated[Connection, Depends(borrow_connection)],
) -> dict[str, bool]:
    return {"closed": connection.closed}


async def account(account: Annotated[Account, Depends(open_account)]) -> dict[str, Any]:
    return {"id": account.id, "region": account.region, "closed": account.closed}


async def headers(response: Response) -> dict[str, str]:
    response.headers["x-request-id"] = "abc"
    response.headers["x-version"] = "1"
    response.headers["cache-control"] = "no-store"
    response.set_cookie("session", "abc")
    return {"message": "Hello, World!"}


async def login(data: Annotated[LoginModel, Form()]) -> LoginModel:
    return data


async def upload(title: Annotated[str, Form()], file: UploadFile) -> dict[str, Any]:
    content = await file.read()
    return {"title": title, "size": len(content), "last": content[-1]}


async def events() -> AsyncIterable[ServerSentEvent]:
    async for text in ticks():
        yield ServerSentEvent(raw_data=text)


def in_thread() -> dict[str, str]:
    return {"message": "Hello, World!"}


async def download() -> FileResponse:
    return FileResponse(DOWNLOAD, filename="novel.txt")


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


async def sign_up(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        try:
            data = NewMember.model_validate_json(text)
        except ValidationError as error:
            raise WebSocketException(1007, error.errors()[0]["msg"]) from None
        member = Member(id=1, username=data.username, email=data.email)
        await socket.send_text(member.model_dump_json())


def build(middleware=()) -> FastAPI:
    app = FastAPI(middleware=list(middleware))
    app.get("/plaintext", response_class=PlainTextResponse)(plaintext)
    app.get("/json")(json)
    app.get("/items/{item_id}")(item)
    app.post("/users", status_code=201)(create_user)
    app.get("/profile")(profile)
    app.get("/books")(books)
    app.get("/library")(library)
    app.get("/connection")(connected)
    app.get("/account")(account)
    app.post("/members", status_code=201)(create_user)
    app.get("/shelf")(books)
    app.get("/catalog")(library)
    app.get("/headers")(headers)
    app.post("/login", status_code=201)(login)
    app.post("/uploads", status_code=201)(upload)
    app.get("/events", response_class=EventSourceResponse)(events)
    app.get("/download", response_class=FileResponse)(download)
    app.get("/sync")(in_thread)
    app.websocket("/echo")(echo)
    app.websocket("/signups")(sign_up)
    return app


app = build()
layered = build(Middleware(Layer) for _ in range(LAYERS))


def with_routes(count: int) -> FastAPI:
    app = FastAPI()

    def handler(n: int):
        async def order(order_id: int) -> dict[str, int]:
            return {"n": n, "id": order_id}

        return order

    for n in range(count):
        app.get(f"/orders{n}/{{order_id}}")(handler(n))
    return app
