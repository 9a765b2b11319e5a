"""The router as an ASGI application."""

import asyncio
from typing import Any

import pytest

from pleiad_routing import (
    STANDARD,
    NoRouteFound,
    ParameterType,
    RouteConflict,
    Router,
    RoutingError,
)

NOTHING: Any = None


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
    router.websocket("/talk/{id:int}", echo, name="talk")
    assert router.path_for("talk", id=5) == "/talk/5"
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


def test_a_websocket_mount() -> None:
    router, inner, messages = Router(), Router(), []
    seen: list[Any] = []

    async def accept(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["root_path"], scope["path"], scope["path_params"]))
        await send({"type": "websocket.accept"})

    inner.websocket("/{room:str}", accept)
    router.mount("/chat", inner)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        messages.append(message["type"])

    for path in ("/chat/a", "/chat/a/b"):
        asyncio.run(router({"type": "websocket", "path": path, "headers": []}, receive, send))
    assert messages == ["websocket.accept", "websocket.close"]
    assert seen == [("/chat", "/chat/a", {"room": "a"})]


def test_a_path_of_websockets_only_is_no_http_path() -> None:
    router = Router()
    router.websocket("/ws", other)
    for method in ("GET", "OPTIONS", "HEAD"):
        assert ask(router, method, "/ws")[0] == 404


def test_head_takes_nothing_but_the_content() -> None:
    messages: list[Any] = [
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]},
        {"type": "http.response.body", "body": b"one", "more_body": True},
        {"type": "http.response.zerocopysend", "file": object(), "more_body": True},
        {"type": "http.response.pathsend", "path": "/etc/passwd"},
        {"type": "http.response.trailers", "headers": []},
    ]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["method"] == "HEAD"
        for message in messages:
            await send(message)

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    router = Router()
    router.add("GET", "/", app)
    asyncio.run(router({"type": "http", "method": "HEAD", "path": "/"}, NOTHING, send))
    empty = {"type": "http.response.body", "body": b"", "more_body": True}
    assert sent == [messages[0], empty, empty, {**empty, "more_body": False}, messages[4]]


def test_a_mount_gets_what_the_routes_of_a_path_leave() -> None:
    router = Router()
    router.add("GET", "/m/x", echo)
    router.mount("/m", other)
    found = {each: ask(router, each, "/m/x")[0] for each in ("GET", "HEAD", "POST", "OPTIONS")}
    assert found == {"GET": 200, "HEAD": 200, "POST": 201, "OPTIONS": 201}


def test_a_root_mount_swallows_no_route() -> None:
    router = Router()
    router.mount("/", other)
    router.add("GET", "/{x:str}", echo)
    router.add("GET", "/f/{p:path}", echo)
    router.mount("/f/m", other)
    paths = ("/", "/a", "/a/b", "/f/a/b", "/f/m/b")
    assert [ask(router, "GET", path)[0] for path in paths] == [201, 200, 201, 200, 201]


def test_own_method_not_allowed() -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"Allow", b"wrong"), (b"x-own", b"1")]
        await send({"type": "http.response.start", "status": 405, "headers": headers})
        await send({"type": "http.response.body", "body": b"own"})

    router = Router(method_not_allowed=refuse)
    router.add("PUT", "/", echo)
    assert ask(router, "GET", "/") == (405, {b"x-own": b"1", b"allow": b"OPTIONS, PUT"}, "own")
    assert ask(router, "OPTIONS", "/")[0] == 204
    assert ask(router, "GET", "/x")[0] == 404


def test_declared_options() -> None:
    router = Router()
    router.add(["OPTIONS", "GET"], "/", other)
    assert ask(router, "OPTIONS", "/")[::2] == (201, "other")


def test_answers_share_no_headers() -> None:
    """A middleware that adds to the list of one response does not add to the next."""
    router = Router()

    async def around(scope: Any, receive: Any, send: Any) -> None:
        async def send_more(message: Any) -> None:
            if "headers" in message:
                message["headers"].append((b"x-more", b"1"))
            await send(message)

        await router(scope, receive, send_more)

    first = ask(around, "GET", "/")
    assert first == ask(around, "GET", "/")
    counted = []

    async def count(message: Any) -> None:
        counted.extend(message.get("headers", ()))

    asyncio.run(around({"type": "http", "method": "GET", "path": "/"}, NOTHING, count))
    assert [name for name, _ in counted].count(b"x-more") == 1


@pytest.mark.parametrize("methods", ["", [], [""], ["GET", ""]], ids=repr)
def test_no_method_is_refused(methods: Any) -> None:
    with pytest.raises(RoutingError, match="path '/x' is to answer no method: name one"):
        Router().add(methods, "/x", echo)


def test_what_is_refused_gets_no_name() -> None:
    router = Router()
    router.add("GET", "/x", echo)
    with pytest.raises(RouteConflict):
        router.add("GET", "/x", echo, name="again")
    with pytest.raises(NoRouteFound):
        router.path_for("again")


def test_types_of_ones_own() -> None:
    colour = ParameterType("colour", int, lambda text: int(text, 16))
    router = Router(types=STANDARD.with_type(colour))
    router.add("GET", "/{c:colour}", echo)
    assert ask(router, "GET", "/ff")[::2] == (200, "|/ff|{'c': 255}")
    assert ask(router, "GET", "/gg")[0] == 404


def test_what_is_mounted_runs_with_the_router() -> None:
    log: list[str] = []
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["state"]["database"] = "open"
        for stage in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{stage}"
            log.append(stage)
            await send({"type": f"lifespan.{stage}.complete"})

    inner, router = Router(), Router()
    inner.mount("/deep", app)
    router.mount("/m", inner)
    router.mount("/again", inner)
    router.add("GET", "/", echo)

    async def receive() -> Any:
        return {"type": "lifespan.shutdown" if sent else "lifespan.startup"}

    async def send(message: Any) -> None:
        log.append(message["type"])
        sent.append(message)

    state: dict[str, Any] = {}
    asyncio.run(router({"type": "lifespan", "state": state}, receive, send))
    assert log == ["startup", "lifespan.startup.complete", "shutdown", "lifespan.shutdown.complete"]
    assert state == {"database": "open"}
