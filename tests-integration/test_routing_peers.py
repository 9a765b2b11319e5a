"""Our router inside Starlette, FastAPI, Django and Quart apps, and their apps mounted in it."""

import asyncio
from contextlib import asynccontextmanager

import django
import httpx2
import pytest
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path, reverse
from fastapi import FastAPI
from quart import Quart, url_for
from quart import request as quart_request
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from pleiad_routing import Router, rooted

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


def client(app, base="http://peer"):
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=base)


async def show(scope, receive, send):
    """Tell where it is, what the path held, and the path of its like as a client would write it."""
    url = rooted(scope, our_router().path_for("item", id="a/b"))
    text = f"{scope['root_path']}|{scope['path']}|{scope['path_params']['id']}|{url}"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": text.encode()})


def our_router():
    router = Router()
    router.add("GET", "/items/{id:str}", show, name="item")
    return router


def under(prefix, router, others):
    """Hand what is below a prefix to our router: what a framework without mounts is given in front."""

    async def dispatch(scope, receive, send):
        if scope["type"] != "lifespan" and scope["path"].startswith(f"{prefix}/"):
            await router({**scope, "root_path": scope.get("root_path", "") + prefix}, receive, send)
        else:
            await others(scope, receive, send)

    return dispatch


# Ours inside theirs


def inside_starlette():
    return Starlette(routes=[Mount("/ours", our_router())])


def inside_starlette_twice():
    return Starlette(routes=[Mount("/a b", inside_starlette())])


def inside_fastapi():
    app = FastAPI()
    app.mount("/ours", our_router())
    return app


def inside_quart():
    app = Quart(__name__)
    app.asgi_app = under("/ours", our_router(), app.asgi_app)
    return app


def inside_django():
    return under("/ours", our_router(), configured_django())


def inside_ours():
    router = Router()
    router.mount("/ours", our_router())
    return router


PEERS = [inside_starlette, inside_fastapi, inside_quart, inside_django, inside_ours]


@pytest.mark.parametrize("build", PEERS)
async def test_inside(build):
    async with client(build()) as http:
        assert (await http.get("/ours/items/5")).text == "/ours|/ours/items/5|5|/ours/items/a%2Fb"
        assert (await http.get("/ours/items/5/")).text.startswith("/ours|/ours/items/5/|5|")
        assert (await http.get("/ours/items/a%2Fb")).text.startswith("/ours|/ours/items/a/b|a/b|")
        assert (await http.get("/ours/items/a/b")).status_code == 404
        assert (await http.get("/oursitems/5")).status_code == 404
        assert (await http.get("/elsewhere")).status_code == 404
        head = await http.head("/ours/items/5")
        assert (head.status_code, head.content) == (200, b"")
        refused = await http.post("/ours/items/5")
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        options = await http.options("/ours/items/5")
        assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


async def test_inside_twice():
    async with client(inside_starlette_twice()) as http:
        answer = await http.get("/a%20b/ours/items/5")
    assert answer.text == "/a b/ours|/a b/ours/items/5|5|/a%20b/ours/items/a%2Fb"


def configured_django():
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            ROOT_URLCONF=__name__,
            SECRET_KEY="for-tests-only",
        )
        django.setup()
    return get_asgi_application()


@pytest.fixture
def django_app():
    return configured_django()


def django_view(request, number):
    url = reverse("number", args=[3])
    return HttpResponse(f"{request.path}|{request.path_info}|{number}|{url}")


urlpatterns = [path("numbers/<int:number>/", django_view, name="number")]


async def test_beside_django(django_app):
    """Django mounts nothing itself: the outermost app is a router, and Django one of its mounts."""
    router = our_router()
    router.mount("/", django_app)
    async with client(router) as http:
        assert (await http.get("/items/5")).text == "|/items/5|5|/items/a%2Fb"
        answer = await http.get("/numbers/7/")
        assert answer.text == "/numbers/7/|/numbers/7/|7|/numbers/3/"
        assert (await http.get("/nowhere/")).status_code == 404


# Theirs inside ours


async def test_starlette_mounted():
    async def where(request: Request):
        url = str(request.url_for("where", number=3))
        return JSONResponse([request.path_params["number"], url, request.url.path])

    router = Router()
    router.mount(
        "/peers/{kind:str}", Starlette(routes=[Route("/n/{number:int}", where, name="where")])
    )
    async with client(router) as http:
        answer = await http.get("/peers/star/n/5")
    assert answer.json() == [5, "http://peer/peers/star/n/3", "/peers/star/n/5"]


async def test_fastapi_mounted():
    app = FastAPI()

    @app.get("/n/{number}")
    async def where(number: int, request: Request) -> dict:
        return {
            "number": number,
            "root": request.scope["root_path"],
            "url": str(request.url),
            "other": str(request.url_for("where", number=3)),
        }

    router = Router()
    router.mount("/fast", app)
    async with client(router) as http:
        assert (await http.get("/fast/n/5")).json() == {
            "number": 5,
            "root": "/fast",
            "url": "http://peer/fast/n/5",
            "other": "http://peer/fast/n/3",
        }
        assert (await http.get("/fast/openapi.json")).json()["servers"] == [{"url": "/fast"}]
        assert "/fast/openapi.json" in (await http.get("/fast/docs")).text


async def test_quart_mounted():
    app = Quart(__name__)

    @app.get("/n/<int:number>")
    async def where(number):
        url = url_for("where", number=3)
        return f"{quart_request.root_path}|{quart_request.path}|{number}|{url}"

    router = Router()
    router.mount("/quart", app)
    async with client(router) as http:
        assert (await http.get("/quart/n/5")).text == "/quart|/n/5|5|/quart/n/3"


