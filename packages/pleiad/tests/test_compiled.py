"""What a compiled route answers, its plan run as it stands answers as well: the plan is the law."""

import inspect
import linecache
import os
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from pleiad import (
    Controller,
    MediaType,
    Pleiad,
    Request,
    Response,
    Router,
    delete,
    get,
    head,
    patch,
    post,
    put,
    route,
)
from pleiad.background_tasks import BackgroundTask
from pleiad.datastructures import Headers, State, UploadFile
from pleiad.di import Dependency, Provide
from pleiad.exceptions import NotAuthorizedException, NotFoundException
from pleiad.params import Body, Form, Parameter, Query
from pleiad.response import Redirect
from pleiad_di.source import _code

GOLDEN = Path(__file__).parent / "golden"
LOG: list[str] = []


class Item(BaseModel):
    name: str
    price: float


@dataclass
class Review:
    stars: int
    text: str = "none"


class Session:
    pass


async def open_session() -> AsyncIterator[Session]:
    LOG.append("open")
    try:
        yield Session()
    except LookupError as error:
        LOG.append(f"saw {type(error).__name__}")
        raise
    finally:
        LOG.append("close")


def open_file(session: Session) -> Iterator[str]:
    LOG.append("open file")
    yield "file"
    LOG.append("close file")


@asynccontextmanager
async def lease() -> AsyncIterator[int]:
    LOG.append("lease")
    yield 5
    LOG.append("end of lease")


@contextmanager
def short_lease() -> Iterator[int]:
    LOG.append("short lease")
    yield 6
    LOG.append("end of short lease")


def limit(limit: int = 10) -> int:
    return limit


class Repository:
    def __init__(self, session: Session) -> None:
        self.session = session


@get("/plain")
async def plain() -> str:
    return "text"


@get("/hello/{name:str}")
async def hello(name: str) -> dict[str, str]:
    return {"message": f"Hello, {name}!"}


@post("/items")
async def create_item(data: Item) -> Item:
    return data


@put("/reviews/{review_id:int}", status_code=202)
async def update_review(review_id: int, data: Review, dry: bool = False) -> Review:
    if review_id == 0:
        raise NotFoundException("no such review")
    return data


@delete("/reviews/{review_id:int}")
async def delete_review(review_id: int) -> None:
    LOG.append(f"deleted {review_id}")


@get("/search/{category:str}")
async def search(
    category: str,
    query: str,
    page: Annotated[int, Parameter(ge=1)] = 1,
    tags: list[str] | None = None,
    key: Annotated[str | None, Parameter(header="X-Key")] = None,
    theme: Annotated[str, Parameter(cookie="theme")] = "light",
) -> dict[str, Any]:
    return {
        "category": category,
        "query": query,
        "page": page,
        "tags": tags,
        "key": key,
        "theme": theme,
    }


@get("/orders", dependencies={"session": open_session, "limit": limit})
async def orders(session: Session, limit: int, page: int = 1) -> list[int]:
    LOG.append("handler")
    if page == 13:
        raise LookupError("unlucky")
    return [page, limit]


@get("/files", dependencies={"session": open_session, "file": open_file})
def files(file: str) -> str:
    LOG.append("handler")
    return file


@get("/leases")
async def leases(
    long: Annotated[int, Provide(lease)],
    short: Annotated[int, Provide(short_lease, until="handler")],
) -> int:
    LOG.append("handler")
    return long + short


@get("/repository", dependencies={"session": open_session, "repository": Repository})
async def by_type(repo: Repository, other: Repository, extra: int = Dependency(default=3)) -> int:
    return extra if repo is other and isinstance(repo.session, Session) else 0


@post("/bounded", timeout=2.5, cancel_on_disconnect=True, dependencies={"session": open_session})
async def bounded(data: Item, session: Session) -> Item:
    LOG.append("handler")
    return data


