import threading

import anyio
import pytest

from pleiad_testing import AsyncTestClient, LifespanFault, ProtocolFault, TestClient


class Mine(Exception):
    pass


class App:
    """Goes through its lifespan, unless a function of a stage does something else."""

    def __init__(self, **stages):
        self.stages = stages
        self.seen = []

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
            return
        self.seen.append(dict(scope["state"]))
        scope["state"]["of_request"] = 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    async def lifespan(self, scope, receive, send):
        for stage in ("startup", "shutdown"):
            message = await receive()
            assert message == {"type": f"lifespan.{stage}"}
            self.seen.append(stage)
            scope["state"]["pool"] = self
            if stage in self.stages:
                await self.stages[stage](send)
            await send({"type": f"lifespan.{stage}.complete"})


async def fail(_):
    raise Mine


async def hang(_):
    await anyio.sleep_forever()


def say(kind, message=""):
    async def said(send):
        await send({"type": f"lifespan.{kind}", "message": message})

    return said


def say_and_raise(kind):
    async def said(send):
        await send({"type": f"lifespan.{kind}"})
        await anyio.sleep(0.01)
        raise Mine

    return said


async def open_sync(app, **options):
    with TestClient(app=app, **options) as client:
        assert client.get("/").text == "ok"
        client.get("/")


async def open_async(app, **options):
    async with AsyncTestClient(app=app, **options) as client:
        assert (await client.get("/")).text == "ok"
        await client.get("/")


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


@pytest.fixture(params=[open_sync, open_async])
def run(request, anyio_backend):
    before = set(threading.enumerate())
    options = {"backend": anyio_backend} if request.param is open_sync else {}

    def run(app, timeout=10):
        async def main():
            await request.param(app, timeout=timeout, **options)

        anyio.run(main, backend=anyio_backend)

    yield run
    assert set(threading.enumerate()) - before == set()


def test_startup_requests_shutdown(run):
    app = App()
    run(app)
    assert app.seen == ["startup", {"pool": app}, {"pool": app}, "shutdown"]


@pytest.mark.parametrize(
    ("stages", "error", "says"),
    [
        pytest.param({"startup": fail}, Mine, None, id="startup raises"),
        pytest.param({"startup": say_and_raise("startup.failed")}, Mine, None, id="and says so"),
        pytest.param({"shutdown": fail}, Mine, None, id="shutdown raises"),
        pytest.param(
            {"shutdown": say_and_raise("shutdown.failed")}, Mine, None, id="and says that"
        ),
        pytest.param(
            {"startup": say("starting")},
            ProtocolFault,
            "sent {'type': 'lifespan.starting'.*may send 'lifespan.startup.complete' or",
            id="unknown message",
        ),
        pytest.param(
            {"startup": say("startup.complete")},
            ProtocolFault,
            "sent {'type': 'lifespan.startup.complete'.*may send 'lifespan.shutdown.complete' or",
            id="startup twice",
        ),
        pytest.param(
            {"startup": say("shutdown.complete")},
            ProtocolFault,
            "sent {'type': 'lifespan.shutdown.complete'",
            id="shutdown first",
        ),
        pytest.param(
            {"shutdown": say("shutdown.complete")},
            ProtocolFault,
            "may send nothing",
            id="shutdown twice",
        ),
    ],
)
def test_a_failure_is_raised(run, stages, error, says):
    with pytest.raises(error, match=says):
        run(App(**stages))


@pytest.mark.parametrize("stage", ["startup", "shutdown"])
def test_a_stage_that_hangs_is_not_waited_for(run, stage):
    says = rf"not finished its {stage} within 0\.1 s; it waits at .* in hang"
    with pytest.raises(LifespanFault, match=says):
        run(App(**{stage: hang}), timeout=0.1)


@pytest.mark.parametrize("message", [None, {}, {"type": 5}, {"type": "http.response.start"}])
def test_a_fault_is_told_whatever_the_app_makes_of_it(run, message):
    async def careless(send):
        with pytest.raises(ProtocolFault):
            await send(message)

    with pytest.raises(ProtocolFault, match="lifespan: the app sent "):
        run(App(startup=careless))


@pytest.mark.parametrize("stage", ["startup", "shutdown"])
def test_a_failure_without_an_exception(run, stage):
    async def app(scope, receive, send):
        if scope["type"] != "lifespan":
            await App()(scope, receive, send)
            return
        await receive()
        if stage == "shutdown":
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": f"lifespan.{stage}.failed", "message": "no database"})

    with pytest.raises(LifespanFault, match=f"the app's {stage} failed: no database"):
        run(app)


async def returns(scope, receive, send): ...


async def asserts(scope, receive, send):
    raise AssertionError(scope["type"])


@pytest.mark.parametrize("lifespan", [returns, asserts])
def test_an_app_without_a_lifespan(run, lifespan):
    async def app(scope, receive, send):
        await (App() if scope["type"] == "http" else lifespan)(scope, receive, send)

    run(app)


def test_without_with_there_is_none():
    app = App()
    assert TestClient(app).get("/").text == "ok"
    assert app.seen == [{}]


def test_an_exception_between_startup_and_shutdown_is_told_at_the_end():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            raise Mine

    with pytest.raises(Mine), TestClient(app):
        pass


def test_a_test_that_fails_keeps_its_own_exception():
    with pytest.raises(KeyError) as caught, TestClient(App(shutdown=fail)):
        raise KeyError
    assert caught.value.__notes__ == ["The app's shutdown failed as well: Mine()"]


def test_a_startup_that_blocks_the_loop():
    release = threading.Event()

    async def block(_):
        release.wait(10)

    try:
        with pytest.raises(LifespanFault, match="startup: the app blocks its event loop"):
            TestClient(App(startup=block), timeout=0.1).__enter__()
    finally:
        release.set()


def test_a_startup_that_failed_leaves_no_task_behind():
    ended = []

    async def careless(send):
        with pytest.raises(ProtocolFault):
            await send({})

    async def app(scope, receive, send):
        try:
            await App(startup=careless)(scope, receive, send)
        finally:
            ended.append(1)

    async def main():
        with pytest.raises(ProtocolFault):
            await AsyncTestClient(app).__aenter__()
        await anyio.wait_all_tasks_blocked()
        assert ended == [1]

    anyio.run(main)


def test_closing_by_hand_shuts_down():
    app = App()
    client = TestClient(app)
    client.__enter__()
    client.close()
    client.close()
    assert app.seen == ["startup", "shutdown"]


def test_a_response_left_open_is_cancelled_at_the_end():
    ended = []

    async def app(scope, receive, send):
        if scope["type"] != "http":
            await App()(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            await anyio.sleep_forever()
        finally:
            ended.append(1)

    with TestClient(app) as client:
        client.send(client.build_request("GET", "/"), stream=True)
    assert ended == [1]
