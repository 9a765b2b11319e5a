"""The build of pleiad-openapi: with npm's files where they are what was pinned, else without, and it says so."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent.parent / "packages" / "openapi"
LYING_NPM = """\
#!/bin/sh
# Packs anything: "npm pack --silent --ignore-scripts --pack-destination FOLDER PACKAGE"
echo anything > "$5/package-1.0.0.tgz"
"""


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A checkout of the package, fresh: without the files that a build fetched."""
    kept = shutil.ignore_patterns("assets", "__pycache__", "tests")
    return Path(shutil.copytree(PACKAGE, tmp_path / "openapi", ignore=kept))


@pytest.fixture
def build(checkout, tmp_path):
    """Give a function that builds the wheel on a machine whose PATH is one folder."""

    def build_wheel(path: Path, **environment):
        out = tmp_path / "dist"
        words = (sys.executable, "-m", "uv", "build", "--wheel", "--out-dir", out, checkout)
        known = {key: value for key, value in os.environ.items() if key != "PLEIAD_OPENAPI_ASSETS"}
        environment = {**known, "PATH": str(path), **environment}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        wheels = sorted(out.glob("*.whl"))
        names = zipfile.ZipFile(wheels[0]).namelist() if wheels else []
        return done.returncode, done.stdout + done.stderr, names

    return build_wheel


@pytest.fixture
def tools(tmp_path) -> Path:
    folder = tmp_path / "tools"
    folder.mkdir()
    return folder


def test_without_npm_it_is_built_and_says_what_is_missing(build, tools):
    status, printed, names = build(tools)
    assert status == 0, printed
    assert "built without swagger-ui: there is no npm" in printed
    assert "pleiad_openapi/assets.json" in names
    assert not [name for name in names if "/assets/" in name]


def test_a_release_is_not_built_without_npm(build, tools):
    status, printed, names = build(tools, PLEIAD_OPENAPI_ASSETS="require")
    assert (status != 0, names) == (True, [])
    assert "there is no npm" in printed


def test_what_is_not_pinned_is_not_taken(build, tools):
    (tools / "npm").write_text(LYING_NPM)
    (tools / "npm").chmod(0o755)
    status, printed, names = build(tools)
    assert status == 0, printed
    assert "swagger-ui-dist" in printed
    assert "is not what was pinned" in printed
    assert not [name for name in names if "/assets/" in name]


@pytest.mark.skipif(not shutil.which("npm"), reason="there is no npm")
def test_the_wheel_holds_every_file_and_its_licence(build):
    status, printed, names = build(Path(os.environ["PATH"]), PLEIAD_OPENAPI_ASSETS="require")
    assert status == 0, printed
    pins = json.loads((PACKAGE / "src/pleiad_openapi/assets.json").read_text())
    for name, pin in pins.items():
        files = {
            *pin["files"].values(),
            *(f"LICENCE-{Path(each).name}" for each in pin["licences"]),
        }
        assert {f"pleiad_openapi/assets/{name}/{file}" for file in files} <= set(names)
