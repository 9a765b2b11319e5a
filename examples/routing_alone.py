"""pleiad-routing alone: an ASGI app without a framework."""

from pleiad_routing import Receive, Router, Scope, Send, rooted


async def text(send: Send, status: int, content: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content.encode()})


async def home(scope: Scope, receive: Receive, send: Send) -> None:
    chapter = books.path_for("chapter", book_id=7, chapter="one/two")
    await text(send, 200, f"read {rooted(scope, app.path_for('books') + chapter)}")


async def show_chapter(scope: Scope, receive: Receive, send: Send) -> None:
    values = scope["path_params"]
    await text(send, 200, f"book {values['book_id']}, chapter {values['chapter']}")


async def remove_book(scope: Scope, receive: Receive, send: Send) -> None:
    await text(send, 200, f"book {scope['path_params']['book_id']} is gone")


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    await text(send, 404, "there is nothing of this name in the library")


books = Router(not_found=nothing_here)
books.add("GET", "/{book_id:int}/{chapter:str}", show_chapter, name="chapter")
books.add("DELETE", "/{book_id:int}", remove_book)

app = Router()
app.add("GET", "/", home)
app.mount("/books", books, name="books")
