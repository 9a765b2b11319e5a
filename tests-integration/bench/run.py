"""What a request costs, against a hand-written ASGI app that does the same: `hatch run bench`.

In one process, without a server: each app is called with a scope, a receive and a send as a server
makes them, after its lifespan has started. The apps take turns in every round, so that a busy
machine is busy for all; the fastest round of each counts, the making of the requests is subtracted,
and only ratios within one run are worth comparing. `--server` measures requests a second instead.
"""
# ruff: noqa: T201

import argparse
import asyncio
import gc
import json
import logging
import platform
import sys
import time
from contextlib import AsyncExitStack

import contenders
from answers import check
from exchange import AnswerError, started, time_making, time_requests
from scenarios import SCENARIOS, SERVED
from served import measure_served
from tables import cost_table, speed_table

SECONDS_A_TURN = 0.02
FEWEST_REQUESTS = 20


async def start(found, stack):
    """Start both apps of each contender, and give the state each one's lifespan left."""
    states = {}
    for contender in found:
        for app in (contender.app, contender.layered):
            states[app] = await stack.enter_async_context(started(app))
    return states


async def admit(found, scenarios, states):
    """Keep the contenders whose answers are right, and say of the others what was wrong."""
    admitted, refused = [], {}
    for contender in found:
        try:
            await check(contender, scenarios, states)
        except AnswerError as error:
            refused[contender.name] = str(error)
        else:
            admitted.append(contender)
    return admitted, refused


async def fit(app, scenario, state) -> int:
    """Give the number of requests that fill one turn."""
    count = FEWEST_REQUESTS
    while (taken := await time_requests(app, scenario.request, state, count)) < SECONDS_A_TURN / 4:
        count *= 2
    return max(FEWEST_REQUESTS, int(count * SECONDS_A_TURN / taken))


async def measure_costs(found, scenarios, states, rounds):
    """Give microseconds a request, `{scenario: {contender: [one of each round]}}`."""
    making = {s.name: [] for s in scenarios}
    costs = {s.name: {c.name: [] for c in found} for s in scenarios}
    counts = {
        (s.name, c.name): await fit(c.serving(s.layers), s, states[c.serving(s.layers)])
        for s in scenarios
        for c in found
    }
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        for scenario in scenarios:
            making[scenario.name].append(await time_making(scenario.request, {}, 2000) / 2000)
            for place in range(len(found)):
                contender = found[(place + turn) % len(found)]
                app, count = (
                    contender.serving(scenario.layers),
                    counts[scenario.name, contender.name],
                )
                seconds = await time_requests(app, scenario.request, states[app], count)
                costs[scenario.name][contender.name].append(seconds / count)
    return {
        s.name: {
            who: [(cost - min(making[s.name])) / s.repeats * 1e6 for cost in rounds_of]
            for who, rounds_of in costs[s.name].items()
        }
        for s in scenarios
    }


async def bench(options, scenarios):
    """Load, start, check and measure; give the measured, the absent and the refused."""
    found, absent = contenders.load(options.only)
    async with AsyncExitStack() as stack:
        states = await start(found, stack)
        admitted, refused = await admit(found, scenarios, states)
        if options.server:
            names = [contender.name for contender in admitted]
            measured = await measure_served(names, scenarios, options.rounds, options.seconds)
        else:
            measured = await measure_costs(admitted, scenarios, states, options.rounds)
    return measured, absent, refused


def parse(arguments):
    parser = argparse.ArgumentParser(prog="hatch run bench", description=__doc__)
    names = list(contenders.MODULES)
    parser.add_argument("--only", action="append", choices=names, help="may be given again")
    parser.add_argument("--scenario", action="append", choices=[s.name for s in SCENARIOS])
    parser.add_argument("--rounds", type=int, help="default: 30, with --server 10")
    parser.add_argument("--server", action="store_true", help="requests/s under uvicorn")
    parser.add_argument("--seconds", type=float, default=0.5, help="of one turn with --server")
    parser.add_argument("--json", action="store_true", help="print every round as JSON")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (10 if options.server else 30)
    options.only = [n for n in names if n in (options.only or names) or n == contenders.MEASURE]
    return options


def main(arguments=None) -> int:
    """Print the table; give 1 where an app was refused for a wrong answer."""
    options = parse(arguments)
    logging.disable(logging.WARNING)  # the refused requests of the check
    scenarios = [
        s
        for s in (SERVED if options.server else SCENARIOS)
        if s.name in (options.scenario or (s.name,))
    ]
    begin = time.perf_counter()
    measured, absent, refused = asyncio.run(bench(options, scenarios))
    for name, reason in absent.items():
        print(f"skipped: {name} cannot be imported: {reason}", file=sys.stderr)
    for name, reason in refused.items():
        print(f"refused: {name} answers otherwise than the table: {reason}", file=sys.stderr)
    if options.json:
        print(json.dumps({"python": platform.python_version(), "measured": measured}))
        return int(bool(refused))
    table = speed_table if options.server else cost_table
    print(table(measured, scenarios, contenders.MEASURE))
    rounds, seconds = options.rounds, time.perf_counter() - begin
    print(f"\nPython {platform.python_version()}, {rounds} rounds in {seconds:.0f} s")
    return int(bool(refused))


if __name__ == "__main__":
    sys.exit(main())
