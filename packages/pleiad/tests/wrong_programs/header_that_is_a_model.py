from dataclasses import dataclass
from typing import Annotated

from pleiad import Pleiad, get
from pleiad.params import Parameter


@dataclass
class Key:
    text: str


@get("/books")
async def list_books(key: Annotated[Key, Parameter(header="X-Key")]) -> list[str]:
    return []


Pleiad([list_books])
