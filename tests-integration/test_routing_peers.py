"""Our router inside Starlette, FastAPI, Django and Quart apps, and their apps mounted in it."""

import django
import httpx2
import pytest
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path
from fastapi import FastAPI
from quart import Quart, request as quart_request
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

from pleiad_routing import Router

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


def client(app, base="http://peer"):
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=base)


async def show(scope, receive, send):
    text = f"{scope['root_path']}|{scope['path']}|{scope['path_params']['id']}"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": text.encode()})


def our_router():
    router = Router()
    router.add("GET", "/items/{id:int}", show)
    return router


# Ours inside theirs


async def test_inside_starlette():
    async with client(Starlette(routes=[Mount("/ours", our_router())])) as http:
        assert (await http.get("/ours/items/5")).text == "/ours|/ours/items/5|5"
        assert (await http.get("/ours/items/x")).status_code == 404
        assert (await http.post("/ours/items/5")).headers["allow"] == "GET, HEAD, OPTIONS"


async def test_inside_fastapi():
    app = FastAPI()
    app.mount("/ours", our_router())
    async with client(app) as http:
        assert (await http.get("/ours/items/5")).text.endswith("|5")
        assert (await http.get("/ours/items/x")).status_code == 404


async def test_inside_quart():
    app = Quart(__name__)
    router, inner = our_router(), app.asgi_app

    async def dispatch(scope, receive, send):
        if scope["path"].startswith("/ours/"):
            await router({**scope, "root_path": "/ours"}, receive, send)
        else:
            await inner(scope, receive, send)

    app.asgi_app = dispatch
    async with client(app) as http:
        assert (await http.get("/ours/items/5")).text == "/ours|/ours/items/5|5"
        assert (await http.get("/elsewhere")).status_code == 404


@pytest.fixture(scope="module")
def django_app():
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            ROOT_URLCONF=__name__,
            SECRET_KEY="for-tests-only",
        )
        django.setup()
    return get_asgi_application()


def django_view(request, number):
    return HttpResponse(f"{request.path}|{request.path_info}|{number}")


urlpatterns = [path("numbers/<int:number>/", django_view)]


async def test_beside_django(django_app):
    """Django mounts nothing itself: the outermost app is a router, and Django one of its mounts."""
    router = our_router()
    router.mount("/", django_app)
    async with client(router) as http:
        assert (await http.get("/items/5")).text == "|/items/5|5"
        assert (await http.get("/numbers/7/")).text == "/numbers/7/|/numbers/7/|7"
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
        return {"number": number, "root": request.scope["root_path"], "url": str(request.url)}

    router = Router()
    router.mount("/fast", app)
    async with client(router) as http:
        assert (await http.get("/fast/n/5")).json() == {
            "number": 5,
            "root": "/fast",
            "url": "http://peer/fast/n/5",
        }
        assert (await http.get("/fast/openapi.json")).json()["servers"] == [{"url": "/fast"}]


async def test_quart_mounted():
    app = Quart(__name__)

    @app.get("/n/<int:number>")
    async def where(number):
        return f"{quart_request.root_path}|{quart_request.path}|{number}"

    router = Router()
    router.mount("/quart", app)
    async with client(router) as http:
        assert (await http.get("/quart/n/5")).text == "/quart|/n/5|5"


async def test_django_mounted(django_app):
    router = Router()
    router.mount("/django", django_app)
    async with client(router) as http:
        assert (await http.get("/django/numbers/7/")).text == "/django/numbers/7/|/numbers/7/|7"


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
