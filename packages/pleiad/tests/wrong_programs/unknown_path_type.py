from pleiad import Pleiad, get


@get("/books/{book_id:itn}")
async def show_book(book_id: int) -> int:
    return book_id


Pleiad([show_book])
