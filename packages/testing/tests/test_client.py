import contextvars
import threading
import time

import anyio
import httpx2
import pytest
from anyio import to_thread

from pleiad_testing import AppFault, AppTimeout, ProtocolFault, TestClient

START = {"type": "http.response.start", "status": 200, "headers": []}


def end(body=b""):
    return {"type": "http.response.body", "body": body}


def more(body):
    return {"type": "http.response.body", "body": body, "more_body": True}


def answering(*messages):
    async def app(scope, receive, send):
        if scope["type"] == "http":
            for message in messages:
                await send(message)

    return app


async def read(receive):
    body, messages = b"", 0
    while True:
        message = await receive()
        messages += 1
        if message["type"] == "http.disconnect":
            return body, messages, "disconnect"
        body += message["body"]
        if not message["more_body"]:
            return body, messages, "whole"


async def echo(scope, receive, send):
    if scope["type"] == "http":
        await send(START)
        await send(end(repr((scope["method"], *(await read(receive)))).encode()))


@pytest.fixture(params=["asyncio", "trio"])
def backend(request):
    return request.param


def new_threads(before):
    """Those that are not there for trio to use again, which end by themselves."""
    new = set(threading.enumerate()) - before
    return {each for each in new if not each.name.startswith("Trio")}


@pytest.fixture(params=["with", "without"])
def opened(request, backend):
    """Makes clients, entered and not; no thread may be left of them."""
    before = set(threading.enumerate())
    stack = []

    def make(app, **options):
        client = TestClient(app=app, backend=backend, **options)
        if request.param == "with":
            stack.append(client.__enter__())
        return client

    yield make
    for client in stack:
        client.close()
    deadline = time.monotonic() + 5
    while new_threads(before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert new_threads(before) == set()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, (b"", 1, "whole"), id="nothing"),
        pytest.param({"content": b"abc"}, (b"abc", 1, "whole"), id="bytes"),
        pytest.param({"json": {"a": 1}}, (b'{"a":1}', 1, "whole"), id="json"),
        pytest.param({"content": (b"ab", b"c")}, (b"abc", 3, "whole"), id="iterator"),
        pytest.param(
            {"content": b"abc", "headers": {"content-length": "5"}},
            (b"abc", 2, "disconnect"),
            id="shorter than declared",
        ),
        pytest.param(
            {"content": b"abc", "headers": {"content-length": "2"}},
            (b"ab", 1, "whole"),
            id="longer than declared",
        ),
    ],
)
def test_a_body_arrives(opened, options, expected):
    assert opened(echo).request("POST", "/", **options).text == repr(("POST", *expected))


def test_files_arrive(opened):
    text = opened(echo).post("/", files={"file": ("a.txt", b"content")}, data={"x": "y"}).text
    assert "content" in text
    assert text.endswith("'whole')")


def test_scope(opened):
    seen = {}

    async def app(scope, receive, send):
        if scope["type"] == "http":
            seen.update(scope)
            await send(START)
            await send(end())

    client = opened(app, root_path="/é i/", cookies={"a": "1"}, headers={"X-Own": "2"})
    client.put("/caf%C3%A9/x%2Fy?q=%20&q")
    expected = {
        "type": "http",
        "http_version": "1.1",
        "method": "PUT",
        "scheme": "http",
        "path": "/é i/café/x/y",
        "raw_path": b"/%C3%A9%20i/caf%C3%A9/x%2Fy",
        "query_string": b"q=%20&q",
        "root_path": "/é i",
        "client": ("testclient", 50000),
        "server": ("testserver.local", 80),
        "state": {},
    }
    assert {key: seen[key] for key in expected} == expected
    headers = dict(seen["headers"])
    assert headers[b"host"] == b"testserver.local"
    assert headers[b"cookie"] == b"a=1"
    assert headers[b"x-own"] == b"2"
    assert headers[b"user-agent"] == b"testclient"


def test_cookies_are_kept_and_redirects_followed(opened):
    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        if scope["path"] == "/login":
            headers = [(b"set-cookie", b"id=5; Path=/"), (b"location", b"/home")]
            await send({"type": "http.response.start", "status": 303, "headers": headers})
            await send(end())
        else:
            await send(START)
            await send(end(dict(scope["headers"]).get(b"cookie", b"")))

    response = opened(app).post("/login")
    assert response.text == "id=5"
    assert [each.status_code for each in response.history] == [303]


def test_the_first_chunk_is_there_before_the_app_ends(opened):
    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        await send(START)
        await send(more(b"one"))
        await send(more((await receive())["body"]))
        await send(end(b"three"))

    gate = threading.Event()

    def content():
        assert gate.wait(5)
        yield b"two"

    client = opened(app)
    with client.stream("POST", "/", content=content()) as response:
        chunks = response.iter_raw()
        assert next(chunks) == b"one"
        gate.set()
        assert list(chunks) == [b"two", b"three"]


