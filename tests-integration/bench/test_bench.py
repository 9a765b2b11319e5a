"""The benchmark runs, and Pleiad's answers are right: nothing here looks at a clock."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parent / "run.py"
ALL = {"plaintext", "json", "params", "body", "dependencies", "list"}
IN_PROCESS = ALL | {
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
    "sync",
}


@pytest.mark.parametrize(
    ("options", "scenarios"),
    [
        pytest.param([], IN_PROCESS, id="in-process"),
        pytest.param(["--server", "--seconds", "0.05"], ALL, id="under-uvicorn"),
    ],
)
def test_pleiad_is_measured_beside_the_hand_written_app(options, scenarios):
    command = [sys.executable, RUN, "--only", "Pleiad", "--rounds", "1", "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    measured = json.loads(done.stdout)["measured"]
    both = {"hand-written", "Pleiad"}
    assert {name: set(row) for name, row in measured.items()} == {name: both for name in scenarios}


def test_the_return_check_is_measured_beside_the_encoding():
    command = [sys.executable, RUN.with_name("return_check.py"), "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    kinds = ("Struct", "Dataclass", "Attrs", "Pydantic", "Typed")
    for title in (f"{shape} of {kind}" for kind in kinds for shape in ("list", "page")):
        assert f"\n{title} " in done.stdout
