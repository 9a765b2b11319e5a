"""From start to stop: what runs around the app, and what ends a request's work early."""

# --8<-- [start:imports]
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import sleep

from pleiad import Pleiad, Request, Response, get, post
from pleiad.background_tasks import BackgroundTask
from pleiad.exceptions import TimeLimitException
from pleiad.testing import TestClient

# --8<-- [end:imports]


# --8<-- [start:lifespan]
@asynccontextmanager
async def pool(app: Pleiad) -> AsyncIterator[None]:
    app.state.pool = "pool"
    print("pool: opened")
    try:
        yield
    finally:
        print("pool: closed")


def started() -> None:
    print("started")


async def stopped(app: Pleiad) -> None:
    print("stopped, told before:", app.shutting_down.is_set())


# --8<-- [end:lifespan]
# --8<-- [start:ready]
@get("/ready")
async def ready(request: Request) -> Response[str]:
    stopping = request.app.shutting_down.is_set()
    return Response("stopping" if stopping else "ready", status_code=503 if stopping else 200)


# --8<-- [end:ready]
# --8<-- [start:timeout]
async def session() -> AsyncIterator[str]:
    try:
        yield "session"
    finally:
        print("session: closed")


@get("/search", timeout=0.05, dependencies={"session": session})
async def search(q: str, session: str) -> list[str]:
    await sleep(60 if q == "everything" else 0)
    return [q]


# --8<-- [end:timeout]
# --8<-- [start:gateway]
def as_gateway(request: Request, exc: TimeLimitException) -> Response[dict[str, str]]:
    return Response({"detail": exc.detail}, status_code=504, headers={"retry-after": "5"})


# --8<-- [end:gateway]
# --8<-- [start:disconnect]
@post("/renderings", cancel_on_disconnect=True, dependencies={"session": session})
async def render(data: dict[str, int], session: str) -> dict[str, int]:
    await sleep(data["seconds"])
    return data


# --8<-- [end:disconnect]
# --8<-- [start:background]
async def send_welcome(name: str) -> None:
    print("mail to", name)


@post("/users")
async def add_user(data: dict[str, str]) -> Response[dict[str, str]]:
    return Response(data, background=BackgroundTask(send_welcome, data["name"]))


# --8<-- [end:background]
app = Pleiad(
    [ready, search, render, add_user],
    lifespan=[pool],
    on_startup=[started],
    on_shutdown=[stopped],
    exception_handlers={TimeLimitException: as_gateway},
    timeout=30,
)


if __name__ == "__main__":
    with TestClient(app) as client:
        print(client.get("/search?q=tea").text)
        late = client.get("/search?q=everything")
        print(late.status_code, late.text)
        print(client.post("/users", json={"name": "Ann"}).status_code)
        app.shutting_down.set()
        print(client.get("/ready").text)
