"""Every example is a program that runs, with warnings as errors, wherever it is started."""

import os
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
TESTS = sorted(p.name for p in EXAMPLES.glob("*.py") if "\ndef test_" in p.read_text())
PROGRAMS = sorted({p.name for p in EXAMPLES.glob("*.py")} - set(TESTS))
APPS = sorted(p.parent.name for p in EXAMPLES.glob("*/__init__.py"))
SECONDS = 60


@pytest.fixture
def execute(run, tmp_path):
    """Give a function that runs Python in an empty folder, which is the home as well."""
    homes = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    environment = os.environ | homes | {"PYTHONPATH": str(EXAMPLES)}

    def execute_python(*arguments) -> str:
        command = (sys.executable, *arguments)
        return run(*command, cwd=tmp_path, env=environment, timeout=SECONDS)

    return execute_python


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_runs_to_its_end(name, execute):
    """As `python examples/NAME`: what serves an app is uvicorn's business, not the example's."""
    execute("-W", "error", EXAMPLES / name)


@pytest.mark.parametrize("name", TESTS)
def test_tests_pass(name, execute, request):
    settings = ("-c", request.config.inipath, "-p", "no:cacheprovider")
    assert " passed" in execute("-m", "pytest", *settings, EXAMPLES / name)


@pytest.mark.parametrize("name", APPS)
def test_app_of_several_modules_is_imported(name, execute):
    execute("-W", "error", "-c", f"import {name}; {name}.app")
