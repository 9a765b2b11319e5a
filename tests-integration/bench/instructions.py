"""How many instructions a request takes: `hatch run bench:instructions`.

They repeat where times do not: on a busy machine too, two runs differ by less than 1%. Each app runs
under valgrind's callgrind in a process of its own, which writes a count whenever a function of the
C library is called that nothing else calls; what stands between two calls is what is counted. Large
bodies and threads are left out, and what an app would do when milliseconds have passed: its requests
take microseconds, but fifty times that under valgrind.
"""
# ruff: noqa: T201

import asyncio
import importlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from itertools import repeat as forever
from pathlib import Path

import report
from contenders import MEASURE, MODULES
from exchange import started, time_making, time_requests
from scenarios import SCENARIOS
from tables import cost_table

REQUESTS = 200
FEWEST = 20
"""How often at least: a stream or a WebSocket is many messages."""
TOTAL = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)
COUNTED = [s for s in SCENARIOS if len(s.request.body) < 1000 and s.name != "sync"]
CALLGRIND = ("valgrind", "--tool=callgrind", "--dump-before=clock_getres*")


def mark() -> None:
    """Call the function before which callgrind writes what it has counted."""
    time.clock_getres(time.CLOCK_MONOTONIC)


def stop_clock() -> None:
    """Let no time pass, for apps that are imported after this."""
    time.perf_counter = forever(time.perf_counter()).__next__


def times(scenario) -> int:
    return max(FEWEST, REQUESTS // scenario.repeats)


async def repeat(module) -> None:
    """Ask an app for every scenario, with a mark before and behind."""
    logging.disable(logging.CRITICAL)
    loaded = importlib.import_module(f"apps.{module}")
    async with AsyncExitStack() as stack:
        apps = (loaded.app, loaded.layered)
        states = [await stack.enter_async_context(started(app)) for app in apps]
        for scenario in COUNTED:
            app, state = apps[bool(scenario.layers)], states[bool(scenario.layers)]
            count = times(scenario)
            await time_requests(app, scenario.request, state, count // 4)
            mark()
            await time_requests(app, scenario.request, state, count)
            mark()
            await time_making(scenario.request, state, count)
            mark()


def counted(module) -> dict[str, float]:
    """Give thousands of instructions a request, by scenario."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "counts"
        subprocess.run(
            [*CALLGRIND, f"--callgrind-out-file={out}", sys.executable, __file__, "--app", module],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        parts = sorted(out.parent.glob("counts.*"), key=lambda path: int(path.suffix[1:]))
        totals = [int(TOTAL.search(path.read_text())[1]) for path in parts]
    between = totals[-3 * len(COUNTED) :]
    found = {}
    for place, scenario in enumerate(COUNTED):
        asked, making = between[3 * place + 1], between[3 * place + 2]
        found[scenario.name] = (asked - making) / times(scenario) / scenario.repeats / 1e3
    return found


def main(arguments=None) -> int:
    """Publish the counts."""
    parser = report.parser_of("instructions", __doc__, rounds=1)
    parser.add_argument("--app", help="the module of `apps` to repeat, under callgrind")
    options = parser.parse_args(arguments)
    if options.app:
        stop_clock()
        asyncio.run(repeat(options.app))
        return 0
    if shutil.which("valgrind") is None:
        report.say_skipped({"instructions": "valgrind is not installed"})
        return 0
    names = report.wanted(options, MODULES)
    counts = {name: counted(MODULES[name]) for name in names}
    by_scenario = {s.name: {name: counts[name][s.name] for name in names} for s in COUNTED}
    report.publish(
        "instructions",
        options,
        by_scenario,
        cost_table(by_scenario, COUNTED, MEASURE, unit="k", head="thousand instructions"),
        rows={
            s.title: {n: c / by_scenario[s.name][MEASURE] for n, c in by_scenario[s.name].items()}
            for s in COUNTED
        },
        axis="times the hand-written app",
        title="Instructions of a request",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
