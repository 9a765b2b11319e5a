"""pleiad-routing alone: an ASGI app without a framework."""

from pleiad_routing import Receive, Router, Scope, Send


async def text(send: Send, status: int, content: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content.encode()})


async def home(scope: Scope, receive: Receive, send: Send) -> None:
    await text(send, 200, f"a book: {app.path_for('book', book_id=7, chapter='one/two')}")


async def show_book(scope: Scope, receive: Receive, send: Send) -> None:
    values = scope["path_params"]
    await text(send, 200, f"book {values['book_id']}, chapter {values['chapter']}")


app = Router()
app.add("GET", "/", home)
app.add("GET", "/books/{book_id:int}/{chapter:str}", show_book, name="book")
