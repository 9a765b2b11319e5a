from pleiad import Pleiad, get
from pleiad.response import Redirect


@get("/books", media_type="text/html")
async def moved() -> Redirect:
    return Redirect("/shelf")


Pleiad([moved])
