from pleiad import asgi
from pleiad.types import Receive, Scope, Send


@asgi("/books", response_headers={"x-a": "b"})
async def books(scope: Scope, receive: Receive, send: Send) -> None: ...
