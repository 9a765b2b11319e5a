"""The benchmarked routes on FastAPI, with the pydantic models its users write."""

from typing import Annotated, Any

from domain import (
    LAYERS,
    Connection,
    Layer,
    Session,
    User,
    borrow_connection,
    open_session,
)
from fastapi import Depends, FastAPI, Form, UploadFile
from fastapi.responses import PlainTextResponse
from pydantic_domain import BOOK_MODELS, CATALOG, BookModel, Member, NewMember
from starlette.middleware import Middleware


async def current_user(session: Annotated[Session, Depends(open_session)]) -> User:
    return User(session.user_id, "Alice")


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


async def connected(
    connection: Annotated[Connection, Depends(borrow_connection)],
) -> dict[str, bool]:
    return {"closed": connection.closed}


async def catalog() -> list[BookModel]:
    return CATALOG


async def upload(title: Annotated[str, Form()], file: UploadFile) -> dict[str, Any]:
    content = await file.read()
    return {"title": title, "size": len(content), "last": content[-1]}


def build(middleware=()) -> FastAPI:
    app = FastAPI(middleware=list(middleware))
    app.get("/plaintext", response_class=PlainTextResponse)(plaintext)
    app.get("/json")(json)
    app.get("/items/{item_id}")(item)
    app.post("/users", status_code=201)(create_user)
    app.get("/profile")(profile)
    app.get("/books")(books)
    app.get("/connection")(connected)
    app.post("/members", status_code=201)(create_user)
    app.get("/catalog")(catalog)
    app.post("/uploads", status_code=201)(upload)
    return app


app = build()
layered = build(Middleware(Layer) for _ in range(LAYERS))