def test_a_stalled_reader_holds_the_app_back(opened):
    sent = []

    async def app(scope, receive, send):
        if scope["type"] == "http":
            await send(START)
            for number in range(100):
                await send(more(b"x" * 10_000))
                sent.append(number)
            await send(end())

    with opened(app).stream("GET", "/") as response:
        chunks = response.iter_raw()
        next(chunks)
        time.sleep(0.05)
        assert 1 <= len(sent) <= 8
        assert sum(map(len, chunks)) == 990_000
    assert len(sent) == 100


def test_closing_a_response_disconnects(opened):
    seen = []

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        await receive()
        await send(START)
        await send(more(b"one"))
        seen.append((await receive())["type"])
        try:
            await send(more(b"two"))
        except OSError:
            seen.append("refused")
            raise

    client = opened(app)
    with client.stream("GET", "/") as response:
        chunks = response.iter_raw()  # to collect it would close the response
        assert next(chunks) == b"one"
        assert seen == []
    assert seen == ["http.disconnect", "refused"]


def leaving(then):
    """An app that waits until its client has left, and then does something."""

    async def app(scope, receive, send):
        if scope["type"] == "http":
            await receive()
            await send(START)
            await send(more(b"one"))
            assert (await receive())["type"] == "http.disconnect"
            await then(scope, send)

    return app


def leave(client):
    with client.stream("GET", "/") as response:
        chunks = response.iter_raw()  # to collect it would close the response
        next(chunks)


async def says_more(scope, send):
    await send(more(b"two"))


async def wraps(scope, send):
    try:
        await says_more(scope, send)
    except OSError as error:
        raise Mine from error


async def says_more_twice(scope, send):
    async with anyio.create_task_group() as group:
        group.start_soon(says_more, scope, send)
        group.start_soon(wraps, scope, send)


async def fails(scope, send):
    raise Mine


async def fails_beside_it(scope, send):
    async with anyio.create_task_group() as group:
        group.start_soon(says_more, scope, send)
        group.start_soon(fails, scope, send)


async def reports(scope, send):
    scope["extensions"]["pleiad.report"](Mine())


@pytest.mark.parametrize("then", [says_more, wraps, says_more_twice])
def test_that_a_client_left_is_no_fault(opened, then):
    leave(opened(leaving(then)))


@pytest.mark.parametrize("then", [fails, reports])
def test_a_fault_after_the_client_left_is_raised(opened, then):
    with pytest.raises(Mine):
        leave(opened(leaving(then)))
    leave(opened(leaving(then), raise_server_exceptions=False))


def test_a_fault_beside_what_comes_of_leaving_is_raised(opened):
    with pytest.raises(ExceptionGroup) as caught:
        leave(opened(leaving(fails_beside_it)))
    assert caught.value.subgroup(Mine)


def test_an_app_that_ignores_the_disconnect(opened):
    async def app(scope, receive, send):
        if scope["type"] == "http":
            await send(START)
            await anyio.sleep_forever()

    client = opened(app, timeout=0.1)
    with pytest.raises(AppTimeout, match="GET /: the app has not ended after its client left"):
        with client.stream("GET", "/"):
            pass


def test_background_work_is_done(opened):
    done = []

    async def app(scope, receive, send):
        if scope["type"] == "http":
            await receive()
            await send(START)
            await send(end(b"ok"))
            assert (await receive())["type"] == "http.disconnect"
            await anyio.sleep(0.02)
            done.append(1)

    assert opened(app).get("/").text == "ok"
    assert done == [1]


def test_context_variables_travel(opened):
    variable = contextvars.ContextVar("variable", default=0)
    seen = []

    async def app(scope, receive, send):
        if scope["type"] == "http":
            seen.append(variable.get())
            await send(START)
            await send(end())

    client = opened(app)
    variable.set(5)
    client.get("/")
    assert seen == [5]


async def hang(scope, receive, send):
    if scope["type"] == "http":
        await anyio.sleep_forever()


async def hang_on_event(scope, receive, send):
    if scope["type"] == "http":
        await anyio.Event().wait()


async def hang_in_the_body(scope, receive, send):
    if scope["type"] == "http":
        await send(START)
        await send(more(b"x"))
        await anyio.sleep_forever()


async def hang_afterwards(scope, receive, send):
    if scope["type"] == "http":
        await send(START)
        await send(end(b"x"))
        await anyio.sleep_forever()


async def hang_in_a_thread(scope, receive, send):
    if scope["type"] == "http":
        await to_thread.run_sync(time.sleep, 0.4)


