"""The seed's claims, sentence by sentence: what it warns of, and what it says happens by itself."""

import asyncio
import socket
import threading
from typing import Annotated

import anyio
import msgspec
import pytest
from pydantic import BaseModel

from pleiad import Litestar, Response, Router, get, post
from pleiad.datastructures import Cookie
from pleiad.di import Provide
from pleiad.exceptions import HTTPException, ImproperlyConfiguredException, NotFoundException
from pleiad.params import Dependency
from pleiad.testing import AsyncTestClient, TestClient

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


def handled(function, path="/", verb=get, **options):
    """Give an app of one handler; both the decorator and the app count as startup."""
    return Litestar([verb(path, **options)(function)])


# The seed says: Return type annotation is mandatory [...] raises a validation error at startup.


async def unannotated():
    return {"a": 1}


def unannotated_sync():
    return {"a": 1}


class Item(BaseModel):
    name: str


async def none_constant() -> None:
    return 1


async def none_display() -> None:
    return {"a": [1]}


async def none_text(name: str) -> None:
    return f"Hello, {name}!"


def none_sync() -> None:
    return [1, 2]


@pytest.mark.parametrize("function", [unannotated, unannotated_sync])
def test_a_missing_return_annotation_is_refused_at_startup(function):
    with pytest.raises(ImproperlyConfiguredException, match=rf"(?s){function.__name__}.*return"):
        handled(function)


@pytest.mark.parametrize("function", [none_constant, none_display, none_text, none_sync])
def test_none_on_a_handler_that_returns_data_is_refused_at_startup(function):
    with pytest.raises(ImproperlyConfiguredException, match=rf"(?s){function.__name__}.*None"):
        handled(function, status_code=204)


def test_none_on_a_handler_that_returns_nothing_is_right():
    async def nothing(*, stop: bool = False) -> None:
        if stop:
            return None  # noqa: RET501
        return

    with TestClient(handled(nothing, status_code=204)) as client:
        assert [client.get(path).status_code for path in ("/", "/?stop=true")] == [204, 204]


def test_none_on_a_handler_whose_data_only_running_shows_is_a_500():
    async def data():
        return {"a": 1}

    async def none() -> None:
        return await data()

    with TestClient(handled(none), raise_server_exceptions=False) as client:
        response = client.get("/")
    assert response.status_code == 500
    assert b'"a"' not in response.content


# The seed says: validates return types, not just inputs, and raises at startup for type mismatches


@pytest.mark.parametrize("status", [204, 304])
def test_data_with_a_status_that_has_no_body_is_refused_at_startup(status):
    async def data() -> dict:
        return {"a": 1}

    with pytest.raises(ImproperlyConfiguredException, match=rf"status {status}.*'data'"):
        handled(data, status_code=status)


class Row(msgspec.Struct):
    id: int


class OlderRow(Row):
    age: int


@pytest.mark.parametrize(
    ("annotation", "value", "status"),
    [
        pytest.param(int, 1, 200, id="int"),
        pytest.param(int, "1", 500, id="text-for-int"),
        pytest.param(int, True, 500, id="bool-is-no-int"),
        pytest.param(float, 1, 200, id="int-for-float"),
        pytest.param(str, None, 500, id="none-for-text"),
        pytest.param(str | None, None, 200, id="none-where-allowed"),
        pytest.param(dict, [("a", 1)], 500, id="pairs-for-dict"),
        pytest.param(list[int], [1, 2], 200, id="list"),
        pytest.param(list[int], ["a"], 500, id="wrong-item"),
        pytest.param(list[int], (1,), 500, id="tuple-for-list"),
        pytest.param(dict[str, int], {"a": "b"}, 500, id="wrong-value"),
        pytest.param(Row, Row(1), 200, id="struct"),
        pytest.param(Row, OlderRow(1, 2), 200, id="subclass"),
        pytest.param(OlderRow, Row(1), 500, id="base-for-subclass"),
        pytest.param(Row, {"id": 1}, 500, id="dict-for-struct"),
        pytest.param(list[Row], [Row(1), {"id": 2}], 500, id="dict-among-structs"),
        pytest.param(Item, Item(name="a"), 200, id="pydantic"),
        pytest.param(Item, Row(1), 500, id="another-model"),
        pytest.param(Item, {"name": "a"}, 500, id="dict-for-pydantic"),
    ],
)
def test_a_return_value_is_checked_against_its_annotation(annotation, value, status):
    async def returned():
        return value

    returned.__annotations__["return"] = annotation
    with TestClient(handled(returned), raise_server_exceptions=False) as client:
        response = client.get("/")
    assert response.status_code == status
    if status == 500:
        assert response.json() == {"status_code": 500, "detail": "Internal Server Error"}


