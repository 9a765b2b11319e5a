"""What a return annotation chooses: encoder, status, media type; and what is checked."""

# --8<-- [start:imports]
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec
from pydantic import BaseModel

from pleiad import MediaType, Pleiad, Response, delete, get, post
from pleiad.background_tasks import BackgroundTask
from pleiad.datastructures import Cookie
from pleiad.response import Redirect
from pleiad.testing import TestClient

# --8<-- [end:imports]


# --8<-- [start:values]
@dataclass
class Author:
    name: str


class Book(msgspec.Struct):
    title: str
    author: Author


class Review(BaseModel):
    stars: int


@get("/books")
async def books() -> list[Book]:
    return [Book("Emma", Author("Jane Austen"))]


@post("/reviews")
async def add_review(data: Review) -> Review:
    return data


@delete("/reviews/{number:int}")
async def delete_review(number: int) -> None:
    return None


@get("/robots.txt")
async def robots() -> str:
    return "User-agent: *"


@get("/", media_type=MediaType.HTML)
async def home() -> str:
    return "<h1>Books</h1>"


# --8<-- [end:values]
# --8<-- [start:responses]
VISITS: list[str] = []


@get("/visit", response_headers={"X-Shelf": "3"})
async def visit(name: str) -> Response[Author] | Redirect:
    if name == "nobody":
        return Redirect("/")
    return Response(
        Author(name),
        status_code=203,
        headers={"X-Visitor": "yes"},
        cookies=[Cookie("visitor", name, secure=True, httponly=True)],
        background=BackgroundTask(VISITS.append, name),
    )


# --8<-- [end:responses]
# --8<-- [start:lines]
@get("/export")
async def export() -> AsyncIterator[Book]:
    for title in ("Emma", "Persuasion"):
        yield Book(title, Author("Jane Austen"))


# --8<-- [end:lines]
# --8<-- [start:negotiated]
def as_csv(value: list[dict[str, object]]) -> bytes:
    rows = [",".join(str(each) for each in row.values()) for row in value]
    return "\n".join(rows).encode()


@get(
    "/stock",
    media_type=[MediaType.JSON, MediaType.MESSAGEPACK, "text/csv"],
    media_encoders={"text/csv": as_csv},
)
async def stock() -> list[Review]:
    return [Review(stars=5), Review(stars=3)]


# --8<-- [end:negotiated]
# --8<-- [start:wrong]
@get("/count")
async def count() -> int:
    return "three"  # type: ignore[return-value]


# --8<-- [end:wrong]
app = Pleiad(
    [books, add_review, delete_review, robots, home, visit, export, stock, count],
)


if __name__ == "__main__":
    with TestClient(app, raise_server_exceptions=False) as client:
        for path, accept in (
            ("/books", "*/*"),
            ("/visit?name=Ada", "*/*"),
            ("/export", "*/*"),
            ("/stock", "text/csv, application/json;q=0.5"),
            ("/stock", "image/png"),
            ("/count", "*/*"),
        ):
            answer = client.get(path, headers={"Accept": accept})
            print(f"GET {path} -> {answer.status_code} {answer.headers['content-type']}")
            print(answer.text)
