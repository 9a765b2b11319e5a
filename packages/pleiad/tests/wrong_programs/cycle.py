from pleiad import Pleiad, get


async def author(book: str) -> str:
    return book


async def book(author: str) -> str:
    return author


@get("/books")
async def show_book(book: str) -> str:
    return book


Pleiad([show_book], dependencies={"author": author, "book": book})
