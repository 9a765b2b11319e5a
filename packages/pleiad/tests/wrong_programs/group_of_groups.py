from dataclasses import dataclass
from typing import Annotated

from pleiad import Pleiad, get
from pleiad.params import Query


@dataclass
class Page:
    number: int


@dataclass
class Filters:
    author: str
    page: Page


@get("/books")
async def books(filters: Annotated[Filters, Query()]) -> str:
    return filters.author


Pleiad([books])
