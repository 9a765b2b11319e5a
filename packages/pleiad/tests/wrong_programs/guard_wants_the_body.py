from pleiad import Pleiad, post


async def check_owner(data: dict[str, str]) -> None: ...


@post("/books", guards=[check_owner])
async def add_book(data: dict[str, str]) -> dict[str, str]:
    return data


Pleiad([add_book])
