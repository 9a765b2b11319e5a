"""The bench of WebSockets runs, and everybody hears everything: nothing here looks at a clock."""

import json
import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).resolve().parent / "sockets.py"


def test_rooms_are_measured():
    size = ("--connections", "30", "--messages", "5", "--rounds", "1")
    command = [sys.executable, RUN, "--only", "Pleiad", "Starlette", "--json", *size]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    measured = json.loads(done.stdout)
    assert measured.keys() == {"Pleiad", "Starlette"}
    assert all(row["messages_per_second"] > 0 for row in measured.values())
