"""pleiad-di alone: a script whose functions say what they need."""

import sqlite3
from collections.abc import Iterator
from inspect import getsource

import anyio

from pleiad_di import Container, Provide


def open_database() -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(":memory:", check_same_thread=False) as connection:
        connection.execute("CREATE TABLE sale (year INTEGER, amount INTEGER)")
        connection.executemany("INSERT INTO sale VALUES (?, ?)", [(2025, 3), (2026, 4), (2026, 5)])
        yield connection


class Sales:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def total(self, year: int) -> int:
        rows = self.database.execute("SELECT sum(amount) FROM sale WHERE year = ?", [year])
        return int(rows.fetchone()[0] or 0)


async def report(year: int, sales: Sales, currency: str = "EUR") -> str:
    return f"{year}: {sales.total(year)} {currency}"


container = Container(
    {
        "database": Provide(open_database, sync_to_thread=False),
        "sales": Sales,
    }
)
yearly_report = container.inject(report)


async def main() -> None:
    print(await yearly_report(2026))
    print(await yearly_report(2025, currency="CHF"))
    print(getsource(yearly_report))


if __name__ == "__main__":
    anyio.run(main)
