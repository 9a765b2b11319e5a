from pleiad import Pleiad


async def list_books() -> list[str]:
    return []


Pleiad([list_books])
