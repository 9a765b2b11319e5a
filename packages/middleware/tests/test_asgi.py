import pytest

from pleiad_middleware import ASGIMiddleware, RouteFacts, build_stack

pytestmark = pytest.mark.anyio


async def app(scope, receive, send):
    scope["trace"].append("app")


class Object(ASGIMiddleware):
    async def handle(self, scope, receive, send, next_app):
        scope["trace"].append("it")
        await next_app(scope, receive, send)


class Method(Object):
    def should_bypass_for_scope(self, scope):
        return scope["path"] == "/quiet"


class Attribute(Object):
    should_bypass_for_scope = staticmethod(lambda scope: scope["path"] == "/quiet")


class OfInstance(Object):
    def __init__(self):
        self.should_bypass_for_scope = lambda scope: scope["path"] == "/quiet"


class Nothing(Object):
    should_bypass_for_scope = None


def in_a_stack(middleware):
    return build_stack(app, [middleware], RouteFacts("/", "http", {}))


def alone(middleware):
    return middleware(app)


@pytest.mark.parametrize("place", [in_a_stack, alone])
@pytest.mark.parametrize(
    ("middleware", "asks"),
    [(Object, False), (Nothing, False), (Method, True), (Attribute, True), (OfInstance, True)],
)
async def test_each_request_is_asked_where_a_subclass_wants_it(place, middleware, asks):
    stack = place(middleware())
    for path, runs in (("/quiet", not asks), ("/loud", True)):
        trace = []
        await stack({"type": "http", "path": path, "trace": trace}, None, None)
        assert trace == (["it", "app"] if runs else ["app"])


async def test_one_object_stands_before_many_apps():
    async def other(scope, receive, send):
        scope["trace"].append("other")

    middleware, trace = Object(), []
    for each in (middleware(app), middleware(other)):
        await each({"type": "http", "path": "/", "trace": trace}, None, None)
    assert trace == ["it", "app", "it", "other"]


def test_a_class_without_handle_cannot_be_made():
    with pytest.raises(TypeError, match="handle"):
        type("Bare", (ASGIMiddleware,), {})()


async def test_what_is_not_overridden_is_not_asked(monkeypatch):
    stack = in_a_stack(Object())
    monkeypatch.setattr(ASGIMiddleware, "should_bypass_for_scope", lambda *_: 1 / 0)
    trace = []
    await stack({"type": "http", "path": "/", "trace": trace}, None, None)
    assert trace == ["it", "app"]
