from pleiad import Pleiad, get


@get("/books", problem_details=True)
async def list_books() -> list[str]:
    return []


Pleiad([list_books])
