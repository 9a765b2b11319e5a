"""The benchmarked routes on Falcon (ASGI), with msgspec for JSON: it has no models of its own."""

from contextlib import asynccontextmanager

import falcon
import falcon.asgi
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

encode = msgspec.json.Encoder().encode
decode_user = msgspec.json.Decoder(NewUser).decode
connection = asynccontextmanager(borrow_connection)
dump_models = TypeAdapter(list[BookModel]).serializer.to_json


class Plaintext:
    async def on_get(self, _, response) -> None:
        response.content_type = falcon.MEDIA_TEXT
        response.text = "Hello, World!"


class Json:
    async def on_get(self, _, response) -> None:
        response.data = encode({"message": "Hello, World!"})


class Item:
    async def on_get(self, request, response, item_id) -> None:
        page = request.get_param_as_int("page", default=1)
        limit = request.get_param_as_int("limit", default=20)
        sort = request.get_param("sort")
        response.data = encode({"item_id": item_id, "page": page, "limit": limit, "sort": sort})


class Users:
    async def on_post(self, request, response) -> None:
        try:
            data = decode_user(await request.stream.read())
        except msgspec.MsgspecError as error:
            raise falcon.HTTPBadRequest(description=str(error)) from None
        response.status = falcon.HTTP_201
        response.data = encode(UserView(id=1, username=data.username, email=data.email))


class Profile:
    async def on_get(self, _, response) -> None:
        user = await current_user(await open_session())
        response.data = encode({"id": user.id, "name": user.name})


class Constant:
    """Answers with one value, encoded anew each time."""

    def __init__(self, value, encode) -> None:
        self.value = value
        self.encode = encode

    async def on_get(self, _, response) -> None:
        response.data = self.encode(self.value)


class Connected:
    async def on_get(self, _, response) -> None:
        async with connection() as borrowed:
            response.data = encode({"closed": borrowed.closed})


class Accounts:
    async def on_get(self, _, response) -> None:
        async with connection() as borrowed:
            found = await open_account(borrowed, read_settings())
            response.data = encode({"id": found.id, "region": found.region, "closed": found.closed})


class Members:
    async def on_post(self, request, response) -> None:
        try:
            data = NewMember.model_validate_json(await request.stream.read())
        except ValidationError as error:
            raise falcon.HTTPBadRequest(description=str(error)) from None
        member = Member(id=1, username=data.username, email=data.email)
        response.status = falcon.HTTP_201
        response.data = member.model_dump_json().encode()


class Headers:
    async def on_get(self, _, response) -> None:
        response.set_header("x-request-id", "abc")
        response.set_header("x-version", "1")
        response.set_header("cache-control", "no-store")
        response.set_cookie(
            "session", "abc", path="/", same_site="Lax", secure=False, http_only=False
        )
        response.data = encode({"message": "Hello, World!"})


class Logins:
    async def on_post(self, request, response) -> None:
        try:
            data = msgspec.convert(await request.get_media(), Login, strict=False)
        except msgspec.ValidationError as error:
            raise falcon.HTTPBadRequest(description=str(error)) from None
        response.status = falcon.HTTP_201
        response.data = encode(data)


class Uploads:
    async def on_post(self, request, response) -> None:
        """Read a form as Falcon does: part by part, without a temporary file."""
        form = {}
        async for part in await request.get_media():
            form[part.name] = await part.stream.read()
        if form.keys() != {"title", "file"}:
            raise falcon.HTTPBadRequest(description="a title and a file are wanted")
        title, content = form["title"].decode(), form["file"]
        response.status = falcon.HTTP_201
        response.data = encode({"title": title, "size": len(content), "last": content[-1]})


async def written_events():
    async for text in ticks():
        yield falcon.asgi.SSEvent(text=text)


class Events:
    async def on_get(self, _, response) -> None:
        response.sse = written_events()


def hello() -> dict[str, str]:
    return {"message": "Hello, World!"}


class Download:
    async def on_get(self, _, response) -> None:
        response.data = await falcon.sync_to_async(DOWNLOAD.read_bytes)
        response.content_type = falcon.MEDIA_TEXT


class InThread:
    async def on_get(self, _, response) -> None:
        response.data = encode(await falcon.sync_to_async(hello))


class Echo:
    async def on_websocket(self, _, socket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except falcon.WebSocketDisconnected:
            pass


class SignUp:
    async def on_websocket(self, _, socket) -> None:
        await socket.accept()
        try:
            while True:
                data = decode_user(await socket.receive_text())
                user = UserView(id=1, username=data.username, email=data.email)
                await socket.send_text(encode(user).decode())
        except msgspec.MsgspecError as error:
            await socket.close(1007, str(error))
        except falcon.WebSocketDisconnected:
            pass


app = falcon.asgi.App()
app.req_options.keep_blank_qs_values = True
app.add_route("/plaintext", Plaintext())
app.add_route("/json", Json())
app.add_route("/items/{item_id:int}", Item())
app.add_route("/users", Users())
app.add_route("/profile", Profile())
app.add_route("/books", Constant(BOOKS, encode))
app.add_route("/library", Constant(LIBRARY, encode))
app.add_route("/connection", Connected())
app.add_route("/account", Accounts())
app.add_route("/members", Members())
app.add_route("/shelf", Constant(BOOK_MODELS, dump_models))
app.add_route("/catalog", Constant(CATALOG, dump_models))
app.add_route("/headers", Headers())
app.add_route("/login", Logins())
app.add_route("/uploads", Uploads())
app.add_route("/events", Events())
app.add_route("/download", Download())
app.add_route("/sync", InThread())
app.add_route("/echo", Echo())
app.add_route("/signups", SignUp())

layered = app
for _ in range(LAYERS):  # its own middlewares are not ASGI, so these go around it
    layered = Layer(layered)


class Order:
    def __init__(self, n: int) -> None:
        self.n = n

    async def on_get(self, _, response, order_id) -> None:
        response.data = encode({"n": self.n, "id": order_id})


def with_routes(count: int) -> falcon.asgi.App:
    app = falcon.asgi.App()
    for n in range(count):
        app.add_route(f"/orders{n}/{{order_id:int}}", Order(n))
    return app
