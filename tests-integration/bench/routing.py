"""What it costs to find a route, in the router alone; a part of `scale`.

The ids rotate: every path is another one. The ratio is to the first of 10,000 routes of one form; the
budgets (DESIGN.md section 6) are: the last within 10%, random routes within 40%, an unknown path no
dearer. Each figure is the fastest of the rounds, which go through what is looked for in turn. The
budgets are for requests; what a look-up alone costs more at random is the processor's cache missing
the route.
"""

from random import Random
from time import process_time

from tables import rows_of

from pleiad_routing import Router, Tree

ROUTES = 10_000
PATHS = 10_000


FORMS = {
    "static": "/static/page{n}",
    "one parameter": "/orders{n}/{{id:int}}",
    "tree of four segments": "/things{n}/{{id:int}}/parts/{{part:str}}",
}
"""Each is measured alone, with 10,000 routes of it."""


BUDGETS = {"last": "<= 1.10x", "random": "<= 1.40x", "unknown path": "<= 1.00x"}


def scenarios() -> dict[str, dict[str, list[str]]]:
    """Give by form and by what is looked for: the paths."""
    random = Random(1)
    numbers = range(PATHS)
    anywhere = [random.randrange(ROUTES) for _ in numbers]
    paths = {
        "static": lambda n, i: f"/static/page{n}",
        "one parameter": lambda n, i: f"/orders{n}/{i}",
        "tree of four segments": lambda n, i: f"/things{n}/{i}/parts/{i}",
    }
    return {
        form: {
            "first": [path(0, i) for i in numbers],
            "last": [path(ROUTES - 1, i) for i in numbers],
            "random": [path(anywhere[i], i) for i in numbers],
            "unknown path": [path(ROUTES, i) for i in numbers],
            "value of another type": [path(0, f"x{i}") for i in numbers],
        }
        for form, path in paths.items()
    }


def looked_up(form):
    """The tree alone."""
    tree: Tree[int] = Tree()
    for n in range(ROUTES):
        tree.add(form.format(n=n), n)
    return tree.find


def answered(form):
    """A whole request to a `Router`: another application at each route, which sends two messages."""
    router = Router()
    for n in range(ROUTES):
        router.add("GET", form.format(n=n), application())

    def ask(path) -> None:
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        try:
            router(scope, receive, send).send(None)
        except StopIteration:
            return

    return ask


def application():
    async def answer(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"%d" % len(scope["path_params"])})

    return answer


async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message) -> None:
    pass


def microseconds(find, paths) -> float:
    """Time a look-up of each path, the loop itself taken off."""
    begin = process_time()
    for path in paths:
        find(path)
    found = process_time()
    for _path in paths:
        pass
    return (2 * found - begin - process_time()) / len(paths) * 1e6


def measured(find, looked_for, rounds) -> dict[str, float]:
    costs = {title: [] for title in looked_for}
    for _ in range(rounds):
        for title, paths in looked_for.items():
            costs[title].append(microseconds(find, paths))
    return {title: min(each) for title, each in costs.items()}


def table(rounds) -> str:
    """Measure each form by itself, and give a line for each thing that is looked for."""
    rows = []
    for form, looked_for in scenarios().items():
        measures = [
            measured(build(FORMS[form]), looked_for, rounds) for build in (looked_up, answered)
        ]
        for title in looked_for:
            cells = [
                text
                for costs in measures
                for text in (f"{costs[title]:.2f} us", f"{costs[title] / costs['first']:.2f}x")
            ]
            rows.append([f"{form}, {title}", BUDGETS.get(title, ""), *cells])
    return rows_of([f"{ROUTES} routes", "budget", "a look-up", "", "a request", ""], rows)