@pytest.mark.parametrize(
    ("path", "annotation"),
    [
        pytest.param("/{value:int}", "uuid.UUID", id="int-for-uuid"),
        pytest.param("/{value:int}", "Item", id="int-for-a-model"),
        pytest.param("/{value:uuid}", "int", id="uuid-for-int"),
    ],
)
def test_a_path_value_of_another_type_than_its_parameter_is_refused_at_startup(path, annotation):
    import uuid  # noqa: PLC0415

    async def shown(value) -> None: ...

    shown.__annotations__["value"] = {"uuid.UUID": uuid.UUID, "Item": Item, "int": int}[annotation]
    with pytest.raises(ImproperlyConfiguredException, match=r"^GET /.*'value: "):
        handled(shown, path)


def test_a_dependency_of_another_type_than_its_parameter_is_refused_at_startup():
    async def number() -> int:
        return 1

    async def shown(row: Row) -> None: ...

    with pytest.raises(ImproperlyConfiguredException, match=r"^GET /: parameter 'row: Row'"):
        handled(shown, dependencies={"row": Provide(number)})


# The seed says: Litestar runs sync handlers in a thread pool executor automatically


def place() -> str:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "thread"
    return "loop"


@get("/sync")
def placed_sync() -> str:
    return place()


@get("/async")
async def placed_async() -> str:
    return place()


@get("/inline", sync_to_thread=False)
def placed_inline() -> str:
    return place()


@pytest.mark.parametrize(
    ("path", "where"), [("/sync", "thread"), ("/async", "loop"), ("/inline", "loop")]
)
def test_sync_handlers_run_in_a_thread_and_async_ones_on_the_loop(path, where):
    with TestClient(Litestar([placed_sync, placed_async, placed_inline])) as client:
        assert client.get(path).text == where


async def test_sync_handlers_run_at_the_same_time():
    """Each of the two waits for the other: on one thread, neither would come through."""
    barrier = threading.Barrier(2, timeout=10)

    @get("/")
    def meet() -> int:
        return barrier.wait()

    found = []

    async def ask(client):
        found.append((await client.get("/")).json())

    async with AsyncTestClient(Litestar([meet])) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(ask, client)
        tasks.start_soon(ask, client)
    assert sorted(found) == [0, 1]


# The seed says: a forgotten provider raises ImproperlyConfiguredException at startup


class Session:
    """What only a provider can give."""


async def open_session() -> Session:
    return Session()


async def marked(session: Annotated[Session, Dependency()]) -> str:
    return type(session).__name__


async def marked_by_default(session: Session = Dependency()) -> str:  # noqa: B008
    return type(session).__name__


async def unmarked(session: Session) -> str:
    return type(session).__name__


async def through_a_provider(user: Annotated[str, Provide(unmarked)]) -> str:
    return user


ASKING = [marked, marked_by_default, unmarked, through_a_provider]


@pytest.mark.parametrize("function", ASKING)
def test_a_missing_provider_is_refused_at_startup(function):
    with pytest.raises(ImproperlyConfiguredException, match=r"^GET /.*'session: Session'"):
        handled(function)


@pytest.mark.parametrize("function", ASKING)
@pytest.mark.parametrize("layer", ["app", "router", "handler"])
def test_a_provider_of_any_layer_is_found(function, layer):
    given = {"dependencies": {"session": Provide(open_session)}}
    of = {name: given if name == layer else {} for name in ("app", "router", "handler")}
    handler = get("/", **of["handler"])(function)
    router = Router(path="/", route_handlers=[handler], **of["router"])
    with TestClient(Litestar([router], **of["app"])) as client:
        assert client.get("/").text == "Session"


def test_a_misspelt_provider_is_told_its_near_name():
    async def shown(sesion: Annotated[dict, Dependency()]) -> None: ...

    with pytest.raises(ImproperlyConfiguredException, match=r"did you mean.*'session'"):
        handled(shown, dependencies={"session": Provide(open_session)})


