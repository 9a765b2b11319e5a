"""What goes over the wire: the bodies that are taken, the answers that are given."""

from typing import Annotated, Generic, Self, TypeVar

from msgspec import Meta, Struct

from bookshelf.models import Author, Book

T = TypeVar("T")

LARGEST_ID = 2**63 - 1  # what an SQLite integer holds
Id = Annotated[int, Meta(ge=1, le=LARGEST_ID)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Isbn = Annotated[str, Meta(pattern=r"^[0-9]{13}$")]
Year = Annotated[int, Meta(ge=-3000, le=3000)]


class AuthorData(Struct, forbid_unknown_fields=True):
    """An author as a client writes one."""

    name: Name


class BookData(Struct, forbid_unknown_fields=True):
    """A book as a client writes one."""

    title: Name
    isbn: Isbn
    year: Year
    author_id: Id


class AuthorView(Struct):
    id: int
    name: str

    @classmethod
    def of(cls, author: Author) -> Self:
        return cls(author.id, author.name)


class BookView(Struct):
    id: int
    title: str
    isbn: str
    year: int
    author: AuthorView

    @classmethod
    def of(cls, book: Book) -> Self:
        return cls(book.id, book.title, book.isbn, book.year, AuthorView.of(book.author))


class Page(Struct, Generic[T]):
    """One page of a longer list."""

    items: list[T]
    total: int
    page: int
    size: int
