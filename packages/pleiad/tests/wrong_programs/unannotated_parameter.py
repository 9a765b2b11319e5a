from pleiad import Pleiad, get


@get("/books")
async def list_books(page=1) -> list[str]:
    return []


Pleiad([list_books])
