from pleiad import Pleiad, get


@get("/books")
async def list_books() -> list[str]:
    return []


@get("/books/")
async def all_books() -> list[str]:
    return []


Pleiad([list_books, all_books])
