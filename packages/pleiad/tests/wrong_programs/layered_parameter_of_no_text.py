from pleiad import Pleiad, get
from pleiad.params import Parameter


@get("/books")
async def books() -> list[str]:
    return []


Pleiad([books], parameters={"tenant": Parameter(dict, header="X-Tenant")})