@get("/full")
async def full(
    request: Request[Any, Any, Any], headers: Headers, state: State, cookies: dict[str, str]
) -> dict[str, Any]:
    return {
        "method": request.method,
        "host": headers["host"],
        "state": state.dict(),
        "cookies": cookies,
    }


def forbid(connection: Any, route_handler: Any) -> None:
    LOG.append(f"guard {route_handler.opt.get('who')}")
    if "x-refuse" in connection.headers:
        raise NotAuthorizedException("go away")


@get("/guarded", guards=[forbid], who="me")
async def guarded(page: int) -> int:
    LOG.append("handler")
    return page


async def early(request: Request[Any, Any, Any]) -> str | None:
    return "early" if "x-early" in request.headers else None


async def stamped(response: Response[Any]) -> Response[Any]:
    response.set_header("x-stamp", "yes")
    return response


async def afterwards(request: Request[Any, Any, Any]) -> None:
    LOG.append("after response")


@get(
    "/hooked",
    before_request=early,
    after_request=stamped,
    after_response=afterwards,
    background=BackgroundTask(LOG.append, "background"),
)
async def hooked() -> dict[str, int]:
    return {"a": 1}


@get("/response", response_headers={"X-Layer": "1", "X-Both": "layer"}, response_cookies={"a": "b"})
async def respond(status: int = 200) -> Response[dict[str, int]]:
    return Response({"a": 1}, status_code=status, headers={"X-Both": "own"})


@get("/either")
async def either(go: bool = False) -> Item | Redirect:
    return Redirect("/there") if go else Item(name="a", price=1)


@get("/none")
async def nothing() -> None:
    return None


@get("/wrong")
async def wrong() -> list[int]:
    return ["a"]  # type: ignore[list-item]


@get("/layered", response_headers={"X-Own": "handler"}, response_cookies={"theme": "dark"})
async def layered() -> dict[str, int]:
    return {"a": 1}


@dataclass
class Filters:
    page: int
    tags: list[str] | None = None


@get("/grouped")
async def grouped(filters: Annotated[Filters, Query()], dry: bool = False) -> Filters:
    return filters


@post("/form", dependencies={"session": open_session})
async def form(
    title: Annotated[str, Form()], file: UploadFile, session: Session, page: int = 1
) -> dict[str, object]:
    LOG.append("handler")
    return {"title": title, "file": (await file.read()).decode(), "page": page}


@post("/typed-form")
async def typed_form(
    data: Annotated[Filters, Body(media_type="application/x-www-form-urlencoded")],
) -> Filters:
    return data


@post("/upload")
async def upload(data: Annotated[Filters, Form()]) -> Filters:
    return data


@get("/negotiated", media_type=[MediaType.JSON, MediaType.MESSAGEPACK])
async def negotiated(page: int = 1) -> Filters:
    return Filters(page)


@get("/lines", dependencies={"session": open_session})
async def lines(session: Session, page: int = 1) -> AsyncIterator[int]:
    LOG.append("item")
    yield page


class Books(Controller):
    path = "/books"
    response_headers = {"X-Own": "controller", "X-Controller": "yes"}

    @get("/{book_id:uuid}")
    async def show(self, book_id: UUID) -> UUID:
        return book_id

    @patch()
    async def change(self, data: dict[str, int]) -> dict[str, int]:
        return data


@route("/many", http_method=["GET", "POST"])
async def many(request: Request[Any, Any, Any]) -> str:
    return request.method


@head("/only-head")
async def only_head() -> None:
    return None


HANDLERS: list[Any] = [
    plain, hello, create_item, update_review, delete_review, search, orders, files, leases, by_type, full,
    guarded, hooked, respond, either, nothing, wrong, many, only_head, grouped, form, typed_form, upload, negotiated,
    lines, bounded,
    Router("/nested", route_handlers=[Books, layered], response_headers={"X-Own": "router", "X-Router": "yes"}),
]  # fmt: skip


def compiled() -> Pleiad:
    return Pleiad(HANDLERS, state=State({"x": 1}))


