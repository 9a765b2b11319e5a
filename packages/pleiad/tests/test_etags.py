"""What routes say to caches, and the conditions that clients put to them."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from pleiad import Controller, Pleiad, Response, Router, asgi, get, head, post
from pleiad.background_tasks import BackgroundTask
from pleiad.datastructures import CacheControlHeader, ETag
from pleiad.exceptions import HTTPException, ImproperlyConfiguredException, NotFoundException
from pleiad.response import File, JSONLines, Redirect, Stream
from pleiad_http import Request

LOG: list[str] = []
V1 = ETag("v1")
MINUTE = CacheControlHeader(max_age=60)


class Item(msgspec.Struct):
    a: int


@get("/constant", etag=V1)
async def constant() -> Item:
    LOG.append("handler")
    return Item(1)


@get("/weak", etag=ETag("v1", weak=True))
async def weak() -> Item:
    return Item(1)


@get("/content/{a:int}", etag="content")
async def content(a: int) -> Item:
    if a == 404:
        raise NotFoundException
    return Item(a)


@get("/text", etag="content")
def text() -> str:
    return "text"


@get("/own", etag="content")
async def own() -> Response[str]:
    response = Response("text")
    response.set_etag("own")
    return response


@get("/set")
async def set_by_hand() -> Response[str]:
    response = Response("text", background=None)
    response.set_etag(V1)
    return response


@get("/header")
async def by_header() -> Response[str]:
    return Response("text", headers={"ETag": '"v1"'})


@get("/dated")
async def dated() -> Response[str]:
    return Response("text", headers={"Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT"})


async def tag(response: Response[Any]) -> Response[Any]:
    response.set_etag("v1")
    return response


@get("/hooked", after_request=tag)
async def hooked() -> Item:
    return Item(1)


async def early() -> str:
    return "early"


@get("/early", before_request=early, etag=V1)
async def answered_early() -> Item:
    return Item(1)


@get("/negotiated", etag="content", media_type=["application/json", "application/vnd.msgpack"])
async def negotiated() -> Item:
    return Item(1)


@get("/stream", etag=V1)
async def stream() -> Stream[str]:
    def items() -> Any:
        LOG.append("item")
        yield "a"

    return Stream(items())


@get("/rows", etag="content")
async def rows() -> JSONLines[int]:
    return JSONLines([1])


@post("/posted")
async def posted() -> Item:
    LOG.append("handler")
    return Item(1)


tagged = Router("/tagged", route_handlers=[posted], etag=V1)


@get("/failing", etag=V1, cache_control=MINUTE, status_code=404)
async def failing() -> Item:
    return Item(1)


@get("/lost", etag=V1, cache_control=MINUTE)
async def lost() -> Response[str]:
    return Response("lost", status_code=404)


@get("/away", etag=V1, cache_control=MINUTE)
async def away() -> Redirect:
    return Redirect("/")


@get("/perhaps", etag=V1, cache_control=MINUTE)
async def perhaps_away() -> Redirect | Item:
    return Redirect("/")


@get("/raising", etag=V1, cache_control=MINUTE)
async def raising() -> Item:
    raise NotFoundException


@head("/head", etag=V1)
async def head_alone() -> None: ...


HANDLERS: list[Any] = [
    constant, weak, content, text, own, set_by_hand, by_header, dated, hooked, answered_early, negotiated, stream,
    rows, tagged, failing, lost, away, perhaps_away, raising, head_alone,
]  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Pleiad:
    return Pleiad(HANDLERS)


@pytest.mark.parametrize(
    ("path", "etag"),
    [
        ("/constant", '"v1"'),
        ("/weak", 'W/"v1"'),
        ("/own", '"own"'),
        ("/set", '"v1"'),
        ("/header", '"v1"'),
        ("/hooked", '"v1"'),
        ("/early", '"v1"'),
        ("/stream", '"v1"'),
    ],
)
def test_a_client_that_has_it_gets_a_304(app: Pleiad, ask: Any, path: str, etag: str) -> None:
    first = ask(app, "GET", path)
    assert (first.status, first.headers["etag"]) == (200, etag)
    assert first.content
    for method in ("GET", "HEAD"):
        again = ask(app, method, path, headers={"If-None-Match": etag})
        assert (again.status, again.content, again.headers["etag"]) == (304, b"", etag)
        assert not {"content-type", "content-length"} & again.headers.keys()
    assert ask(app, "GET", path, headers={"If-None-Match": '"v2"'}).content == first.content
    other = ask(app, "GET", path, headers={"If-Match": '"v2"'})
    assert (other.status, other.json["detail"]) == (412, "Precondition Failed")


@pytest.mark.parametrize("path", ["/content/1", "/text", "/negotiated"])
def test_a_tag_of_the_content(app: Pleiad, ask: Any, path: str) -> None:
    first = ask(app, "GET", path)
    etag = first.headers["etag"]
    assert len(etag) == 34 and etag[0] == etag[-1] == '"'
    assert ask(app, "GET", path).headers["etag"] == etag
    assert ask(app, "HEAD", path).headers["etag"] == etag
    assert ask(app, "GET", path, headers={"If-None-Match": etag}).status == 304
    assert ask(app, "GET", path, headers={"If-Match": etag}).content == first.content


def test_other_content_has_another_tag(app: Pleiad, ask: Any) -> None:
    tags = {ask(app, "GET", f"/content/{a}").headers["etag"] for a in (1, 2, 3)}
    as_json, as_msgpack = (
        ask(app, "GET", "/negotiated", headers={"Accept": f"application/{each}"}).headers["etag"]
        for each in ("json", "vnd.msgpack")
    )
    assert len(tags) == 3
    assert as_json != as_msgpack


def test_by_date(app: Pleiad, ask: Any) -> None:
    since = {"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}
    assert ask(app, "GET", "/dated", headers=since).status == 304


def test_the_handler_runs_but_no_stream_begins(app: Pleiad, ask: Any) -> None:
    LOG.clear()
    ask(app, "GET", "/constant", headers={"If-None-Match": '"v1"'})
    ask(app, "GET", "/stream", headers={"If-None-Match": '"v1"'})
    assert LOG == ["handler"]


def test_conditions_of_other_methods_are_the_handlers_own(app: Pleiad, ask: Any) -> None:
    """It has run by then: a 412 would say that nothing was done."""
    LOG.clear()
    for headers in ({"If-Match": '"v2"'}, {"If-None-Match": '"v1"'}, {}):
        answer = ask(app, "POST", "/tagged/posted", headers=headers)
        assert (answer.status, answer.headers.get("etag")) == (201, None)
    assert LOG == ["handler"] * 3


@pytest.mark.parametrize(
    "path", ["/failing", "/lost", "/away", "/perhaps", "/raising", "/rows", "/content/404"]
)
def test_what_has_no_tag(app: Pleiad, ask: Any, path: str) -> None:
    answer = ask(app, "GET", path, headers={"If-None-Match": "*"})
    assert answer.status != 304
    assert not {"etag", "cache-control"} & answer.headers.keys()


def test_head_alone(app: Pleiad, ask: Any) -> None:
    assert ask(app, "HEAD", "/head").headers["etag"] == '"v1"'
    assert ask(app, "HEAD", "/head", headers={"If-None-Match": '"v1"'}).status == 304


def test_a_412_is_answered_by_the_apps_own_handler(ask: Any) -> None:
    async def answer(exc: HTTPException) -> Response[str]:
        return Response(f"mine: {exc.status_code}", status_code=exc.status_code)

    app = Pleiad([constant, set_by_hand], exception_handlers={412: answer})
    for path in ("/constant", "/set"):
        found = ask(app, "GET", path, headers={"If-Match": '"v2"'})
        assert (found.status, found.content) == (412, b"mine: 412")


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ({"etag": V1}, {}, '"v1"'),
        ({"etag": V1}, {"etag": ETag("v2")}, '"v2"'),
        ({"etag": V1}, {"etag": None}, None),
        ({"etag": "content"}, {"etag": V1}, '"v1"'),
        ({}, {"response_headers": {"ETag": '"v3"'}}, '"v3"'),
        ({"etag": V1}, {"response_headers": {"ETag": '"v3"'}}, '"v3"'),
        ({"etag": "content"}, {"response_headers": {"ETag": '"v3"'}}, '"v3"'),
    ],
    ids=str,
)
@pytest.mark.parametrize("layer", ["app", "router", "controller"])
def test_the_nearest_layer_says_it(
    ask: Any, layer: str, outer: Any, inner: Any, expected: Any
) -> None:
    @get("/x", **inner)
    async def handler() -> str:
        return "x"

    class Holder(Controller):
        @get("/x", **inner)
        async def method(self) -> str:
            return "x"

    for key, value in outer.items() if layer == "controller" else ():
        setattr(Holder, key, value)
    handlers: dict[str, Any] = {
        "app": [handler],
        "router": [Router("/", route_handlers=[handler], **outer)],
        "controller": [Holder],
    }
    app = Pleiad(handlers[layer], **(outer if layer == "app" else {}))
    assert ask(app, "GET", "/x").headers.get("etag") == expected


def test_cache_control(ask: Any) -> None:
    @get("/plain", cache_control=MINUTE)
    async def plain() -> Item:
        return Item(1)

    @get("/own", cache_control=MINUTE)
    async def own_header() -> Response[str]:
        return Response("x", headers={"Cache-Control": "no-store"})

    @get("/layered", response_headers={"Cache-Control": "no-store"})
    async def layered() -> Item:
        return Item(1)

    @get("/response", etag="content")
    async def response() -> Item:
        return Item(1)

    @get("/stream")
    async def streamed() -> Stream[str]:
        return Stream(["a"])

    @get("/none", cache_control=None)
    async def none() -> str:
        return "x"

    @post("/post")
    async def create() -> Item:
        return Item(1)

    app = Pleiad(
        [plain, own_header, layered, response, streamed, none, create],
        cache_control=CacheControlHeader(private=True),
    )
    found = {
        route.path: ask(app, route.method, route.path).headers.get("cache-control")
        for route in app.routes
    }
    assert found == {
        "/plain": "max-age=60",
        "/own": "no-store",
        "/layered": "no-store",
        "/response": "private",
        "/stream": "private",
        "/none": None,
        "/post": "private",
    }
    again = ask(app, "GET", "/response", headers={"If-None-Match": "*"})
    assert (again.status, again.headers["cache-control"]) == (304, "private")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"etag": "v1"}, r"get\('/'\): etag='v1': say ETag\(value=...\), or 'content'"),
        ({"etag": True}, "etag=True"),
        ({"cache_control": "max-age=5"}, r"cache_control='max-age=5': say CacheControlHeader"),
        ({"cache_control": 5}, "cache_control=5"),
    ],
)
def test_what_it_cannot_be(options: Any, message: str) -> None:
    with pytest.raises(ImproperlyConfiguredException, match=message):
        get("/", **options)


def test_a_route_without_a_tag_pays_nothing(app: Pleiad) -> None:
    def source(**options: Any) -> str:
        @get("/x", **options)
        async def handler() -> Item:
            return Item(1)

        return Pleiad([handler]).routes[0].source

    assert source(etag=None) == source()
    assert source(cache_control=None) == source()
    assert source(cache_control=MINUTE) == source().replace("JSON, (", "JSON, CACHE_CONTROL, (")
    assert "prepare" in source(etag=V1)


@pytest.mark.parametrize(
    "path", ["/constant", "/content/1", "/negotiated", "/set", "/stream", "/early"]
)
@pytest.mark.parametrize("tag", ['"v1"', "*", '"x"'])
def test_the_plan_answers_as_its_source_does(app: Pleiad, ask: Any, path: str, tag: str) -> None:
    route = next(each for each in app.routes if each.path.startswith(path.removesuffix("/1")))
    run: Callable[..., Any] = route.plan.run

    async def plain(scope: Any, receive: Any, send: Any) -> None:
        await run({**scope, "path_params": {"a": 1}}, receive, send)

    headers = {"If-None-Match": tag}
    expected = ask(app, "GET", path, headers=headers)
    found = ask(plain, "GET", path, headers=headers)
    assert (found.status, found.content) == (expected.status, expected.content)
    assert found.headers == expected.headers


# Files


def test_a_file(ask: Any, tmp_path: Any) -> None:
    (tmp_path / "a.css").write_text("x" * 100)

    async def session() -> Any:
        LOG.append("open")
        yield 1
        LOG.append("close")

    @get("/file/{name:str}", dependencies={"session": session}, response_headers={"X-A": "b"})
    async def file(name: str, session: int) -> File:
        return File(tmp_path / name, content_disposition_type="inline")

    @get("/typed", media_type="text/csv", status_code=203)
    async def typed() -> File:
        return File(tmp_path / "a.css")

    @get("/loose", etag=V1)
    async def loose() -> Any:
        return File(tmp_path / "a.css")

    @get("/hints")
    async def hints(request: Request[Any, Any, Any]) -> bool:
        return await request.send_early_hints(["</a.css>; rel=preload"])

    app = Pleiad([file, typed, loose, hints], cache_control=MINUTE)
    LOG.clear()
    whole = ask(app, "GET", "/file/a.css")
    assert (whole.status, whole.content) == (200, b"x" * 100)
    assert whole.headers["content-type"] == "text/css; charset=utf-8"
    assert (whole.headers["cache-control"], whole.headers["x-a"]) == ("max-age=60", "b")
    assert LOG == ["open", "close"]
    tag = {"If-None-Match": whole.headers["etag"]}
    assert ask(app, "GET", "/file/a.css", headers=tag).status == 304
    part = ask(app, "GET", "/file/a.css", headers={"Range": "bytes=0-1"})
    assert (part.status, part.content) == (206, b"xx")
    beyond = ask(app, "GET", "/file/a.css", headers={"Range": "bytes=100-"})
    assert (beyond.status, beyond.headers["content-range"]) == (416, "bytes */100")
    missing = ask(app, "GET", "/file/b.css")
    assert missing.json == {"status_code": 404, "detail": "Not Found"}
    assert "cache-control" not in missing.headers
    assert ask(app, "HEAD", "/file/a.css").headers["content-length"] == "100"
    assert ask(app, "GET", "/typed").headers["content-type"] == "text/csv; charset=utf-8"
    assert ask(app, "GET", "/typed").status == 203
    assert ask(app, "GET", "/loose").headers["etag"] == '"v1"'
    assert ask(app, "GET", "/hints").json is False


def test_a_file_that_answers_an_exception(ask: Any, tmp_path: Any) -> None:
    (tmp_path / "404.html").write_text("<p>nothing here")
    done: list[str] = []

    async def page() -> File:
        path = tmp_path / "404.html"
        background = BackgroundTask(done.append, "done")
        return File(path, content_disposition_type="inline", background=background)

    app = Pleiad([], exception_handlers={404: page})
    for method, content in [("GET", b"<p>nothing here"), ("HEAD", b"")]:
        answer = ask(app, method, "/nowhere", headers={"If-None-Match": "*"})
        assert (answer.status, answer.content) == (404, content)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert done == ["done", "done"]
    (tmp_path / "404.html").unlink()
    assert ask(app, "GET", "/nowhere").json == {"status_code": 404, "detail": "Not Found"}
    assert len(done) == 2


def test_a_stream_that_answers_an_exception_and_fails(caplog: Any) -> None:
    async def rows() -> JSONLines[int]:
        def items() -> Any:
            yield 1
            raise ZeroDivisionError("in the midst")

        return JSONLines(items())

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(60)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(Pleiad([], exception_handlers={404: rows})(scope, receive, send))
    assert sent[0]["status"] == 404
    assert sent[-1]["more_body"]
    assert "after the response began" in caplog.text


def test_something_else_than_the_declared_file(ask: Any) -> None:
    @get("/")
    async def handler() -> File:
        wrong: Any = {"a": 1}
        return wrong

    assert ask(Pleiad([handler]), "GET", "/").status == 500


def test_hints_are_no_answer_yet(ask: Any) -> None:
    """What fails after them is answered like anything else."""
    sent: list[str] = []

    def failing(app: Any) -> Any:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            await Request[Any, Any, Any](scope, receive, send).send_early_hints(["</a>"])
            raise NotFoundException

        return wrapped

    @get("/", middleware=[failing])
    async def handler() -> None: ...

    @asgi("/app")
    async def hinting(scope: Any, receive: Any, send: Any) -> None:
        await Request[Any, Any, Any](scope, receive, send).send_early_hints(["</a>"])
        raise NotFoundException

    app = Pleiad([handler, hinting])

    async def without_hints(scope: Any, receive: Any, send: Any) -> None:
        async def keep(message: Any) -> None:
            sent.append(message["type"])
            if message["type"] != "http.response.early_hint":
                await send(message)

        await app(scope, receive, keep)

    for path in ("/", "/app"):
        answer = ask(without_hints, "GET", path, extensions={"http.response.early_hint": {}})
        assert (answer.status, sent[0]) == (404, "http.response.early_hint")
        sent.clear()
