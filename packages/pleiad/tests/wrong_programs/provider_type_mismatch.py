from pleiad import Pleiad, get


async def page() -> str:
    return "1"


@get("/books")
async def list_books(page: int) -> list[str]:
    return []


Pleiad([list_books], dependencies={"page": page})
