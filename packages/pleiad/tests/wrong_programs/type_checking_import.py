from __future__ import annotations

from typing import TYPE_CHECKING

from pleiad import Pleiad, get

if TYPE_CHECKING:
    from decimal import Decimal


@get("/books")
async def list_books(price: Decimal) -> list[str]:
    return []


Pleiad([list_books])
