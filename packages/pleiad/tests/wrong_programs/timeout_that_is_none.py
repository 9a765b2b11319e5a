from pleiad import Pleiad, get


@get("/books", timeout=0)
async def list_books() -> list[str]:
    return []


Pleiad([list_books])
