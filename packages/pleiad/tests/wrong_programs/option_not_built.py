from pleiad import get


@get("/books", cache=True)
async def list_books() -> list[str]:
    return []
