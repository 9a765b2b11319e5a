from pleiad import Pleiad, get


@get("/books")
async def list_books(page: int = "first") -> list[str]:
    return []


Pleiad([list_books])
