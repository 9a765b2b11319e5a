"""`/books`."""

from typing import Annotated

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bookshelf.models import Book
from bookshelf.paging import Paging
from bookshelf.schemas import LARGEST_ID, BookData, BookView, Page
from pleiad import Controller, delete, get, post, put
from pleiad.di import Provide
from pleiad.exceptions import NotFoundException
from pleiad.params import Parameter


async def find_book(book_id: int, session: AsyncSession) -> Book:
    """Give the book that the path names."""
    book = await session.get(Book, book_id) if 1 <= book_id <= LARGEST_ID else None
    if book is None:
        raise NotFoundException(f"There is no book {book_id}")
    return book


class BookController(Controller):
    path = "/books"
    tags = ["books"]
    dependencies = {"book": Provide(find_book)}

    @get()
    async def list_books(
        self,
        session: AsyncSession,
        paging: Paging,
        search: Annotated[str, Parameter(max_length=100)] = "",
        author: Annotated[int | None, Parameter(ge=1, le=LARGEST_ID)] = None,
    ) -> Page[BookView]:
        query = select(Book).where(Book.title.icontains(search, autoescape=True))
        if author is not None:
            query = query.where(Book.author_id == author)
        return await paging.read(session, query.order_by(Book.title, Book.id), BookView.of)

    @post()
    async def add_book(self, session: AsyncSession, data: BookData) -> BookView:
        book = Book(title=data.title, isbn=data.isbn, year=data.year, author_id=data.author_id)
        session.add(book)
        await session.flush()  # gives it its id
        await session.refresh(book, ["author"])
        return BookView.of(book)

    @get("/{book_id:int}")
    async def show_book(self, book: Book) -> BookView:
        return BookView.of(book)

    @put("/{book_id:int}")
    async def change_book(self, book: Book, session: AsyncSession, data: BookData) -> BookView:
        book.title, book.isbn, book.year = data.title, data.isbn, data.year
        book.author_id = data.author_id
        await session.flush()
        await session.refresh(book, ["author"])
        return BookView.of(book)

    @delete("/{book_id:int}")
    async def remove_book(self, book: Book, session: AsyncSession) -> None:
        await session.delete(book)
