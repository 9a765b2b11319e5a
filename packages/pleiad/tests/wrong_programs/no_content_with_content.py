from pleiad import Pleiad, delete


@delete("/books/{book_id:int}", status_code=204)
async def delete_book(book_id: int) -> dict[str, int]:
    return {"deleted": book_id}


Pleiad([delete_book])
