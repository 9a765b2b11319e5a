"""Pages of items: what a handler takes to know which page is meant, and what it returns.

    by number    `PageQuery`      `ClassicPagination`    the third page of ten items each
    by offset    `OffsetQuery`    `OffsetPagination`     ten items from the twentieth on
    by cursor    `CursorQuery`    `CursorPagination`     ten items after the one that was seen last

The containers are generic, and hold items of any kind of model; a return annotation such as
`ClassicPagination[Book]` is checked item by item, and encoded by one encoder for all of them.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

from pleiad_http import URL, QueryParams

__all__ = [
    "AbstractAsyncClassicPaginator",
    "AbstractAsyncCursorPaginator",
    "AbstractAsyncOffsetPaginator",
    "AbstractSyncClassicPaginator",
    "AbstractSyncCursorPaginator",
    "AbstractSyncOffsetPaginator",
    "ClassicPagination",
    "CursorPagination",
    "CursorQuery",
    "OffsetPagination",
    "OffsetQuery",
    "PageQuery",
    "link_header",
]

T = TypeVar("T")
C = TypeVar("C")

MOST = 2**31 - 1
"""Databases count in 32 bits, and a client's number must not be an error there."""

Size = Annotated[int, Meta(ge=1, le=100)]


# What is asked for


class PageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A page by its number: a group of query parameters, as `Annotated[PageQuery, Query()]`.

    For other bounds or defaults derive from it, and declare the field again.

    Attributes:
        page_size: How many items a page has.
        current_page: Its number, from 1 on.
    """

    page_size: Size = 20
    current_page: Annotated[int, Meta(ge=1, le=MOST)] = 1

    @property
    def offset(self) -> int:
        """How many items come before the page."""
        return (self.current_page - 1) * self.page_size


class OffsetQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A page by what comes before it: a group of query parameters; see `PageQuery`.

    Attributes:
        limit: How many items it has at most.
        offset: How many items come before it.
    """

    limit: Size = 20
    offset: Annotated[int, Meta(ge=0, le=MOST)] = 0


class CursorQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A page by a cursor that an earlier one gave: a group of query parameters; see `PageQuery`.

    Attributes:
        results_per_page: How many items it has at most.
        cursor: Where it begins; `None` for the first page.
    """

    results_per_page: Size = 20
    cursor: Annotated[str, Meta(max_length=1000)] | None = None


# What is answered. Dataclasses: with pydantic's models in them, one serializer of pydantic's takes
# all, and with any other kind of model msgspec does; a Struct of pydantic's models is 6 times slower.


@dataclass(slots=True)
class ClassicPagination(Generic[T]):
    """A page by its number.

    Attributes:
        items: Its items.
        page_size: How many items a page has.
        current_page: Its number, from 1 on.
        total_pages: How many pages there are.
    """

    items: list[T]
    page_size: int
    current_page: int
    total_pages: int


@dataclass(slots=True)
class OffsetPagination(Generic[T]):
    """A page by what comes before it.

    Attributes:
        items: Its items.
        limit: How many items it has at most.
        offset: How many items come before it.
        total: How many items there are.
    """

    items: list[T]
    limit: int
    offset: int
    total: int


@dataclass(slots=True)
class CursorPagination(Generic[C, T]):
    """A page by a cursor.

    Attributes:
        items: Its items.
        results_per_page: How many items it has at most.
        cursor: Where it began; `None` for the first page.
        next_cursor: Where the next one begins; `None` where there is none.
    """

    items: list[T]
    results_per_page: int
    cursor: C | None
    next_cursor: C | None


def link_header(
    page: "ClassicPagination[T] | OffsetPagination[T] | CursorPagination[C, T]", url: URL
) -> str:
    """The `Link` header of a page (RFC 8288): `first`, `prev`, `next` and `last`, where they are known.

    Args:
        page: What is answered.
        url: That of the request; its other query parameters stay.

    Returns:
        The header's value; it may be empty.
    """
    links = {rel: change for rel, change in _neighbours(page).items() if change is not None}
    return ", ".join(f'<{_changed(url, change)}>; rel="{rel}"' for rel, change in links.items())


def _neighbours(
    page: "ClassicPagination[T] | OffsetPagination[T] | CursorPagination[C, T]",
) -> dict[str, dict[str, object] | None]:
    """What changes in the query for each page that is known from this one."""
    if isinstance(page, CursorPagination):
        following = page.next_cursor
        return {"next": None if following is None else {"cursor": following}}
    if isinstance(page, ClassicPagination):
        name, step, here, first = "current_page", 1, page.current_page, 1
        last = page.total_pages
    else:
        name, step, here, first = "offset", max(page.limit, 1), page.offset, 0
        last = (page.total - 1) // step * step
    return {
        "first": {name: first} if last >= first else None,
        "prev": {name: max(min(here - step, last), first)} if here > first <= last else None,
        "next": {name: here + step} if here + step <= last else None,
        "last": {name: last} if last >= first else None,
    }


def _changed(url: URL, change: dict[str, object]) -> URL:
    query: QueryParams = url.query_params
    kept: dict[str, object] = {key: query.getall(key) for key in query if key not in change}
    return url.with_replacements(query=kept | change)


# What finds the items


class AbstractSyncClassicPaginator(ABC, Generic[T]):
    """Finds pages by their number; subclasses say how."""

    @abstractmethod
    def get_total(self, page_size: int) -> int:
        """How many pages there are."""

    @abstractmethod
    def get_items(self, page_size: int, current_page: int) -> list[T]:
        """The items of a page."""

    def __call__(self, page_size: int, current_page: int) -> ClassicPagination[T]:
        """The page."""
        total = self.get_total(page_size)
        items = self.get_items(page_size, current_page)
        return ClassicPagination(items, page_size, current_page, total)


class AbstractAsyncClassicPaginator(ABC, Generic[T]):
    """Finds pages by their number; subclasses say how."""

    @abstractmethod
    async def get_total(self, page_size: int) -> int:
        """How many pages there are."""

    @abstractmethod
    async def get_items(self, page_size: int, current_page: int) -> list[T]:
        """The items of a page."""

    async def __call__(self, page_size: int, current_page: int) -> ClassicPagination[T]:
        """The page."""
        total = await self.get_total(page_size)
        items = await self.get_items(page_size, current_page)
        return ClassicPagination(items, page_size, current_page, total)


class AbstractSyncOffsetPaginator(ABC, Generic[T]):
    """Finds pages by what comes before them; subclasses say how."""

    @abstractmethod
    def get_total(self) -> int:
        """How many items there are."""

    @abstractmethod
    def get_items(self, limit: int, offset: int) -> list[T]:
        """The items of a page."""

    def __call__(self, limit: int, offset: int) -> OffsetPagination[T]:
        """The page."""
        total = self.get_total()
        return OffsetPagination(self.get_items(limit, offset), limit, offset, total)


class AbstractAsyncOffsetPaginator(ABC, Generic[T]):
    """Finds pages by what comes before them; subclasses say how."""

    @abstractmethod
    async def get_total(self) -> int:
        """How many items there are."""

    @abstractmethod
    async def get_items(self, limit: int, offset: int) -> list[T]:
        """The items of a page."""

    async def __call__(self, limit: int, offset: int) -> OffsetPagination[T]:
        """The page."""
        total = await self.get_total()
        return OffsetPagination(await self.get_items(limit, offset), limit, offset, total)


class AbstractSyncCursorPaginator(ABC, Generic[C, T]):
    """Finds pages by a cursor; subclasses say how."""

    @abstractmethod
    def get_items(self, cursor: C | None, results_per_page: int) -> tuple[list[T], C | None]:
        """The items of a page, and where the next one begins."""

    def __call__(self, cursor: C | None, results_per_page: int) -> CursorPagination[C, T]:
        """The page."""
        items, following = self.get_items(cursor, results_per_page)
        return CursorPagination(items, results_per_page, cursor, following)


class AbstractAsyncCursorPaginator(ABC, Generic[C, T]):
    """Finds pages by a cursor; subclasses say how."""

    @abstractmethod
    async def get_items(self, cursor: C | None, results_per_page: int) -> tuple[list[T], C | None]:
        """The items of a page, and where the next one begins."""

    async def __call__(self, cursor: C | None, results_per_page: int) -> CursorPagination[C, T]:
        """The page."""
        items, following = await self.get_items(cursor, results_per_page)
        return CursorPagination(items, results_per_page, cursor, following)
