"""The data, models and dependencies that every benchmarked app works on."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

BOOK_ROWS = [
    {"id": n, "title": f"The book of {n}", "author": f"Author {n % 7}", "pages": 100 + n}
    for n in range(500)
]
SHELF = 50
"""How many of them a short list holds."""


TEXT = "All work and no play makes Jack a dull boy.\n" * 2400
DOWNLOAD = Path(tempfile.mkdtemp(prefix="bench-")) / "novel.txt"
DOWNLOAD.write_text(TEXT)
"""A file of 100 kB."""


class Book(msgspec.Struct):
    id: int
    title: str
    author: str
    pages: int


class NewUser(msgspec.Struct):
    username: str
    email: str
    age: int


class UserView(msgspec.Struct):
    id: int
    username: str
    email: str


class Login(msgspec.Struct):
    username: str
    attempts: int


LIBRARY = msgspec.convert(BOOK_ROWS, list[Book])
BOOKS = LIBRARY[:SHELF]


class Session:
    """What an app would read its users from."""

    __slots__ = ("user_id",)

    def __init__(self) -> None:
        self.user_id = 1


class User:
    __slots__ = ("id", "name")

    def __init__(self, id: int, name: str) -> None:  # noqa: A002
        self.id = id
        self.name = name


class Settings:
    __slots__ = ("region",)

    def __init__(self, region: str) -> None:
        self.region = region


class Connection:
    """Something that is opened for one request and has to be closed after it."""

    __slots__ = ("closed",)
    live = 0  # the runner refuses an app that leaves one open

    def __init__(self) -> None:
        self.closed = False
        Connection.live += 1

    def close(self) -> None:
        self.closed = True
        Connection.live -= 1


class Account:
    __slots__ = ("closed", "id", "region")

    def __init__(self, id: int, region: str, *, closed: bool) -> None:  # noqa: A002
        self.id = id
        self.region = region
        self.closed = closed


async def open_session() -> Session:
    return Session()


async def current_user(session: Session) -> User:
    return User(session.user_id, "Alice")


async def borrow_connection() -> AsyncIterator[Connection]:
    connection = Connection()
    try:
        yield connection
    finally:
        connection.close()


def read_settings() -> Settings:
    return Settings("eu")


async def open_account(connection: Connection, settings: Settings) -> Account:
    return Account(1, settings.region, closed=connection.closed)


TICKS = 100
"""How many events a stream sends."""


async def ticks() -> AsyncIterator[str]:
    for n in range(TICKS):
        yield f"tick {n}"


class Layer:
    """A plain ASGI middleware that does as little as one can and still be seen to have run."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            scope["layers"] = scope.get("layers", 0) + 1
        await self.app(scope, receive, send)


LAYERS = 5
