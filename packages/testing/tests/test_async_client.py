import time
from contextlib import aclosing

import anyio
import pytest

from pleiad_testing import AppTimeout, AsyncTestClient, ProtocolFault

pytestmark = pytest.mark.anyio

START = {"type": "http.response.start", "status": 200, "headers": []}


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


def only_http(app):
    async def guarded(scope, receive, send):
        if scope["type"] == "http":
            await app(scope, receive, send)

    return guarded


@pytest.fixture(params=["with", "without"])
async def opened(request):
    clients = []

    async def make(app, **options):
        client = AsyncTestClient(app=only_http(app), **options)
        if request.param == "with":
            clients.append(await client.__aenter__())
        return client

    yield make
    for client in clients:
        await client.aclose()


async def sized(body):
    return {"type": "http.response.body", "body": body, "more_body": True}


async def test_both_directions_at_once(opened):
    async def app(scope, receive, send):
        await send(START)
        while True:
            message = await receive()
            await send(await sized(message["body"].upper()))
            if not message["more_body"]:
                break
        await send({"type": "http.response.body"})

    give, take = anyio.create_memory_object_stream[bytes](1)

    async def content():
        async with take:
            async for each in take:
                yield each

    client = await opened(app)
    async with client.stream("POST", "/", content=content()) as response:
        async with aclosing(response.aiter_raw()) as chunks:
            for word in (b"one", b"two"):
                await give.send(word)
                assert await anext(chunks) == word.upper()
            give.close()
            assert [each async for each in chunks] == []


async def test_it_runs_on_the_callers_loop(opened):
    reached = anyio.Event()
    go_on = anyio.Event()

    async def app(scope, receive, send):
        reached.set()
        await go_on.wait()
        await send(START)
        await send({"type": "http.response.body", "body": b"ok"})

    client = await opened(app)
    texts = []

    async def ask():
        texts.append((await client.get("/")).text)

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        await reached.wait()
        go_on.set()
    assert texts == ["ok"]


async def test_a_cancelled_test_cancels_the_app(opened):
    ended = anyio.Event()

    async def app(scope, receive, send):
        try:
            await anyio.sleep_forever()
        finally:
            ended.set()

    client = await opened(app)
    with anyio.move_on_after(0.05) as scope:
        await client.get("/")
    assert scope.cancelled_caught
    with anyio.fail_after(1):
        await ended.wait()


async def test_a_hanging_app(opened):
    async def hang(scope, receive, send):
        await anyio.sleep_forever()

    client = await opened(hang, timeout=0.05)
    with pytest.raises(AppTimeout, match=r"GET /x: .* within 0\.05 s; it waits at .* in hang"):
        await client.get("/x")


async def test_an_app_that_does_not_let_itself_be_cancelled(opened):
    release = anyio.Event()

    async def app(scope, receive, send):
        with anyio.CancelScope(shield=True):
            await release.wait()

    client = await opened(app, timeout=0.05)
    with pytest.raises(AppTimeout, match="does not let itself be cancelled"):
        await client.get("/x")
    release.set()


async def test_an_app_that_blocks_the_loop(opened):
    async def app(scope, receive, send):
        time.sleep(0.1)  # noqa: ASYNC251
        await send(START)
        await send({"type": "http.response.body", "body": b"ok"})

    client = await opened(app, timeout=0.05)
    with pytest.raises(AppTimeout, match=r"within 0\.05 s"):
        await client.get("/")


async def test_exceptions_and_faults(opened):
    async def app(scope, receive, send):
        if scope["path"] == "/raise":
            raise KeyError("mine")

    client = await opened(app)
    with pytest.raises(KeyError, match="mine"):
        await client.get("/raise")
    with pytest.raises(ProtocolFault, match="GET /none: the app returned without an answer"):
        await client.get("/none")


async def test_closing_disconnects(opened):
    seen = []

    async def app(scope, receive, send):
        await receive()
        await send(START)
        seen.append(await receive())

    client = await opened(app)
    async with client.stream("GET", "/"):
        assert seen == []
    assert seen == [{"type": "http.disconnect"}]
