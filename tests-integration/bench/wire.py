"""Requests a second on the wire, and latencies at a fixed rate: `hatch run bench:wire`.

Each app has a server process of its own, all on one processor, the load on another; keep-alive, no
pipelining, no access log, the apps taking turns in every round. wrk asks as fast as it is answered,
and on WebSockets, which it does not speak, a load of our own; the median of the rounds counts, and
beside it stands the server's processor time for one request or message, which does not change when
something else takes the processor.
"""

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import report
import uvloop
from contenders import MEASURE, MODULES, ON_THEIR_OWN
from exchange import AnswerError
from load import CONNECTIONS, Rate, quantile
from scenarios import SCENARIOS, SERVED
from servers import LOAD_CORE, SERVERS, Served, check_served, keep_to, pinned
from tables import share_table
from talk import Talks, check_talk

ASKABLE = [
    s
    for s in SCENARIOS
    if not s.layers and len(s.request.body) < 1000 and all(each < 400 for each in s.statuses)
]
"""What wrk can ask: its scripts hold text, and an answer of 400 is a failure to it. And WebSockets."""

PER_SECOND = re.compile(r"Requests/sec: +([\d.]+)")
ANSWERED = re.compile(r"(\d+) requests in")
FAILED = re.compile(r"Socket errors: .*|Non-2xx or 3xx responses: .*")


def lua(request) -> str:
    """Give wrk's script for a request; it rotates the ids."""
    lines = [f'wrk.method = "{request.method}"']
    for name, value in request.headers:
        if name not in (b"host", b"content-length"):
            lines.append(f'wrk.headers["{name.decode()}"] = "{value.decode()}"')
    if request.body:
        lines.append(f"wrk.body = [[{request.body.decode()}]]")
    query = f"?{request.query.decode()}" if request.query else ""
    if len(request.paths) > 1:
        before, after = request.path.split("{id}")
        lines.append("local n = 0")
        lines.append("request = function()")
        lines.append(f"  n = n % {len(request.paths)} + 1")
        lines.append(f'  return wrk.format(nil, "{before}" .. n .. "{after}{query}")')
        lines.append("end")
    else:
        lines.append(f'wrk.path = "{request.path}{query}"')
    return "\n".join(lines) + "\n"


async def blast(served, script, seconds, attempts=3) -> dict[str, float]:
    """Load one server for a while: requests a second, and its processor time for each.

    A turn in which the machine had no time for the server at all is taken again.
    """
    load = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script]
    command = pinned(LOAD_CORE, [*load, f"http://127.0.0.1:{served.port}"])
    before = served.processor_seconds()
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=True
    )
    spent = served.processor_seconds() - before
    answered = int(ANSWERED.search(done.stdout)[1])
    failed = FAILED.search(done.stdout)
    stalled = not answered if failed is None else "timeout" in failed[0]
    if stalled and attempts > 1:
        return await blast(served, script, seconds, attempts - 1)
    if stalled or failed:
        raise AnswerError(f"{served.name}: {failed[0] if failed else 'nothing was answered'}")
    return {
        "per_second": float(PER_SECOND.search(done.stdout)[1]),
        "server_us": spent / answered * 1e6,
    }


async def check_and_load(served, scenario, folder):
    """Check what one app answers, and give a function that loads it for some seconds."""
    if scenario.request.texts:
        frames = await check_talk(served, scenario)
        return lambda seconds: Talks(served, scenario.request, frames).run(seconds)
    await check_served(served, scenario)
    script = folder / f"{scenario.name}.lua"
    script.write_text(lua(scenario.request))
    return lambda seconds: blast(served, script, seconds)


async def load_all(loads, options):
    """Give `{scenario: {contender: [one dict of each round]}}`."""
    measured = {scenario: {name: [] for name in row} for scenario, row in loads.items()}
    for number in range(options.rounds):
        for scenario, row in loads.items():
            names = list(row)
            for place in range(len(names)):
                name = names[(place + number) % len(names)]
                measured[scenario][name].append(await row[name](options.seconds))
    return measured


async def rate_all(running, scenario, options):
    """Give `{contender: {"p50": ms, "p99": ms}}`: the medians of the rounds."""
    found = {each.name: [] for each in running}
    for _ in range(options.rounds):
        for served in running:
            latencies = await Rate(served.port, scenario, options.rate).run(options.rate_seconds)
            found[served.name].append([quantile(latencies, share) * 1e3 for share in (0.5, 0.99)])
    return {
        name: {"p50": median(r[0] for r in rounds), "p99": median(r[1] for r in rounds)}
        for name, rounds in found.items()
    }


