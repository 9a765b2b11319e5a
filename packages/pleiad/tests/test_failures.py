"""How exceptions become responses: by default, as problem documents, by the user's handlers."""

import asyncio
import subprocess
import sys
from typing import Annotated, Any

import msgspec
import pytest

from pleiad import Pleiad, Request, Response, get, post
from pleiad.answering.failures import single
from pleiad.exceptions import (
    ClientException,
    HTTPException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    ProblemDetails,
    ProblemDetailsException,
    ServiceUnavailableException,
    TooManyRequestsException,
    ValidationException,
)
from pleiad.params import Header
from pleiad.testing import TestClient
from pleiad_http import Limits

PROBLEM = "application/problem+json"


class Item(msgspec.Struct):
    name: str
    prices: dict[str, list[int]]


class OutOfStock(ProblemDetailsException):
    status_code = 409
    type_ = "out-of-stock"
    title = "Out of stock"


ERRORS: dict[str, Exception] = {
    "400": ClientException("No", extra={"k": 1}),
    "401": NotAuthorizedException(headers={"WWW-Authenticate": "Basic"}),
    "403": PermissionDeniedException(),
    "404": NotFoundException(),
    "409": OutOfStock("None left", extra={"sku": "A7"}),
    "429": TooManyRequestsException(headers={"Retry-After": "3"}),
    "500": HTTPException("secret", extra={"secret": 1}),
    "503": ServiceUnavailableException(headers={"Retry-After": "9"}),
    "value": ValueError("secret"),
    "group": ExceptionGroup("", [ExceptionGroup("", [NotFoundException()])]),
    "header": NotFoundException(headers={"X-Bad": "a\nb"}),
    "extra": ClientException(extra={"a": object()}),
}


@get("/fails/{key:str}")
async def fails(key: str) -> str:
    raise ERRORS[key]


@post("/items/{shelf:int}", limits=Limits(body=100))
async def create(
    shelf: int, data: Item, x_key: Annotated[str, Header()] = "", page: int = 1
) -> Item:
    return data


@get("/chosen", media_type=["application/json", "application/vnd.msgpack"])
async def chosen() -> int:
    return 1


