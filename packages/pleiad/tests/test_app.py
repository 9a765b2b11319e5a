"""The app as its users see it, through the test client."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import pytest

from pleiad import (
    Controller,
    Litestar,
    MediaType,
    Pleiad,
    Request,
    Response,
    Router,
    asgi,
    get,
    post,
    route,
)
from pleiad.background_tasks import BackgroundTask
from pleiad.datastructures import Cookie, Limits, ResponseHeader, State
from pleiad.di import Dependency, Provide
from pleiad.exceptions import (
    ClientException,
    HTTPException,
    ImproperlyConfiguredException,
    InternalServerException,
    NoRouteMatchFoundException,
    NotAuthorizedException,
    NotFoundException,
    ReturnMismatch,
    ServiceUnavailableException,
    ValidationException,
)
from pleiad.middleware import AbstractMiddleware, ASGIMiddleware, DefineMiddleware
from pleiad.params import Parameter
from pleiad.testing import AsyncTestClient, TestClient, create_async_test_client, create_test_client
from pleiad.types import ASGIApp, Message, Receive, Scope, Send


@get("/")
async def home() -> str:
    return "home"


@get("/fails")
async def fails(kind: str = "ZeroDivisionError") -> str:
    raise {
        "ZeroDivisionError": ZeroDivisionError("secret"),
        "LookupError": KeyError("secret"),
        "NotFound": NotFoundException("no such thing"),
        "Teapot": HTTPException("teapot", status_code=418, headers={"X-A": "b"}, extra={"k": 1}),
        "Internal": InternalServerException("secret", extra={"secret": 1}),
        "Unavailable": ServiceUnavailableException("later"),
        "Group": ExceptionGroup("one", [NotFoundException("inner")]),
    }[kind]


ERRORS: list[Any] = [
    ("ZeroDivisionError", 500, {"status_code": 500, "detail": "Internal Server Error"}),
    ("NotFound", 404, {"status_code": 404, "detail": "no such thing"}),
    ("Teapot", 418, {"status_code": 418, "detail": "teapot", "extra": {"k": 1}}),
    ("Internal", 500, {"status_code": 500, "detail": "Internal Server Error"}),
    ("Unavailable", 503, {"status_code": 503, "detail": "later"}),
    ("Group", 404, {"status_code": 404, "detail": "inner"}),
]


@pytest.mark.parametrize(("kind", "status", "body"), ERRORS)
def test_an_error_body_tells_no_secret(kind: str, status: int, body: Any) -> None:
    with TestClient(Pleiad([fails]), raise_server_exceptions=False) as client:
        response = client.get("/fails", params={"kind": kind})
    assert (response.status_code, response.json()) == (status, body)
    assert "secret" not in response.text
    assert response.headers.get("x-a") == ("b" if kind == "Teapot" else None)


def test_what_nobody_expected_is_raised_in_the_test_and_logged_once(caplog: Any) -> None:
    with TestClient(Pleiad([fails])) as client, pytest.raises(ZeroDivisionError):
        client.get("/fails")
    [record] = caplog.records
    assert (record.name, record.levelno, record.getMessage()) == (
        "pleiad",
        logging.ERROR,
        "GET /fails",
    )
    assert record.exc_info[0] is ZeroDivisionError


def test_the_log_escapes_what_a_client_sends(ask: Any, caplog: Any) -> None:
    @get("/{rest:path}")
    async def anything(rest: str) -> str:
        raise ZeroDivisionError

    ask(Pleiad([anything]), "GET", "/a\nERROR forged\x1b[31m")
    assert caplog.records[0].getMessage() == r"'GET /a\nERROR forged\x1b[31m'"


def told(request: Request[Any, Any, Any], exc: Exception) -> Response[dict[str, str]]:
    return Response({"told": type(exc).__name__, "path": request.url.path}, status_code=499)


async def injected(exc: KeyError, who: str, page: int = 1) -> dict[str, Any]:
    return {"who": who, "page": page, "key": str(exc)}


def positional(request, exc):  # type: ignore[no-untyped-def]
    return Response(f"{request.method} {type(exc).__name__}", status_code=418)


HANDLED: list[Any] = [
    ({ZeroDivisionError: told}, "ZeroDivisionError", 499, {"told": "ZeroDivisionError", "path": "/fails"}),
    ({500: told}, "ZeroDivisionError", 499, {"told": "ZeroDivisionError", "path": "/fails"}),
    ({Exception: told}, "NotFound", 499, {"told": "NotFoundException", "path": "/fails"}),
    ({404: told, NotFoundException: positional}, "NotFound", 499, {"told": "NotFoundException", "path": "/fails"}),
    ({NotFoundException: told, Exception: positional}, "NotFound", 499, {"told": "NotFoundException", "path": "/fails"}),
    ({LookupError: injected}, "LookupError", 500, {"who": "me", "page": 3, "key": "'secret'"}),
    ({500: told}, "NotFound", 404, {"status_code": 404, "detail": "no such thing"}),
    ({500: told}, "Internal", 499, {"told": "InternalServerException", "path": "/fails"}),
]  # fmt: skip


@pytest.mark.parametrize(("handlers", "kind", "status", "body"), HANDLED)
@pytest.mark.parametrize("layer", ["app", "router", "handler"])
def test_exception_handlers(handlers: Any, kind: str, status: int, body: Any, layer: str) -> None:
    options = {
        each: {"exception_handlers": handlers} if each == layer else {}
        for each in ("app", "router", "handler")
    }
    handler = get("/fails", **options["handler"])(fails.fn)  # type: ignore[arg-type]
    router = Router("/", route_handlers=[handler], **options["router"])  # type: ignore[arg-type]
    app = Pleiad(
        [router],
        dependencies={"who": Provide(lambda: "me", sync_to_thread=False)},
        **options["app"],
    )  # type: ignore[arg-type]
    with TestClient(app) as client:
        response = client.get("/fails", params={"kind": kind, "page": 3})
    assert (response.status_code, response.json()) == (status, body)


def test_the_nearest_handler_wins_and_404_and_405_reach_the_apps() -> None:
    handler = get("/fails", exception_handlers={ZeroDivisionError: told})(fails.fn)
    with TestClient(
        Pleiad([handler], exception_handlers={ZeroDivisionError: positional, 404: told, 405: told})
    ) as client:
        assert client.get("/fails").json()["told"] == "ZeroDivisionError"
        assert client.get("/nowhere").json()["told"] == "NotFoundException"
        assert client.post("/fails").json()["told"] == "MethodNotAllowedException"


def test_a_failing_exception_handler_is_answered() -> None:
    def broken(exc: Exception) -> Response[None]:
        raise RuntimeError("in the handler")

    with TestClient(
        Pleiad([fails], exception_handlers={500: broken}), raise_server_exceptions=False
    ) as client:
        assert client.get("/fails").json() == {
            "status_code": 500,
            "detail": "Internal Server Error",
        }


def test_an_answer_to_an_exception_that_cannot_be_encoded() -> None:
    def unsendable(exc: Exception) -> Response[Any]:
        return Response(object())

    app = Pleiad([fails], exception_handlers={500: unsendable})
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/fails").json() == {
            "status_code": 500,
            "detail": "Internal Server Error",
        }


def test_a_client_that_leaves_is_no_fault_of_the_program(caplog: Any) -> None:
    import asyncio

    log: list[str] = []

    async def session() -> AsyncIterator[int]:
        log.append("open")
        yield 1

    @post("/")
    async def handler(data: dict[str, int], session: int) -> int:
        return session

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        log.append(message["type"])

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(Pleiad([handler], dependencies={"session": session})(scope, receive, send))
    assert (log, caplog.records) == ([], [])


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("text/html,*/*", "text/html; charset=utf-8"), ("*/*", "text/plain; charset=utf-8")],
)
def test_the_debug_page_escapes(accept: str, media_type: str) -> None:
    @get("/{name:str}")
    async def handler(name: str) -> str:
        raise ValueError(f"<b>{name}</b>")

    with create_test_client([handler], raise_server_exceptions=False) as client:
        response = client.get("/<script>", headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (500, media_type)
    assert ("&lt;b&gt;" in response.text) == ("html" in media_type)
    assert "raise ValueError" in response.text
    if "html" in media_type:
        assert "<script>" not in response.text


# Middleware


class Stamp(AbstractMiddleware):
    def __init__(self, app: ASGIApp, name: str = "stamp") -> None:
        super().__init__(app)
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-stamps", self.name.encode()))
            await send(message)

        await self.app(scope, receive, stamped)


class Refusing(ASGIMiddleware):
    exclude_opt_key = "open"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if b"x-refuse" in dict(scope["headers"]):
            raise NotAuthorizedException("refused by middleware")
        await next_app(scope, receive, send)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 200),
        ("/fails", {}, 500),
        ("/nowhere", {}, 404),
        ("/", {"x-refuse": "1"}, 401),
        ("/open", {"x-refuse": "1"}, 200),
    ],
)
def test_middleware_sees_every_answer(path: str, headers: Any, status: int) -> None:
    opened = get("/open", open=True)(home.fn)
    app = Pleiad(
        [home, fails, opened], middleware=[DefineMiddleware(Stamp, name="outer"), Refusing(), Stamp]
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get(path, headers=headers)
    assert response.status_code == status
    stamps = ["outer"] if status == 401 else ["stamp", "outer"]
    assert response.headers.get_list("x-stamps") == stamps


def test_middleware_of_the_layers_runs_from_the_outside_in() -> None:
    def named(name: str) -> Any:
        return DefineMiddleware(Stamp, name=name)

    handler = get("/", middleware=[named("handler")])(home.fn)
    app = Pleiad(
        [Router("/", route_handlers=[handler], middleware=[named("router")])],
        middleware=[named("app")],
    )
    with TestClient(app) as client:
        assert client.get("/").headers.get_list("x-stamps") == ["handler", "router", "app"]


def test_an_exception_after_the_answer_began_is_not_raised(ask: Any, caplog: Any) -> None:
    class Late(AbstractMiddleware):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)
            raise ZeroDivisionError

    assert ask(Pleiad([home], middleware=[Late, Stamp]), "GET", "/").status == 200
    assert [each.getMessage() for each in caplog.records] == ["GET /: after the response began"]


# Hooks


def test_hooks_of_the_app() -> None:
    seen: list[Any] = []

    async def before_send(message: Message, scope: Scope) -> None:
        seen.append((message["type"], scope["path"]))

    def after_exception(exc: Exception, scope: Scope) -> None:
        seen.append(type(exc).__name__)

    app = Pleiad([home, fails], before_send=[before_send], after_exception=[after_exception])
    with TestClient(app, raise_server_exceptions=False) as client:
        client.get("/")
        client.get("/fails")
    assert seen == [
        ("http.response.start", "/"), ("http.response.body", "/"), "ZeroDivisionError",
        ("http.response.start", "/fails"), ("http.response.body", "/fails"),
    ]  # fmt: skip


def test_the_order_of_a_request() -> None:
    log: list[str] = []

    def note(name: str) -> Any:
        def guard(connection: Any, handler: Any) -> None:
            log.append(name)

        return guard

    async def before(request: Request[Any, Any, Any]) -> None:
        log.append("before_request")

    async def after(response: Response[Any]) -> Response[Any]:
        log.append("after_request")
        return response

    async def session() -> AsyncIterator[int]:
        log.append("open")
        yield 1
        log.append("close")

    async def sent(message: Message) -> None:
        log.append(message["type"])

    async def last(request: Request[Any, Any, Any]) -> None:
        log.append("after_response")

    @get("/", guards=[note("handler guard")], background=BackgroundTask(log.append, "background"))
    async def handler(session: int, page: int) -> str:
        log.append("handler")
        return ""

    app = Pleiad(
        [Router("/", route_handlers=[handler], guards=[note("router guard")])],
        guards=[note("app guard")], before_request=before, after_request=after, after_response=last,
        before_send=[sent], dependencies={"session": session},
    )  # fmt: skip
    with TestClient(app) as client:
        assert client.get("/?page=1").status_code == 200
        assert log == [
            "app guard", "router guard", "handler guard", "before_request", "open", "handler", "after_request", "close",
            "http.response.start", "http.response.body", "background", "after_response",
        ]  # fmt: skip
        log.clear()
        assert client.get("/?page=x").status_code == 400
        assert log[:4] == ["app guard", "router guard", "handler guard", "before_request"]
        assert "open" not in log


def test_the_nearest_hook_alone_runs_and_none_disables_it() -> None:
    async def app_hook(request: Request[Any, Any, Any]) -> str:
        return "app"

    async def own_hook(request: Request[Any, Any, Any]) -> str:
        return "own"

    own = get("/own", before_request=own_hook)(home.fn)
    off = get("/off", before_request=None)(home.fn)
    with TestClient(Pleiad([home, own, off], before_request=app_hook)) as client:
        assert [client.get(path).text for path in ("/", "/own", "/off")] == ["app", "own", "home"]


def test_an_early_answer_shares_nothing_with_the_handlers() -> None:
    log: list[str] = []

    async def session() -> AsyncIterator[str]:
        log.append("open")
        yield "session"
        log.append("close")

    async def before(request: Request[Any, Any, Any]) -> str | None:
        return "early" if "early" in request.query_params else None

    async def after(response: Response[Any], session: str) -> Response[Any]:
        log.append(f"{response.content} {session}")
        return response

    @get("/")
    async def handler(session: str) -> str:
        return "late"

    @get("/app")
    async def app_handler() -> ASGIApp:
        return echo

    options: Any = {
        "before_request": before,
        "after_request": after,
        "dependencies": {"session": session},
    }
    with TestClient(Pleiad([handler, app_handler], **options)) as client:
        assert (client.get("/").text, client.get("/?early=1").text) == ("late", "early")
        assert log == ["open", "late session", "close", "open", "early session", "close"]
        assert client.get("/app").text == "|/app|{}"
        assert client.get("/app?early=1").text == "early"


def test_what_hooks_may_return(caplog: Any) -> None:
    async def answering(request: Request[Any, Any, Any]) -> Response[str]:
        return Response("early", status_code=203, headers={"x-early": "1"})

    async def careless(response: Response[Any]) -> str:
        return "no response"

    early = get("/early", before_request=answering)(home.fn)
    careless_ = get("/careless", after_request=careless)(home.fn)
    with TestClient(Pleiad([early, careless_]), raise_server_exceptions=False) as client:
        response = client.get("/early")
        assert (response.status_code, response.text, response.headers["x-early"]) == (
            203,
            "early",
            "1",
        )
        assert client.get("/careless").status_code == 500
    assert "its after_request hook, declares Response, but returned str" in caplog.text


def test_guards_are_injected() -> None:
    async def user(token: Annotated[str, Parameter(header="X-Token")]) -> str:
        return token

    def is_admin(user: str, page: int = 1) -> None:
        if user != "admin" or page == 13:
            raise NotAuthorizedException("not you")

    handler = get("/", guards=[is_admin])(home.fn)
    with TestClient(Pleiad([handler], dependencies={"user": user})) as client:
        assert client.get("/", headers={"x-token": "admin"}).text == "home"
        assert client.get("/", headers={"x-token": "me"}).status_code == 401
        assert client.get("/?page=13", headers={"x-token": "admin"}).status_code == 401
        assert client.get("/").json()["extra"][0]["source"] == "header"


# Life


def test_start_and_stop() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def manager(app: Pleiad) -> AsyncIterator[None]:
        log.append("enter")
        app.state.started = True
        yield
        log.append("exit")

    async def pool() -> AsyncIterator[str]:
        log.append("open pool")
        yield "pool"
        log.append("close pool")

    async def startup(app: Pleiad) -> None:
        log.append(f"startup {app.state.started}")

    @get("/")
    async def handler(pool: str, state: State) -> list[Any]:
        return [pool, state.started]

    app = Pleiad(
        [handler], lifespan=[manager], on_startup=[startup, lambda: log.append("second")],
        on_shutdown=[lambda: log.append("down"), lambda app: log.append("down 2")],
        dependencies={"pool": Provide(pool, scope="app")},
    )  # fmt: skip
    with TestClient(app) as client:
        assert client.get("/").json() == ["pool", True]
    assert log == [
        "open pool",
        "enter",
        "startup True",
        "second",
        "exit",
        "down",
        "down 2",
        "close pool",
    ]


def test_a_failing_start_stops_what_had_started() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def manager(app: Pleiad) -> AsyncIterator[None]:
        try:
            yield
        finally:
            log.append("exit")

    def startup() -> None:
        raise RuntimeError("cannot start")

    with (
        pytest.raises(RuntimeError, match="cannot start"),
        TestClient(Pleiad(lifespan=[manager], on_startup=[startup])),
    ):
        pass
    assert log == ["exit"]


def test_a_failing_stop_stops_the_rest() -> None:
    log: list[str] = []

    def broken() -> None:
        raise RuntimeError("cannot stop")

    with (
        pytest.raises(RuntimeError, match="cannot stop"),
        TestClient(Pleiad(on_shutdown=[broken, lambda: log.append("next")])),
    ):
        pass
    assert log == ["next"]


def test_mounted_apps_live_with_the_app() -> None:
    log: list[str] = []

    def note(name: str) -> Any:
        return lambda: log.append(name)

    inner = Pleiad([home], on_startup=[note("inner up")], on_shutdown=[note("inner down")])
    app = Pleiad(
        [asgi("/inner", is_mount=True)(inner), asgi("/echo", is_mount=True)(echo)],
        on_startup=[note("up")], on_shutdown=[note("down")],
    )  # fmt: skip
    with TestClient(app) as client:
        assert client.get("/inner/").text == "home"
        assert client.get("/echo/x").text == "/echo|/echo/x|{}"
    assert log == ["inner up", "up", "inner down", "down"]


def test_on_app_init() -> None:
    def init(config: Any) -> Any:
        config.route_handlers.append(home)
        config.response_headers = {"x-init": "yes"}
        config.limits = Limits(body=5)
        config.guards.append(lambda connection, handler: None)
        return config

    @post("/")
    async def size(body: bytes) -> int:
        return len(body)

    with TestClient(Pleiad([size], on_app_init=[init])) as client:
        assert client.get("/").headers["x-init"] == "yes"
        assert client.post("/", content=b"123456").status_code == 413


# Mounts and plain ASGI


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    text = f"{scope['root_path']}|{scope['path']}|{scope['path_params']}"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": text.encode()})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/raw", "|/raw|{}"),
        ("/m", "/m|/m|{}"),
        ("/m/", "/m|/m/|{}"),
        ("/m/a/b", "/m|/m/a/b|{}"),
        ("/m/own", "home"),
        ("/t/5/x", "/t/5|/t/5/x|{'id': 5}"),
        ("/mm", "404"),
    ],
)
def test_mounts(path: str, text: str, ask: Any) -> None:
    handlers = [
        asgi("/raw")(echo), asgi("/m", is_mount=True)(echo), get("/m/own")(home.fn), asgi("/t/{id:int}", is_mount=True)(echo),
    ]  # fmt: skip
    answer = ask(Pleiad(handlers), "GET", path)
    assert (answer.content.decode() if answer.status == 200 else str(answer.status)) == text


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/own/7", "/own/{id:int}"),
        ("/raw", "/raw"),
        ("/t/5/x", "/t/{id:int}"),
        ("/none", None),
        ("/raw/none", None),
    ],
)
def test_the_template_of_what_answers(path: str, template: str | None, ask: Any) -> None:
    scopes = []

    class Watch(ASGIMiddleware):
        async def handle(
            self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp
        ) -> None:
            scopes.append(scope)
            await next_app(scope, receive, send)

    @get("/own/{id:int}")
    async def own(id: int) -> int:
        return id

    handlers = [own, asgi("/raw")(echo), asgi("/t/{id:int}", is_mount=True)(echo)]
    ask(Pleiad(handlers, middleware=[Watch()]), "GET", path)
    assert [each.get("path_template") for each in scopes] == [template]


def test_an_asgi_handler_that_fails_in_the_middle(ask: Any, caplog: Any) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half"})
        raise ZeroDivisionError

    assert ask(Pleiad([asgi("/a")(broken)]), "GET", "/a").content == b"half"
    assert [each.getMessage() for each in caplog.records] == ["GET /a: after the response began"]


def test_an_asgi_handler_has_guards_middleware_and_errors(ask: Any) -> None:
    def refuse(connection: Any, handler: Any) -> None:
        if "x-refuse" in connection.headers:
            raise NotAuthorizedException

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise NotFoundException("not in here")

    app = Pleiad([asgi("/a", guards=[refuse])(echo), asgi("/b")(broken)], middleware=[Stamp])
    assert ask(app, "GET", "/a").headers["x-stamps"] == "stamp"
    assert ask(app, "POST", "/a", headers={"x-refuse": "1"}).status == 401
    assert ask(app, "GET", "/b").json["detail"] == "not in here"


def test_below_a_root_path(ask: Any) -> None:
    @get("/x/{a:str}", name="x")
    async def handler(request: Request[Any, Any, Any], a: str) -> list[str]:
        return [a, request.url_for("x", a="b c"), str(request.base_url), request.url.path]

    app = Pleiad([handler])
    expected = ["a/b", "http://test/root/x/b%20c", "http://test/root/"]
    assert ask(app, "GET", "/root/x/a%2Fb".replace("%2F", "/"), root_path="/root").status == 404
    with TestClient(app, root_path="/root", base_url="http://test") as client:
        assert client.get("/x/a%2Fb").json()[:3] == expected


def test_a_websocket_is_closed_where_nothing_answers() -> None:
    import asyncio

    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(Pleiad([home])(scope, receive, send))
    assert sent == [{"type": "websocket.close", "code": 4404, "reason": "Not Found"}]


# Options


@dataclass
class Money:
    cents: int


class Secret:
    def __init__(self, text: str) -> None:
        self.text = text


def test_layered_headers_cookies_encoders_and_classes() -> None:
    class Marked(Request[Any, Any, Any]):
        mark = "marked"

    class Wrapped(Response[Any]):
        def __init__(self, content: Any, **options: Any) -> None:
            super().__init__({"wrapped": content}, **options)

    @get(
        "/", response_headers=[ResponseHeader("x-own", "1")], response_cookies=[Cookie("own", "1")]
    )
    async def handler(request: Marked) -> dict[str, Any]:
        return {"secret": Secret("x"), "mark": request.mark}

    @get("/wrapped", response_class=Wrapped)
    async def wrapped() -> int:
        return 1

    app = Pleiad(
        [handler, wrapped], response_headers={"x-app": "1"}, response_cookies={"app": "1"}, request_class=Marked,
        type_encoders={Secret: lambda each: each.text.upper()},
    )  # fmt: skip
    with TestClient(app) as client:
        response = client.get("/")
        assert response.json() == {"secret": "X", "mark": "marked"}
        assert (response.headers["x-own"], response.headers["x-app"]) == ("1", "1")
        assert dict(response.cookies) == {"own": "1", "app": "1"}
        assert client.get("/wrapped").json() == {"wrapped": 1}


@pytest.mark.parametrize(("policy", "status"), [("types", 200), ("always", 500), ("off", 200)])
@pytest.mark.parametrize("shape", ["value", "response"])
def test_validate_responses(policy: Any, status: int, shape: str) -> None:
    @get("/value")
    async def value() -> Money:
        return Money("many")  # type: ignore[arg-type]

    @get("/response")
    async def response() -> Response[Money]:
        return Response(Money("many"))  # type: ignore[arg-type]

    with TestClient(
        Pleiad([value, response], validate_responses=policy), raise_server_exceptions=False
    ) as client:
        assert client.get(f"/{shape}").status_code == status


def test_a_mismatch_is_told_in_the_log(caplog: Any) -> None:
    @get("/")
    async def handler() -> list[int]:
        return ["a"]  # type: ignore[list-item]

    with TestClient(Pleiad([handler])) as client, pytest.raises(ReturnMismatch):
        client.get("/")
    [record] = caplog.records
    assert record.exc_info is None
    assert record.message == (
        "GET /: handler 'handler' declares int at '[0]', but returned str 'a'"
    )


def test_debug_checks_deeply() -> None:
    @get("/")
    async def handler() -> Money:
        return Money("many")  # type: ignore[arg-type]

    with create_test_client(handler, raise_server_exceptions=False) as client:
        assert client.get("/").status_code == 500
    with create_test_client(handler, debug=False) as client:
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(("option", "main"), [(None, False), (True, False), (False, True)])
def test_sync_to_thread(option: bool | None, main: bool) -> None:
    async def loop_thread() -> int:
        return threading.get_ident()

    @get("/", dependencies={"loop": loop_thread})
    def handler(loop: int) -> bool:
        return threading.get_ident() == loop

    options: Any = {} if option is None else {"sync_to_thread": option}
    with TestClient(Pleiad([handler], **options)) as client:
        assert client.get("/").json() is main


def test_the_annotations_of_a_guard_are_litestars() -> None:
    from pleiad.connection import ASGIConnection
    from pleiad.handlers import BaseRouteHandler

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if connection.headers.get("x-no"):
            raise NotAuthorizedException

    with TestClient(Pleiad([get("/", guards=[guard])(home.fn)])) as client:
        assert client.get("/").status_code == 200
        assert client.get("/", headers={"x-no": "1"}).status_code == 401


def test_opt_and_unknown_options() -> None:
    handler = get("/", exclude_from_auth=True, opt={"a": 1})(home.fn)
    [route] = Pleiad([Router("/", route_handlers=[handler], opt={"b": 2, "a": 0})]).routes
    assert dict(route.handler.opt) == {"b": 2, "a": 1, "exclude_from_auth": True}
    with pytest.raises(ImproperlyConfiguredException, match="Did you mean 'guards'"):
        get("/", gaurds=[])
    with pytest.raises(ImproperlyConfiguredException, match="has no option 'dto' yet"):
        get("/", dto=None)


def test_signature_namespace() -> None:
    namespace: dict[str, Any] = {}
    exec("async def handler(money: 'Cents', data: 'Cents' = 0) -> 'Cents': ...", namespace)  # noqa: S102
    with pytest.raises(ImproperlyConfiguredException, match="names 'Cents'"):
        Pleiad([post("/")(namespace["handler"])])
    Pleiad([post("/")(namespace["handler"])], signature_namespace={"Cents": int})


# Finding


def test_route_reverse() -> None:
    @get(["/a/{x:int}", "/a"], name="a")
    async def handler(x: int = 5) -> int:
        return x

    class Books(Controller):
        path = "/books"

        @get("/{title:str}")
        async def show_book(self, title: str) -> str:
            return title

    app = Pleiad([handler, Router("/shop", route_handlers=[Books])], path="/api")
    assert app.route_reverse("a", x=3) == "/api/a/3"
    assert app.route_reverse("a") == "/api/a"
    assert app.route_reverse("show_book", title="a/b") == "/api/shop/books/a%2Fb"
    for name, values, message in [
        ("b", {}, "there is no route 'b'"), ("a", {"y": 1}, "has no parameter 'y'"), ("a", {"x": "z"}, "is no value for 'x'"),
    ]:  # fmt: skip
        with pytest.raises(NoRouteMatchFoundException, match=message):
            app.route_reverse(name, **values)
    assert app.route("GET", "/api/a").name == "a"
    with pytest.raises(NoRouteMatchFoundException, match="Did you mean 'GET /api/a'"):
        app.route("GET", "/api/aa")


def test_a_function_name_counts_only_where_it_is_unique() -> None:
    def named(text: str, **options: Any) -> Any:
        async def index() -> str:
            return text

        return get(f"/{text}", **options)(index)

    app = Pleiad([named("a"), named("b")])
    with pytest.raises(NoRouteMatchFoundException):
        app.route_reverse("index")
    assert Pleiad([named("a"), named("b", name="index")]).route_reverse("index") == "/b"
    assert Pleiad([named("b", name="index"), named("a")]).route_reverse("index") == "/b"


def test_a_parameter_that_only_some_paths_have() -> None:
    @get(["/a/{x:int}", "/a"])
    async def handler(x: int = 5) -> int:
        return x

    with TestClient(Pleiad([handler])) as client:
        assert (
            client.get("/a/3").json(),
            client.get("/a").json(),
            client.get("/a?x=7").json(),
        ) == (3, 5, 7)


def test_register_adds_and_controllers_inherit() -> None:
    class Base(Controller):
        greeting = "base"

        @get("/hello")
        async def hello(self) -> str:
            return self.greeting

    class Derived(Base):
        path = "/derived"
        greeting = "derived"

        def before_request(self, request: Request[Any, Any, Any]) -> str | None:
            return "early" if request.query_params.get("early") else None

    app = Pleiad([home])
    app.register(Derived)
    with TestClient(app) as client:
        assert client.get("/derived/hello").text == "derived"
        assert client.get("/derived/hello?early=1").text == "early"
        assert client.get("/hello").status_code == 404


def test_a_handler_can_be_called_by_hand() -> None:
    import asyncio

    assert asyncio.run(home()) == "home"
    assert Litestar is Pleiad


def test_a_router_that_holds_itself() -> None:
    router = Router("/a")
    router.register(router)
    with pytest.raises(ImproperlyConfiguredException, match="holds itself"):
        Pleiad([router])


def test_media_types() -> None:
    class Point(msgspec.Struct):
        x: int

    @get("/html", media_type=MediaType.HTML)
    async def html() -> str:
        return "<p>"

    @get("/msgpack", media_type=MediaType.MESSAGEPACK)
    async def pack() -> Point:
        return Point(1)

    @get("/any")
    async def anything() -> Any:
        return {"a": 1}

    @get("/bare", media_type="text/html")
    async def bare() -> str:
        return "<p>"

    @get("/problem", media_type="application/problem+json")
    async def problem() -> dict[str, int]:
        return {"a": 1}

    with TestClient(Pleiad([html, pack, anything, problem, bare])) as client:
        assert client.get("/bare").headers["content-type"] == "text/html; charset=utf-8"
        assert client.get("/html").headers["content-type"] == "text/html; charset=utf-8"
        assert msgspec.msgpack.decode(client.get("/msgpack").content) == {"x": 1}
        assert client.get("/any").json() == {"a": 1}
        assert client.get("/problem").headers["content-type"] == "application/problem+json"


def test_a_failed_commit_is_an_error_and_not_a_201() -> None:
    async def session() -> AsyncIterator[int]:
        yield 1
        raise ClientException("commit failed", status_code=409)

    @post("/")
    async def handler(session: int) -> int:
        return session

    with TestClient(Pleiad([handler], dependencies={"session": session})) as client:
        response = client.post("/")
    assert (response.status_code, response.json()["detail"]) == (409, "commit failed")


def test_the_content_is_decoded_once_for_all_who_take_it() -> None:
    async def title(data: dict[str, str]) -> str:
        return data.pop("title")

    @post("/")
    async def handler(data: dict[str, str], title: str) -> list[Any]:
        return [data, title]

    with TestClient(Pleiad([handler], dependencies={"title": title})) as client:
        assert client.post("/", json={"title": "t", "a": "b"}).json() == [{"a": "b"}, "t"]


def test_only_a_function_is_decorated() -> None:
    for wrong in (home, "home"):
        with pytest.raises(ImproperlyConfiguredException, match="it takes a function"):
            get("/x")(wrong)  # type: ignore[arg-type]
    with pytest.raises(ImproperlyConfiguredException, match="with parentheses"):
        get(home.fn)  # type: ignore[arg-type]
    with pytest.raises(
        ImproperlyConfiguredException, match="no HTTP method 'GETT'. Did you mean 'GET'"
    ):
        route("/", http_method="GETT")


def test_dependency_marker() -> None:
    @get("/")
    async def handler(
        given: Annotated[int, Dependency(default=3)], other: int = Dependency(default=4)
    ) -> list[int]:
        return [given, other]

    with TestClient(Pleiad([handler])) as client:
        assert client.get("/?given=9").json() == [3, 4]


@pytest.mark.anyio
async def test_async_client() -> None:
    async with create_async_test_client(home) as client:
        assert (await client.get("/")).text == "home"
    async with AsyncTestClient(Pleiad([fails])) as client:
        with pytest.raises(ZeroDivisionError):
            await client.get("/fails")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_validation_exception_can_be_handled() -> None:
    def mine(exc: ValidationException) -> Response[list[str]]:
        return Response([each["key"] for each in exc.extra or ()], status_code=422)  # type: ignore[index]

    @get("/")
    async def handler(a: int, b: int) -> int:
        return a

    with TestClient(Pleiad([handler], exception_handlers={ValidationException: mine})) as client:
        response = client.get("/")
    assert (response.status_code, response.json()) == (422, ["a", "b"])
