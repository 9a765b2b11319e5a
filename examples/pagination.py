"""Pages of items: by number, by offset, by cursor."""

# --8<-- [start:imports]
from typing import Annotated

import msgspec

from pleiad import Pleiad, Request, Response, get
from pleiad.pagination import (
    AbstractAsyncCursorPaginator,
    ClassicPagination,
    CursorPagination,
    CursorQuery,
    OffsetPagination,
    OffsetQuery,
    PageQuery,
    link_header,
)
from pleiad.params import Query
from pleiad.testing import TestClient

# --8<-- [end:imports]


class Book(msgspec.Struct):
    number: int
    title: str


BOOKS = [Book(number, f"Volume {number}") for number in range(1, 51)]


# --8<-- [start:offset]
@get("/books")
async def books(page: Annotated[OffsetQuery, Query()]) -> OffsetPagination[Book]:
    found = BOOKS[page.offset : page.offset + page.limit]
    return OffsetPagination(found, page.limit, page.offset, len(BOOKS))


# --8<-- [end:offset]
# --8<-- [start:classic]
class Few(PageQuery, frozen=True, kw_only=True):
    page_size: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5


@get("/shelves")
async def shelves(
    request: Request, page: Annotated[Few, Query()]
) -> Response[ClassicPagination[Book]]:
    found = BOOKS[page.offset : page.offset + page.page_size]
    pages = -(-len(BOOKS) // page.page_size)
    answer = ClassicPagination(found, page.page_size, page.current_page, pages)
    return Response(answer, headers={"Link": link_header(answer, request.url)})


# --8<-- [end:classic]
# --8<-- [start:cursor]
class ByNumber(AbstractAsyncCursorPaginator[str, Book]):
    async def get_items(
        self, cursor: str | None, results_per_page: int
    ) -> tuple[list[Book], str | None]:
        seen = int(cursor) if cursor and cursor.isdecimal() and len(cursor) < 10 else 0
        found = [book for book in BOOKS if book.number > seen][:results_per_page]
        return found, str(found[-1].number) if len(found) == results_per_page else None


@get("/feed")
async def feed(page: Annotated[CursorQuery, Query()]) -> CursorPagination[str, Book]:
    return await ByNumber()(page.cursor, page.results_per_page)


# --8<-- [end:cursor]
app = Pleiad([books, shelves, feed])


if __name__ == "__main__":
    with TestClient(app) as client:
        print(client.get("/books?limit=2&offset=4").text)
        print(client.get("/books?limit=1000&offset=-1").text)

        answer = client.get("/shelves?current_page=2&page_size=3")
        print(answer.text)
        print(answer.headers["link"].replace(", ", "\n"))

        cursor = None
        for _ in range(2):
            answer = client.get("/feed", params={"results_per_page": 2, "cursor": cursor or ""})
            cursor = answer.json()["next_cursor"]
            print(answer.text)
