"""What it costs to have many routes: `hatch run bench:scale`.

Apps of 1 to 10,000 routes with a parameter, each in a process of its own, no server. Asked are the
first route, the last, routes at random and a path that is not there; the ids change from request to
request. The budgets (DESIGN.md section 6): of 10,000 routes the last within 10% of the first, random
ones within 40%, a 404 no dearer. Behind it stands what the router alone takes (`routing.py`).
"""

import sys

import fresh
import report
import routing
from contenders import MODULES
from tables import rows_of

COUNTS = (1, 100, 1000, 10_000)
ASKED = ("first", "last", "random", "missing")


def measure(names, counts, rounds):
    """Give `{contender: {count: costs}}` and what could not be measured."""
    found, skipped = {name: {} for name in names}, {}
    for count in counts:
        for name in names:
            try:
                found[name][count] = fresh.measure("scaled", MODULES[name], count, rounds)
            except fresh.ProbeError as error:
                skipped[f"{name} with {count} routes"] = str(error)
    return found, skipped


def table(found) -> str:
    """Give a line for each contender and count: microseconds, and times the first route."""
    rows = []
    for name, counts in found.items():
        for count, costs in counts.items():
            cells = [f"{costs[a]:.2f} us {costs[a] / costs['first']:6.2f}x" for a in ASKED[1:]]
            first = f"{costs['first']:.2f} us"
            rows.append([f"{name}, {count}", f"{costs['build']:.2f} s", first, *cells])
    return rows_of(["routes", "to build", *ASKED], rows)


def main(arguments=None) -> int:
    """Publish the tables."""
    parser = report.parser_of("scale", __doc__, rounds=9)
    parser.add_argument("--routes", type=int, action="append", help="default: 1 to 10,000")
    options = parser.parse_args(arguments)
    names = report.wanted(options, MODULES)
    found, skipped = measure(names, options.routes or COUNTS, options.rounds)
    report.say_skipped(skipped)
    most = max(options.routes or COUNTS)
    rows = {
        f"{asked} of {most}": {n: c[most][asked] for n, c in found.items() if most in c}
        for asked in ASKED
    }
    report.publish(
        "scale",
        options,
        found,
        f"{table(found)}\n\n{routing.table(options.rounds)}",
        rows=rows,
        axis="microseconds a request",
        title=f"{most} routes",
    )
    return int(bool(skipped))


if __name__ == "__main__":
    sys.exit(main())
