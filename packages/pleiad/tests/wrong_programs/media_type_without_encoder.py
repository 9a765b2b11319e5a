from pleiad import Pleiad, get


@get("/books", media_type="application/yaml")
async def books() -> list[str]:
    return []


Pleiad([books])