def interpreted() -> Pleiad:
    app = compiled()
    for endpoint in {id(e): e for _, e in app._table.tree}.values():
        for method, found in endpoint.routes.items():
            endpoint.answers[method].app = found.plan.run
    return app


UUID_TEXT = "6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "multipart/form-data; boundary=B"}
MULTIPART = b"".join(
    (
        b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nT\r\n',
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc\r\n',
        b"--B--\r\n",
    )
)
INVALID = "Validation failed for {}"


def error(status: int, detail: str, *extra: dict[str, str]) -> dict[str, Any]:
    return {"status_code": status, "detail": detail, **({"extra": list(extra)} if extra else {})}


def entry(message: str, key: str, source: str) -> dict[str, str]:
    return {"message": message, "key": key, "source": source}


CASES: list[Any] = [
    ("GET", "/plain", {}, 200, b"text", []),
    ("GET", "/hello/Ann", {}, 200, {"message": "Hello, Ann!"}, []),
    ("GET", "/hello/Ann/", {}, 200, {"message": "Hello, Ann!"}, []),
    ("POST", "/items", {"content": b'{"name":"a","price":1}'}, 201, {"name": "a", "price": 1.0}, []),
    ("POST", "/items", {"content": b'{"price":"x"}'}, 400, error(400, INVALID.format("POST /items"),
        entry("Field required", "name", "body"),
        entry("Input should be a valid number, unable to parse string as a number", "price", "body")), []),
    ("POST", "/items", {}, 400, error(400, INVALID.format("POST /items"), entry("Missing request body", "data", "body")), []),
    ("POST", "/items", {"content": b"{}", "headers": {"content-type": "text/plain"}}, 415,
        error(415, "The content is 'text/plain': send it as application/json"), []),
    ("POST", "/items", {"content": b"x" * 10, "headers": {"content-length": "99999999"}}, 413,
        error(413, "The request's content is larger than 10000000 bytes"), []),
    ("PUT", "/reviews/3", {"content": b'{"stars":5}', "query": "dry=TRUE"}, 202, {"stars": 5, "text": "none"}, []),
    ("PUT", "/reviews/0", {"content": b'{"stars":5}'}, 404, error(404, "no such review"), []),
    ("PUT", "/reviews/3", {"content": b'{"stars":"x"}', "query": "dry=maybe", "headers": {"content-length": "13"}}, 400,
        error(400, INVALID.format("PUT /reviews/3"), entry("Expected bool, got 'maybe'", "dry", "query"),
        entry("Expected int, got str", "stars", "body")), []),
    ("PUT", "/reviews/3", {"content": b'{"stars":"x"}', "query": "dry=maybe", "headers": {"content-length": "70000"}}, 400,
        error(400, INVALID.format("PUT /reviews/3"), entry("Expected bool, got 'maybe'", "dry", "query")), []),
    ("DELETE", "/reviews/7", {}, 204, b"", ["deleted 7"]),
    ("GET", "/reviews/x", {}, 404, error(404, "Not Found"), []),
    ("GET", "/reviews/7", {}, 405, error(405, "Method Not Allowed"), []),
    ("OPTIONS", "/reviews/7", {}, 204, b"", []),
    ("GET", "/search/books", {"query": "query=python&page=2&tags=a&tags=b", "headers": {"X-Key": "k", "cookie": "theme=dark"}}, 200,
        {"category": "books", "query": "python", "page": 2, "tags": ["a", "b"], "key": "k", "theme": "dark"}, []),
    ("GET", "/search/books", {"query": "page=0"}, 400, error(400, INVALID.format("GET /search/books"),
        entry("Missing required query parameter 'query'", "query", "query"), entry("Expected int >= 1", "page", "query")), []),
    ("GET", "/search/books", {"query": "query=%FF"}, 400, error(400, "Text that is not UTF-8 in a query or form"), []),
    ("GET", "/orders", {"query": "page=2&limit=5"}, 200, [2, 5], ["open", "handler", "close"]),
    ("GET", "/orders", {"query": "page=x"}, 400, error(400, INVALID.format("GET /orders"), entry("Expected int, got 'x'", "page", "query")), []),
    ("GET", "/orders", {"query": "page=13"}, 500, error(500, "Internal Server Error"), ["open", "handler", "saw LookupError", "close"]),
    ("GET", "/files", {}, 200, b"file", ["open", "open file", "handler", "close file", "close"]),
    ("POST", "/bounded", {"content": b'{"name":"a","price":1}'}, 201, {"name": "a", "price": 1.0}, ["open", "handler", "close"]),
    ("GET", "/leases", {}, 200, 11, ["lease", "short lease", "handler", "end of short lease", "end of lease"]),
    ("GET", "/repository", {}, 200, 3, ["open", "close"]),
    ("GET", "/full", {"headers": {"cookie": "a=b; c=d"}}, 200,
        {"method": "GET", "host": "test", "state": {"x": 1}, "cookies": {"a": "b", "c": "d"}}, []),
    ("GET", "/guarded", {"query": "page=1"}, 200, 1, ["guard me", "handler"]),
    ("GET", "/guarded", {"query": "page=x", "headers": {"x-refuse": "1"}}, 401, error(401, "go away"), ["guard me"]),
    ("GET", "/hooked", {}, 200, {"a": 1}, ["background", "after response"]),
    ("GET", "/hooked", {"headers": {"x-early": "1"}}, 200, b"early", ["background", "after response"]),
    ("GET", "/response", {"query": "status=203"}, 203, {"a": 1}, []),
    ("GET", "/either", {}, 200, {"name": "a", "price": 1.0}, []),
    ("GET", "/either", {"query": "go=1"}, 302, b"", []),
    ("GET", "/none", {}, 200, None, []),
    ("GET", "/wrong", {}, 500, error(500, "Internal Server Error"), []),
    ("GET", f"/nested/books/{UUID_TEXT}", {}, 200, UUID_TEXT, []),
    ("PATCH", "/nested/books", {"content": b'{"a":1}'}, 200, {"a": 1}, []),
    ("GET", "/many", {}, 200, b"GET", []),
    ("POST", "/many", {}, 201, b"POST", []),
    ("GET", "/grouped", {"query": "page=2&tags=a"}, 200, {"page": 2, "tags": ["a"]}, []),
    ("GET", "/grouped", {"query": "dry=x"}, 400, error(400, INVALID.format("GET /grouped"),
        entry("Missing required query parameter 'page'", "page", "query"), entry("Expected bool, got 'x'", "dry", "query")), []),
    ("POST", "/form", {"content": MULTIPART, "headers": FORM, "query": "page=2"}, 201,
        {"title": "T", "file": "abc", "page": 2}, ["open", "handler", "close"]),
    ("POST", "/form", {"content": b"--B--", "headers": FORM}, 400, error(400, INVALID.format("POST /form"),
        entry("Field required", "title", "body"), entry("Field required", "file", "body")), []),
    ("POST", "/form", {"content": MULTIPART, "headers": FORM, "query": "page=x"}, 400,
        error(400, INVALID.format("POST /form"), entry("Expected int, got 'x'", "page", "query")), []),
    ("POST", "/form", {"content": b"{}", "headers": JSON}, 415,
        error(415, "The content is 'application/json': send application/x-www-form-urlencoded or multipart/form-data"), []),
    ("POST", "/typed-form", {"content": b"page=3", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 201,
        {"page": 3, "tags": None}, []),
    ("POST", "/typed-form", {"content": b"page=x"}, 400, error(400, INVALID.format("POST /typed-form"),
        entry("Expected int, got 'x'", "page", "body")), []),
    ("POST", "/typed-form", {"content": b"{}", "headers": JSON}, 415,
        error(415, "The content is 'application/json': send application/x-www-form-urlencoded"), []),
    ("POST", "/upload", {"content": b"page=3", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 201,
        {"page": 3, "tags": None}, []),
    ("GET", "/negotiated", {"headers": {"accept": "application/vnd.msgpack"}}, 200, b"\x82\xa4page\x01\xa4tags\xc0", []),
    ("GET", "/negotiated", {"headers": {"accept": "image/png"}}, 406,
        error(406, "The answer is one of: application/json, application/vnd.msgpack"), []),
    ("GET", "/lines", {"query": "page=3"}, 200, b"3\n", ["open", "item", "close"]),
    ("HEAD", "/lines", {}, 200, b"", ["open", "close"]),
    ("HEAD", "/hello/Ann", {}, 200, b"", []),
    ("HEAD", "/only-head", {}, 200, b"", []),
    ("TRACE", "/plain", {}, 405, error(405, "Method Not Allowed"), []),
    ("__init__", "/plain", {}, 405, error(405, "Method Not Allowed"), []),
]  # fmt: skip


@pytest.mark.parametrize("make", [compiled, interpreted])
@pytest.mark.parametrize(
    ("method", "path", "request_", "status", "content", "log"),
    CASES,
    ids=[f"{each[0]} {each[1]} {each[3]} {index}" for index, each in enumerate(CASES)],
)
def test_answers(
    make: Callable[[], Pleiad],
    method: str,
    path: str,
    request_: dict[str, Any],
    status: int,
    content: Any,
    log: list[str],
    ask: Any,
) -> None:
    LOG.clear()
    answer = ask(make(), method, path, **request_)
    assert answer.status == status
    assert answer.content == content if isinstance(content, bytes) else answer.json == content
    assert LOG == log
    if method != "HEAD" and answer.status not in (204, 304) and path != "/lines":
        assert answer.headers["content-length"] == str(len(answer.content))


HEADERS: list[Any] = [
    ("GET", "/plain", {}, {"content-type": "text/plain; charset=utf-8"}),
    ("GET", "/hello/Ann", {}, {"content-type": "application/json"}),
    ("HEAD", "/hello/Ann", {}, {"content-type": "application/json", "content-length": "25"}),
    ("OPTIONS", "/reviews/7", {}, {"allow": "DELETE, OPTIONS, PUT"}),
    ("GET", "/reviews/7", {}, {"allow": "DELETE, OPTIONS, PUT"}),
    ("POST", "/plain", {}, {"allow": "GET, HEAD, OPTIONS"}),
    ("GET", "/response", {}, {"x-layer": "1", "x-both": "own", "set-cookie": "a=b; Path=/; SameSite=lax"}),
    ("GET", "/hooked", {}, {"x-stamp": "yes"}),
    ("GET", "/hooked", {"headers": {"x-early": "1"}}, {"x-stamp": "yes", "content-type": "text/plain; charset=utf-8"}),
    ("GET", "/either", {"query": "go=1"}, {"location": "/there"}),
    ("GET", "/nested/layered", {}, {"x-own": "handler", "x-router": "yes", "set-cookie": "theme=dark; Path=/; SameSite=lax"}),
    ("PATCH", "/nested/books", {"content": b"{}"}, {"x-own": "controller", "x-router": "yes", "x-controller": "yes"}),
]  # fmt: skip


@pytest.mark.parametrize("make", [compiled, interpreted])
@pytest.mark.parametrize(("method", "path", "request_", "headers"), HEADERS)
def test_headers(make: Any, method: str, path: str, request_: Any, headers: Any, ask: Any) -> None:
    answer = ask(make(), method, path, **request_)
    assert {key: answer.headers.get(key) for key in headers} == headers


SHAPES = {
    "value": hello, "body": create_item, "body_and_query": update_review, "no_content": delete_review,
    "parameters": search, "resource": orders, "thread": files, "until_handler": leases, "by_type": by_type,
    "views": full, "guard": guarded, "hooks": hooked, "response": respond, "group": grouped, "form": form,
    "content": upload, "form_without_files": typed_form, "negotiated": negotiated, "stream": lines, "bounded": bounded,
}  # fmt: skip


@pytest.mark.parametrize(("shape", "handler"), SHAPES.items())
def test_source_reads_as_if_typed_by_hand(shape: str, handler: Any) -> None:
    [found] = [each for each in compiled().routes if each.handler.fn is handler.fn]
    golden = GOLDEN / f"{shape}.py"
    if os.environ.get("PLEIAD_WRITE"):
        golden.write_text(found.source)
    assert found.source == golden.read_text()


def test_source_is_what_runs() -> None:
    app = compiled()
    for found in app.routes:
        assert inspect.getsource(found.function) == found.source
    labels = [found.function.__code__.co_filename for found in app.routes]
    assert len(set(labels)) == len(labels)
    assert "<pleiad GET /plain" in labels[0]
    del app, found
    import gc

    gc.collect()
    assert not [label for label in labels if label in linecache.cache]


def test_equal_sources_share_their_code() -> None:
    @get("/a")
    async def first() -> dict[str, int]:
        return {}

    @get("/b")
    async def second() -> dict[str, int]:
        return {}

    before = _code.cache_info().hits
    one, two = Pleiad([first, second]).routes
    assert _code.cache_info().hits > before
    assert (one.function.__name__, two.function.__name__) == ("first", "second")


def test_a_traceback_shows_the_generated_line(ask: Any, caplog: Any) -> None:
    app = compiled()
    ask(app, "GET", "/orders", query="page=13")
    [record] = caplog.records
    text = "".join(traceback.format_exception(record.exc_info[1]))
    assert 'File "<pleiad GET /orders' in text
    assert "result = await handler(session, limit_2, page)" in text
    assert record.getMessage() == "GET /orders"


HOSTILE = ["Exception", "len", "type", "scope", "send", "receive", "error", "errors", "handler", "check", "encode", "fail", "content", "result",
    "path", "query_2", "read_body", "print", "self", "start", "body_2", "invalid", "ünï", "print_"]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_any_parameter_name_works(name: str, ask: Any) -> None:
    namespace: dict[str, Any] = {}
    exec(f"async def handler({name}: int) -> int:\n    return {name}", namespace)  # noqa: S102
    app = Pleiad([get("/x")(namespace["handler"])])
    assert ask(app, "GET", "/x", query=f"{name}=5".encode().decode("latin-1")).status in (200, 400)
    assert ask(app, "GET", "/x", query="" if name == "ünï" else f"{name}=5").status == (
        400 if name == "ünï" else 200
    )


@pytest.mark.parametrize(
    "path", ["/it's/here", '/a"b', "/back\\slash", "/{{", "/per%cent", "/new\nline", "/ü"]
)
def test_hostile_paths_never_reach_the_text(path: str, ask: Any) -> None:
    @get("/")
    async def handler() -> str:
        return "ok"

    if "{" in path:
        with pytest.raises(Exception, match="brace"):
            Pleiad([get(path)(handler.fn)])
        return
    app = Pleiad([get(path)(handler.fn)])
    compile(app.routes[0].source, "x", "exec")
    assert ask(app, "GET", path).content == b"ok" if path.isascii() else True


def test_plan_is_readable() -> None:
    [found] = [each for each in compiled().routes if each.handler.fn is search.fn]
    assert repr(found.plan).splitlines() == [
        "GET /search/{category:str} -> search",
        "  answers        200 application/json",
        "  path category  str",
        "  query query    str",
        "  query page     int = 1",
        "  query tags     list[str] | None = None",
        "  header X-Key   str | None = None",
        "  cookie theme   str = 'light'",
    ]


def test_describing_options_are_carried_and_shown() -> None:
    @get("/x", tags=["inner"], summary="A line", deprecated=True, raises=[NotFoundException])
    async def handler() -> str:
        return ""

    [found] = Pleiad([Router("/", route_handlers=[handler], tags=["outer"])]).routes
    assert found.handler.layer.about.tags == ("outer", "inner")
    assert "summary        A line" in repr(found.plan)
    assert "tags           ('outer', 'inner')" in repr(found.plan)
