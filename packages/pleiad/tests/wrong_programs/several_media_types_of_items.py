from collections.abc import AsyncIterator

from pleiad import Pleiad, get


@get("/books", media_type=["application/jsonl", "application/x-ndjson"])
async def list_books() -> AsyncIterator[str]:
    yield "Dune"


Pleiad([list_books])
