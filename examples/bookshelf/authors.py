"""`/authors`."""

from typing import Annotated

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bookshelf.models import Author
from bookshelf.paging import Paging
from bookshelf.schemas import LARGEST_ID, AuthorData, AuthorView, Page
from pleiad import Controller, delete, get, post, put
from pleiad.di import Provide
from pleiad.exceptions import NotFoundException
from pleiad.params import Parameter


async def find_author(author_id: int, session: AsyncSession) -> Author:
    """Give the author whom the path names."""
    author = await session.get(Author, author_id) if 1 <= author_id <= LARGEST_ID else None
    if author is None:
        raise NotFoundException(f"There is no author {author_id}")
    return author


class AuthorController(Controller):
    path = "/authors"
    tags = ["authors"]
    dependencies = {"author": Provide(find_author)}

    @get()
    async def list_authors(
        self,
        session: AsyncSession,
        paging: Paging,
        search: Annotated[str, Parameter(max_length=100)] = "",
    ) -> Page[AuthorView]:
        query = select(Author).where(Author.name.icontains(search, autoescape=True))
        return await paging.read(session, query.order_by(Author.name), AuthorView.of)

    @post()
    async def add_author(self, session: AsyncSession, data: AuthorData) -> AuthorView:
        author = Author(name=data.name)
        session.add(author)
        await session.flush()  # gives it its id
        return AuthorView.of(author)

    @get("/{author_id:int}")
    async def show_author(self, author: Author) -> AuthorView:
        return AuthorView.of(author)

    @put("/{author_id:int}")
    async def rename_author(self, author: Author, data: AuthorData) -> AuthorView:
        author.name = data.name
        return AuthorView.of(author)

    @delete("/{author_id:int}")
    async def remove_author(self, author: Author, session: AsyncSession) -> None:
        await session.delete(author)
