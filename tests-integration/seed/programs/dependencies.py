from pleiad import Litestar, get
from pleiad.di import Provide
from typing import Annotated

async def get_db_session():
    """Yields a mock DB session."""
    yield {"connected": True}

async def get_current_user(db: Annotated[dict, Provide(get_db_session)]) -> dict:
    return {"id": 1, "name": "Alice Dev", "role": "admin"}

@get("/profile")
async def profile(current_user: Annotated[dict, Provide(get_current_user)]) -> dict:
    return current_user

app = Litestar(
    [profile],
    dependencies={"db": Provide(get_db_session)},
)
