from pleiad import Pleiad, get


@get("/books")
async def list_books() -> None:
    return {"title": "Dune"}


Pleiad([list_books])