async def test_django_mounted(django_app):
    router = Router()
    router.mount("/django", django_app)
    async with client(router) as http:
        answer = await http.get("/django/numbers/7/")
        assert answer.text == "/django/numbers/7/|/numbers/7/|7|/django/numbers/3/"
        assert (await http.get("/django/nowhere/")).status_code == 404


async def test_an_encoded_slash_in_the_prefix_of_a_mount():
    async def where(request: Request):
        return JSONResponse([request.scope["root_path"], dict(request.path_params)])

    router = Router()
    router.mount("/{name:str}/app", Starlette(routes=[Route("/n/{number:int}", where)]))
    async with client(router) as http:
        answer = await http.get("/a%2Fb/app/n/5")
    assert answer.json() == ["/a/b/app", {"name": "a/b", "number": 5}]


async def test_lifespans_of_mounted_apps():
    log = []

    def living(name):
        @asynccontextmanager
        async def lifespan(app):
            log.append(f"start {name}")
            yield {name: f"opened by {name}"}
            log.append(f"stop {name}")

        return lifespan

    async def state(request: Request) -> dict:
        return {"star": request.state.star, "fast": request.state.fast}

    star = Starlette(lifespan=living("star"))
    fast = FastAPI(lifespan=living("fast"))
    fast.get("/")(state)
    quart = Quart(__name__)
    quart.before_serving(lambda: log.append("start quart"))
    quart.after_serving(lambda: log.append("stop quart"))
    router = Router()
    for name, app in {"star": star, "quart": quart, "django": configured_django()}.items():
        router.mount(f"/{name}", app)
    router.mount("/fast", fast)

    outer = Router()
    outer.mount("/outer", router)
    async with started(outer) as shared, client(with_state(outer, shared)) as http:
        assert log == ["start star", "start quart", "start fast"]
        answer = await http.get("/outer/fast/")
    assert answer.json() == {"star": "opened by star", "fast": "opened by fast"}
    assert log[3:] == ["stop fast", "stop quart", "stop star"]


async def test_a_mounted_app_that_fails_to_start():
    log = []

    @asynccontextmanager
    async def runs(app):
        log.append("start")
        yield
        log.append("stop")

    @asynccontextmanager
    async def fails(app):
        raise ValueError("no database")
        yield

    router = Router()
    router.mount("/runs", Starlette(lifespan=runs))
    router.mount("/fails", FastAPI(lifespan=fails))
    with pytest.raises(RuntimeError, match="ValueError: no database"):
        async with started(router):
            log.append("never")
    assert log == ["start", "stop"]


def with_state(app, state):
    """What a server does: each request sees a copy of the lifespan's state."""

    async def call(scope, receive, send):
        await app({**scope, "state": dict(state)}, receive, send)

    return call


@asynccontextmanager
async def started(app):
    """Run an app's lifespan as a server does, in a task of its own."""
    state, sent, stop = {}, asyncio.Queue(), asyncio.Event()
    stages = iter(("startup", "shutdown"))

    async def receive():
        stage = next(stages)
        if stage == "shutdown":
            await stop.wait()
        return {"type": f"lifespan.{stage}"}

    async def heard(stage):
        message = await asyncio.wait_for(sent.get(), 10)
        if message["type"] != f"lifespan.{stage}.complete":
            raise RuntimeError(message["message"])

    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
    task = asyncio.create_task(app(scope, receive, sent.put))
    await heard("startup")
    yield state
    stop.set()
    await heard("shutdown")
    await task


async def test_websockets_through_mounts():
    async def greet(socket: WebSocket):
        await socket.accept()
        await socket.send_text(f"{socket.scope['root_path']}|{socket.path_params['n']}")
        await socket.close()

    inner, router = Starlette(routes=[WebSocketRoute("/n/{n:int}", greet)]), Router()
    router.mount("/star", inner)
    app = Starlette(routes=[Mount("/ours", router)])
    assert (await talk(app, "/ours/star/n/5"))[1]["text"] == "/ours/star|5"
    for place in ("/ours/star/n/x", "/ours/nowhere"):
        assert [each["type"] for each in await talk(app, place)] == ["websocket.close"]


async def talk(app, path):
    """Give all that an app says to a WebSocket that only connects."""
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    await app(
        {"type": "websocket", "path": path, "headers": [], "query_string": b""}, receive, send
    )
    return sent


async def test_pleiad_mounted():
    from pleiad import Pleiad, Request, get

    @get("/n/{number:int}", name="n")
    async def where(request: Request, number: int) -> list:
        return [number, request.url_for("n", number=3), str(request.base_url)]

    router = Router()
    router.mount("/pleiad", Pleiad([where]))
    async with client(Starlette(routes=[Mount("/outer", router)])) as http:
        assert (await http.get("/outer/pleiad/n/5")).json() == [
            5,
            "http://peer/outer/pleiad/n/3",
            "http://peer/outer/pleiad/",
        ]


async def test_peers_mounted_in_an_app():
    from pleiad import Pleiad, asgi

    async def where(request: Request):
        return PlainTextResponse(f"{request.scope['root_path']}|{request.path_params['n']}")

    starlette = Starlette(routes=[Route("/n/{n:int}", where)])
    app = Pleiad([asgi("/star", is_mount=True)(starlette)])
    async with client(app) as http:
        assert (await http.get("/star/n/5")).text == "/star|5"
