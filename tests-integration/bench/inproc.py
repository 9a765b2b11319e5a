"""What a request costs, against a hand-written ASGI app that does the same: `hatch run bench:inproc`.

In one process, without a server: each app is called with a scope, a receive and a send as a server
makes them, after its lifespan has started. What counts is the processor's time, which a busy machine
changes least. The apps take turns in every round; the fastest round of each counts, the making of the
requests is subtracted, and only ratios within one run are worth comparing. `hatch run bench:wire` measures real servers.
"""

import asyncio
import gc
import logging
import sys
from contextlib import AsyncExitStack

import contenders
import report
from answers import check
from exchange import AnswerError, started, time_making, time_requests
from scenarios import SCENARIOS
from tables import cost_table

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
    """Give by scenario the contenders whose answers are right, and say of others what was wrong."""
    admitted, refused = {s.name: [] for s in scenarios}, {}
    for contender in found:
        for scenario in scenarios:
            try:
                await check(contender, scenario, states)
            except AnswerError as error:
                if contender.name == contenders.MEASURE:
                    raise
                refused[f"{contender.name}, {scenario.title}"] = str(error)
            else:
                admitted[scenario.name].append(contender)
    return admitted, refused


async def fit(app, scenario, state) -> int:
    """Give the number of requests that fill one turn."""
    count = FEWEST_REQUESTS
    while (taken := await time_requests(app, scenario.request, state, count)) < SECONDS_A_TURN / 4:
        count *= 2
    return max(FEWEST_REQUESTS, int(count * SECONDS_A_TURN / taken))


async def measure_costs(admitted, scenarios, states, rounds):
    """Give microseconds a request, `{scenario: {contender: [one of each round]}}`."""
    making = {s.name: [] for s in scenarios}
    costs = {s.name: {c.name: [] for c in admitted[s.name]} for s in scenarios}
    counts = {
        (s.name, c.name): await fit(c.serving(s.layers), s, states[c.serving(s.layers)])
        for s in scenarios
        for c in admitted[s.name]
    }
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        for scenario in scenarios:
            making[scenario.name].append(await time_making(scenario.request, {}, 2000) / 2000)
            found = admitted[scenario.name]
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
    """Load, start, check and measure; give the measured and the reasons why others were not."""
    found, absent = contenders.load(report.wanted(options, contenders.MODULES))
    async with AsyncExitStack() as stack:
        states = await start(found, stack)
        admitted, refused = await admit(found, scenarios, states)
        return await measure_costs(admitted, scenarios, states, options.rounds), absent, refused


def main(arguments=None) -> int:
    """Publish the costs; give 1 where an app was refused for a wrong answer."""
    parser = report.parser_of("inproc", __doc__, rounds=30)
    parser.add_argument("--scenario", action="append", choices=[s.name for s in SCENARIOS])
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # the refused requests of the check
    scenarios = [s for s in SCENARIOS if s.name in (options.scenario or (s.name,))]
    measured, absent, refused = asyncio.run(bench(options, scenarios))
    report.say_skipped(absent | refused)
    fastest = {name: {who: min(row[who]) for who in row} for name, row in measured.items()}
    report.publish(
        "inproc",
        options,
        measured,
        cost_table(fastest, scenarios, contenders.MEASURE),
        rows={s.title: ratios(fastest[s.name]) for s in scenarios},
        axis="times the hand-written app",
        title="A request in one process",
    )
    return int(bool(refused))


def ratios(row) -> dict[str, float]:
    measure = row[contenders.MEASURE]
    return {name: cost / measure for name, cost in row.items() if name != contenders.MEASURE}


if __name__ == "__main__":
    sys.exit(main())