@pytest.mark.parametrize(
    ("app", "says"),
    [
        pytest.param(hang, "has not begun an answer", id="hang"),
        pytest.param(hang_on_event, "has not begun an answer", id="event"),
        pytest.param(hang_in_the_body, "has not continued its answer", id="body"),
        pytest.param(hang_afterwards, "has answered, but has not ended", id="afterwards"),
        pytest.param(hang_in_a_thread, "has not begun an answer", id="thread"),
    ],
)
def test_a_hanging_app_fails_the_test(opened, app, says):
    async def or_ok(scope, receive, send):
        await (answering(START, end(b"ok")) if scope["path"] == "/ok" else app)(
            scope, receive, send
        )

    async def whole(scope, receive, send):
        if scope["type"] == "http":
            await or_ok(scope, receive, send)

    client = opened(whole, timeout=0.1)
    with pytest.raises(AppTimeout) as caught:
        client.get("/there")
    assert str(caught.value).startswith(f"GET /there: the app {says} within 0.1 s; it waits at ")
    assert f" in {app.__name__}" in str(caught.value)
    assert isinstance(caught.value, httpx2.ReadTimeout)
    assert isinstance(caught.value, AppFault)
    assert client.get("/ok").text == "ok"


def test_a_request_may_have_its_own_time(opened):
    client = opened(hang)
    with pytest.raises(AppTimeout, match=r"within 0\.05 s"):
        client.get("/", timeout=0.05)


def test_a_stream_may_take_longer_than_each_of_its_parts(opened):
    async def app(scope, receive, send):
        if scope["type"] == "http":
            await send(START)
            for _ in range(6):
                await anyio.sleep(0.05)
                await send(more(b"x"))
            await send(end())

    assert opened(app, timeout=0.2).get("/").text == "xxxxxx"


def test_an_app_that_blocks_its_loop(opened):
    release = threading.Event()

    async def app(scope, receive, send):
        if scope["type"] == "http":
            if scope["path"] == "/block":
                release.wait(10)
            await send(START)
            await send(end(b"ok"))

    client = opened(app, timeout=0.1)
    started = time.monotonic()
    with pytest.raises(AppTimeout) as caught:
        client.get("/block")
    assert time.monotonic() - started < 5
    text = str(caught.value)
    assert text.startswith("GET /block: the app blocks its event loop: nothing ran within 0.1 s;")
    assert "; its thread stands at " in text  # not in `Event.wait`, which the app calls
    assert text.endswith(" in app")
    release.set()
    assert client.get("/", timeout=5).text == "ok"


def test_an_app_that_was_slow_to_give_the_loop_back(opened):
    async def app(scope, receive, send):
        if scope["type"] == "http":
            time.sleep(0.3)
            await send(START)
            await send(end(b"ok"))

    with pytest.raises(AppTimeout, match=r"within 0\.1 s"):
        opened(app, timeout=0.1).get("/")


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        pytest.param([], "returned without an answer", id="nothing"),
        pytest.param([START], "returned in the midst of its answer", id="start only"),
        pytest.param([START, more(b"x")], "returned in the midst of its answer", id="no end"),
        pytest.param([end()], "sent 'http.response.body' before", id="body first"),
        pytest.param([START, START], "a second time", id="two starts"),
        pytest.param([START, end(), end()], "after the end of its answer", id="after the end"),
        pytest.param([{"type": "http.respond"}], "sent {'type': 'http.respond'}", id="type"),
        pytest.param([None], "sent None; a message is a dict", id="none"),
        pytest.param([{**START, "status": "200"}], "sent the status '200'", id="text status"),
        pytest.param([{**START, "status": 99}], "sent the status 99", id="small status"),
        pytest.param([{**START, "headers": [("a", "b")]}], "('a', 'b')", id="text header"),
        pytest.param([{**START, "headers": [b"a"]}], "sent the header b'a'", id="no pair"),
        pytest.param([{**START, "headers": [(b"a", b"b\r\nc: d")]}], "a line end", id="line end"),
        pytest.param([START, end("x")], "sent a body of type str", id="text body"),
        pytest.param([{**START, "status": 204}, end(b"x")], "a body with the status 204", id="204"),
        pytest.param(
            [{**START, "headers": [(b"Content-Length", b"3")]}, end(b"xx")],
            "sent 2 bytes of a body whose content-length is 3",
            id="too short",
        ),
        pytest.param(
            [{**START, "headers": [(b"content-length", b"3")]}, more(b"xxxx")],
            "sent 4 bytes so far of a body whose content-length is 3",
            id="too long",
        ),
        pytest.param(
            [{**START, "headers": [(b"content-length", b"-3")]}, end()],
            "sent the content-length b'-3'",
            id="length no number",
        ),
    ],
)
@pytest.mark.parametrize("raises", [True, False])
def test_what_is_not_asgi_is_told(messages, says, raises):
    client = TestClient(answering(*messages), raise_server_exceptions=raises)
    with pytest.raises(ProtocolFault) as caught:
        client.get("/there")
    assert str(caught.value).startswith("GET /there: the app ")
    assert says in str(caught.value)


