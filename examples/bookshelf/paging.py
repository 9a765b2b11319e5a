"""Which part of a list a client asks for: `?page=2&size=10`."""

from typing import Annotated

from msgspec import Struct
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bookshelf.schemas import Page
from pleiad.params import Parameter

LARGEST_PAGE = 1_000_000


class Paging(Struct, frozen=True):
    page: int
    size: int

    async def read(self, session: AsyncSession, query: Select, view) -> Page:
        """Read this page of a query, each row as `view` shows it, and count all rows."""
        total = await session.scalar(select(func.count()).select_from(query.subquery()))
        rows = await session.scalars(query.offset((self.page - 1) * self.size).limit(self.size))
        return Page([view(row) for row in rows], total, self.page, self.size)


async def paging(
    page: Annotated[int, Parameter(ge=1, le=LARGEST_PAGE)] = 1,
    size: Annotated[int, Parameter(ge=1, le=100)] = 20,
) -> Paging:
    return Paging(page, size)
