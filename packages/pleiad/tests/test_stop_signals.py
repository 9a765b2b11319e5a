"""The app learns that its server was told to stop, and the server learns it as before."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import anyio
import pytest

from pleiad import Pleiad, Request, WebSocket, asgi, get, websocket
from pleiad.exceptions import WebSocketDisconnect
from pleiad.response import JSONLines, ServerSentEvent, Stream
from pleiad.serving import stop_signals
from pleiad.serving.stop_signals import told_to_stop
from pleiad.testing import AsyncTestClient, TestClient
from pleiad_http import ShuttingDown

BOTH = [signal.SIGTERM, signal.SIGINT]


@pytest.fixture
def server() -> Iterator[list[int]]:
    """A server's handler of both signals; the list holds what it was told."""
    told: list[int] = []
    before = {each: signal.signal(each, lambda number, _: told.append(number)) for each in BOTH}
    yield told
    for each, handler in before.items():
        signal.signal(each, handler)


def present() -> list[Any]:
    return [signal.getsignal(each) for each in BOTH]


@pytest.mark.parametrize("number", BOTH)
def test_app_and_server_are_told(server: list[int], number: signal.Signals) -> None:
    down, before = ShuttingDown(), present()
    with told_to_stop(down):
        assert not down.is_set()
        signal.raise_signal(number)
        assert down.is_set()
        assert server == [number]
        signal.raise_signal(number)
        assert server == [number, number], "a second one forces an exit as the server does it"
    assert present() == before


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN])
def test_where_no_server_handles_it_nothing_is_installed(handler: Any) -> None:
    before = signal.signal(signal.SIGTERM, handler)
    try:
        installed = present()
        with told_to_stop(ShuttingDown()):
            assert present() == installed
    finally:
        signal.signal(signal.SIGTERM, before)


