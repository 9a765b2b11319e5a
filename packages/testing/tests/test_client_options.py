"""Every option of both clients and of their WebSockets does something: what is seen without it, and with it.

An option without a row fails a test.
"""

import asyncio
import inspect
import json
import sys

import anyio
import msgspec
import pytest

from pleiad_testing import (
    AsyncTestClient,
    AsyncWebSocketTestSession,
    TestClient,
    WebSocketTestSession,
)

CLOSED = []
LATE = 0.1
"""Seconds after which what is late comes: far more than a test waits that does not wait for it."""
MESSAGES = {
    "text": {"text": '"a"'},
    "bytes": {"bytes": b'"a"'},
    "msgpack": {"bytes": msgspec.msgpack.encode("a")},
}


async def app(scope, receive, send):
    """Tell of a request or handshake; be late, fail, or lead elsewhere, as the path says."""
    if scope["type"] == "lifespan":
        for stage in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{stage}.complete"})
    elif scope["type"] == "websocket":
        await talk(scope, receive, send)
    elif scope["path"].endswith("/fails"):
        raise RuntimeError("it fails")
    else:
        if scope["path"].endswith("/late"):
            await anyio.sleep(LATE)
        moved = scope["path"].endswith("/moved")
        headers = [(b"location", b"/")] if moved else []
        await send(
            {"type": "http.response.start", "status": 307 if moved else 200, "headers": headers}
        )
        await send({"type": "http.response.body", "body": json.dumps(told_of(scope)).encode()})


def told_of(scope):
    loop = "trio" if "trio" in sys.modules and in_trio() else "asyncio"
    return {
        "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
        "query": scope["query_string"].decode(),
        "root_path": scope.get("root_path", ""),
        "offered": scope.get("subprotocols", []),
        "loop": loop,
        "debugs": loop == "asyncio" and asyncio.get_running_loop().get_debug(),
    }


def in_trio():
    import trio

    return trio.lowlevel.in_trio_run()


