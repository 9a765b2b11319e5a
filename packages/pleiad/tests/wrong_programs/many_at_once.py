from pleiad import Pleiad, get, post


@get("/books")
async def list_books(page=1):
    return []


@post("/books", status_code=204)
async def add_book(data: dict[str, str]) -> dict[str, str]:
    return data


@get("/authors/{id:int}")
async def show_author(id: list[str]) -> None:
    return {"id": id}


Pleiad([list_books, add_book, show_author])