async def admit(running, scenarios, server, folder):
    """Give `{scenario: {contender: what loads it}}`, and say why others were left out."""
    loads, left_out = {s.name: {} for s in scenarios}, {}
    for served in running:
        who = f"{served.name} on {server}"
        try:
            await served.wait()
        except AnswerError as error:
            left_out[who] = str(error)
            continue
        for scenario in scenarios:
            try:
                load = await check_and_load(served, scenario, folder)
            except AnswerError as error:
                left_out[f"{who}, {scenario.title}"] = str(error)
            else:
                loads[scenario.name][served.name] = load
    return loads, left_out


async def measure(server, names, scenarios, options):
    """Start all, check all, load all; give requests a second, latencies, and what was left out."""
    latencies = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = [Served(name, server) for name in names]
        for served in running:
            stack.callback(served.stop)
        loads, skipped = await admit(running, scenarios, server, folder)
        if rated := rated_of(scenarios):
            able = [served for served in running if served.name in loads[rated.name]]
            latencies = await rate_all(able, rated, options)
            if shutil.which("wrk") is None:
                skipped["requests a second"] = "wrk is not installed (Debian: apt-get install wrk)"
                loads = {s.name: loads[s.name] for s in scenarios if s.request.texts}
        speeds = await load_all(loads, options)
    return speeds, latencies, skipped


def rated_of(scenarios):
    """Give the scenario whose latencies are measured: the first that is no WebSocket."""
    return next((s for s in scenarios if not s.request.texts), None)


def tables(server, speeds, latencies, scenarios, rate) -> str:
    """Give the tables of one server."""
    titles = {s.name: s.title for s in scenarios}
    parts = []
    for what, unit, head in (
        ("per_second", "/s", f"{server}, requests a second"),
        ("server_us", " us", f"{server}, server time"),
    ):
        rows = {
            titles[name]: {who: median(r[what] for r in rounds) for who, rounds in row.items()}
            for name, row in speeds.items()
        }
        if rows:
            parts.append(share_table(head, rows, MEASURE, unit))
    if latencies:
        asked = f"{server}, {rated_of(scenarios).title} at {rate}/s"
        rows = {
            f"{each}, in us": {who: row[each] * 1e3 for who, row in latencies.items()}
            for each in ("p50", "p99")
        }
        parts.append(share_table(asked, rows, MEASURE, ""))
    return "\n\n".join(parts)


def shares(speeds, scenarios, server):
    """Give what the chart shows: requests in a second of the server's processor time, in per cent."""
    rows = {}
    for scenario in scenarios:
        row = {
            who: median(1 / r["server_us"] for r in rounds)
            for who, rounds in speeds.get(scenario.name, {}).items()
        }
        if row:
            rows[f"{scenario.title}, {server}"] = {
                who: each / row[MEASURE] * 100 for who, each in row.items()
            }
    return rows


def main(arguments=None) -> int:
    """Publish what was measured; give 1 where an app did not start or answered wrongly."""
    every = [*MODULES, *ON_THEIR_OWN]
    parser = report.parser_of("wire", __doc__, rounds=10, among=every)
    parser.add_argument("--scenario", action="append", choices=[s.name for s in ASKABLE])
    parser.add_argument("--server", action="append", choices=SERVERS, help="default: both")
    parser.add_argument("--seconds", type=int, default=1, help="of one turn of wrk")
    parser.add_argument("--rate", type=int, default=2000, help="requests a second for latencies")
    parser.add_argument("--rate-seconds", type=float, default=1.0, help="of one turn at that rate")
    options = parser.parse_args(arguments)
    scenarios = [s for s in ASKABLE if s.name in (options.scenario or SERVED)]
    results, texts, rows, left_out = {}, [], {}, {}
    keep_to(LOAD_CORE)
    for server in options.server or SERVERS:
        names = report.wanted(options, every if server == "uvicorn" else MODULES)
        speeds, latencies, skipped = uvloop.run(measure(server, names, scenarios, options))
        left_out |= skipped
        results[server] = {"speeds": speeds, "latencies_ms": latencies}
        texts.append(tables(server, speeds, latencies, scenarios, options.rate))
        rows |= shares(speeds, scenarios, server)
    report.say_skipped(left_out)
    report.publish(
        "wire",
        options,
        results,
        "\n\n".join(texts),
        rows=rows,
        axis="per cent of the hand-written app's, in the same processor time",
        title="Requests on the wire",
    )
    return int(any(" on " in what for what in left_out))


if __name__ == "__main__":
    sys.exit(main())
