"""The root page, and the question whether the service is well."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bookshelf.models import Book
from pleiad import MediaType, get

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Bookshelf</title>
<h1>Bookshelf</h1>
<ul>
<li><a href="/books">/books</a>: all books, 20 a page;
<a href="/books?search=the&amp;size=2&amp;page=2">/books?search=the&amp;size=2&amp;page=2</a>
<li><a href="/books/1">/books/1</a>: one book; PUT changes it, DELETE removes it
<li><a href="/authors">/authors</a>: their authors; POST adds one
<li><a href="/health">/health</a>: whether the database answers
</ul>
"""


@get("/", media_type=MediaType.HTML)
async def home() -> str:
    return PAGE


@get("/health")
async def health(session: AsyncSession) -> dict[str, str | int]:
    books = await session.scalar(select(func.count()).select_from(Book))
    return {"status": "ok", "books": books}
