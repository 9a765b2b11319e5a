from pleiad import Pleiad, get
from pleiad.types import ASGIApp


@get("/books", status_code=202)
async def other() -> ASGIApp: ...


Pleiad([other])
