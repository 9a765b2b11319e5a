"""`timeout=` and `cancel_on_disconnect=`: what ends a request's work before it is done."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import httpx2
import pytest

from pleiad import Controller, Pleiad, Request, Response, Router, get, post
from pleiad.background_tasks import BackgroundTask
from pleiad.exceptions import ImproperlyConfiguredException, TimeLimitException
from pleiad.response import JSONLines, Stream
from pleiad.testing import TestClient

LOG: list[str] = []
SOON = 0.05


async def session() -> AsyncIterator[str]:
    LOG.append("open")
    try:
        yield "session"
    except BaseException as error:
        LOG.append("saw an error" if isinstance(error, Exception) else "saw cancelled")
        raise
    finally:
        await anyio.sleep(0.001)
        LOG.append("close")


def sync_session() -> Iterator[str]:
    LOG.append("open sync")
    try:
        yield "session"
    finally:
        LOG.append("close sync")


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: Any) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def _empty() -> None:
    LOG.clear()


def client(*handlers: Any, backend: str = "asyncio", **options: Any) -> TestClient:
    return TestClient(
        Pleiad(list(handlers), **options),
        backend=backend,
        raise_server_exceptions=False,
        timeout=10,
    )


def dawdling(**options: Any) -> Any:
    @get("/", **{"dependencies": {"session": session, "other": sync_session}, **options})
    async def handler(session: str, other: str) -> str:
        LOG.append("begun")
        await anyio.sleep(60)
        return "late"

    return handler


CLEANED = ["open", "open sync", "begun", "close sync", "saw cancelled", "close"]


def test_late_work_is_cancelled_and_cleaned_up_once(backend: str, caplog: Any) -> None:
    with client(dawdling(timeout=SOON), backend=backend) as asking:
        answer = asking.get("/")
    assert (answer.status_code, answer.json()) == (
        503,
        {"status_code": 503, "detail": "The answer did not begin within 0.05 s"},
    )
    assert sorted(LOG) == sorted(CLEANED)
    [record] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert record.getMessage() == "GET /"
    assert isinstance(record.exc_info[1], TimeLimitException)
    assert record.exc_info[1].__cause__ is not None  # where the work stood


def test_work_in_time_is_answered(backend: str) -> None:
    @get("/", timeout=5)
    async def handler() -> dict[str, int]:
        await anyio.sleep(0.001)
        return {"a": 1}

    with client(handler, backend=backend) as asking:
        assert asking.get("/").json() == {"a": 1}


def test_answer_stands_within_the_users_middleware() -> None:
    def stamped(app: Any) -> Any:
        async def middleware(scope: Any, receive: Any, send: Any) -> None:
            async def stamp(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], (b"x-stamp", b"yes")]
                await send(message)

            await app(scope, receive, stamp)

        return middleware

    with client(dawdling(timeout=SOON), middleware=[stamped]) as asking:
        answer = asking.get("/")
    assert (answer.status_code, answer.headers["x-stamp"]) == (503, "yes")


def test_another_status_is_an_exception_handler_away(caplog: Any) -> None:
    def gateway(request: Any, exc: TimeLimitException) -> Response[str]:
        return Response("slow upstream", status_code=504, headers={"retry-after": "5"})

    with client(dawdling(timeout=SOON), exception_handlers={TimeLimitException: gateway}) as asking:
        answer = asking.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (504, "5")
    assert not caplog.records


@pytest.mark.parametrize("place", ["guard", "dependency", "before_request", "after_request"])
def test_all_that_comes_before_the_answer_counts(place: str) -> None:
    async def slow() -> None:
        await anyio.sleep(60)

    async def slow_after(response: Response[Any]) -> Response[Any]:
        await anyio.sleep(60)
        return response

    options: dict[str, Any] = {
        "guard": {"guards": [slow]},
        "dependency": {"dependencies": {"needed": slow}},
        "before_request": {"before_request": slow},
        "after_request": {"after_request": slow_after},
    }[place]

    @get("/", timeout=SOON, **options)
    async def handler(needed: Any = None) -> str:
        return "never"

    with client(handler) as asking:
        assert asking.get("/").status_code == 503


def test_thread_goes_on_and_cleanup_waits_for_it() -> None:
    """Nothing can end a thread: its result comes too late to be sent."""

    @get("/", timeout=SOON, dependencies={"session": session})
    def handler(session: str) -> str:
        time.sleep(0.2)
        LOG.append("thread done")
        return "late"

    with client(handler) as asking:
        assert asking.get("/").status_code == 503
    assert LOG == ["open", "thread done", "saw cancelled", "close"]


def test_of_a_stream_it_is_the_first_byte(backend: str) -> None:
    async def items(pause: float) -> AsyncIterator[str]:
        await anyio.sleep(pause)
        yield "a"
        await anyio.sleep(4 * SOON)
        yield "b"

    @get("/prompt", timeout=SOON)
    async def prompt() -> Stream[str]:
        return Stream(items(0))

    @get("/slow", timeout=SOON)
    async def slow() -> AsyncIterator[int]:
        await anyio.sleep(60)
        yield 1

    @get("/slow-callable", timeout=SOON)
    async def slow_callable() -> JSONLines[int]:
        async def opened() -> list[int]:
            await anyio.sleep(60)
            return []

        return JSONLines(opened)

    with client(prompt, slow_callable, backend=backend) as asking:
        assert asking.get("/prompt").text == "ab"
        assert asking.get("/slow-callable").status_code == 503


def test_an_inner_layer_says_another_time_or_none() -> None:
    class Inner(Controller):
        path = "/inner"
        timeout = None

        @get("/none")
        async def none(self) -> str:
            await anyio.sleep(3 * SOON)
            return "done"

        @get("/own", timeout=SOON)
        async def own(self) -> str:
            await anyio.sleep(60)
            return "never"

    @get("/outer")
    async def outer() -> str:
        await anyio.sleep(60)
        return "never"

    with client(Router("/", route_handlers=[outer, Inner], timeout=SOON), timeout=60) as asking:
        statuses = [
            asking.get(path).status_code for path in ("/outer", "/inner/none", "/inner/own")
        ]
    assert statuses == [503, 200, 503]


@pytest.mark.parametrize("value", [0, -1, True, float("inf"), float("nan"), "5"], ids=repr)
def test_a_time_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(ImproperlyConfiguredException, match="timeout=.*: say seconds, above 0"):
        get("/", timeout=value)


@pytest.mark.parametrize(
    "options", [{}, {"timeout": None}, {"cancel_on_disconnect": False}], ids=str
)
def test_nothing_is_written_where_nothing_is_limited(options: Any) -> None:
    app = Pleiad([dawdling(**options)], timeout=3, cancel_on_disconnect=True)
    source = app.routes[0].source
    assert ("begun_within" in source) == ("timeout" not in options)
    assert ("until_disconnect" in source) == ("cancel_on_disconnect" not in options)
    plain = Pleiad([dawdling()]).routes[0].source
    assert "within" not in plain
    assert "until_disconnect" not in plain


# The client leaves


class Leaving:
    """A client that sends a request, and leaves when the app has begun to work."""

    def __init__(self, app: Any, backend: str, *messages: Any) -> None:
        self.app = app
        self.backend = backend
        self.messages = [{"type": "http.request", "body": b"", "more_body": False}, *messages]
        self.sent: list[Any] = []

    def ask(self, method: str = "GET", headers: Any = ()) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": "/",
            "raw_path": b"/",
            "query_string": b"",
            "headers": list(headers),
        }

        async def receive() -> Any:
            if self.messages:
                return self.messages.pop(0)
            while "begun" not in LOG:
                await anyio.sleep(0.001)
            await anyio.sleep(0.02)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            self.sent.append(message)

        async def main() -> None:
            with anyio.fail_after(5):
                await self.app(scope, receive, send)

        anyio.run(main, backend=self.backend)


def test_work_is_cancelled_when_the_client_leaves(backend: str, caplog: Any) -> None:
    leaving = Leaving(Pleiad([dawdling(cancel_on_disconnect=True)]), backend)
    leaving.ask()
    assert sorted(LOG) == sorted(CLEANED)
    assert (leaving.sent, caplog.records) == ([], [])


def test_content_is_read_first(backend: str) -> None:
    @post("/", cancel_on_disconnect=True, dependencies={"session": session})
    async def handler(data: dict[str, int], session: str) -> None:
        assert data == {"a": 1}
        LOG.append("begun")
        await anyio.sleep(60)

    leaving = Leaving(Pleiad([handler]), backend)
    leaving.messages[0]["body"] = b'{"a":1}'
    leaving.ask("POST", [(b"content-length", b"7"), (b"content-type", b"application/json")])
    assert LOG == ["open", "begun", "saw cancelled", "close"]
    assert leaving.sent == []


def test_handler_that_reads_the_content_itself(backend: str) -> None:
    @post("/", cancel_on_disconnect=True)
    async def handler(request: Request[Any, Any, Any]) -> None:
        LOG.append((await request.body()).decode())
        LOG.append("begun")
        await anyio.sleep(60)

    leaving = Leaving(Pleiad([handler]), backend)
    leaving.messages[0]["body"] = b"text"
    leaving.ask("POST", [(b"content-length", b"4")])
    assert LOG == ["text", "begun"]


def test_thread_of_a_client_that_left_is_waited_for() -> None:
    @get("/", cancel_on_disconnect=True, dependencies={"session": session})
    def handler(session: str) -> str:
        LOG.append("begun")
        time.sleep(0.1)
        LOG.append("thread done")
        return "nobody wants it"

    leaving = Leaving(Pleiad([handler]), "asyncio")
    leaving.ask()
    assert LOG == ["open", "begun", "thread done", "saw cancelled", "close"]
    assert leaving.sent == []


def test_background_of_a_stream_runs_all_the_same(backend: str) -> None:
    async def done() -> None:
        LOG.append("background")

    @get("/", cancel_on_disconnect=True, timeout=5, dependencies={"session": session})
    async def handler(session: str) -> Stream[str]:
        async def items() -> AsyncIterator[str]:
            try:
                yield "a"
                LOG.append("begun")
                await anyio.sleep(60)
            finally:
                LOG.append("closed")

        return Stream(items(), background=BackgroundTask(done))

    leaving = Leaving(Pleiad([handler]), backend)
    leaving.ask()
    assert LOG == ["open", "begun", "closed", "close", "background"]


def test_who_stays_is_answered(backend: str) -> None:
    @post("/", cancel_on_disconnect=True)
    async def handler(data: list[int]) -> list[int]:
        await anyio.sleep(0.01)
        return data

    @get("/", cancel_on_disconnect=True)
    async def failing() -> str:
        raise ZeroDivisionError

    with client(handler, failing, backend=backend) as asking:
        assert asking.post("/", json=[1]).json() == [1]
        assert asking.get("/").status_code == 500


def test_both(backend: str) -> None:
    with client(dawdling(timeout=SOON, cancel_on_disconnect=True), backend=backend) as asking:
        assert asking.get("/").status_code == 503
    assert sorted(LOG) == sorted(CLEANED)


async def slow_commit() -> AsyncIterator[str]:
    yield "session"
    LOG.append("begun")
    await anyio.sleep(3 * SOON)
    LOG.append("committed")


def test_what_is_closed_is_not_cut_off(backend: str) -> None:
    @get("/", timeout=SOON, cancel_on_disconnect=True, dependencies={"session": slow_commit})
    async def handler(session: str) -> str:
        return "done"

    with client(handler, backend=backend) as asking:
        assert asking.get("/").text == "done"
    assert LOG == ["begun", "committed"]
    LOG.clear()
    leaving = Leaving(Pleiad([handler]), backend)
    leaving.ask()
    assert LOG == ["begun", "committed"]


def test_what_ends_although_it_was_cancelled_is_not_answered(backend: str) -> None:
    @get("/", timeout=SOON, dependencies={"session": session})
    async def handler(session: str) -> str:
        try:
            await anyio.sleep(60)
        except anyio.get_cancelled_exc_class():
            LOG.append("swallowed")
        return "late"

    with client(handler, backend=backend) as asking:
        assert asking.get("/").status_code == 503
    assert LOG == ["open", "swallowed", "saw cancelled", "close"]


def test_what_blocks_the_loop_is_late_too() -> None:
    @get("/", timeout=SOON, sync_to_thread=False, dependencies={"session": session})
    def handler(session: str) -> str:
        time.sleep(2 * SOON)
        return "late"

    with client(handler) as asking:
        assert asking.get("/").status_code == 503
    assert LOG[0] == "open"
    assert LOG[-1] == "close"


def test_an_early_answer_of_a_hook() -> None:
    def early() -> str:
        return "early"

    @get("/", timeout=5, cancel_on_disconnect=True, before_request=early)
    async def handler() -> str:
        return "late"

    with client(handler) as asking:
        assert asking.get("/").text == "early"


def test_the_plan_tells() -> None:
    app = Pleiad([dawdling(timeout=2.5, cancel_on_disconnect=True)])
    lines = repr(app.routes[0].plan).splitlines()
    assert "  timeout        2.5 s" in lines
    assert "  disconnect     cancels the work" in lines


def test_a_client_that_gives_up_first() -> None:
    with client(dawdling(cancel_on_disconnect=True)) as asking, pytest.raises(httpx2.ReadTimeout):
        asking.get("/", timeout=SOON)
