from pleiad import Pleiad, get
from pleiad.di import Provide


async def settings() -> dict[str, str]:
    return {}


async def pool(settings: dict[str, str]) -> str:
    return ""


@get("/books")
async def list_books(pool: str) -> list[str]:
    return []


Pleiad([list_books], dependencies={"settings": settings, "pool": Provide(pool, scope="app")})
