"""The benchmarked routes on Starlette, with msgspec for JSON: it has no models of its own."""

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
from starlette.applications import Starlette
from starlette.exceptions import HTTPException, WebSocketException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

encode = msgspec.json.Encoder().encode
decode_user = msgspec.json.Decoder(NewUser).decode
connection = asynccontextmanager(borrow_connection)
dump_models = TypeAdapter(list[BookModel]).serializer.to_json


class JSONResponse(Response):
    media_type = "application/json"
    render = staticmethod(encode)


async def plaintext(_: Request) -> Response:
    return PlainTextResponse("Hello, World!")


async def json(_: Request) -> Response:
    return JSONResponse({"message": "Hello, World!"})


async def item(request: Request) -> Response:
    query = request.query_params
    try:
        page = int(query.get("page", 1))
        limit = int(query.get("limit", 20))
    except ValueError as error:
        raise HTTPException(400, str(error)) from None
    item_id = request.path_params["item_id"]
    return JSONResponse(
        {"item_id": item_id, "page": page, "limit": limit, "sort": query.get("sort")}
    )


async def create_user(request: Request) -> Response:
    try:
        data = decode_user(await request.body())
    except msgspec.MsgspecError as error:
        raise HTTPException(400, str(error)) from None
    return JSONResponse(UserView(id=1, username=data.username, email=data.email), 201)


async def profile(_: Request) -> Response:
    user = await current_user(await open_session())
    return JSONResponse({"id": user.id, "name": user.name})


async def books(_: Request) -> Response:
    return JSONResponse(BOOKS)


async def library(_: Request) -> Response:
    return JSONResponse(LIBRARY)


async def connected(_: Request) -> Response:
    async with connection() as borrowed:
        return JSONResponse({"closed": borrowed.closed})


async def account(_: Request) -> Response:
    async with connection() as borrowed:
        found = await open_account(borrowed, read_settings())
        return JSONResponse({"id": found.id, "region": found.region, "closed": found.closed})


async def create_member(request: Request) -> Response:
    try:
        data = NewMember.model_validate_json(await request.body())
    except ValidationError as error:
        raise HTTPException(400, str(error)) from None
    member = Member(id=1, username=data.username, email=data.email)
    return Response(member.model_dump_json(), 201, media_type="application/json")


async def shelf(_: Request) -> Response:
    return Response(dump_models(BOOK_MODELS), media_type="application/json")


async def catalog(_: Request) -> Response:
    return Response(dump_models(CATALOG), media_type="application/json")


async def headers(_: Request) -> Response:
    sent = {"x-request-id": "abc", "x-version": "1", "cache-control": "no-store"}
    response = JSONResponse({"message": "Hello, World!"}, headers=sent)
    response.set_cookie("session", "abc")
    return response


async def login(request: Request) -> Response:
    async with request.form() as form:
        try:
            data = msgspec.convert(dict(form), Login, strict=False)
        except msgspec.ValidationError as error:
            raise HTTPException(400, str(error)) from None
    return JSONResponse(data, 201)


async def upload(request: Request) -> Response:
    async with request.form() as form:
        if form.keys() != {"title", "file"}:
            raise HTTPException(400, "a title and a file are wanted")
        title, content = form["title"], await form["file"].read()
    return JSONResponse({"title": title, "size": len(content), "last": content[-1]}, 201)


async def written_events():
    async for text in ticks():
        yield f"data: {text}\r\n\r\n"


async def events(_: Request) -> Response:
    return StreamingResponse(written_events(), media_type="text/event-stream")


def in_thread(_: Request) -> Response:
    return JSONResponse({"message": "Hello, World!"})


async def download(_: Request) -> Response:
    return FileResponse(DOWNLOAD, filename="novel.txt")


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


async def sign_up(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        try:
            data = decode_user(text)
        except msgspec.MsgspecError as error:
            raise WebSocketException(1007, str(error)) from None
        user = UserView(id=1, username=data.username, email=data.email)
        await socket.send_text(encode(user).decode())


ROUTES = [
    Route("/plaintext", plaintext),
    Route("/json", json),
    Route("/items/{item_id:int}", item),
    Route("/users", create_user, methods=["POST"]),
    Route("/profile", profile),
    Route("/books", books),
    Route("/library", library),
    Route("/connection", connected),
    Route("/account", account),
    Route("/members", create_member, methods=["POST"]),
    Route("/shelf", shelf),
    Route("/catalog", catalog),
    Route("/headers", headers),
    Route("/login", login, methods=["POST"]),
    Route("/uploads", upload, methods=["POST"]),
    Route("/events", events),
    Route("/download", download),
    Route("/sync", in_thread),
    WebSocketRoute("/echo", echo),
    WebSocketRoute("/signups", sign_up),
]

app = Starlette(routes=ROUTES)
layered = Starlette(routes=ROUTES, middleware=[Middleware(Layer)] * LAYERS)


def with_routes(count: int) -> Starlette:
    def handler(n: int):
        async def order(request: Request) -> Response:
            return JSONResponse({"n": n, "id": request.path_params["order_id"]})

        return order

    return Starlette(
        routes=[Route(f"/orders{n}/{{order_id:int}}", handler(n)) for n in range(count)]
    )
