from pleiad import Pleiad, post


async def title(data: list[str]) -> str:
    return data[0]


@post("/books", dependencies={"title": title})
async def add_book(data: dict[str, str], title: str) -> str:
    return title


Pleiad([add_book])
