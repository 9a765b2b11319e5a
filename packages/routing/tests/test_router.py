"""The router as an ASGI application."""

import asyncio
from typing import Any

import pytest
from pleiad_routing import (
    LifespanFailure,
    Lifespans,
    NoRouteFound,
    RouteConflict,
    Router,
    RoutingError,
)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    text = f"{scope.get('root_path', '')}|{scope['path']}|{scope['path_params']}"
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"x-method", scope["method"].encode())],
        }
    )
    await send({"type": "http.response.body", "body": text.encode()})


async def other(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 201, "headers": []})
    await send({"type": "http.response.body", "body": b"other"})


def ask(app: Any, method: str, path: str, **scope: Any) -> tuple[int, dict[bytes, bytes], str]:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(
        app({"type": "http", "method": method, "path": path, "headers": [], **scope}, receive, send)
    )
    return (
        sent[0]["status"],
        dict(sent[0]["headers"]),
        b"".join(each["body"] for each in sent[1:]).decode(),
    )


@pytest.fixture
def router() -> Router:
    inner = Router()
    inner.add("GET", "/deep/{y:str}", echo)
    router = Router()
    router.add("GET", "/", echo)
    router.add(["GET", "PUT"], "/items/{id:int}", echo, name="item")
    router.add("DELETE", "/items/{id:int}", other)
    router.add(["GET", "HEAD"], "/own-head", other)
    router.mount("/m", echo, name="mount")
    router.mount("/inner/{x:int}", inner)
    return router


ANSWERS: list[Any] = [
    ("GET", "/", 200, "|/|{}"),
    ("GET", "", 200, "||{}"),
    ("GET", "/items/5", 200, "|/items/5|{'id': 5}"),
    ("GET", "/items/5/", 200, "|/items/5/|{'id': 5}"),
    ("HEAD", "/items/5", 200, ""),
    ("HEAD", "/own-head", 201, "other"),
    ("DELETE", "/items/5", 201, "other"),
    ("POST", "/items/5", 405, "Method Not Allowed"),
    ("__init__", "/items/5", 405, "Method Not Allowed"),
    ("OPTIONS", "/items/5", 204, ""),
    ("GET", "/items/x", 404, "Not Found"),
    ("HEAD", "/items/x", 404, ""),
    ("GET", "/m", 200, "/m|/m|{}"),
    ("GET", "/m/a//b", 200, "/m|/m/a//b|{}"),
    ("POST", "/m/x", 200, "/m|/m/x|{}"),
    ("GET", "/mm", 404, "Not Found"),
    ("GET", "/inner/7/deep/z", 200, "/inner/7|/inner/7/deep/z|{'x': 7, 'y': 'z'}"),
    ("GET", "/inner/7/nowhere", 404, "Not Found"),
    ("GET", "/inner/z/deep/z", 404, "Not Found"),
]


@pytest.mark.parametrize(("method", "path", "status", "text"), ANSWERS)
def test_answers(router: Router, method: str, path: str, status: int, text: str) -> None:
    assert ask(router, method, path)[::2] == (status, text)


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_the_whole_allow(router: Router, method: str) -> None:
    assert ask(router, method, "/items/5")[1][b"allow"] == b"DELETE, GET, HEAD, OPTIONS, PUT"


RAW: list[Any] = [
    (b"/items/5", "/items/5", 200),
    (b"/a%2Fb", "/a/b", 200),
    (b"/a%2fb?q=%2F", "/a/b", 200),
    (b"/a/b", "/a/b", 404),
    (b"/%00", "/\0", 200),
    (b"/%FF%2F", "/\ufffd/", 200),
    (b"/%zz%2F", "/%zz/", 200),
]


@pytest.mark.parametrize(("raw", "path", "status"), RAW)
def test_an_encoded_slash_is_data(raw: bytes, path: str, status: int) -> None:
    router = Router()
    router.add("GET", "/{x:str}", echo)
    router.add("GET", "/items/{id:int}", echo)
    assert ask(router, "GET", path, raw_path=raw)[0] == status


@pytest.mark.parametrize(
    ("root", "path", "status"),
    [
        ("/r", "/r/items/5", 200),
        ("/r", "/items/5", 200),
        ("/r/", "/r/items/5", 200),
        ("/r", "/r", 200),
        ("/items", "/items/5", 404),
        ("/r", "/rr/items/5", 404),
    ],
)
def test_below_a_root_path(router: Router, root: str, path: str, status: int) -> None:
    assert ask(router, "GET", path, root_path=root)[0] == status


def test_a_mount_below_a_root_path(router: Router) -> None:
    assert ask(router, "GET", "/r/m/x", root_path="/r")[2] == "/r/m|/r/m/x|{}"
    assert ask(router, "GET", "/m/x", root_path="/r")[2] == "/r/m|/r/m/x|{}"


