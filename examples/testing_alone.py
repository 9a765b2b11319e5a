"""pleiad-testing with an app of any framework; here it is a function."""

import anyio
import pytest

from pleiad_http import Receive, Scope, Send
from pleiad_testing import AppTimeout, AsyncTestClient, TestClient


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        scope["state"]["greeting"] = "hello"
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/hang":
        await anyio.sleep_forever()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for word in (scope["state"]["greeting"], ", ", "world"):
        await send({"type": "http.response.body", "body": word.encode(), "more_body": True})
    await send({"type": "http.response.body"})


def test_greeting() -> None:
    with TestClient(app=app) as client:
        response = client.get("/")
        assert response.status_code == 200
        assert response.text == "hello, world"


def test_stream() -> None:
    with TestClient(app=app) as client, client.stream("GET", "/") as response:
        assert next(response.iter_text()) == "hello"


def test_a_handler_that_hangs() -> None:
    with TestClient(app=app, timeout=0.1) as client:
        with pytest.raises(AppTimeout, match="GET /hang: the app has not begun an answer"):
            client.get("/hang")
        assert client.get("/").status_code == 200


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_on_my_own_loop() -> None:
    async with AsyncTestClient(app=app) as client:
        assert (await client.get("/")).text == "hello, world"


if __name__ == "__main__":
    test_greeting()
    test_stream()
    test_a_handler_that_hangs()
    anyio.run(test_on_my_own_loop)
    print("all passed")
