"""The benches run, Pleiad's answers are right, and wrong ones are seen: nothing here looks at a clock."""

import asyncio
import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

HERE = Path(__file__).resolve().parent
BOTH = {"hand-written", "Pleiad"}
SERVED = {"plaintext", "json", "params", "body", "dependencies", "list"}
IN_PROCESS = SERVED | {
    "middlewares",
    "generator",
    "mixed",
    "list-500",
    "pydantic-body",
    "pydantic-list",
    "pydantic-500",
    "headers",
    "form",
    "multipart-1mb",
    "multipart-10mb",
    "invalid",
    "missing",
    "events",
    "file",
    "sync",
    "echo",
    "messages",
}
NO_CHART = "skipped: the chart"


def results_of(bench, *options):
    """Run a bench for Pleiad alone, as little as it takes; what it says must be nothing."""
    command = [sys.executable, HERE / f"{bench}.py", "--only", "Pleiad", "--rounds", "1", "--json"]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=120, check=False
    )
    said = [line for line in done.stderr.splitlines() if not line.startswith(NO_CHART)]
    assert (done.returncode, said) == (0, [])
    return json.loads(done.stdout)["results"]


def test_in_process():
    results = results_of("inproc")
    assert {name: set(row) for name, row in results.items()} == dict.fromkeys(IN_PROCESS, BOTH)


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
@pytest.mark.parametrize("server", ["uvicorn", "granian"])
def test_on_the_wire(server):
    scenarios = [option for name in ("params", "body") for option in ("--scenario", name)]
    options = [*scenarios, "--rate", "50", "--rate-seconds", "0.2"]
    results = results_of("wire", "--server", server, *options)[server]
    assert {n: set(row) for n, row in results["speeds"].items()} == {"params": BOTH, "body": BOTH}
    assert {n: set(row) for n, row in results["latencies_ms"].items()} == dict.fromkeys(
        BOTH, {"p50", "p99"}
    )


@pytest.mark.parametrize("server", ["uvicorn", "granian"])
def test_websockets_on_the_wire(server):
    scenarios = [option for name in ("echo", "messages") for option in ("--scenario", name)]
    results = results_of("wire", "--server", server, *scenarios)[server]
    assert {n: set(row) for n, row in results["speeds"].items()} == {"echo": BOTH, "messages": BOTH}
    assert results["latencies_ms"] == {}


def test_many_routes():
    results = results_of("scale", "--routes", "1", "--routes", "10")
    assert {name: set(counts) for name, counts in results.items()} == dict.fromkeys(
        BOTH, {"1", "10"}
    )


def test_starting():
    results = results_of("start")
    assert {part: set(row) - {"msgspec, anyio, asyncio"} for part, row in results.items()} == {
        "import": {"Pleiad"},
        "first": {"Pleiad"},
        "handlers": {"Pleiad"},
    }


def test_memory():
    results = results_of("memory")
    assert {column: set(row) for column, row in results.items()} == {
        "import": {"Pleiad"},
        "first answer": {"Pleiad"},
        "1,000 handlers": {"Pleiad"},
        "growth": BOTH,
    }


