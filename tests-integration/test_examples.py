"""Every example is a program that runs, with warnings as errors, wherever it is started."""

import importlib
import os
import sys
from pathlib import Path

import pytest

from pleiad.testing import TestClient

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


@pytest.fixture
def client(monkeypatch, request):
    """Give a client of an example's app, which is imported anew: some keep what they are sent."""
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.delitem(sys.modules, request.param, raising=False)
    with TestClient(importlib.import_module(request.param).app) as client:
        yield client


@pytest.mark.parametrize(
    ("client", "method", "path", "json", "status", "page"),
    [
        pytest.param("hello", "GET", "/hello/Alice", None, 200, "docs/index.md", id="hello"),
        pytest.param(
            "crud", "POST", "/items", {"name": "Tea", "price": 2.5}, 201, "docs/quickstart.md",
            id="crud-create",
        ),
        pytest.param(
            "crud", "POST", "/items", {"price": "much"}, 400, "docs/quickstart.md", id="crud-wrong"
        ),
        pytest.param("crud", "GET", "/items/9", None, 404, "docs/quickstart.md", id="crud-missing"),
        pytest.param(
            "routing_alone", "GET", "/books/7/two%20words", None, 200, "docs/packages/routing.md",
            id="routing",
        ),
        pytest.param(
            "http_alone", "POST", "/", {"name": "Ada", "times": "two"}, 400, "docs/packages/http.md",
            id="http",
        ),
        pytest.param(
            "params_alone", "GET", "/books/x/reviews?least=9", None, 400, "docs/packages/params.md",
            id="params",
        ),
        pytest.param(
            "errors", "GET", "/books/101", None, 404, "docs/guide/errors.md", id="errors-problem"
        ),
        pytest.param(
            "errors", "POST", "/orders?express=perhaps", {"books": {"a/b": "two"}}, 400,
            "docs/guide/errors.md", id="errors-wrong-values",
        ),
        pytest.param(
            "errors", "POST", "/orders", {"books": {"Emma": 4}}, 409, "docs/guide/errors.md",
            id="errors-own-members",
        ),
        pytest.param(
            "pagination", "GET", "/books?limit=2&offset=4", None, 200, "docs/guide/pagination.md",
            id="pagination-offset",
        ),
        pytest.param(
            "pagination", "GET", "/books?limit=1000&offset=-1", None, 400,
            "docs/guide/pagination.md", id="pagination-bounds",
        ),
    ],
    indirect=["client"],
)  # fmt: skip
def test_page_tells_what_the_example_answers(client, method, path, json, status, page, root):
    answer = client.request(method, path, json=json)
    told = "".join((root / page).read_text().split())
    assert answer.status_code == status
    assert "".join(answer.text.split()) in told
