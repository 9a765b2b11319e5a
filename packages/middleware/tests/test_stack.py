import functools

import pytest

from pleiad_http import ImproperlyConfiguredException
from pleiad_middleware import (
    AbstractMiddleware,
    ASGIMiddleware,
    DefineMiddleware,
    RouteFacts,
    build_stack,
)

pytestmark = pytest.mark.anyio


async def app(scope, receive, send):
    scope["trace"].append("app")


def traced(name):
    def make(inner):
        async def outer(scope, receive, send):
            scope["trace"].append(name)
            await inner(scope, receive, send)

        return outer

    return make


class Abstract(AbstractMiddleware):
    async def __call__(self, scope, receive, send):
        scope["trace"].append("abstract")
        await self.app(scope, receive, send)


class Object(ASGIMiddleware):
    async def handle(self, scope, receive, send, next_app):
        scope["trace"].append("object")
        await next_app(scope, receive, send)


class ForgetsSuper(Abstract):
    def __init__(self, app): ...


class CalledWithTwo(AbstractMiddleware):
    async def __call__(self, scope, receive): ...


class HandlesThree(ASGIMiddleware):
    async def handle(self, scope, receive, send): ...


def facts(path="/items", kind="http", opt=None):
    return RouteFacts(path_template=path, scope_type=kind, opt=opt or {})


async def run(stack, path="/items", kind="http", **scope):
    trace = []
    await stack({"type": kind, "path": path, "trace": trace, **scope}, None, None)
    return trace


async def test_the_first_is_the_outermost():
    middleware = [
        traced("one"),
        Abstract,
        Object(),
        DefineMiddleware(lambda inner: traced("four")(inner)),
    ]
    stack = build_stack(app, middleware, facts())
    assert await run(stack) == ["one", "abstract", "object", "four", "app"]


def test_nothing_before_the_app_is_the_app():
    assert build_stack(app, [], facts()) is app


def excluded_by_attributes(**attributes):
    return type("Excluded", (Object,), attributes)()


@pytest.mark.parametrize(
    ("middleware", "of"),
    [
        pytest.param(DefineMiddleware(Abstract, exclude="^/items"), facts(), id="abstract, path"),
        pytest.param(
            DefineMiddleware(Abstract, exclude=["^/x", "tems$"]), facts(), id="abstract, paths"
        ),
        pytest.param(
            DefineMiddleware(Abstract, exclude_opt_key="free"),
            facts(opt={"free": True}),
            id="abstract, opt",
        ),
        pytest.param(
            DefineMiddleware(Abstract, scopes={"websocket"}), facts(), id="abstract, scope"
        ),
        pytest.param(type("E", (Abstract,), {"exclude": "tem"}), facts(), id="class attribute"),
        pytest.param(
            excluded_by_attributes(exclude_path_pattern="{id"), facts("/{id:int}"), id="template"
        ),
        pytest.param(
            excluded_by_attributes(exclude_path_pattern=("x", "items")), facts(), id="object, paths"
        ),
        pytest.param(
            excluded_by_attributes(exclude_opt_key="free"), facts(opt={"free": 1}), id="object, opt"
        ),
        pytest.param(
            excluded_by_attributes(scopes=("http",)), facts(kind="asgi"), id="object, asgi"
        ),
        pytest.param(
            excluded_by_attributes(scopes=("http",)),
            facts(kind="websocket"),
            id="object, websocket",
        ),
    ],
)
def test_what_is_excluded_is_left_out(middleware, of):
    def wrap(_):
        raise AssertionError("nothing is left to wrap")

    assert build_stack(app, [middleware], of, wrap) is app


@pytest.mark.parametrize(
    ("middleware", "of"),
    [
        pytest.param(DefineMiddleware(Abstract, exclude="^items"), facts(), id="not found"),
        pytest.param(
            DefineMiddleware(Abstract, exclude_opt_key="free"),
            facts(opt={"free": False}),
            id="false opt",
        ),
        pytest.param(
            DefineMiddleware(Abstract, exclude="^/items/5$"),
            facts("/items/{id}"),
            id="template decides",
        ),
        pytest.param(Abstract, facts(kind="asgi"), id="asgi by default"),
        pytest.param(Abstract, facts(kind="websocket"), id="websocket by default"),
        pytest.param(
            DefineMiddleware(Abstract, scopes=["asgi"]), facts(kind="asgi"), id="asgi by name"
        ),
    ],
)
async def test_what_is_not_excluded_runs(middleware, of):
    assert await run(build_stack(app, [middleware], of), "/items/5") == ["abstract", "app"]


async def test_a_middleware_for_http_stands_before_a_mounted_app():
    stack = build_stack(app, [DefineMiddleware(Abstract, scopes={"http"})], facts(kind="asgi"))
    assert await run(stack) == ["abstract", "app"]
    assert await run(stack, kind="websocket") == ["app"]


