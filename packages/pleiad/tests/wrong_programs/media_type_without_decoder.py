from typing import Annotated

from pleiad import Pleiad, post
from pleiad.params import Body


@post("/books")
async def add_book(data: Annotated[dict[str, str], Body(media_type="text/csv")]) -> str:
    return data["title"]


Pleiad([add_book])
