"""The served routes on Robyn, which runs on its own server only: `python robyn_app.py PORT`."""

import sys

import msgspec
from domain import BOOKS, NewUser, UserView, current_user, open_session
from robyn import Request, Response, Robyn

encode = msgspec.json.Encoder().encode
decode_user = msgspec.json.Decoder(NewUser).decode
JSON = {"content-type": "application/json"}
app = Robyn(__file__)


def json(value, status=200) -> Response:
    return Response(status_code=status, headers=JSON, description=encode(value))


@app.get("/plaintext")
async def plaintext() -> str:
    return "Hello, World!"


@app.get("/json")
async def hello() -> Response:
    return json({"message": "Hello, World!"})


@app.get("/items/:item_id")
async def item(request: Request) -> Response:
    query = request.query_params
    try:
        item_id = int(request.path_params["item_id"])
        page, limit = int(query.get("page", "1")), int(query.get("limit", "20"))
    except ValueError as error:
        return json({"detail": str(error)}, 400)
    sort = query.get("sort", None)
    return json({"item_id": item_id, "page": page, "limit": limit, "sort": sort})


@app.post("/users")
async def create_user(request: Request) -> Response:
    try:
        data = decode_user(request.body)
    except msgspec.MsgspecError as error:
        return json({"detail": str(error)}, 400)
    return json(UserView(id=1, username=data.username, email=data.email), 201)


@app.get("/profile")
async def profile() -> Response:
    user = await current_user(await open_session())
    return json({"id": user.id, "name": user.name})


@app.get("/books")
async def books() -> Response:
    return json(BOOKS)


@app.websocket("/echo")
async def echo(socket) -> None:
    while True:
        await socket.send_text(await socket.receive_text())


@app.websocket("/signups")
async def sign_up(socket) -> None:
    while True:
        try:
            data = decode_user(await socket.receive_text())
        except msgspec.MsgspecError:
            await socket.close()
            return
        user = UserView(id=1, username=data.username, email=data.email)
        await socket.send_text(encode(user).decode())


if __name__ == "__main__":
    app.start(host="127.0.0.1", port=int(sys.argv[1]))
