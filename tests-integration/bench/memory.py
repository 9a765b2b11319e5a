"""What memory it takes: `hatch run bench:memory`.

Resident megabytes, each in a fresh process: of an import, of an app of one route that has answered
once, of a thousand handlers more, and how much a process grows while it answers thousands of requests.
"""

import sys
from statistics import median

import probes
import report
from contenders import MODULES
from start import IMPORTS, REGISTER, taken
from tables import rows_of

REQUESTS = 500
"""Of each small scenario."""


def jobs_of(names):
    """Give by column and by framework: what is measured."""
    return {
        "import": {n: ("importing", IMPORTS[n]) for n in names if n in IMPORTS},
        "first answer": {n: ("first_request", n) for n in names if n in probes.HELLOS},
        "1,000 handlers": {n: ("registering", *REGISTER[n]) for n in names if n in REGISTER},
        "growth": {n: ("requests_kept", MODULES[n], REQUESTS) for n in names},
    }


def middle(rounds) -> dict[str, float]:
    return {key: median(one[key] for one in rounds) for key in rounds[0]}


def main(arguments=None) -> int:
    """Publish the table."""
    options = report.parser_of("memory", __doc__, rounds=3).parse_args(arguments)
    names = report.wanted(options, MODULES)
    results, skipped = {}, {}
    for column, jobs in jobs_of(names).items():
        results[column], missing = taken(jobs, options.rounds)
        skipped |= {f"{name}, {column}": reason for name, reason in missing.items()}
    report.say_skipped(skipped)
    figures = {
        column: {n: middle(rounds) for n, rounds in row.items()} for column, row in results.items()
    }
    shown = {
        column: {n: row.get("MB", row.get("more")) for n, row in each.items()}
        for column, each in figures.items()
    }
    rows = [[n, *(f"{shown[c][n]:.1f} MB" if n in shown[c] else "-" for c in shown)] for n in names]
    head = ["resident", *shown]
    head[-1] = f"{REQUESTS} requests of each scenario"
    report.publish(
        "memory",
        options,
        results,
        rows_of(head, rows),
        rows={c: {n: max(mb, 0.05) for n, mb in row.items()} for c, row in shown.items()},
        axis="MB resident",
        title="Memory",
    )
    return int(bool(skipped))


if __name__ == "__main__":
    sys.exit(main())
