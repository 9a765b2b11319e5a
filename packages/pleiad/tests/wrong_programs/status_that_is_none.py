from pleiad import Pleiad, get


@get("/books", status_code=42)
async def list_books() -> list[str]:
    return []


Pleiad([list_books])
