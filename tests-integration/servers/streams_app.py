"""The app of the streams that the servers serve; what happens to a stream is printed."""
# ruff: noqa: T201

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from pleiad import Pleiad, get, post
from pleiad_http import JSONLines, ServerSentEvent, Stream


async def watched(name: str, *items: str, pause: float | None = None) -> AsyncIterator[str]:
    """Some items, then others for ever, or silence where there is no pause."""
    print(f"{name}: begun", flush=True)
    try:
        for item in items:
            yield item
        while True:
            await asyncio.sleep(600 if pause is None else pause)
            yield "x" * 100
    finally:
        await asyncio.sleep(0.01)  # what gives back a connection takes an await
        print(f"{name}: closed", flush=True)


@get("/silent")
async def silent() -> Stream[str]:
    return Stream(watched("silent", "first\n"), media_type="text/plain")


@get("/endless")
async def endless() -> Stream[str]:
    return Stream(watched("endless", "first\n", pause=0), media_type="text/plain")


@post("/posted")
async def posted() -> Stream[str]:
    return Stream(watched("posted", "first\n"), media_type="text/plain")


@get("/events")
async def events() -> ServerSentEvent[Any]:
    return ServerSentEvent(watched("events", "first"), ping_interval=0.05)


@get("/failing")
async def failing() -> JSONLines[int]:
    async def numbers() -> AsyncIterator[int]:
        yield 1
        await asyncio.sleep(0.05)
        raise ZeroDivisionError("in the midst")

    return JSONLines(numbers())


@get("/lines")
async def lines() -> JSONLines[int]:
    return JSONLines(range(1000))


@get("/large")
async def large() -> Stream[bytes]:
    async def chunks() -> AsyncIterator[bytes]:
        made = 0
        try:
            while True:
                made += 1
                yield b"x" * 65536
        finally:
            print(f"large: closed after {made}", flush=True)

    return Stream(chunks())


app = Pleiad([silent, endless, posted, events, failing, lines, large])
