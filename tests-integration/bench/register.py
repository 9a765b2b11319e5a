"""What 1,000 handlers cost to register: `python tests-integration/bench/register.py`.

Handlers of four shapes (no parameter, path and query, body, dependency), all distinct functions
with distinct paths; timed from the first decorator to the end of the lifespan's startup, each time
in a fresh process. The budget (DESIGN.md section 6) is 0.25 s and 15 MB.
"""
# ruff: noqa: T201

import argparse
import asyncio
import gc
import importlib
import json
import resource
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import msgspec
from exchange import started

HANDLERS = 1000
BUDGET = {"seconds": 0.25, "megabytes": 15.0}


class Order(msgspec.Struct):
    name: str
    count: int


class Account:
    """What the dependency of every fourth handler gives."""


async def open_account() -> Account:
    return Account()


def functions(n):
    """Give four handlers of their own for the number `n`."""

    async def listed() -> list[int]:
        return [n]

    async def shown(order_id: int, page: int = 1, sort: str | None = None) -> dict[str, Any]:
        return {"id": order_id, "page": page, "sort": sort, "n": n}

    async def created(data: Order) -> Order:
        return data

    async def owned(account: Account) -> dict[str, int]:
        return {"n": n}

    return listed, shown, created, owned


def build_layered(name, app_name):
    """Build with Litestar's API, which Pleiad shares."""
    framework = importlib.import_module(name)
    provide = importlib.import_module(f"{name}.di").Provide
    get, post = framework.get, framework.post
    handlers = []
    for n in range(HANDLERS // 4):
        listed, shown, created, owned = functions(n)
        handlers += [
            get(f"/lists/{n}")(listed),
            get(f"/orders{n}/{{order_id:int}}")(shown),
            post(f"/orders{n}")(created),
            get(f"/owned/{n}", dependencies={"account": provide(open_account)})(owned),
        ]
    return getattr(framework, app_name)(handlers)


def build_pleiad():
    return build_layered("pleiad", "Pleiad")


def build_litestar():
    return build_layered("litestar", "Litestar")


def build_fastapi():
    """Build with FastAPI, whose body model is pydantic's and whose dependency is a marker."""
    fastapi = importlib.import_module("fastapi")
    pydantic = importlib.import_module("pydantic")
    model = pydantic.create_model("Order", name=(str, ...), count=(int, ...))
    app = fastapi.FastAPI()
    for n in range(HANDLERS // 4):
        listed, shown, created, owned = functions(n)
        created.__annotations__ = {"data": model, "return": model}
        owned.__annotations__["account"] = Annotated[Account, fastapi.Depends(open_account)]
        app.get(f"/lists/{n}")(listed)
        app.get(f"/orders{n}/{{order_id}}")(shown)
        app.post(f"/orders{n}")(created)
        app.get(f"/owned/{n}")(owned)
    return app


BUILDERS = {"pleiad": build_pleiad, "litestar": build_litestar, "fastapi": build_fastapi}


async def start(build) -> None:
    async with started(build()):
        pass


def resident_megabytes() -> float:
    """Give the resident memory of this process (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def measure_here(name) -> dict[str, float]:
    """Build once in this process: seconds, and resident megabytes more than before."""
    importlib.import_module(name)
    kept = []
    gc.collect()
    before, begin = resident_megabytes(), time.perf_counter()
    asyncio.run(start(lambda: kept.append(BUILDERS[name]()) or kept[0]))
    seconds = time.perf_counter() - begin
    gc.collect()
    return {"seconds": seconds, "megabytes": resident_megabytes() - before}


def measure_objects(name) -> dict[str, float]:
    """Build once while Python's allocations are traced: what they hold at the end."""
    importlib.import_module(name)
    kept = []
    tracemalloc.start()
    asyncio.run(start(lambda: kept.append(BUILDERS[name]()) or kept[0]))
    gc.collect()
    return {"objects_megabytes": tracemalloc.get_traced_memory()[0] / 1e6}


MEASURES = {"process": measure_here, "objects": measure_objects}


def fresh(name, measure) -> dict[str, float]:
    """Take one measure in a process of its own."""
    command = [sys.executable, __file__, "--inner", measure, "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=BUILDERS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--inner", choices=MEASURES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = options.only or list(BUILDERS)
    if options.inner:
        print(json.dumps(MEASURES[options.inner](names[0])))
        return
    for name in names:
        try:
            objects = fresh(name, "objects")["objects_megabytes"]
            rounds = [fresh(name, "process") for _ in range(options.rounds)]
        except RuntimeError as error:
            print(f"skipped: {name}: {error}", file=sys.stderr)
            continue
        middle = {key: median(one[key] for one in rounds) for key in BUDGET}
        print(
            f"{name:10} {HANDLERS} handlers:",
            f"{middle['seconds']:.3f} s (budget {BUDGET['seconds']}),",
            f"{middle['megabytes']:.1f} MB more resident (budget {BUDGET['megabytes']:.0f}),",
            f"{objects:.1f} MB of Python objects",
        )


if __name__ == "__main__":
    main()
