"""What is measured in a process of its own; nothing dear is imported before the clock starts."""

import gc
import importlib
import sys
import time
from pathlib import Path

BASE = ("msgspec", "anyio", "asyncio")
SECONDS_A_TURN = 0.02


def resident() -> float:
    """Give the resident memory of this process in MB (Linux)."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def importing(*names) -> dict[str, float]:
    """Import modules one after the other: milliseconds, MB and modules in all."""
    memory, begin = resident(), time.process_time()
    for name in names:
        importlib.import_module(name)
    seconds = time.process_time() - begin
    return {"ms": seconds * 1e3, "MB": resident() - memory, "modules": len(sys.modules)}


def hello_litestar():
    from litestar import Litestar, get

    return Litestar([get("/")(hello)])


def hello_pleiad():
    from pleiad import Pleiad, get

    return Pleiad([get("/")(hello)])


def hello_fastapi():
    from fastapi import FastAPI

    app = FastAPI()
    app.get("/")(hello)
    return app


def hello_starlette():
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def endpoint(_):
        return JSONResponse(await hello())

    return Starlette(routes=[Route("/", endpoint)])


def hello_blacksheep():
    from blacksheep import Application, json

    async def endpoint():
        return json(await hello())

    app = Application()
    app.router.add_get("/", endpoint)
    return app


def hello_falcon():
    import falcon.asgi

    class Resource:
        async def on_get(self, _, response):
            response.media = await hello()

    app = falcon.asgi.App()
    app.add_route("/", Resource())
    return app


def hello_sanic():
    from sanic import Sanic
    from sanic.response import json

    async def endpoint(_):
        return json(await hello())

    app = Sanic("hello", log_config={"version": 1})
    app.get("/")(endpoint)
    return app


async def hello() -> dict[str, str]:
    return {"message": "Hello, World!"}


HELLOS = {
    "Pleiad": hello_pleiad,
    "Litestar": hello_litestar,
    "FastAPI": hello_fastapi,
    "Starlette": hello_starlette,
    "BlackSheep": hello_blacksheep,
    "Falcon": hello_falcon,
    "Sanic": hello_sanic,
}
"""An app of one route for each."""


async def answered(app, stack):
    """Start an app and ask it once."""
    from exchange import ask, started
    from request import Request

    state = await stack.enter_async_context(started(app))
    _, messages = await ask(app, Request("/"), "/", state)
    if messages[0]["status"] != 200:
        raise RuntimeError(f"answered {messages}")


def first_request(name) -> dict[str, float]:
    """From nothing to the first answer of an app of one route: milliseconds, and MB at the end."""
    import asyncio
    from contextlib import AsyncExitStack

    memory, begin = resident(), time.process_time()

    async def run() -> dict[str, float]:
        async with AsyncExitStack() as stack:
            await answered(HELLOS[name](), stack)
            seconds = time.process_time() - begin
            return {"ms": seconds * 1e3, "MB": resident() - memory}

    return asyncio.run(run())


def registering(framework, app_name) -> dict[str, float]:
    """Make a thousand handlers of twenty shapes, the app, and start it: seconds and MB more."""
    import asyncio

    import shapes
    from exchange import started

    app_class = getattr(importlib.import_module(framework), app_name)
    importlib.import_module(f"{framework}.di")
    gc.collect()
    memory, begin = resident(), time.process_time()

    async def run() -> dict[str, float]:
        async with started(app_class(shapes.handlers(framework))):
            seconds = time.process_time() - begin
            gc.collect()
            return {"seconds": seconds, "MB": resident() - memory}

    return asyncio.run(run())


def requests_kept(module, count) -> dict[str, float]:
    """Answer many requests of every small scenario: MB more than after a few of them."""
    import asyncio
    import logging
    from contextlib import AsyncExitStack

    from exchange import started, time_requests
    from scenarios import SCENARIOS

    logging.disable(logging.CRITICAL)
    app = importlib.import_module(f"apps.{module}").app
    small = [s for s in SCENARIOS if len(s.request.body) < 1000 and not s.layers]
    asked = [s.request for s in small if not s.request.texts]  # a WebSocket is a thousand messages

    async def run() -> dict[str, float]:
        async with AsyncExitStack() as stack:
            state = await stack.enter_async_context(started(app))
            for request in asked:
                await time_requests(app, request, state, count // 10)
            gc.collect()
            before = resident()
            for request in asked:
                await time_requests(app, request, state, count)
            gc.collect()
            return {"before": before, "more": resident() - before}

    return asyncio.run(run())


def scaled(module, count, rounds) -> dict[str, float]:
    """Microseconds of a request to an app of that many routes; and the seconds to build it.

    The ids change from request to request: each path is another one.
    """
    import asyncio
    from contextlib import AsyncExitStack
    from random import Random

    from exchange import started, time_making, time_requests
    from request import IDS, Request

    build = importlib.import_module(f"apps.{module}").with_routes
    random = Random(1)  # noqa: S311
    anywhere = [random.randrange(count) for _ in range(5000)]
    asked = {
        "first": [f"/orders0/{each}" for each in IDS],
        "last": [f"/orders{count - 1}/{each}" for each in IDS],
        "random": [f"/orders{n}/{n % 1000}" for n in anywhere],
        "missing": [f"/orders{count}/{each}" for each in IDS],
    }

    requests = {
        name: type("Rotating", (Request,), {"paths": paths})("/") for name, paths in asked.items()
    }

    async def run() -> dict[str, float]:
        begin = time.process_time()
        app = build(count)
        async with AsyncExitStack() as stack:
            state = await stack.enter_async_context(started(app))
            built = time.process_time() - begin
            turns = {}
            for name, request in requests.items():
                few = await time_requests(app, request, state, 20) / 20
                turns[name] = max(20, min(5000, int(SECONDS_A_TURN / few)))
            gc.collect()
            gc.freeze()
            costs = {name: [] for name in requests}
            making = {name: [] for name in requests}
            for _ in range(rounds):
                for name, request in requests.items():
                    n = turns[name]
                    costs[name].append(await time_requests(app, request, state, n) / n * 1e6)
                    making[name].append(await time_making(request, state, n) / n * 1e6)
            return {
                "build": built,
                **{name: min(costs[name]) - min(making[name]) for name in requests},
            }

    return asyncio.run(run())