def test_the_return_check_is_measured_beside_the_encoding():
    command = [sys.executable, HERE / "return_check.py", "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    kinds = ("Struct", "dataclass", "pydantic", "attrs", "TypedDict", "NamedTuple", "int", "str")
    assert all(f"\nlist[{kind}] " in done.stdout for kind in kinds)


@pytest.fixture
def load(monkeypatch):
    """Give a function that imports a module as the benches do; none of theirs stays behind."""
    monkeypatch.syspath_prepend(HERE)
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(str(HERE)):
            del sys.modules[name]


async def accepted(receive, send):
    """Accept, and give each text."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        yield message["text"]


async def right(receive, send):
    async for text in accepted(receive, send):
        await send({"type": "websocket.send", "text": text})


async def louder(receive, send):
    async for text in accepted(receive, send):
        await send({"type": "websocket.send", "text": text.upper()})


async def first_again(receive, send):
    first = None
    async for text in accepted(receive, send):
        first = first or text
        await send({"type": "websocket.send", "text": first})


async def as_bytes(receive, send):
    async for text in accepted(receive, send):
        await send({"type": "websocket.send", "bytes": text.encode()})


async def twice(receive, send):
    async for text in accepted(receive, send):
        for _ in range(2):
            await send({"type": "websocket.send", "text": text})


async def one_only(receive, send):
    async for text in accepted(receive, send):
        await send({"type": "websocket.send", "text": text})
        return


async def closed(receive, send):
    await receive()
    await send({"type": "websocket.close", "code": 1000})


async def silent(receive, send):
    async for _ in accepted(receive, send):
        pass


async def raising(receive, send):
    await receive()
    raise ValueError("no WebSockets here")


def contender_with(load, sockets):
    """Give the hand-written app with other WebSockets."""
    ours = load("apps.hand_written")
    app = ours.serving(ours.ROUTES, ours.LAST_PARAMETER, ours.SOCKETS | sockets)
    return load("contenders").Contender("Changed", app, app)


def check(load, name, sockets):
    """Check that app on one scenario."""
    changed = contender_with(load, sockets)
    scenario = next(s for s in load("scenarios").SCENARIOS if s.name == name)
    asyncio.run(load("answers").check(changed, scenario, {changed.app: {}}))


def test_a_right_echo_is_taken(load):
    check(load, "echo", {"/echo": right})


@pytest.mark.parametrize(
    ("name", "path", "app", "found"),
    [
        pytest.param("echo", "/echo", louder, "message 0 '0 PEOPLE", id="another text"),
        pytest.param("echo", "/echo", first_again, "message 1 '0 people", id="the first again"),
        pytest.param("echo", "/echo", as_bytes, "message 0 None", id="bytes"),
        pytest.param("echo", "/echo", twice, "message 1 '0 people", id="each twice"),
        pytest.param("echo", "/echo", one_only, "message 1 None", id="only one"),
        pytest.param("echo", "/echo", closed, "status 403", id="not accepted"),
        pytest.param("echo", "/echo", raising, "no WebSockets here", id="raises"),
        pytest.param("echo", "/nothing", right, "/nothing got 101", id="accepts any path"),
        pytest.param("messages", "/signups", right, "message 0 {'username'", id="does not read"),
    ],
)
def test_a_websocket_that_does_otherwise_is_seen(load, name, path, app, found):
    with pytest.raises(load("exchange").AnswerError) as raised:
        check(load, name, {path: app})
    assert found in str(raised.value)


def test_a_websocket_that_never_answers_is_not_waited_for(load, monkeypatch):
    monkeypatch.setattr(load("exchange"), "SECONDS_TO_ANSWER", 0.1)
    with pytest.raises(load("exchange").AnswerError, match="TimeoutError"):
        check(load, "echo", {"/echo": silent})


def test_a_websocket_that_answers_what_is_wrong_is_seen(load):
    """It reads, and never says no."""

    async def trusting(receive, send):
        async for text in accepted(receive, send):
            fields = json.loads(text) if text != "{" else {}
            view = {"id": 1, "username": fields.get("username"), "email": fields.get("email")}
            await send({"type": "websocket.send", "text": json.dumps(view)})

    with pytest.raises(load("exchange").AnswerError, match="to /signups got 101"):
        check(load, "messages", {"/signups": trusting})


def test_an_app_without_websockets_is_left_out_of_those_alone(load):
    changed = contender_with(load, {"/echo": raising})
    scenarios = [s for s in load("scenarios").SCENARIOS if s.name in ("json", "echo")]
    states = {changed.app: {}}
    admitted, refused = asyncio.run(load("inproc").admit([changed], scenarios, states))
    assert admitted == {"json": [changed], "echo": []}
    assert list(refused) == ["Changed, WebSocket echo, each message"]


@pytest.mark.parametrize("first", ["json", "echo"])
def test_tables_have_a_dash_for_what_was_left_out(load, first):
    costs = {"json": {"hand-written": 1.0, "Pleiad": 2.0}, "echo": {"hand-written": 1.0}}
    costs = {name: costs[name] for name in sorted(costs, key=lambda name: name != first)}
    scenarios = [s for s in load("scenarios").SCENARIOS if s.name in costs]
    tables = load("tables")
    table = tables.cost_table(costs, scenarios, "hand-written")
    shares = tables.share_table("head", costs, "hand-written", "/s")
    assert [line.split()[-1] for line in table.splitlines()[2:]] == ["2.00x", "-"]
    ends = [line.split()[-1] for line in shares.splitlines()[2:]]
    assert dict(zip(costs, ends, strict=True)) == {"json": "200%", "echo": "-"}


@pytest.mark.parametrize(
    ("text", "mask", "frame"),
    [  # RFC 6455, 5.7
        pytest.param("Hello", b"", b"\x81\x05Hello", id="of a server"),
        pytest.param("Hello", b"\x37\xfa\x21\x3d", b"\x81\x857\xfa!=\x7f\x9fMQX", id="of a client"),
        pytest.param("x" * 125, b"", b"\x81\x7d" + b"x" * 125, id="the longest of a short size"),
        pytest.param("x" * 126, b"", b"\x81\x7e\x00\x7e" + b"x" * 126, id="with a long size"),
        pytest.param("x" * 300, b"\0\0\0\0", b"\x81\xfe\x01\x2c\0\0\0\0" + b"x" * 300, id="both"),
        pytest.param("\xe9", b"", b"\x81\x02\xc3\xa9", id="counts bytes"),
    ],
)
def test_frames(load, text, mask, frame):
    assert load("talk").frame(text, mask) == frame


class Scripted(asyncio.Protocol):
    """A server that answers the handshake, and each message, with what it was given."""

    def __init__(self, handshake, answers):
        self.script = [handshake, *answers]

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if self.script:
            for part in self.script.pop(0):
                self.transport.write(part)
        else:
            self.transport.abort()


HANDSHAKE = (b"HTTP/1.1 101 Switching Protocols\r\n", b"upgrade: websocket\r\n\r\n")
GOOD = (b"\x81", b"\x02ok")


@pytest.mark.parametrize(
    ("handshake", "answers", "found"),
    [
        pytest.param((b"HTTP/1.1 403 Forbidden\r\n\r\n",), [], "403 Forbidden", id="refused"),
        pytest.param(HANDSHAKE, [GOOD, (b"\x81\x02OK",)], "OK' came", id="another answer"),
        pytest.param(HANDSHAKE, [(b"\x81\x02ok\x81\x02ok",)], "ok' came", id="one too many"),
        pytest.param(HANDSHAKE, [GOOD] * 9, "connection was lost", id="ends"),
        pytest.param(HANDSHAKE, [()], "no answer in", id="silent"),
    ],
)
def test_a_load_sees_what_is_wrong(load, handshake, answers, found):
    talk = load("talk")
    request = load("request").Request("/echo", texts=["ok"])
    seconds = 30 if found != "no answer in" else 0.2

    async def run():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Scripted(handshake, answers), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        served = SimpleNamespace(name="Scripted", port=port, processor_seconds=lambda: 0.0)
        async with server:
            frames = [(talk.frame("ok", talk.MASK), talk.frame("ok"))]
            await talk.Talks(served, request, frames).run(seconds)

    with pytest.raises(load("exchange").AnswerError, match=found):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("sent", "is_same"),
    [
        pytest.param("session=abc; SameSite=Lax; Path=/", True, id="another order"),
        pytest.param("session=abc", False, id="no attributes"),
        pytest.param("session=abc; Path=/; SameSite=lax; Secure", False, id="one more"),
        pytest.param("", False, id="no cookie"),
    ],
)
def test_all_of_a_cookie_is_compared(load, sent, is_same):
    scenario = next(s for s in load("scenarios").SCENARIOS if s.name == "headers")
    wanted = [(k.encode(), v.encode()) for k, v in scenario.headers if k != "set-cookie"]
    headers = [*wanted, (b"content-type", b"application/json"), (b"set-cookie", sent.encode())]
    messages = [
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": json.dumps(scenario.answer).encode()},
    ]
    found = load("answers").differences(scenario, 1, {}, messages)
    assert [each.partition(" ")[0] for each in found] == ([] if is_same else ["set-cookie"])


GOOD = "Requests/sec: 9.50\n 10 requests in 1.00s"
STALLED = "Requests/sec: 0.00\n 0 requests in 1.00s"
TIMED_OUT = f"{GOOD}\n Socket errors: connect 0, read 0, write 0, timeout 3\n"
REFUSED = f"{GOOD}\n Non-2xx or 3xx responses: 10\n"


@pytest.mark.parametrize(
    ("turns", "found"),
    [
        pytest.param([GOOD], "", id="good"),
        pytest.param([STALLED, TIMED_OUT, GOOD], "", id="good at last"),
        pytest.param([STALLED] * 3, "nothing was answered", id="stalled thrice"),
        pytest.param([TIMED_OUT] * 3, "timeout 3", id="timed out thrice"),
        pytest.param([REFUSED], "Non-2xx", id="refused"),
    ],
)
def test_a_turn_in_which_the_machine_stood_still_is_taken_again(load, monkeypatch, turns, found):
    wire, left = load("wire"), list(turns)

    def run(*_, **__):
        return SimpleNamespace(stdout=left.pop(0))

    monkeypatch.setattr(wire.subprocess, "run", run)
    served = SimpleNamespace(name="App", port=1, processor_seconds=iter(range(99)).__next__)
    load_once = wire.blast(served, "a.lua", 1)
    if found:
        with pytest.raises(load("exchange").AnswerError, match=found):
            asyncio.run(load_once)
    else:
        assert asyncio.run(load_once) == {"per_second": 9.5, "server_us": 1e5}
    assert left == []
