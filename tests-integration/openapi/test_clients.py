"""Clients that generators make of the documents: they compile, and call the app."""

import compileall
import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from server_process import uvicorn

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
GENERATOR = (
    sys.executable,
    "-W",
    "ignore",
    "-m",
    "openapi_python_client",
    "generate",
    "--meta",
    "none",
)
NPM = shutil.which("npm")
VERSIONS = ("openapi-typescript@7.13.0", "typescript@5.9.3")


@pytest.fixture
def generated(tmp_path, run, monkeypatch):
    """Give a function that makes a Python client of a document, compiles it, and imports from it."""
    monkeypatch.syspath_prepend(tmp_path)

    def generate(document, name):
        path = tmp_path / f"{name}.json"
        path.write_bytes(document.json())
        run(*GENERATOR, "--path", path, "--output-path", tmp_path / name, cwd=tmp_path)
        assert compileall.compile_dir(tmp_path / name, quiet=1)
        return lambda module: importlib.import_module(f"{name}.{module}")

    return generate


@pytest.mark.parametrize("example", ["crud"], indirect=True)
def test_a_python_client_calls_the_crud_example(example, generated):
    module = generated(example.openapi_document, "crud_client")
    item, api = module("models").Item, module("api.default")
    with (
        uvicorn(EXAMPLES, "crud:app") as server,
        module("client").Client(base_url=f"http://127.0.0.1:{server.port}") as client,
    ):

        def call(name, *arguments, **keywords):
            return module(f"{api.__name__.removeprefix('crud_client.')}.{name}").sync_detailed(
                *arguments, client=client, **keywords
            )

        created = call("create_item", body=item(name="Tea", price=2.5))
        assert (created.status_code, created.parsed) == (201, item(id=1, name="Tea", price=2.5))
        assert call("list_items").parsed == [created.parsed]
        changed = call("update_item", 1, body=item(name="Tea", price=3.0))
        assert call("get_item", 1).parsed == changed.parsed == item(id=1, name="Tea", price=3.0)
        assert call("delete_item", 1).status_code == 204
        missing = call("get_item", 1)
        assert (missing.status_code, missing.parsed.detail) == (404, "Item 1 not found")
        wrong = call("create_item", body=item(name="Tea", price="much"))
        assert wrong.parsed.extra[0].key == "price"


def test_a_python_client_of_everything(every_kind, generated):
    """Of 55 operations it makes all but the two whose content may be anything."""
    module = generated(every_kind.app.openapi_document, "every_client")
    models = module("models")
    pets = [models.Cat("cat", "Tom"), models.Dog("dog", "Rex")]
    assert [pet.to_dict()["kind"] for pet in pets] == ["cat", "dog"]
    folder = Path(models.__file__).parent.parent / "api"
    operations = [path for path in folder.rglob("*.py") if path.stem != "__init__"]
    assert len(operations) == 53


USE = """\
import type {{ components, paths }} from "./every";

type Pet = components["schemas"]["Cat"] | components["schemas"]["Dog"];
const cat: Pet = {{ kind: "cat", name: "Tom", lives: 9 }};
type Found = paths["/search"]["get"]["responses"]["200"]["content"]["application/json"];
const found: Found = {{ items: ["a"], total: {total} }};
export default [cat, found];
"""


@pytest.mark.skipif(NPM is None, reason="there is no npm")
def test_types_for_typescript(every_kind, tmp_path, run):
    (tmp_path / "every.json").write_text(json.dumps(every_kind.app.openapi_schema))
    flags = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")
    run(NPM, "install", *flags, *VERSIONS, cwd=tmp_path, timeout=120)
    tools = tmp_path / "node_modules" / ".bin"
    run(tools / "openapi-typescript", "every.json", "-o", "every.ts", cwd=tmp_path)
    compiler = (tools / "tsc", "--noEmit", "--strict", "use.ts", "every.ts")
    (tmp_path / "use.ts").write_text(USE.format(total="1"))
    run(*compiler, cwd=tmp_path)
    (tmp_path / "use.ts").write_text(USE.format(total='"one"'))
    refused = subprocess.run(compiler, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Type 'string' is not assignable to type 'number'" in refused.stdout
