import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # no test depends on how fast a machine is
settings.load_profile("patient")


class Answer(msgspec.Struct):
    """What an app sent."""

    status: int
    raw_headers: list[tuple[bytes, bytes]]
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode("latin-1") for name, value in self.raw_headers}

    @property
    def json(self) -> Any:
        return json.loads(self.content)


Ask = Callable[..., Answer]


def asked(
    app: Any,
    method: str,
    path: str,
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    content: bytes = b"",
    extensions: dict[str, Any] | None = None,
    root_path: str = "",
) -> Answer:
    """Call an ASGI app once, as a server would."""
    raw = [
        (name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()
    ]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": root_path,
        "query_string": query.encode(),
        "scheme": "http",
        "headers": [(b"host", b"test"), *raw],
        "client": ("127.0.0.1", 4000),
        "server": ("test", 80),
        "extensions": extensions or {},
    }
    incoming = [{"type": "http.request", "body": content, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if incoming:
            return incoming.pop()
        return await asyncio.Event().wait()  # the client stays

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start, *bodies = sent
    assert start["type"] == "http.response.start"
    assert not bodies[-1].get("more_body")
    content = b"".join(message.get("body", b"") for message in bodies)
    return Answer(start["status"], list(start["headers"]), content)


@pytest.fixture(scope="session")
def ask() -> Ask:
    return asked


@pytest.fixture
def work() -> Callable[[Callable[[], Any]], int]:
    """Counts the lines of Python that a call runs: a clock that never wavers."""

    def count(do: Callable[[], Any]) -> int:
        lines = 0

        def trace(frame: Any, event: str, arg: Any) -> Any:
            nonlocal lines
            lines += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            do()
        finally:
            sys.settrace(before)
        return lines

    return count
