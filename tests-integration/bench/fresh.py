"""A measure in a process of its own, which starts with nothing imported: `fresh.measure`.

The child is this program: it is told the name of a function of `probes`, and its arguments.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

PATIENCE = 300
"""Seconds: some frameworks take minutes to build 10,000 routes."""

CACHE = Path(gettempdir()) / "pleiad-bench-bytecode"


class ProbeError(Exception):
    """A probe that failed: what is measured is not installed, or cannot do what was asked."""


def measure(probe, *arguments):
    """Give what a probe returns."""
    # As installed: with bytecode on disk, which some containers are told not to write.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(CACHE)
    command = [sys.executable, __file__, json.dumps([probe, *arguments])]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise ProbeError(f"it took more than {PATIENCE} s") from None
    if done.returncode:
        raise ProbeError((done.stderr.strip() or "it said nothing").splitlines()[-1])
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    import probes

    probe, *arguments = json.loads(sys.argv[1])
    print(json.dumps(getattr(probes, probe)(*arguments)))  # noqa: T201


if __name__ == "__main__":
    main()
