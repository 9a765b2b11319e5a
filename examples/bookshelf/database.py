"""The engine, one for the app, and the session, one for each request."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from bookshelf.first_books import AUTHORS, BOOKS
from bookshelf.models import Author, Base, Book
from pleiad.di import Provide

SECONDS_FOR_A_LOCK = 10


def database_path() -> Path:
    """Give the file named by `BOOKSHELF_DATABASE`, or one among the user's own data."""
    if named := os.environ.get("BOOKSHELF_DATABASE"):
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "pleiad-bookshelf" / "bookshelf.sqlite3"


def make_room(path: Path) -> bool:
    """Make the folder of the file, and say whether the file is yet to be made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return not path.exists()


def prepare(connection, _) -> None:
    """Set what SQLite keeps for each connection, not in the file."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")  # readers do not wait for a writer
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


async def create_tables(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


async def fill_shelf(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(Author), AUTHORS)
        await connection.execute(insert(Book), BOOKS)


def engine_at(path: Path) -> Provide:
    """Provide the engine of one file: opened when the app starts, closed when it stops.

    The file and its folder are made if they are not there, and then hold the first books.
    """

    async def open_engine() -> AsyncIterator[AsyncEngine]:
        first_start = make_room(path)
        engine = create_async_engine(
            f"sqlite+aiosqlite:///{path}", connect_args={"timeout": SECONDS_FOR_A_LOCK}
        )
        event.listen(engine.sync_engine, "connect", prepare)
        try:
            await create_tables(engine)
            if first_start:
                await fill_shelf(engine)
            yield engine
        finally:
            await engine.dispose()

    return Provide(open_engine, scope="app")


async def open_session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Give a request its session, and with it one transaction.

    What follows the `yield` runs before the first byte of the answer is sent: the transaction is
    committed, or rolled back if anything raised. A commit that fails is therefore an error answer.
    """
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        yield session
