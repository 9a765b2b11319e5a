from pleiad import get


@get("/books", dependancies={})
async def list_books() -> list[str]:
    return []
