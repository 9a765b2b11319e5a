from uuid import UUID

from pleiad import Pleiad, get


@get("/books/{id:int}")
async def show_book(id: UUID) -> str:
    return str(id)


Pleiad([show_book])
