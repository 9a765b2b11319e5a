from pleiad import Pleiad, Request, Response, get


def refuse(request: Request, error: Exception) -> Response[str]:
    return Response("no")


@get("/books")
async def list_books() -> list[str]:
    return []


Pleiad([list_books], exception_handlers={4040: refuse})
