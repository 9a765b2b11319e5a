from pleiad import Pleiad, get
from pleiad.response import Redirect


@get("/books", status_code=202)
async def moved() -> Redirect:
    return Redirect("/shelf")


Pleiad([moved])
