from pleiad import Pleiad, get
from pleiad.response import JSONLines


@get("/books", media_type="application/x-ndjson")
async def list_books() -> JSONLines[str]:
    return JSONLines(["Dune"])


Pleiad([list_books])