# The seed says: TestClient [...] does not require a running server; AsyncTestClient for async tests


def refuse(*_):
    raise AssertionError("a socket was asked for")


@pytest.fixture
def no_network(monkeypatch):
    for name in ("bind", "connect", "listen"):
        monkeypatch.setattr(socket.socket, name, refuse)


@pytest.mark.usefixtures("no_network")
def test_the_test_client_needs_no_server():
    with TestClient(app=Litestar([placed_async])) as client:
        assert client.get("/async").text == "loop"


@pytest.mark.usefixtures("no_network")
async def test_the_async_test_client_needs_no_server():
    async with AsyncTestClient(app=Litestar([placed_async])) as client:
        assert (await client.get("/async")).text == "loop"


# The seed says: Response[T] to set status codes, headers, and cookies [...] the runtime validator


@get("/item")
async def item(*, right: bool = True) -> Response[Item]:
    content = Item(name="Tea") if right else {"name": "Tea"}
    return Response(
        content,
        status_code=202,
        headers={"X-Kind": "drink"},
        cookies=[Cookie(key="seen", value="1")],
    )


def test_response_of_a_type_sets_status_headers_and_cookies():
    with TestClient(Litestar([item])) as client:
        response = client.get("/item")
    assert (response.status_code, response.json()) == (202, {"name": "Tea"})
    assert response.headers["x-kind"] == "drink"
    assert response.headers["content-type"] == "application/json"
    assert response.cookies["seen"] == "1"


def test_response_of_a_type_with_other_content_is_a_500():
    with TestClient(Litestar([item]), raise_server_exceptions=False) as client:
        response = client.get("/item?right=false")
    assert response.status_code == 500
    assert response.json() == {"status_code": 500, "detail": "Internal Server Error"}
    assert "x-kind" not in response.headers


# The seed says: All accept path, status_code, tags, and response_headers.


def test_decorators_accept_path_status_tags_and_headers():
    @post(path="/teapot", status_code=418, tags=["tea"], response_headers={"X-Kind": "pot"})
    async def brew() -> str:
        return "short and stout"

    with TestClient(Litestar([brew])) as client:
        response = client.post("/teapot")
    assert (response.status_code, response.text) == (418, "short and stout")
    assert response.headers["x-kind"] == "pot"


# The seed says: a handler by status, and its own table by class and by 500.


async def broken() -> str:
    raise ZeroDivisionError


async def gone() -> str:
    raise NotFoundException("gone")


async def teapot() -> str:
    raise HTTPException("a teapot", status_code=418)


FAILING = [get("/broken")(broken), get("/gone")(gone), get("/teapot")(teapot)]


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        pytest.param("/broken", 500, {"error": "Internal server error"}, id="by-500"),
        pytest.param("/gone", 404, {"detail": "gone", "path": "/gone"}, id="by-class"),
        pytest.param("/nowhere", 404, {"detail": "Not Found", "path": "/nowhere"}, id="no-route"),
        pytest.param("/teapot", 418, {"status_code": 418, "detail": "a teapot"}, id="by-none"),
    ],
)
def test_the_seeds_exception_handlers(load, path, status, body):
    program = load("exception_handlers")
    handlers = {NotFoundException: program.not_found_handler, 500: program.generic_error_handler}
    with TestClient(Litestar(FAILING, exception_handlers=handlers)) as client:
        response = client.get(path)
    assert (response.status_code, response.json()) == (status, body)


def test_an_exception_handler_by_status():
    def handler(request, exc) -> Response:
        return Response({"by": "status", "detail": exc.detail}, status_code=404)

    with TestClient(Litestar(FAILING, exception_handlers={404: handler})) as client:
        assert client.get("/gone").json() == {"by": "status", "detail": "gone"}


# The seed says: resolved per-request


def test_a_dependency_is_made_for_each_request_and_closed_after_it():
    seen = []

    async def counted():
        seen.append("open")
        yield len(seen)
        seen.append("close")

    async def shown(count: int) -> int:
        return count

    app = handled(shown, dependencies={"count": Provide(counted)})
    with TestClient(app) as client:
        assert [client.get("/").json() for _ in range(2)] == [1, 3]
    assert seen == ["open", "close", "open", "close"]
