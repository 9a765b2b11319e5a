"""What `import pleiad` adds to its dependencies: `python tests-integration/bench/import_time.py`.

Each import is timed inside a fresh process, the processes taking turns; the median counts. The
budget (DESIGN.md section 6) is msgspec + anyio + asyncio and 60 ms.
"""
# ruff: noqa: T201

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import gettempdir

CACHE = Path(gettempdir()) / "pleiad-bench-bytecode"
BASE = "msgspec, anyio, asyncio"
BUDGET_MS = 60
OPTIONAL = (
    "attr",
    "brotli",
    "click",
    "cryptography",
    "httpx",
    "httpx2",
    "jinja2",
    "multipart",
    "pydantic",
    "pytest",
    "redis",
    "rich",
    "sqlalchemy",
    "uvicorn",
    "yaml",
    "zstandard",
)
"""Libraries that may be installed and that `import pleiad` must not load."""

PROBE = """
import sys, time
begin = time.perf_counter()
import {names}
taken = time.perf_counter() - begin
optional = [name for name in {optional!r} if name in sys.modules]
print(taken * 1000, len(sys.modules), *optional)
"""


def probe(names) -> tuple[float, int, list[str]]:
    """Import in a fresh process: milliseconds, modules loaded, optional libraries among them."""
    code = PROBE.format(names=names, optional=OPTIONAL)
    # As installed: with bytecode on disk, which some containers are told not to write.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(CACHE)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise SystemExit(f"import {names} failed: {done.stderr.strip().splitlines()[-1]}")
    milliseconds, modules, *optional = done.stdout.split()
    return float(milliseconds), int(modules), optional


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["pleiad"], help="further imports to time")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    names = [BASE, *(f"{BASE}, {name}" for name in options.names)]
    found = {name: [] for name in names}
    for name in names:
        probe(name)  # writes the .pyc files
    for _ in range(options.rounds):
        for name in names:
            found[name].append(probe(name))
    base = median(taken for taken, _, _ in found[BASE])
    for name, rounds in found.items():
        middle, (_, modules, optional) = median(taken for taken, _, _ in rounds), rounds[0]
        more = f"  +{middle - base:.1f} ms (budget +{BUDGET_MS})" if name != BASE else ""
        print(f"{name:40} {middle:7.1f} ms  {modules:4} modules{more}  {' '.join(optional)}")


if __name__ == "__main__":
    main()
