from pleiad import post


@post("/books", etag="content")
async def add() -> None: ...
