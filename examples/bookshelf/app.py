"""The app: its handlers, what they are given, what becomes of their errors."""

from pathlib import Path

from bookshelf.authors import AuthorController
from bookshelf.books import BookController
from bookshelf.database import database_path, engine_at, open_session
from bookshelf.errors import EXCEPTION_HANDLERS
from bookshelf.home import health, home
from bookshelf.paging import paging
from pleiad import Pleiad
from pleiad.di import Provide


def create_app(database: Path) -> Pleiad:
    """Build the service on an SQLite file, which need not be there yet."""
    return Pleiad(
        [home, health, BookController, AuthorController],
        dependencies={
            "engine": engine_at(database),
            "session": Provide(open_session),
            "paging": Provide(paging),
        },
        exception_handlers=EXCEPTION_HANDLERS,
    )


app = create_app(database_path())
