from pleiad import Pleiad, get


async def book_id() -> int:
    return 1


@get("/books/{book_id:int}")
async def show_book(book_id: int) -> int:
    return book_id


Pleiad([show_book], dependencies={"book_id": book_id})
