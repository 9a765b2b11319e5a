"""The app that the servers serve: a handler for each thing they could disagree on."""
# ruff: noqa: T201

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from msgspec import Struct

from pleiad import MediaType, Pleiad, Request, Response, asgi, get, post
from pleiad.datastructures import Cookie
from pleiad.exceptions import NotFoundException
from pleiad.params import Parameter
from pleiad.types import Receive, Scope, Send


class Item(Struct):
    name: str
    price: float


@get("/", media_type=MediaType.TEXT)
async def home() -> str:
    return "Welcome to the shop"


@get("/items/{item_id:int}")
async def show(item_id: int, page: int = 1) -> dict[str, int]:
    if item_id == 0:
        raise NotFoundException("There is no item 0")
    return {"id": item_id, "page": page}


@post("/items")
async def add(data: Item) -> Item:
    return data


@post("/size", request_max_body_size=2_000_000)
async def size(body: bytes) -> dict[str, int]:
    return {"bytes": len(body), "sum": sum(body[:1000])}


@post("/small", request_max_body_size=1000)
async def small(body: bytes) -> dict[str, int]:
    return {"bytes": len(body)}


@asgi("/numbers")
async def numbers(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for number in range(5):
        chunk = f"{number}\n".encode()
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


@get("/said")
async def said(
    x_name: Annotated[str, Parameter(header="X-Name")],
    basket: Annotated[str, Parameter(cookie="basket")],
) -> dict[str, str]:
    return {"name": x_name, "basket": basket}


@get("/cookies")
async def cookies() -> Response[None]:
    return Response(None, cookies=[Cookie(key="a", value="1"), Cookie(key="b", value="2")])


@get("/connection")
async def connection(request: Request) -> dict[str, Any]:
    scope = request.scope
    return {
        "http_version": scope["http_version"],
        "scheme": scope["scheme"],
        "client": scope["client"][0],
        "path": scope["path"],
    }


@get("/started")
async def started(request: Request) -> dict[str, bool]:
    return {"started": request.app.state.started}


@get("/thread")
def thread() -> dict[str, bool]:
    return {"loop": is_loop_running()}


def is_loop_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@get("/slow")
async def slow() -> str:
    print("slow: begun", flush=True)
    await asyncio.sleep(0.5)
    return "slow"


@get("/fails")
async def fails() -> dict[str, str]:
    raise ZeroDivisionError


@asynccontextmanager
async def opened(app: Pleiad) -> AsyncIterator[None]:
    app.state.started = True
    print("lifespan: opened", flush=True)
    yield
    print("lifespan: closed", flush=True)


HANDLERS = [
    home,
    show,
    add,
    size,
    small,
    numbers,
    said,
    cookies,
    connection,
    started,
    thread,
    slow,
    fails,
]

app = Pleiad(HANDLERS, lifespan=[opened])