async def talk(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    kind = scope["path"].rpartition("/")[2]
    if kind in MESSAGES:
        await anyio.sleep(LATE)
        await send({"type": "websocket.send", **MESSAGES[kind]})
    elif kind == "told":
        await send({"type": "websocket.send", "text": json.dumps(told_of(scope))})
    while (message := await receive())["type"] == "websocket.receive":
        await send({**message, "type": "websocket.send"})
    CLOSED.append((message["code"], message["reason"]))


def outcome(call):
    """What a call gives, or the name of what it raises."""
    try:
        return call()
    except Exception as error:
        return type(error).__name__


def told(key):
    return lambda response: response.json()[key]


def header(name):
    return lambda response: response.json()["headers"].get(name)


def status(response):
    return response.status_code


# Clients


def asked(cls, path, options):
    """The answer that a client gets."""
    if cls is TestClient:
        with TestClient(app, **options) as client:
            return client.get(path)

    async def main():
        async with AsyncTestClient(app, **options) as client:
            return await client.get(path)

    return asyncio.run(main())


CLIENTS = {
    "base_url": ("https://own.example", "/", header("host"), "testserver.local", "own.example"),
    "raise_server_exceptions": (False, "/fails", status, "RuntimeError", 500),
    "root_path": ("/root", "/", told("root_path"), "", "/root"),
    "timeout": (0.01, "/late", status, 200, "AppTimeout"),
    "cookies": ({"a": "b"}, "/", header("cookie"), None, "a=b"),
    "headers": ({"x-a": "b"}, "/", header("x-a"), None, "b"),
    "follow_redirects": (False, "/moved", status, 200, 307),
    "backend": ("trio", "/", told("loop"), "asyncio", "trio"),
    "backend_options": ({"debug": True}, "/", told("debugs"), False, True),
}
"""An option, its value, a path, what is looked at, and that without the option and with it."""


def options_of(function):
    parameters = inspect.signature(function).parameters.values()
    return [each.name for each in parameters if each.default is not each.empty]


@pytest.mark.parametrize(
    ("cls", "option"),
    [(cls, option) for cls in (TestClient, AsyncTestClient) for option in options_of(cls)],
)
def test_an_option_of_a_client(cls, option):
    value, path, look, without, within = CLIENTS[option]
    assert outcome(lambda: look(asked(cls, path, {}))) == without
    assert outcome(lambda: look(asked(cls, path, {option: value}))) == within


# Handshakes and sessions


def talked(cls, path, options, *calls):
    """What the last of some calls of a session gives, which its client calls `receive` by default."""
    if cls is TestClient:
        with TestClient(app).websocket_connect(path, **options) as session:
            for name, arguments, keywords in calls:
                found = getattr(session, name)(*arguments, **keywords)
            return found

    async def main():
        async with AsyncTestClient(app).websocket_connect(path, **options) as session:
            for name, arguments, keywords in calls:
                found = await getattr(session, name)(*arguments, **keywords)
            return found

    return asyncio.run(main())


def call(name, *arguments, **keywords):
    return name, arguments, keywords


HANDSHAKES = {
    "subprotocols": (["a", "b"], lambda told: told["offered"], [], ["a", "b"]),
    "params": ({"a": "b"}, lambda told: told["query"], "", "a=b"),
    "headers": ({"x-a": "b"}, lambda told: told["headers"].get("x-a"), None, "b"),
    "cookies": ({"a": "b"}, lambda told: told["headers"].get("cookie"), None, "a=b"),
    "auth": (("a", "b"), lambda told: told["headers"].get("authorization"), None, "Basic YTpi"),
}


@pytest.mark.parametrize("option", HANDSHAKES)
@pytest.mark.parametrize("cls", [TestClient, AsyncTestClient])
def test_an_option_of_a_handshake(cls, option):
    value, look, without, within = HANDSHAKES[option]
    assert look(talked(cls, "/told", {}, call("receive_json"))) == without
    assert look(talked(cls, "/told", {option: value}, call("receive_json"))) == within


@pytest.mark.parametrize("cls", [TestClient, AsyncTestClient])
def test_the_time_of_a_handshake(cls):
    assert talked(cls, "/text", {}, call("receive_text")) == '"a"'
    late = outcome(lambda: talked(cls, "/text", {"timeout": 0.01}, call("receive_text")))
    assert late == "AppTimeout"


ECHO = call("receive")
NO_WAIT = {"block": False, "timeout": 0.01}
SESSIONS = [
    ("send", {"mode": "binary"}, "/", ["a"], [ECHO], {"text": "a"}, {"bytes": b"a"}),
    ("send", {"encoding": "latin-1"}, "/", ["é", "binary"], [ECHO], {"bytes": "é".encode()}, {"bytes": b"\xe9"}),
    ("send_text", {"encoding": "latin-1"}, "/", [b"\xe9"], [ECHO], "UnicodeDecodeError", {"text": "é"}),
    ("send_bytes", {"encoding": "latin-1"}, "/", ["é"], [ECHO], {"bytes": "é".encode()}, {"bytes": b"\xe9"}),
    ("send_json", {"mode": "binary"}, "/", [1], [ECHO], {"text": "1"}, {"bytes": b"1"}),
    ("receive_json", {"mode": "binary"}, "/bytes", [], [], "UnexpectedMessage", "a"),
    ("receive_json", {"type": int}, "/text", [], [], "a", "DecodeError"),
    ("receive_msgpack", {"type": int}, "/msgpack", [], [], "a", "DecodeError"),
    *[
        (f"receive{name}", {option: value}, path, [], [], found, "AppTimeout")
        for name, path, found in (
            ("", "/text", {"text": '"a"'}),
            ("_text", "/text", '"a"'),
            ("_bytes", "/bytes", b'"a"'),
            ("_json", "/text", "a"),
            ("_msgpack", "/msgpack", "a"),
        )
        for option, value in NO_WAIT.items()
    ],
]  # fmt: skip
"""A method, its option, where, its arguments, what is called then, and the end without it and with it."""


@pytest.mark.parametrize(
    ("method", "option", "path", "arguments", "then", "without", "within"),
    [pytest.param(*row, id=f"{row[0]}-{next(iter(row[1]))}") for row in SESSIONS],
)
@pytest.mark.parametrize("cls", [TestClient, AsyncTestClient])
def test_an_option_of_a_session(cls, method, option, path, arguments, then, without, within):
    def found(**options):
        end = outcome(lambda: talked(cls, path, {}, call(method, *arguments, **options), *then))
        if isinstance(end, dict):
            return {key: value for key, value in end.items() if key != "type" and value is not None}
        return end

    assert found() == without
    assert found(**option) == within


@pytest.mark.parametrize("cls", [TestClient, AsyncTestClient])
def test_how_a_session_is_closed(cls):
    CLOSED.clear()
    talked(cls, "/", {}, call("close"))
    talked(cls, "/", {}, call("close", code=4000))
    talked(cls, "/", {}, call("close", reason="enough"))
    assert CLOSED == [(1000, ""), (4000, ""), (1000, "enough")]


@pytest.mark.parametrize("cls", [TestClient, AsyncTestClient])
def test_no_option_of_a_handshake_lacks_a_row(cls):
    assert set(options_of(cls.websocket_connect)) - {"url"} == {*HANDSHAKES, "timeout"}


@pytest.mark.parametrize("cls", [WebSocketTestSession, AsyncWebSocketTestSession])
def test_no_option_of_a_session_lacks_a_row(cls):
    rows = {(method, *option) for method, option, *_ in SESSIONS}
    methods = [name for name in vars(cls) if not name.startswith("_")]
    options = {(name, option) for name in methods for option in options_of(getattr(cls, name))}
    assert options - rows == {("close", "code"), ("close", "reason")}
