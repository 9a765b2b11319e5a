from pleiad import Litestar, get
from pleiad.middleware import AbstractMiddleware
from pleiad.types import ASGIApp, Receive, Scope, Send
import time

class TimingMiddleware(AbstractMiddleware):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            start = time.perf_counter()
            await self.app(scope, receive, send)
            elapsed = time.perf_counter() - start
            print(f"{scope['path']} took {elapsed*1000:.1f}ms")
        else:
            await self.app(scope, receive, send)

@get("/ping")
async def ping() -> dict:
    return {"status": "ok"}

app = Litestar([ping], middleware=[TimingMiddleware])
