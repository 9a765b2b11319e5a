from pleiad import get


@get("/books", sync_to_thread=True)
async def list_books() -> list[str]:
    return []
