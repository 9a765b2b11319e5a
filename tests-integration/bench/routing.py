"""What it costs to find a route: `python tests-integration/bench/routing.py`.

Every path of a scenario is another one, so nothing can be remembered from the one before. The ratio
is to the first of 10,000 routes of the same form; the budgets (DESIGN.md section 6) are: the last
within 10%, random routes within 40%, an unknown path no dearer. Each figure is the fastest of the
rounds, which go through all scenarios in turn.
"""
# ruff: noqa: T201

import argparse
from random import Random
from time import perf_counter

from tables import rows_of

from pleiad_routing import Tree

ROUTES = 10_000
PATHS = 10_000


def table() -> Tree[int]:
    """Three forms of path, 10,000 routes of each."""
    tree: Tree[int] = Tree()
    for n in range(ROUTES):
        tree.add(f"/static/page{n}", n)
        tree.add(f"/orders{n}/{{id:int}}", n)
        tree.add(f"/things{n}/{{id:int}}/parts/{{part:str}}", n)
    return tree


def scenarios() -> dict[str, tuple[str | None, float | None, list[str]]]:
    """Give by title: the scenario it is compared to, its budget, its paths."""
    random, last = Random(1), ROUTES - 1
    ids = range(1, PATHS + 1)
    anywhere = [random.randrange(ROUTES) for _ in ids]
    forms = {
        "one parameter": lambda n, i: f"/orders{n}/{i}",
        "tree of four segments": lambda n, i: f"/things{n}/{i}/parts/{i}",
    }
    rows = {
        "static, first": (None, None, ["/static/page0"] * PATHS),
        "static, random": ("static, first", None, [f"/static/page{n}" for n in anywhere]),
    }
    for name, path in forms.items():
        first = f"{name}, first"
        rows |= {
            first: (None, None, [path(0, i) for i in ids]),
            f"{name}, last": (first, 1.1, [path(last, i) for i in ids]),
            f"{name}, random": (
                first,
                1.4,
                [path(n, i) for n, i in zip(anywhere, ids, strict=True)],
            ),
            f"{name}, unknown path": (first, 1.0, [f"/no{path(0, i)}" for i in ids]),
            f"{name}, unfit value": (first, None, [path(0, f"x{i}") for i in ids]),
        }
    return rows


def microseconds(find, paths) -> float:
    """Time a look-up of each path, the loop itself taken off."""
    begin = perf_counter()
    for path in paths:
        find(path)
    found = perf_counter()
    for _path in paths:
        pass
    return (2 * found - begin - perf_counter()) / len(paths) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    tree, rows = table(), scenarios()
    costs = {title: [] for title in rows}
    for _ in range(rounds):
        for title, (_, _, paths) in rows.items():
            costs[title].append(microseconds(tree.find, paths))
    fastest = {title: min(each) for title, each in costs.items()}
    cells = [
        [
            title,
            f"{fastest[title]:.3f} us",
            f"{fastest[title] / fastest[other]:.2f}x" if other else "",
            f"<= {budget}x" if budget else "",
        ]
        for title, (other, budget, _) in rows.items()
    ]
    print(rows_of([f"{ROUTES} routes of each form", "a look-up", "to the first", "budget"], cells))


if __name__ == "__main__":
    main()
