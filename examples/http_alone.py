"""pleiad-http alone: requests and responses in a bare ASGI callable."""

from dataclasses import dataclass

from pleiad_http import (
    DecodeError,
    HTTPException,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    decode_json,
    error_body,
)


@dataclass
class Greeting:
    name: str
    times: int = 1


async def answer(request: Request) -> Response[dict[str, object]]:
    try:
        greeting = decode_json(await request.body(), Greeting)
    except DecodeError as error:
        problems = {".".join(map(str, each.path)): each.message for each in error.problems}
        raise HTTPException("No greeting", status_code=400, extra=problems) from None
    response: Response[dict[str, object]] = Response(
        {"said": f"Hello, {greeting.name}! " * greeting.times}
    )
    response.set_cookie("name", greeting.name, httponly=True)
    return response


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        response = await answer(Request(scope, receive, send))
    except HTTPException as error:
        response = Response(error_body(error), status_code=error.status_code)
    await response(scope, receive, send)
