"""The front page's two commands do what it says."""

import os
import re
import shlex
import tomllib

import httpx2
import pytest
from server_process import ServerProcess

COMMAND = re.compile(r"^python -m pip install hatch && python -m hatch run (\w+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def scripts(root) -> dict[str, str]:
    settings = tomllib.loads((root / "hatch.toml").read_text())
    return settings["envs"]["default"]["scripts"]


def test_there_are_two_commands(root, scripts):
    commands = COMMAND.findall((root / "README.md").read_text())
    assert commands == ["serve", "test"]
    assert scripts["test"] == "pytest -n auto --dist loadfile {args}"  # no folder: all of them


def test_serve_starts_and_answers(root, scripts, tmp_path, monkeypatch):
    """The script as hatch runs it, on a port that is free and a database of its own."""
    monkeypatch.chdir(root)
    command = shlex.split(scripts["serve"].replace("{args}", "--host 127.0.0.1 --port 0"))
    environment = {"BOOKSHELF_DATABASE": str(tmp_path / "bookshelf.sqlite3")}
    with ServerProcess(command, env=environment) as server:
        base_url = f"http://127.0.0.1:{server.port}"
        with httpx2.Client(base_url=base_url) as client:
            assert client.get("/").status_code == 200
            assert client.get("/health").json()["status"] == "ok"
        server.stop()
        assert "Traceback" not in server.log


def test_ci_runs_the_readmes_command(root):
    """`.ci/run` takes the command from the README, so the two cannot drift apart."""
    script = root / ".ci" / "run"
    assert os.access(script, os.X_OK)
    pattern = re.search(r"grep -m1 -E '([^']+)' README\.md", script.read_text())[1]
    found = [
        line for line in (root / "README.md").read_text().splitlines() if re.match(pattern, line)
    ]
    assert found == ["python -m pip install hatch && python -m hatch run test"]