def test_one_signal_alone_may_be_handled(server: list[int]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with told_to_stop(ShuttingDown()):
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        signal.raise_signal(signal.SIGTERM)
    assert server == [signal.SIGTERM]


def test_nothing_is_installed_in_another_thread(server: list[int]) -> None:
    before, found = present(), []

    def run() -> None:
        with told_to_stop(ShuttingDown()):
            found.extend(present())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == before


def test_what_the_server_has_put_back_is_left_alone(server: list[int]) -> None:
    with told_to_stop(ShuttingDown()):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_apps_within_apps_are_all_told(server: list[int]) -> None:
    outer, inner = ShuttingDown(), ShuttingDown()
    with told_to_stop(outer), told_to_stop(inner):
        signal.raise_signal(signal.SIGTERM)
    assert (outer.is_set(), inner.is_set(), server) == (True, True, [signal.SIGTERM])


def test_handler_of_an_asyncio_loop_is_called_too() -> None:
    """As hypercorn and granian install it: it is told by a file descriptor, not by a handler."""
    down = ShuttingDown()

    async def main() -> None:
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        with told_to_stop(down):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(down.wait(), 5)
            await asyncio.wait_for(stopped.wait(), 5)

    before = present()
    asyncio.run(main())
    assert down.is_set()
    assert present() == before


def test_who_waits_under_trio_is_told(server: list[int]) -> None:
    down = ShuttingDown()

    async def main() -> None:
        with anyio.fail_after(5):
            async with anyio.create_task_group() as group:
                group.start_soon(down.wait)
                await anyio.sleep(0.01)
                os.kill(os.getpid(), signal.SIGTERM)

    with told_to_stop(down):
        anyio.run(main, backend="trio")
    assert server == [signal.SIGTERM]


def test_event_of_a_hypercorn_worker_is_seen(monkeypatch: Any) -> None:
    told = multiprocessing.get_context("spawn").Event()
    process = SimpleNamespace(_kwargs={"shutdown_event": told})
    monkeypatch.setitem(sys.modules, "hypercorn", ModuleType("hypercorn"))
    monkeypatch.setattr(multiprocessing, "current_process", lambda: process)
    down = ShuttingDown()

    async def main() -> None:
        with anyio.fail_after(5):
            await down.wait()

    with told_to_stop(down):
        [watching] = [each for each in threading.enumerate() if each.name == "pleiad-shutting-down"]
        assert not down.is_set()
        told.set()
        anyio.run(main)
    watching.join(5)
    assert not watching.is_alive()


def test_watching_ends_with_the_app(monkeypatch: Any) -> None:
    told = threading.Event()
    process = SimpleNamespace(_kwargs={"shutdown_event": told})
    monkeypatch.setitem(sys.modules, "hypercorn", ModuleType("hypercorn"))
    monkeypatch.setattr(multiprocessing, "current_process", lambda: process)
    with told_to_stop(ShuttingDown()):
        [watching] = [each for each in threading.enumerate() if each.name == "pleiad-shutting-down"]
    watching.join(5)
    assert not watching.is_alive()


# granian's worker

RUNS_THE_LOOP = """
def run_worker(loop, main, shutdown_event):
    loop.run_until_complete(main(shutdown_event))
"""

Granian = Callable[[Callable[[threading.Event], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def granian(monkeypatch: Any, server: list[int]) -> Granian:
    """Runs the lifespan as granian's worker does; what is run takes the event that stops the worker."""
    worker = ModuleType("granian.server.mp")
    exec(RUNS_THE_LOOP, worker.__dict__)
    monkeypatch.setitem(sys.modules, "granian", ModuleType("granian"))

    def run(main: Any) -> None:
        loop, stop = asyncio.new_event_loop(), threading.Event()
        for each in BOTH:
            loop.add_signal_handler(each, stop.set)
        try:
            worker.run_worker(loop, main, stop)
        finally:
            loop.close()

    return run


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(5):
        while not condition():
            await anyio.sleep(0.005)


@pytest.mark.parametrize("number", BOTH)
def test_granian_is_stopped_when_who_holds_the_app_has_let_go(
    granian: Granian, number: signal.Signals
) -> None:
    down = ShuttingDown()

    async def main(stop: threading.Event) -> None:
        with told_to_stop(down):
            with down.held():
                os.kill(os.getpid(), number)
                await until(down.is_set)
                os.kill(os.getpid(), signal.SIGTERM)  # its main process sends one after a Ctrl-C
                await anyio.sleep(0.05)
                assert not stop.is_set()
            await until(stop.is_set)

    granian(main)


def test_granian_waits_for_apps_within_apps(granian: Granian) -> None:
    outer, inner = ShuttingDown(), ShuttingDown()

    async def main(stop: threading.Event) -> None:
        with told_to_stop(outer), told_to_stop(inner):
            with outer.held(), inner.held():
                os.kill(os.getpid(), signal.SIGTERM)
                await until(lambda: outer.is_set() and inner.is_set())
                await anyio.sleep(0.05)
                assert not stop.is_set()
            await until(stop.is_set)

    granian(main)


def test_granian_waits_for_no_more_than_a_while(granian: Granian, monkeypatch: Any) -> None:
    monkeypatch.setattr(stop_signals, "LONGEST", 0.01)
    down = ShuttingDown()

    async def main(stop: threading.Event) -> None:
        with told_to_stop(down), down.held():
            os.kill(os.getpid(), signal.SIGTERM)
            await until(stop.is_set)

    granian(main)


def test_granian_whose_worker_is_another_is_left_alone(server: list[int], monkeypatch: Any) -> None:
    """Its event cannot be found: it is stopped by its own handler, as ever."""
    monkeypatch.setitem(sys.modules, "granian", ModuleType("granian"))
    down, stop = ShuttingDown(), threading.Event()

    async def main() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        with told_to_stop(down), down.held():
            os.kill(os.getpid(), signal.SIGTERM)
            await until(lambda: stop.is_set() and down.is_set())

    asyncio.run(main())


# The app's lifespan


def lived(app: Pleiad, during: Callable[[], None], **scope: Any) -> list[Any]:
    """Run the lifespan of an app in this thread, as a server does; give what it sent."""
    sent: list[Any] = []
    messages = ["lifespan.startup", "lifespan.shutdown"]

    async def receive() -> Any:
        if len(messages) == 1:
            during()
        return {"type": messages.pop(0)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def main() -> None:
        await app({"type": "lifespan", **scope}, receive, send)

    asyncio.run(main())
    return sent


def test_app_is_told_from_its_startup_to_its_end(server: list[int]) -> None:
    seen: list[bool] = []
    app = Pleiad(
        on_startup=[lambda: seen.append(app.shutting_down.is_set())],
        on_shutdown=[lambda: seen.append(app.shutting_down.is_set())],
    )
    before = present()

    def during() -> None:
        seen.append(app.shutting_down.is_set())
        signal.raise_signal(signal.SIGTERM)
        seen.append(app.shutting_down.is_set())

    for _ in range(2):  # it starts anew
        lived(app, during)
        assert seen == [False, False, True, True]
        assert present()[0] == before[0]
        seen.clear()
    assert server == [signal.SIGTERM] * 2


def test_the_end_of_the_lifespan_says_it_as_well(server: list[int]) -> None:
    seen: list[bool] = []
    app = Pleiad(on_shutdown=[lambda: seen.append(app.shutting_down.is_set())])
    lived(app, lambda: seen.append(app.shutting_down.is_set()))
    assert seen == [False, True]
    assert server == []


def test_what_the_app_holds_is_closed_after_its_websockets() -> None:
    """Servers do not promise it: granian stops when a socket is closed, its handler still at work."""
    log: list[Any] = []

    @websocket("/ws")
    async def parting(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            await socket.receive_text()
        await anyio.sleep(0.05)
        log.append("socket ended")

    app = Pleiad([parting], on_shutdown=[lambda: log.append("app stopped")])
    opened = asyncio.Event()
    scope = {
        "type": "websocket",
        "path": "/ws",
        "query_string": b"",
        "headers": [],
        "asgi": {"spec_version": "2.3"},
    }

    async def served() -> Any:
        if not opened.is_set():
            opened.set()
            return {"type": "websocket.connect"}
        return await asyncio.Event().wait()  # the client says nothing more

    async def send(message: Any) -> None:
        log.append(message.get("code"))

    async def main() -> None:
        messages = ["lifespan.startup", "lifespan.shutdown"]

        async def receive() -> Any:
            if len(messages) == 1:
                await opened.wait()
                await anyio.sleep(0.01)
            return {"type": messages.pop(0)}

        async def told(message: Any) -> None:
            pass

        with anyio.fail_after(5):
            talk = asyncio.create_task(app(scope, served, send))
            await app({"type": "lifespan"}, receive, told)
            await talk

    asyncio.run(main())
    assert log == [None, 1012, "socket ended", "app stopped"]


def test_handlers_are_put_back_where_the_startup_fails(server: list[int]) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    before = present()
    with pytest.raises(ZeroDivisionError):
        lived(Pleiad(on_startup=[fail]), lambda: None)
    assert present()[0] == before[0]


def test_nothing_is_installed_by_a_test_client(server: list[int]) -> None:
    before, found = present(), []
    app = Pleiad(on_startup=[lambda: found.extend(present())])

    async def main() -> None:
        async with AsyncTestClient(app):
            pass

    asyncio.run(main())
    assert found[0] == before[0]
    with TestClient(app):
        assert present() == before
    assert app.shutting_down.is_set()


# Streams


async def ticks() -> AsyncIterator[str]:
    yield "tick"
    await anyio.sleep_forever()


@get("/events")
async def events() -> ServerSentEvent[Any]:
    return ServerSentEvent(ticks())


@get("/iterator")
async def iterator(request: Request[Any, Any, Any]) -> AsyncIterator[int]:
    yield 1
    await request.app.shutting_down.wait()
    yield 2


@get("/endless-lines")
async def endless_lines() -> JSONLines[str]:
    return JSONLines(ticks(), endless=True)


@get("/endless")
async def endless() -> Stream[str]:
    return Stream(ticks(), endless=True)


@asgi("/asgi")
async def asgi_events(scope: Any, receive: Any, send: Any) -> None:
    await ServerSentEvent(ticks())(scope, receive, send)


@get("/finite")
async def finite(request: Request[Any, Any, Any]) -> Stream[str]:
    async def items() -> AsyncIterator[str]:
        yield "a"
        await request.app.shutting_down.wait()
        await anyio.sleep(0.01)
        yield "b"

    return Stream(items())


PARTING = "data: tick\r\n\r\nretry: 3000\r\n\r\n"
HANDLERS: list[Any] = [events, iterator, endless_lines, endless, asgi_events, finite]


ENDED = {
    "/events": PARTING,
    "/iterator": "1\n2\n",
    "/endless-lines": '"tick"\n',
    "/endless": "tick",
    "/asgi": PARTING,
    "/finite": "ab",
}


def ends(app: Pleiad, path: str, content: str, backend: str) -> None:
    with TestClient(app, backend=backend) as client, client.stream("GET", path) as answer:
        pieces = answer.iter_text()
        got = next(pieces)
        app.shutting_down.set()  # by hand, from another thread
        assert got + "".join(pieces) == content


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(("path", "content"), ENDED.items())
def test_stream_ends_when_the_app_is_to_stop(path: str, content: str, backend: str) -> None:
    ends(Pleiad(HANDLERS), path, content, backend)


def test_so_does_that_of_a_mounted_app() -> None:
    inner = asgi("/mounted", is_mount=True)(Pleiad([events]))
    ends(Pleiad([inner]), "/mounted/events", PARTING, "asyncio")


def test_readiness_is_told_by_hand() -> None:
    @get("/ready")
    async def ready(request: Request[Any, Any, Any]) -> bool:
        return not request.app.shutting_down.is_set()

    with TestClient(Pleiad([ready])) as client:
        assert client.get("/ready").json() is True
        client.app.shutting_down.set()
        assert client.get("/ready").json() is False
