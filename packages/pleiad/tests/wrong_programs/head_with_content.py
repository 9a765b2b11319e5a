from pleiad import Pleiad, head


@head("/books")
async def list_books() -> list[str]:
    return []


Pleiad([list_books])
