"""Every source of a value: path, query, headers, cookies, groups of them, and types of one's own."""

# --8<-- [start:imports]
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, ClassVar, Self
from uuid import UUID

import msgspec

from pleiad import Pleiad, Request, Router, get
from pleiad.exceptions import NotAuthorizedException
from pleiad.params import Cookie, Header, Parameter, Path, Query
from pleiad.testing import TestClient

# --8<-- [end:imports]


# --8<-- [start:inferred]
class Genre(Enum):
    FICTION = "fiction"
    POETRY = "poetry"


@get("/shelves/{shelf:int}/books")
async def on_shelf(
    shelf: int,
    since: date | None = None,
    genre: list[Genre] | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> dict[str, object]:
    return {"shelf": shelf, "since": since, "genre": genre, "limit": limit}


# --8<-- [end:inferred]
# --8<-- [start:named]
@get("/loans/{loan:uuid}")
async def loan(
    number: Annotated[UUID, Path("loan")],
    x_request_id: Annotated[str, Header()],
    shown_as: Annotated[str, Query("as", pattern="^(short|long)$")] = "short",
    theme: Annotated[str | None, Cookie()] = None,
) -> dict[str, object]:
    return {"loan": number, "request": x_request_id, "as": shown_as, "theme": theme}


# --8<-- [end:named]
# --8<-- [start:group]
@dataclass
class Filters:
    author: str | None = None
    tags: list[str] | None = None
    page: Annotated[int, msgspec.Meta(ge=1)] = 1


@get("/books")
async def books(filters: Annotated[Filters, Query(unknown="refuse")]) -> Filters:
    return filters


# --8<-- [end:group]
# --8<-- [start:layered]
@get("/reports")
async def reports(tenant: str) -> str:
    return f"reports of {tenant}"


tenants = Router(
    "/tenant",
    route_handlers=[reports],
    parameters={"tenant": Parameter(str, header="X-Tenant", min_length=2)},
)


# --8<-- [end:layered]
# --8<-- [start:own]
class Reader(msgspec.Struct):
    raises: ClassVar = [NotAuthorizedException]

    name: str

    @classmethod
    async def from_request(cls, request: Request) -> Self:
        name = request.headers.get("x-reader")
        if not name:
            raise NotAuthorizedException("Say who you are: X-Reader")
        return cls(name)


@get("/me")
async def me(reader: Reader) -> str:
    return reader.name


# --8<-- [end:own]
app = Pleiad([on_shelf, loan, books, tenants, me])


if __name__ == "__main__":
    with TestClient(app) as client:
        for path, headers in (
            ("/shelves/3/books?since=2026-01-31&genre=poetry&genre=fiction", {}),
            ("/shelves/3/books?since=soon&limit=1_000", {}),
            ("/books?page=0&color=red", {}),
            ("/tenant/reports", {"X-Tenant": "a"}),
            ("/me", {"X-Reader": "Ada"}),
        ):
            print("GET", path)
            print(client.get(path, headers=headers).text)