async def test_a_path_excluded_for_a_mounted_app_leaves_its_middleware_out():
    middleware = DefineMiddleware(Abstract, scopes={"http"}, exclude="^/files")
    assert build_stack(app, [middleware], facts("/files", "asgi")) is app


async def test_wrap_goes_around_each_that_stays():
    wrapped = []

    def wrap(inner):
        wrapped.append(inner)
        return traced("wrap")(inner)

    middleware = [traced("one"), excluded_by_attributes(scopes=("websocket",)), Abstract]
    stack = build_stack(app, middleware, facts(), wrap)
    assert await run(stack) == ["wrap", "one", "wrap", "abstract", "app"]
    assert len(wrapped) == 2


async def test_a_request_decides_for_itself_where_asked():
    class Asking(Object):
        def should_bypass_for_scope(self, scope):
            return scope["path"] == "/quiet"

    stack = build_stack(app, [Asking()], facts())
    assert await run(stack, "/quiet") == ["app"]
    assert await run(stack, "/loud") == ["object", "app"]


async def test_a_chain_of_classes_asks_the_base_too():
    class Derived(Abstract):
        async def __call__(self, scope, receive, send):
            scope["trace"].append("derived")
            await super().__call__(scope, receive, send)

    stack = build_stack(app, [Derived], facts())
    assert await run(stack) == ["derived", "abstract", "app"]


async def test_in_a_chain_of_classes_the_template_decides_for_all():
    class Derived(Abstract):
        exclude = "^/items/5$"

        async def __call__(self, scope, receive, send):
            scope["trace"].append("derived")
            await super().__call__(scope, receive, send)

    stack = build_stack(app, [Derived], facts("/items/{id:int}"))
    assert await run(stack, "/items/5") == ["derived", "abstract", "app"]


async def test_a_call_replaced_later_is_called():
    """As tracing libraries do it to classes that exist already."""

    class Traced(Abstract):
        async def __call__(self, scope, receive, send):
            scope["trace"].append("traced")
            await self.app(scope, receive, send)

    original = Traced.__call__

    @functools.wraps(original)
    async def replaced(self, scope, receive, send):
        scope["trace"].append("replaced")
        await original(self, scope, receive, send)

    Traced.__call__ = replaced
    assert await run(build_stack(app, [Traced], facts())) == ["replaced", "traced", "app"]


async def test_what_passes_on_other_arguments_is_no_fault():
    def with_extra(function):
        @functools.wraps(function)
        async def called(self, scope, receive, send):
            await function(self, scope, receive, send, "extra")

        return called

    class Extra(AbstractMiddleware):
        @with_extra
        async def __call__(self, scope, receive, send, extra):
            scope["trace"].append(extra)
            await self.app(scope, receive, send)

    assert await run(build_stack(app, [Extra], facts())) == ["extra", "app"]


@pytest.mark.parametrize(
    ("middleware", "says"),
    [
        pytest.param("cors", "Middleware 1 of http '/items', 'cors', is of type str", id="text"),
        pytest.param(None, "is of type NoneType", id="none"),
        pytest.param(Object, "write Object(...)", id="class of an object"),
        pytest.param(app, "cannot be called with an app: app() missing 2", id="an app"),
        pytest.param(
            Abstract(app),
            "has its app already: write Abstract, or DefineMiddleware(Abstract, ...)",
            id="made already",
        ),
        pytest.param(ForgetsSuper, "ForgetsSuper, has no self.app: call super()", id="no super"),
        pytest.param(
            CalledWithTwo, "made an app that cannot be called with (scope,", id="its call"
        ),
        pytest.param(
            lambda _: lambda scope: None, "made an app that cannot be called", id="its app"
        ),
        pytest.param(
            HandlesThree(), "has a handle that cannot be called with (scope,", id="its handle"
        ),
        pytest.param(lambda _: None, "made None of an app", id="makes nothing"),
        pytest.param(type("C", (), {}), "C() takes no arguments", id="class without app"),
    ],
)
def test_an_invalid_one_is_named(middleware, says):
    with pytest.raises(ImproperlyConfiguredException) as caught:
        build_stack(app, [middleware], facts())
    assert says in str(caught.value)
    assert "A middleware is a function or class app -> app" in str(caught.value)


def test_an_async_factory_is_named():
    async def factory(app):
        return app

    with pytest.raises(ImproperlyConfiguredException, match=r"factory, made <coroutine"):
        build_stack(app, [traced("x"), factory], facts())


def test_a_fault_within_a_middleware_is_its_own():
    def factory(app):
        return len(5)

    with pytest.raises(TypeError, match="len"):
        build_stack(app, [factory], facts())
