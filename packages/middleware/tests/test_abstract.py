from types import SimpleNamespace
from typing import get_type_hints

import pytest

from pleiad_middleware import AbstractMiddleware, ASGIMiddleware

pytestmark = pytest.mark.anyio


async def app(scope, receive, send):
    scope["trace"].append("app")


class Abstract(AbstractMiddleware):
    async def __call__(self, scope, receive, send):
        scope["trace"].append("it")
        await self.app(scope, receive, send)


class Object(ASGIMiddleware):
    def __init__(self, exclude=None, exclude_opt_key=None, scopes=("http", "websocket")):
        self.exclude_path_pattern = exclude
        self.exclude_opt_key = exclude_opt_key
        self.scopes = scopes

    async def handle(self, scope, receive, send, next_app):
        scope["trace"].append("it")
        await next_app(scope, receive, send)


def abstract(**options):
    return Abstract(app, **options)


def by_object(**options):
    return Object(**options)(app)


FREE = SimpleNamespace(opt={"free": True})


@pytest.mark.parametrize("make", [abstract, by_object])
@pytest.mark.parametrize(
    ("options", "scope", "runs"),
    [
        pytest.param({}, {}, True, id="by default"),
        pytest.param({}, {"type": "websocket"}, True, id="websocket"),
        pytest.param({}, {"type": "lifespan", "path": None}, False, id="never for a lifespan"),
        pytest.param({"exclude": "^/items/5$"}, {}, False, id="path of the request"),
        pytest.param({"exclude": "^/$"}, {}, True, id="another path"),
        pytest.param({"scopes": ["websocket"]}, {}, False, id="another scope"),
        pytest.param({"exclude_opt_key": "free"}, {"route_handler": FREE}, False, id="opt"),
        pytest.param({"exclude_opt_key": "paid"}, {"route_handler": FREE}, True, id="other opt"),
        pytest.param({"exclude_opt_key": "free"}, {}, True, id="no route handler"),
    ],
)
async def test_alone_each_request_is_looked_at(make, options, scope, runs):
    trace = []
    given = {"type": "http", "path": "/items/5", "trace": trace} | scope
    if given["path"] is None:
        del given["path"]
    await make(**options)(given, None, None)
    assert trace == (["it", "app"] if runs else ["app"])


async def test_class_attributes_without_an_init_of_the_base():
    class Own(Abstract):
        exclude = "quiet"

        def __init__(self, app):
            self.app = app

    trace = []
    await Own(app)({"type": "http", "path": "/quiet", "trace": trace}, None, None)
    await Own(app)({"type": "http", "path": "/loud", "trace": trace}, None, None)
    assert trace == ["app", "it", "app"]


async def test_a_call_of_a_mixin_is_excluded_as_well():
    class Mixin:
        async def __call__(self, scope, receive, send):
            scope["trace"].append("mixin")
            await self.app(scope, receive, send)

    class Mixed(Mixin, AbstractMiddleware):
        exclude = "quiet"

    trace = []
    await Mixed(app)({"type": "http", "path": "/quiet", "trace": trace}, None, None)
    await Mixed(app)({"type": "http", "path": "/loud", "trace": trace}, None, None)
    assert trace == ["app", "mixin", "app"]


async def test_a_class_without_a_call_passes_on():
    trace = []
    await AbstractMiddleware(app)({"type": "http", "path": "/", "trace": trace}, None, None)
    assert trace == ["app"]


def test_the_call_keeps_its_name_and_hints():
    class Documented(AbstractMiddleware):
        async def __call__(self, scope: dict, receive: int, send: str) -> None:
            """Says hello."""

    assert Documented.__call__.__doc__ == "Says hello."
    assert get_type_hints(Documented.__call__)["send"] is str
