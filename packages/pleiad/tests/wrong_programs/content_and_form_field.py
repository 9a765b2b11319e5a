from typing import Annotated

from pleiad import Pleiad, post
from pleiad.params import Form


@post("/books")
async def add_book(data: dict[str, str], title: Annotated[str, Form()]) -> str:
    return title


Pleiad([add_book])
