"""The app that takes big uploads, and counts what a guarded route reads of them."""

from pleiad import Pleiad, Request, get, post
from pleiad.exceptions import PermissionDeniedException
from pleiad.types import Receive, Scope, Send
from pleiad_http import Limits

UNLIMITED = Limits(body=None)
taken = {"bytes": 0}


@post("/sizes", limits=UNLIMITED)
async def sizes(request: Request) -> dict[str, int]:
    found: dict[str, int] = {}
    async for part in request.parts():
        found[part.name] = 0
        async for chunk in part:
            found[part.name] += len(chunk)
    return found


@post("/names", limits=UNLIMITED)
async def names(request: Request) -> list[str]:
    return [part.name async for part in request.parts()]


async def refuse() -> None:
    raise PermissionDeniedException


@post("/guarded", limits=UNLIMITED, guards=[refuse])
async def guarded(request: Request) -> None:
    await request.form()


@post("/limited")
async def limited(request: Request) -> None:
    await request.form()


@get("/taken")
async def bytes_taken() -> dict[str, int]:
    return taken


pleiad = Pleiad([sizes, names, guarded, limited, bytes_taken])


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The app, with a tap between it and the server."""

    async def counted() -> dict[str, object]:
        message = await receive()
        taken["bytes"] += len(message.get("body", b""))
        return message

    await pleiad(scope, counted, send)
