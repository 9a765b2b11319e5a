from pleiad import Pleiad, delete


@delete("/books", media_type="text/html")
async def remove() -> None: ...


Pleiad([remove])
