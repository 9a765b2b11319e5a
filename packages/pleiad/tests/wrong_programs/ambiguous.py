from pleiad import Pleiad, get


class Store: ...


async def red() -> Store:
    return Store()


async def blue() -> Store:
    return Store()


@get("/books")
async def list_books(store: Store) -> list[str]:
    return []


Pleiad([list_books], dependencies={"red": red, "blue": blue})
