import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pleiad_routing import LifespanFailure, Lifespans, serve_lifespan


@pytest.fixture
def log() -> list[str]:
    return []


class Living:
    """An app that speaks the protocol, and fails where it is told to.

    `failed` says so and goes on; `raises` says nothing; `both` does as Starlette does.
    """

    def __init__(self, log: list[str], name: str, *, start: str = "", stop: str = "") -> None:
        self.log, self.name, self.fails = log, name, {"startup": start, "shutdown": stop}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        if "state" in scope:
            scope["state"][self.name] = 1
        for stage, how in self.fails.items():
            assert await receive() == {"type": f"lifespan.{stage}"}
            self.log.append(f"{stage} {self.name}")
            if how != "raises":
                end = "failed" if how else "complete"
                await send({"type": f"lifespan.{stage}.{end}", "message": self.name if how else ""})
            if how in ("raises", "both"):
                raise ValueError(f"{self.name} cannot {stage}")


async def lifeless(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError("what is a lifespan?")


async def silent(scope: Any, receive: Any, send: Any) -> None:
    return None


async def http_only(scope: Any, receive: Any, send: Any) -> None:
    """Answers whatever it is asked, and waits for more."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await receive()


def run(*apps: Any, log: list[str], state: Any = None) -> BaseException | None:
    """Run them in strict time: nothing here may hang."""

    async def live() -> None:
        async with asyncio.timeout(5), Lifespans(apps, state):
            log.append("running")
        assert len(asyncio.all_tasks()) == 1

    try:
        asyncio.run(live())
    except BaseException as error:
        return error
    return None


CASES: list[Any] = [
    pytest.param([{}, {}], None, "startup a, startup b, running, shutdown b, shutdown a", id="right"),
    pytest.param([{}, {"start": "failed"}, {}], "LifespanFailure('b')", "startup a, startup b, shutdown a", id="start fails"),
    pytest.param([{}, {"start": "both"}, {}], "LifespanFailure('b')", "startup a, startup b, shutdown a", id="start fails and raises"),
    pytest.param([{}, {"start": "raises"}], None, "startup a, startup b, running, shutdown a", id="start raises"),
    pytest.param([{}, {"stop": "failed"}, {}], "LifespanFailure('b')", "startup a, startup b, startup c, running, shutdown c, shutdown b, shutdown a", id="stop fails"),
    pytest.param([{}, {"stop": "both"}], "LifespanFailure('b')", "startup a, startup b, running, shutdown b, shutdown a", id="stop fails and raises"),
    pytest.param([{}, {"stop": "raises"}], "ValueError('b cannot shutdown')", "startup a, startup b, running, shutdown b, shutdown a", id="stop raises"),
]  # fmt: skip


@pytest.mark.parametrize(("apps", "error", "story"), CASES)
def test_they_start_in_order_and_stop_in_reverse(
    log: list[str], apps: list[Any], error: str | None, story: str
) -> None:
    living = [Living(log, name, **how) for name, how in zip("abc", apps, strict=False)]
    failure = run(*living, log=log)
    assert (failure and repr(failure)) == error
    assert ", ".join(log) == story


def test_what_the_app_raised_is_the_cause(log: list[str]) -> None:
    for how in ({"start": "both"}, {"stop": "both"}):
        failure = run(Living(log, "a", **how), log=log)
        assert isinstance(failure, LifespanFailure)
        assert isinstance(failure.__cause__, ValueError)


def test_an_app_that_failed_may_clean_up(log: list[str]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed"})
        await asyncio.sleep(0.01)
        log.append("clean")
        raise ValueError("no database")

    failure = run(app, log=log)
    assert isinstance(failure, LifespanFailure)
    assert repr(failure.__cause__) == "ValueError('no database')"
    assert log == ["clean"]


@pytest.mark.parametrize("app", [lifeless, silent, http_only])
def test_an_app_without_a_lifespan_is_left_out(log: list[str], app: Any) -> None:
    assert run(Living(log, "a"), app, Living(log, "b"), log=log) is None
    assert log == ["startup a", "startup b", "running", "shutdown b", "shutdown a"]


def test_all_that_failed_to_stop_is_told(log: list[str]) -> None:
    failure = run(Living(log, "a", stop="failed"), Living(log, "b", stop="raises"), log=log)
    assert isinstance(failure, ExceptionGroup)
    assert [repr(each) for each in failure.exceptions] == [
        "ValueError('b cannot shutdown')",
        "LifespanFailure('a')",
    ]


def test_a_roll_back_that_fails_is_told(log: list[str]) -> None:
    apps = [Living(log, "a"), Living(log, "b", stop="failed"), Living(log, "c", start="failed")]
    failure = run(*apps, log=log)
    assert repr(failure) == "LifespanFailure('c')"
    assert getattr(failure, "__notes__", None) == [
        "Then another one failed to stop: LifespanFailure('b')"
    ]
    assert log[-2:] == ["shutdown b", "shutdown a"]


def test_an_app_that_ends_while_it_runs(log: list[str]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await asyncio.sleep(0)
        raise ValueError("lost")

    async def live() -> None:
        async with Lifespans([Living(log, "a"), app]):
            await asyncio.sleep(0.01)

    with pytest.raises(ValueError, match="lost"):
        asyncio.run(live())
    assert log == ["startup a", "shutdown a"]


@pytest.mark.parametrize("ends", ["complete", "failed"])
def test_an_app_that_never_returns_is_ended(log: list[str], ends: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": f"lifespan.startup.{ends}"})
            else:
                await send({"type": "lifespan.shutdown.complete"})

    failure = run(Living(log, "a"), app, log=log)
    assert (failure and repr(failure)) == (
        None if ends == "complete" else "LifespanFailure('startup failed')"
    )
    assert log[-1] == "shutdown a"


def test_one_that_is_there_twice_is_started_once(log: list[str]) -> None:
    app = Living(log, "a")
    assert run(app, Living(log, "b"), app, log=log) is None
    assert log == ["startup a", "startup b", "running", "shutdown b", "shutdown a"]


def test_they_share_the_servers_state(log: list[str]) -> None:
    state: dict[str, Any] = {"server": 1}
    run(Living(log, "a"), Living(log, "b"), log=log, state=state)
    assert state == {"server": 1, "a": 1, "b": 1}


def test_there_is_no_state_where_the_server_keeps_none(log: list[str]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        log.append(", ".join(sorted(scope)))

    run(app, log=log)
    assert log == ["asgi, type", "running"]


def test_a_cancelled_start_leaves_nothing_behind(log: list[str]) -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        try:
            await asyncio.sleep(60)
        finally:
            log.append("slow ended")

    async def live() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02), Lifespans([Living(log, "a"), slow]):
                pass
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(live())
    assert log == ["startup a", "slow ended", "shutdown a"]


# With a server


def served(running: Any, *, dies: bool = False) -> list[Any]:
    sent: list[Any] = []

    async def receive() -> Any:
        if sent and dies:
            raise asyncio.CancelledError
        return {"type": "lifespan.shutdown" if sent else "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(serve_lifespan(running, receive, send))
    return sent


@pytest.mark.parametrize(
    ("how", "stages"),
    [
        pytest.param({}, ["startup.complete", "shutdown.complete"], id="right"),
        pytest.param({"start": "both"}, ["startup.failed"], id="start fails"),
        pytest.param({"stop": "both"}, ["startup.complete", "shutdown.failed"], id="stop fails"),
    ],
)
def test_a_server_is_told(log: list[str], how: dict[str, str], stages: list[str]) -> None:
    sent = served(Lifespans([Living(log, "a", **how)]))
    assert [each["type"] for each in sent] == [f"lifespan.{each}" for each in stages]
    if how:
        assert "ValueError: a cannot" in sent[-1]["message"]
        assert "LifespanFailure: a" in sent[-1]["message"]


def test_a_server_that_cancels_is_not_answered(log: list[str]) -> None:
    sent: list[Any] = []

    @asynccontextmanager
    async def running() -> Any:
        try:
            yield
        finally:
            log.append("left")

    with pytest.raises(asyncio.CancelledError):
        sent = served(running(), dies=True)
    assert (sent, log) == ([], ["left"])