def broken(app: Any) -> Any:
    async def middleware(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/middleware":
            raise TooManyRequestsException(headers={"Retry-After": "1"})
        await app(scope, receive, send)

    return middleware


HANDLERS = [fails, create, chosen]


def client(**options: Any) -> TestClient:
    return TestClient(
        Pleiad(HANDLERS, middleware=[broken], **options), raise_server_exceptions=False
    )


@pytest.fixture(scope="module")
def problems() -> Any:
    with client(problem_details=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def plain() -> Any:
    with client() as opened:
        yield opened


REQUESTS: list[Any] = [
    pytest.param("GET", "/fails/400", {}, 400, {"k": 1}, {}, id="400"),
    pytest.param("GET", "/fails/401", {}, 401, {}, {"www-authenticate": "Basic"}, id="401"),
    pytest.param("GET", "/fails/403", {}, 403, {}, {}, id="403"),
    pytest.param("GET", "/fails/404", {}, 404, {}, {}, id="404"),
    pytest.param("GET", "/nowhere", {}, 404, {}, {}, id="unrouted"),
    pytest.param("DELETE", "/chosen", {}, 405, {}, {"allow": "GET, HEAD, OPTIONS"}, id="405"),
    pytest.param("GET", "/chosen", {"headers": {"Accept": "image/png"}}, 406, {}, {"vary": "accept"}, id="406"),
    pytest.param("GET", "/fails/409", {}, 409, {"sku": "A7"}, {}, id="409"),
    pytest.param("POST", "/items/1", {"content": b"x" * 101}, 413, {}, {}, id="413"),
    pytest.param("POST", "/items/1", {"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, {}, {}, id="415"),
    pytest.param("GET", "/fails/429", {}, 429, {}, {"retry-after": "3"}, id="429"),
    pytest.param("GET", "/middleware", {}, 429, {}, {"retry-after": "1"}, id="middleware"),
    pytest.param("GET", "/fails/500", {}, 500, {}, {}, id="500"),
    pytest.param("GET", "/fails/503", {}, 503, {}, {"retry-after": "9"}, id="503"),
    pytest.param("GET", "/fails/value", {}, 500, {}, {}, id="unexpected"),
    pytest.param("GET", "/fails/group", {}, 404, {}, {}, id="group"),
    pytest.param("GET", "/fails/header", {}, 500, {}, {}, id="header that cannot be sent"),
    pytest.param("GET", "/fails/extra", {}, 500, {}, {}, id="extra that cannot be encoded"),
    pytest.param("GET", "/fails/404", {"headers": {"Host": ""}}, 400, {}, {}, id="refused before it was routed"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "request_", "status", "members", "headers"), REQUESTS)
@pytest.mark.parametrize("accept", [None, "application/xml", "text/html", "*/*"])
def test_every_error_is_a_problem_document(
    method: str,
    path: str,
    request_: Any,
    status: int,
    members: Any,
    headers: Any,
    accept: Any,
    problems: Any,
) -> None:
    more = dict(request_)
    if accept:
        more["headers"] = {"Accept": accept, **more.get("headers", {})}
    response = problems.request(method, path, **more)
    document = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    assert {key: response.headers.get(key) for key in headers} == headers
    assert set(document) == {"type", "title", "status", "detail", "instance", *members}
    assert (document["status"], document["instance"]) == (status, path)
    assert {key: document[key] for key in members} == members
    assert "secret" not in response.text


@pytest.mark.parametrize(("method", "path", "request_", "status", "members", "headers"), REQUESTS)
def test_without_the_option(
    method: str, path: str, request_: Any, status: int, members: Any, headers: Any, plain: Any
) -> None:
    response = plain.request(method, path, **request_)
    assert response.status_code == status
    assert {key: response.headers.get(key) for key in headers} == headers
    if path == "/fails/409":  # it says so itself
        assert (response.headers["content-type"], response.json()["type"]) == (
            PROBLEM,
            "out-of-stock",
        )
    else:
        assert response.headers["content-type"] == "application/json"
        assert response.json()["status_code"] == status
        assert response.json().get("extra", {}) == members
    assert "secret" not in response.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/fails/400", "/fails/401", "/fails/409", "/fails/value"]
)
@pytest.mark.parametrize("handlers", [{}, {418: lambda: None}], ids=["none", "one"])
@pytest.mark.anyio
async def test_head_is_answered_without_content(path: str, handlers: Any) -> None:
    app = Pleiad(HANDLERS, exception_handlers=handlers)

    async def told(method: str) -> tuple[Any, Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
        await app(scope, None, send)  # type: ignore[arg-type]
        start, body = sent
        return start, body["body"]

    start, content = await told("GET")
    assert content
    assert await told("HEAD") == (start, b"")


def test_every_wrong_value_has_its_place(problems: Any) -> None:
    response = problems.post("/items/1?page=x", json={"prices": {"a/b.c~": [1, "x"]}})
    assert response.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Validation failed for POST /items/1",
        "instance": "/items/1",
        "errors": [
            {"detail": "Expected int, got 'x'", "source": "query", "parameter": "page"},
            {"detail": "Field required", "source": "body", "pointer": "#/name"},
            {"detail": "Expected int, got str", "source": "body", "pointer": "#/prices/a~1b.c~0/1"},
        ],
    }


@pytest.mark.parametrize("path", ["/nowhere", "/fails/404", "/fails/value"])
@pytest.mark.parametrize("option", [True, False])
def test_head_has_no_content(ask: Any, path: str, option: bool) -> None:
    answer = ask(Pleiad(HANDLERS, problem_details=option), "HEAD", path)
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 0


def test_types() -> None:
    with client(problem_details=ProblemDetails(base="https://x.test/")) as opened:
        found = {
            path: opened.get(path).json()["type"]
            for path in ("/nowhere", "/fails/409", "/fails/value", "/fails/429")
        }
        invalid = opened.post("/items/1", json={}).json()
    assert found == {
        "/nowhere": "https://x.test/not-found",
        "/fails/409": "https://x.test/out-of-stock",
        "/fails/value": "https://x.test/internal-server-error",
        "/fails/429": "https://x.test/too-many-requests",
    }
    assert (invalid["type"], invalid["title"]) == (
        "https://x.test/validation-failed",
        "Validation Failed",
    )


def test_a_handler_of_the_users_wins() -> None:
    def mine(request: Request, exc: NotFoundException) -> Response[str]:
        return Response("mine", status_code=404)

    def other(request: Request, exc: ValueError) -> Response[str]:
        raise OutOfStock("told by a handler") from exc

    with client(problem_details=True, exception_handlers={404: mine, ValueError: other}) as opened:
        assert opened.get("/nowhere").text == "mine"
        response = opened.get("/fails/value")
        assert (response.status_code, response.json()["detail"]) == (409, "told by a handler")


def test_the_option_may_be_set_on_init() -> None:
    def on_init(config: Any) -> None:
        config.problem_details = ProblemDetails(base="urn:x:")

    with client(on_app_init=[on_init]) as opened:
        assert opened.get("/nowhere").json()["type"] == "urn:x:not-found"


@pytest.mark.parametrize(
    ("accept", "option", "content_type"),
    [
        pytest.param("text/html,*/*", True, "text/html; charset=utf-8", id="browser"),
        pytest.param("text/html,*/*", False, "text/html; charset=utf-8", id="browser, no option"),
        pytest.param("*/*", True, PROBLEM, id="other"),
        pytest.param("*/*", False, "text/plain; charset=utf-8", id="other, no option"),
    ],
)
def test_debug(accept: str, option: bool, content_type: str) -> None:
    with client(debug=True, problem_details=option) as opened:
        response = opened.get("/fails/value", headers={"Accept": accept})
        assert (response.status_code, response.headers["content-type"]) == (500, content_type)
        assert "ValueError: secret" in response.text
        if content_type == PROBLEM:
            document = response.json()
            assert (document["title"], document["status"]) == ("Internal Server Error", 500)
            assert document["detail"] == "ValueError: secret" == document["traceback"][-1]


# Groups, and exceptions of others


def test_starlette_is_not_imported() -> None:
    program = (
        "import sys; from pleiad import Pleiad, get; from pleiad.testing import TestClient\n"
        "client = TestClient(Pleiad([], problem_details=True)).__enter__()\n"
        "assert client.get('/').status_code == 404\n"
        "client.__exit__(None, None, None)\n"
        "assert not any(name.startswith('starlette') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


NOT_FOUND, NO, WRONG, WORSE = NotFoundException(), ClientException(), ValueError(), HTTPException()


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        pytest.param(WRONG, WRONG, id="no group"),
        pytest.param(ExceptionGroup("", [WRONG]), WRONG, id="one"),
        pytest.param(ExceptionGroup("", [ExceptionGroup("", [NO])]), NO, id="one, deep"),
        pytest.param(ExceptionGroup("", [NO, NOT_FOUND]), NO, id="all the client's"),
        pytest.param(ExceptionGroup("", [NO, WRONG]), None, id="a fault among them"),
        pytest.param(ExceptionGroup("", [NO, WORSE]), None, id="a 500 among them"),
    ],
)
def test_groups(error: Exception, meant: Exception | None) -> None:
    assert single(error) is (error if meant is None else meant)


def test_a_task_group_of_two_that_the_client_is_at_fault_for() -> None:
    async def invalid() -> None:
        raise ValidationException("No")

    @get("/")
    async def both() -> str:
        async with asyncio.TaskGroup() as group:
            group.create_task(invalid())
            group.create_task(invalid())
        return ""

    with TestClient(Pleiad([both], problem_details=True)) as opened:
        assert opened.get("/").json()["detail"] == "No"