def test_a_fault_is_told_whatever_the_app_makes_of_it():
    async def app(scope, receive, send):
        await send(START)
        try:
            await send({"type": "http.respond"})
        except ProtocolFault:
            await send(end(b"well"))

    with pytest.raises(ProtocolFault, match="http.respond"):
        TestClient(app).get("/")


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [
        pytest.param("HEAD", 200, [(b"content-length", b"5")], id="head"),
        pytest.param("GET", 304, [(b"content-length", b"5")], id="304"),
    ],
)
def test_no_body_where_there_is_none(method, status, headers):
    body = b"hello" if method == "HEAD" else b""
    app = answering(
        {"type": "http.response.start", "status": status, "headers": headers}, end(body)
    )
    response = TestClient(app).request(method, "/")
    assert response.content == b""
    assert response.headers["content-length"] == "5"


class Mine(Exception):
    pass


def raising(*messages, report=False):
    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        error = Mine("mine")
        for message in messages:
            await send(message)
        if not report:
            raise error
        scope["extensions"]["pleiad.report"](error)

    return app


SERVER_ERROR = ({**START, "status": 500}, end(b"my page"))


@pytest.mark.parametrize(
    "app",
    [
        pytest.param(raising(), id="before the start"),
        pytest.param(raising(START), id="after the start"),
        pytest.param(raising(START, more(b"x")), id="in the body"),
        pytest.param(raising(*SERVER_ERROR), id="after the end"),
        pytest.param(raising(*SERVER_ERROR, report=True), id="reported"),
        pytest.param(raising(report=True), id="reported, no answer"),
    ],
)
def test_an_exception_of_the_app_is_raised(opened, app):
    client = opened(app)
    for _ in range(2):
        with pytest.raises(Mine) as caught:
            client.get("/")
        if not caught.traceback[-1].name.startswith("_"):
            assert caught.traceback[-1].name == "app"


def test_a_reported_one_is_raised_after_the_answer_has_ended():
    done = []

    async def app(scope, receive, send):
        scope["extensions"]["pleiad.report"](Mine())
        await send(START)
        await send(end())
        await anyio.sleep(0.02)
        done.append(1)

    client = TestClient(app)
    with pytest.raises(Mine):
        client.get("/")
    assert done == [1]
    with pytest.raises(Mine), client.stream("GET", "/"):
        pass


@pytest.mark.parametrize(
    ("app", "status", "text"),
    [
        pytest.param(raising(), 500, "Internal Server Error", id="before the start"),
        pytest.param(raising(*SERVER_ERROR), 500, "my page", id="after the end"),
        pytest.param(raising(*SERVER_ERROR, report=True), 500, "my page", id="reported"),
    ],
)
def test_or_it_is_an_answer(opened, app, status, text):
    response = opened(app, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.text) == (status, text)


def test_or_a_broken_answer(opened):
    client = opened(raising(START, more(b"x")), raise_server_exceptions=False)
    with pytest.raises(ProtocolFault, match=r"raised Mine\('mine'\) in the midst") as caught:
        client.get("/")
    assert isinstance(caught.value.__cause__, Mine)


def test_a_base_exception_is_always_raised():
    async def app(scope, receive, send):
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        TestClient(app, raise_server_exceptions=False).get("/")


def test_an_exception_of_the_requests_own_body_is_raised(opened):
    def content():
        yield b"x"
        raise Mine

    seen = []

    async def app(scope, receive, send):
        if scope["type"] == "http":
            seen.append(await read(receive))

    with pytest.raises(Mine):
        opened(app).post("/", content=content())
    assert seen == [(b"x", 2, "disconnect")]


def test_a_body_that_never_comes_is_waited_for_in_the_app(opened):
    release = threading.Event()

    def content():
        yield b"x"
        release.wait(10)

    async def app(scope, receive, send):
        if scope["type"] == "http":
            await read(receive)

    client = opened(app, timeout=0.1)
    try:
        with pytest.raises(AppTimeout, match=r"it waits at .*test_client\.py:\d+ in read$"):
            client.post("/", content=content())
    finally:
        release.set()


def test_an_app_that_cancels_itself():
    async def app(scope, receive, send):
        raise anyio.get_cancelled_exc_class()

    with pytest.raises(AppFault, match="GET /: the app cancelled itself"):
        TestClient(app).get("/")


def test_requests_of_many_threads(opened):
    client = opened(echo)
    texts = []
    threads = [
        threading.Thread(target=lambda: texts.append(client.post("/", content=b"x").text))
        for _ in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert texts == [repr(("POST", b"x", 1, "whole"))] * 8
