"""What the tests share: fixtures, since test files do not import one another."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # no test depends on how fast a machine is
settings.load_profile("patient")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def work() -> Callable[[Callable[[], Any]], int]:
    """Counts the function calls, Python's and C's, that a call makes: a clock that never wavers."""

    def count(do: Callable[[], Any]) -> int:
        calls = 0

        def profile(frame: Any, event: str, arg: Any) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            do()
        finally:
            sys.setprofile(before)
        return calls

    return count


class Channel:
    """A receive channel with prepared messages; it counts how many were taken."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.taken = 0

    async def __call__(self) -> dict[str, Any]:
        self.taken += 1
        if not self.messages:
            return {"type": "http.disconnect"}
        return self.messages.pop(0)


@pytest.fixture
def channel() -> Callable[..., Channel]:
    """Makes a channel of chunks of content; the last one says that it is the last."""

    def make(*chunks: bytes, left: bool = False) -> Channel:
        messages = [{"type": "http.request", "body": each, "more_body": True} for each in chunks]
        if messages and not left:
            messages[-1]["more_body"] = False
        return Channel(*messages)

    return make


@pytest.fixture
def scope() -> Callable[..., dict[str, Any]]:
    """Makes an HTTP scope."""

    def make(
        *headers: tuple[str, str],
        method: str = "GET",
        path: str = "/",
        query: bytes = b"",
        **more: Any,
    ) -> dict[str, Any]:
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
        return {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": raw,
            **more,
        }

    return make