def test_paths_by_name(router: Router) -> None:
    assert router.path_for("item", id=5) == "/items/5"
    assert router.path_for("mount") == "/m"
    with pytest.raises(NoRouteFound, match="there is no route 'itm'. Did you mean 'item'?"):
        router.path_for("itm")
    with pytest.raises(NoRouteFound, match="needs a value for 'id'"):
        router.path_for("item")


def test_what_is_taken_is_refused(router: Router) -> None:
    with pytest.raises(RoutingError, match="GET /items/{id:int} is answered already"):
        router.add("get", "/items/{id:int}", other)
    with pytest.raises(RouteConflict):
        router.add("POST", "/items/{number:int}", other)
    with pytest.raises(RouteConflict):
        router.mount("/m", other)
    router.websocket("/items/{id:int}", echo)
    with pytest.raises(RoutingError, match="WebSocket /items/{id:int} is answered already"):
        router.websocket("/items/{id:int}", other)


def test_own_not_found() -> None:
    assert ask(Router(not_found=other), "GET", "/x")[0] == 201


@pytest.mark.parametrize(
    ("path", "sent"),
    [("/ws/a", "websocket.accept"), ("/ws", "websocket.close"), ("/http", "websocket.close")],
)
def test_websockets(path: str, sent: str) -> None:
    async def accept(scope: Any, receive: Any, send: Any) -> None:
        assert scope["path_params"] == {"room": "a"}
        await send({"type": "websocket.accept"})

    router = Router()
    router.websocket("/ws/{room:str}", accept)
    router.add("GET", "/http", echo)
    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(router({"type": "websocket", "path": path, "headers": []}, receive, send))
    assert [each["type"] for each in messages] == [sent]


# Lifespans

LOG: list[str] = []


def living(name: str, *, start: str = "", stop: str = "") -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        LOG.append(f"start {name}")
        scope["state"][name] = 1
        if start == "raises":
            raise ValueError(f"{name} cannot start")
        await send({"type": f"lifespan.startup.{start or 'complete'}", "message": name})
        if start:
            return
        await receive()
        LOG.append(f"stop {name}")
        if stop == "raises":
            raise ValueError(f"{name} cannot stop")
        await send({"type": f"lifespan.shutdown.{stop or 'complete'}", "message": name})

    return app


async def lifeless(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError("what is a lifespan?")


async def silent(scope: Any, receive: Any, send: Any) -> None:
    return None


async def lived(*apps: Any) -> tuple[Any, dict[str, Any]]:
    LOG.clear()
    state: dict[str, Any] = {}
    try:
        async with Lifespans(apps, state):
            LOG.append("running")
    except BaseException as error:
        return error, state
    return None, state


LIVES: list[Any] = [
    ([living("a"), living("b")], None, ["start a", "start b", "running", "stop b", "stop a"]),
    ([living("a"), lifeless, silent, living("b")], None, ["start a", "start b", "running", "stop b", "stop a"]),
    ([living("a"), living("b", start="failed"), living("c")], LifespanFailure, ["start a", "start b", "stop a"]),
    ([living("a"), living("b", stop="failed"), living("c")], LifespanFailure, ["start a", "start b", "start c", "running", "stop c", "stop b", "stop a"]),
    ([living("a"), living("b", stop="raises")], ValueError, ["start a", "start b", "running", "stop b", "stop a"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("apps", "error", "log"),
    LIVES,
    ids=["right", "without", "start fails", "stop fails", "stop raises"],
)
def test_lifespans_start_in_order_and_stop_in_reverse(
    apps: Any, error: Any, log: list[str]
) -> None:
    found, state = asyncio.run(lived(*apps))
    assert (type(found) if found else None) == error
    assert log == LOG
    assert state["a"] == 1


@pytest.mark.parametrize(
    ("apps", "answers"),
    [
        ([living("a")], ["lifespan.startup.complete", "lifespan.shutdown.complete"]),
        ([living("a", start="failed")], ["lifespan.startup.failed"]),
        ([living("a", stop="failed")], ["lifespan.startup.complete", "lifespan.shutdown.failed"]),
    ],
)
def test_the_router_speaks_for_what_is_mounted(apps: Any, answers: list[str]) -> None:
    router = Router()
    for app in apps:
        router.mount("/a", app)
    sent: list[str] = []

    async def receive() -> Any:
        return {"type": "lifespan.startup" if not sent else "lifespan.shutdown"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    try:
        asyncio.run(router({"type": "lifespan", "state": {}}, receive, send))
    except LifespanFailure as error:
        assert "a" in str(error)
    assert sent == answers
