from pleiad import Pleiad, get


@get("/books", name="books")
async def list_books() -> list[str]:
    return []


@get("/authors", name="books")
async def list_authors() -> list[str]:
    return []


Pleiad([list_books, list_authors])
