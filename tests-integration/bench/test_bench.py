"""The benches run, and Pleiad's answers are right: nothing here looks at a clock."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BOTH = {"hand-written", "Pleiad"}
SERVED = {"plaintext", "json", "params", "body", "dependencies", "list"}
IN_PROCESS = SERVED | {
    "middlewares",
    "generator",
    "mixed",
    "list-500",
    "pydantic-body",
    "pydantic-list",
    "pydantic-500",
    "headers",
    "form",
    "multipart-1mb",
    "multipart-10mb",
    "invalid",
    "missing",
    "events",
    "file",
    "sync",
}
NO_CHART = "skipped: the chart"


def results_of(bench, *options):
    """Run a bench for Pleiad alone, as little as it takes; what it says must be nothing."""
    command = [sys.executable, HERE / f"{bench}.py", "--only", "Pleiad", "--rounds", "1", "--json"]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=120, check=False
    )
    said = [line for line in done.stderr.splitlines() if not line.startswith(NO_CHART)]
    assert (done.returncode, said) == (0, [])
    return json.loads(done.stdout)["results"]


def test_in_process():
    results = results_of("inproc")
    assert {name: set(row) for name, row in results.items()} == dict.fromkeys(IN_PROCESS, BOTH)


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
@pytest.mark.parametrize("server", ["uvicorn", "granian"])
def test_on_the_wire(server):
    scenarios = [option for name in ("params", "body") for option in ("--scenario", name)]
    options = [*scenarios, "--rate", "50", "--rate-seconds", "0.2"]
    results = results_of("wire", "--server", server, *options)[server]
    assert {n: set(row) for n, row in results["speeds"].items()} == {"params": BOTH, "body": BOTH}
    assert {n: set(row) for n, row in results["latencies_ms"].items()} == dict.fromkeys(
        BOTH, {"p50", "p99"}
    )


def test_many_routes():
    results = results_of("scale", "--routes", "1", "--routes", "10")
    assert {name: set(counts) for name, counts in results.items()} == dict.fromkeys(
        BOTH, {"1", "10"}
    )


def test_starting():
    results = results_of("start")
    assert {part: set(row) - {"msgspec, anyio, asyncio"} for part, row in results.items()} == {
        "import": {"Pleiad"},
        "first": {"Pleiad"},
        "handlers": {"Pleiad"},
    }


def test_memory():
    results = results_of("memory")
    assert {column: set(row) for column, row in results.items()} == {
        "import": {"Pleiad"},
        "first answer": {"Pleiad"},
        "1,000 handlers": {"Pleiad"},
        "growth": BOTH,
    }


def test_the_return_check_is_measured_beside_the_encoding():
    command = [sys.executable, HERE / "return_check.py", "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    kinds = ("Struct", "dataclass", "pydantic", "attrs", "TypedDict", "NamedTuple", "int", "str")
    assert all(f"\nlist[{kind}] " in done.stdout for kind in kinds)
