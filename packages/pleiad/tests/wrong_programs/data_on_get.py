from pleiad import Pleiad, get


@get("/books")
async def list_books(data: dict[str, str]) -> dict[str, str]:
    return data


Pleiad([list_books])
