"""A request names one host, or it is refused before it is routed."""

import asyncio
from typing import Any

import pytest

from pleiad import Pleiad, get


@get("/")
async def hello() -> str:
    return "hello"


def answered(app: Pleiad, *hosts: bytes, kind: str = "http") -> list[Any]:
    """Call the app as a server would that passes all headers on."""
    scope = {
        "type": kind, "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"",
        "headers": [(b"accept", b"*/*"), *((b"host", each) for each in hosts)],
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


WRONG = [
    (b"a", b"a"), (b"a", b"b"), (b"",), (b"a b",), (b"a/b",), (b"a@b",), (b"a:b",), (b"a:99999",), (b"a,b",),
    (b"a\nb",), (b"a\x00",), ("é".encode(),), (b"[::1",), (b"[zz]",), (b"a" * 256,), (b"http://a",), (b"-a",), (b"a:1:2",),
]  # fmt: skip


@pytest.mark.parametrize("hosts", WRONG, ids=repr)
def test_a_wrong_host_is_refused(hosts: tuple[bytes, ...]) -> None:
    app = Pleiad([hello])
    for _ in range(2):
        start, body = answered(app, *hosts)
        assert start["status"] == 400
        assert b"Invalid Host header" in body["body"]
    assert answered(app, b"a")[0]["status"] == 200


@pytest.mark.parametrize(
    "hosts",
    [(), (b"a",), (b"A.example:8000",), (b"127.0.0.1",), (b"[::1]:80",), (b"a_b",)],
    ids=repr,
)
def test_a_host(hosts: tuple[bytes, ...]) -> None:
    app = Pleiad([hello])
    for _ in range(2):
        assert answered(app, *hosts)[0]["status"] == 200


def test_hosts_that_are_remembered_are_bounded() -> None:
    app = Pleiad([hello])
    for number in range(500):
        assert answered(app, b"host-%d" % number)[0]["status"] == 200
    assert len(app._hosts) <= 64


def test_a_websocket_is_closed() -> None:
    [message] = answered(Pleiad([hello]), b"a", b"b", kind="websocket")
    assert message["type"] == "websocket.close"


def test_the_apps_exception_handlers_answer() -> None:
    def handled(error: Exception) -> str:
        return "whom?"

    app = Pleiad([hello], exception_handlers={400: handled})
    start, body = answered(app, b"a", b"b")
    assert (start["status"], body["body"]) == (400, b"whom?")
