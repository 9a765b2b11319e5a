from pleiad import Pleiad, get


@get("/books")
async def list_books():
    return []


Pleiad([list_books])
