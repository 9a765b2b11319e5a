"""What it costs to start: `hatch run bench:start`.

An import, an app of one route up to its first answer, and a thousand handlers of twenty shapes, each
in a fresh process, the frameworks taking turns. The processor's time counts, which does not change when
something else takes the processor, and of the rounds the fastest: neighbours of a shared machine make
the others up to a third slower. The budgets (DESIGN.md section 6): `import pleiad` within msgspec +
anyio + asyncio and 60 ms, a thousand handlers within 0.25 s and 15 MB.
"""

import sys

import fresh
import probes
import report
from contenders import MODULES
from tables import rows_of

IMPORTS = {name: name.lower() for name in probes.HELLOS} | {
    "Starlette": "starlette.applications",
    "Falcon": "falcon.asgi",
}
"""The modules that hold the class of an app."""
REGISTER = {"Pleiad": ("pleiad", "Pleiad"), "Litestar": ("litestar", "Litestar")}
"""Whose handlers can be written with the same twenty functions."""


def taken(jobs, rounds):
    """Give `{job: [what each round gave]}` and what could not be measured."""
    found, skipped = {name: [] for name in jobs}, {}
    for _ in range(rounds + 1):  # the first writes the .pyc files
        for name, job in jobs.items():
            if name in skipped:
                continue
            try:
                found[name].append(fresh.measure(*job))
            except fresh.ProbeError as error:
                skipped[name] = str(error)
    return {name: rounds[1:] for name, rounds in found.items() if name not in skipped}, skipped


def least(rounds) -> dict[str, float]:
    return {key: min(one[key] for one in rounds) for key in rounds[0]}


def main(arguments=None) -> int:
    """Publish the three tables."""
    options = report.parser_of("start", __doc__, rounds=9).parse_args(arguments)
    names = [n for n in report.wanted(options, MODULES) if n in probes.HELLOS]
    base = "msgspec, anyio, asyncio"
    imports = {base: ("importing", *probes.BASE)}
    imports |= {name: ("importing", *probes.BASE, IMPORTS[name]) for name in names}
    firsts = {name: ("first_request", name) for name in names}
    handlers = {n: ("registering", *REGISTER[n]) for n in names if n in REGISTER}
    results, skipped = {}, {}
    for title, jobs in (("import", imports), ("first", firsts), ("handlers", handlers)):
        results[title], missing = taken(jobs, options.rounds)
        skipped |= missing
    report.say_skipped(skipped)
    fastest = {t: {n: least(rounds) for n, rounds in row.items()} for t, row in results.items()}
    rows = {
        "import, ms beyond the base": {
            n: max(row["ms"] - fastest["import"][base]["ms"], 0.1)
            for n, row in fastest["import"].items()
            if n != base
        },
        "first answer, ms": {n: row["ms"] for n, row in fastest["first"].items()},
        "1,000 handlers, ms": {n: row["seconds"] * 1e3 for n, row in fastest["handlers"].items()},
    }
    report.publish(
        "start",
        options,
        results,
        table(fastest, base),
        rows=rows,
        axis="milliseconds",
        title="Starting",
    )
    return int(bool(skipped))


def table(fastest, base) -> str:
    """Give the three tables."""
    imports = [
        [
            name,
            f"{row['ms']:.0f} ms",
            "" if name == base else f"+{row['ms'] - fastest['import'][base]['ms']:.0f} ms",
            f"{row['MB']:.1f} MB",
            f"{row['modules']:.0f} modules",
        ]
        for name, row in fastest["import"].items()
    ]
    firsts = [
        [name, f"{row['ms']:.0f} ms", f"{row['MB']:.1f} MB"]
        for name, row in fastest["first"].items()
    ]
    handlers = [
        [name, f"{row['seconds']:.3f} s", f"{row['MB']:.1f} MB"]
        for name, row in fastest["handlers"].items()
    ]
    return "\n\n".join(
        (
            rows_of(["import, budget +60 ms", "", "more than the base", "", ""], imports),
            rows_of(["from nothing to the first answer", "", "resident"], firsts),
            rows_of(["1000 handlers, budget 0.25 s and 15 MB", "", ""], handlers),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
