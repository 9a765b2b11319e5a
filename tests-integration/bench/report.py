"""What all benches share: their options, and where their results go.

A run prints a table and leaves JSON and a chart in `.bench/`, which git ignores; `--record` leaves
them, and the table, in `docs/performance/` as well, from where the page on speed takes them.
"""
# ruff: noqa: T201

import argparse
import importlib.metadata
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import contenders

ROOT = Path(__file__).resolve().parents[2]
IGNORED = ROOT / ".bench"
RECORDED = ROOT / "docs" / "performance"
DISTRIBUTIONS = (
    "msgspec",
    "pydantic",
    "uvicorn",
    "uvloop",
    "websockets",
    "httptools",
    "granian",
    "litestar",
    "fastapi",
    "starlette",
    "blacksheep",
    "falcon",
    "sanic",
    "robyn",
)


def parser_of(name, description, rounds, among=contenders.MODULES) -> argparse.ArgumentParser:
    """Give a parser with the options that every bench has."""
    parser = argparse.ArgumentParser(prog=f"hatch run bench:{name}", description=description)
    parser.add_argument("--only", action="append", choices=among, help="may be given again")
    parser.add_argument("--rounds", type=int, default=rounds, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--record", action="store_true", help="renew the figures of the docs")
    return parser


def wanted(options, among) -> list[str]:
    """Give the contenders that were asked for, in the order of the table; the measure is one."""
    return [n for n in among if n in (options.only or among) or n == contenders.MEASURE]


def machine() -> dict[str, object]:
    """Tell where and when the figures were taken."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": models[0] if models else platform.processor(),
        "processors": os.cpu_count(),
        "load": [round(each, 2) for each in os.getloadavg()],
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    found = {}
    for name in DISTRIBUTIONS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def publish(name, options, results, table, *, rows, axis, title) -> None:
    """Print the results and write them down.

    Args:
        name: Of the bench.
        options: Of the command line.
        results: Whatever there is, for the JSON.
        table: The text that is printed.
        rows: For the chart: `{row: {contender: value}}`.
        axis: What the values of the chart are.
        title: What stands above the chart.
    """
    document = {"bench": name, **machine(), "results": results}
    text = json.dumps(document, indent=1) + "\n"
    print(text if options.json else table)
    for folder in [IGNORED, RECORDED] if options.record else [IGNORED]:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(text)
        (folder / f"{name}.txt").write_text(table + "\n")
        draw(folder / f"{name}.svg", rows, axis, title)


def draw(path, rows, axis, title) -> None:
    try:
        from charts import dots
    except ImportError as error:
        say_skipped({f"the chart {path.name}": str(error)})
        return
    dots(path, rows, axis=axis, title=title)


def say_skipped(reasons) -> None:
    for what, reason in reasons.items():
        print(f"skipped: {what}: {reason}", file=sys.stderr)
