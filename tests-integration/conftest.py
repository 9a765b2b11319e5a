"""What the tests of the whole repository share: its root, its packages, its files.

A test that takes `package` runs once for every package.
"""

import os
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests-integration" / "servers"))


class Package(NamedTuple):
    """One distribution: where it stands, and what its `pyproject.toml` says."""

    folder: Path
    pyproject: dict

    @property
    def name(self) -> str:
        """Its name on an index: `pleiad-routing`."""
        return self.pyproject["project"]["name"]

    @property
    def module(self) -> str:
        """Its name in an import: `pleiad_routing`."""
        return self.name.replace("-", "_")

    @property
    def source(self) -> Path:
        return self.folder / "src" / self.module

    @property
    def dependencies(self) -> list[str]:
        return self.pyproject["project"]["dependencies"]


PACKAGES = {
    found.parent.name: Package(found.parent, tomllib.loads(found.read_text()))
    for found in sorted(ROOT.glob("packages/*/pyproject.toml"))
}


def pytest_generate_tests(metafunc):
    if "package" in metafunc.fixturenames:
        metafunc.parametrize("package", PACKAGES.values(), ids=PACKAGES)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def packages() -> dict[str, Package]:
    """Every package by its folder's name."""
    return PACKAGES


@pytest.fixture(scope="session")
def ignored():
    """Give a function that tells whether git ignores a name (`.gitignore` here holds no paths)."""
    lines = (ROOT / ".gitignore").read_text().splitlines()
    patterns = [line.rstrip("/") for line in lines if line and not line.startswith("#")]
    return lambda name: name == ".git" or any(fnmatch(name, pattern) for pattern in patterns)


@pytest.fixture(scope="session")
def files(ignored) -> list[Path]:
    """Every file that git has, or would take."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not ignored(name)]
        found += [Path(folder, name) for name in names if not ignored(name)]
    return sorted(found)


@pytest.fixture(scope="session")
def run():
    """Give a function that runs a command to its end; a failure shows all that it printed."""

    def run_command(*command, cwd=ROOT, **options) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run_command
