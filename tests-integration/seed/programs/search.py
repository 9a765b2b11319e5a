from pleiad import Litestar  # completing line
from pleiad import get
from typing import Optional

@get("/search/{category:str}")
async def search(
    category: str,                # path parameter
    query: str,                   # query parameter — ?query=...
    page: int = 1,                # query with default — ?page=2
    limit: int = 20,              # query with default
    sort: Optional[str] = None,   # optional query — ?sort=name
) -> dict:
    return {
        "category": category,
        "query": query,
        "page": page,
        "limit": limit,
        "sort": sort,
    }

app = Litestar([search])  # completing line
