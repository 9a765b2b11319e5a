from typing import Annotated

from pleiad import Pleiad, get
from pleiad.params import Parameter


@get("/books")
async def list_books(title: Annotated[str, Parameter(gt=3)]) -> list[str]:
    return []


Pleiad([list_books])
