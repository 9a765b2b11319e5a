"""The app that is stopped under load; what it began and what it closed is printed."""
# ruff: noqa: T201

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pleiad import Pleiad, Request, get, post
from pleiad_http import JSONLines, ServerSentEvent, Stream

begun: list[str] = []


async def lease() -> AsyncIterator[str]:
    """What must be given back, and takes an await for it."""
    yield "lease"
    await asyncio.sleep(0.001)


@get("/job/{name:str}", dependencies={"lease": lease})
async def work(name: str, lease: str) -> dict[str, str]:
    begun.append(name)
    await asyncio.sleep(0.02)
    return {"name": name, "filling": "x" * 20_000}


@post("/job/{name:str}", dependencies={"lease": lease})
async def work_on(name: str, data: dict[str, str], lease: str) -> dict[str, str]:
    begun.append(name)
    await asyncio.sleep(0.02)
    return {"name": name, **data}


@get("/slow")
async def slow() -> str:
    print("slow: begun", flush=True)
    await asyncio.sleep(1)
    return "slow"


@get("/slow-sync")
def slow_sync() -> str:
    import time

    print("slow-sync: begun", flush=True)
    time.sleep(1)
    return "slow"


async def silence(name: str) -> AsyncIterator[str]:
    print(f"{name}: begun", flush=True)
    try:
        yield "first\n"
        await asyncio.sleep(600)
    finally:
        await asyncio.sleep(0.01)
        print(f"{name}: closed", flush=True)


@get("/events")
async def events() -> ServerSentEvent[Any]:
    return ServerSentEvent(silence("events"), retry_duration=250)


@get("/lines")
async def lines() -> JSONLines[str]:
    return JSONLines(silence("lines"), endless=True)


@get("/looking")
async def looking(request: Request[Any, Any, Any]) -> AsyncIterator[str]:
    print("looking: begun", flush=True)
    yield "first\n"
    await request.app.shutting_down.wait()
    yield "last\n"
    print("looking: closed", flush=True)


@get("/deaf")
async def deaf() -> Stream[str]:
    async def silence_without_end() -> AsyncIterator[str]:
        try:
            yield "first\n"
            await asyncio.sleep(600)
        finally:
            print("deaf: closed", flush=True)

    return Stream(silence_without_end())


HANDLERS = [work, work_on, slow, slow_sync, events, lines, looking, deaf]


def tell() -> None:
    print(f"begun: {json.dumps(begun)}", flush=True)


app = Pleiad(HANDLERS, on_shutdown=[tell])


def fail() -> None:
    raise ZeroDivisionError("in a hook")


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    print("manager: opened", flush=True)
    try:
        yield
    finally:
        print("manager: closed", flush=True)


def after() -> None:
    print("hook after: run", flush=True)


starts_badly = Pleiad(HANDLERS, lifespan=[opened], on_startup=[fail])
stops_badly = Pleiad(HANDLERS, lifespan=[opened], on_shutdown=[fail, after])
