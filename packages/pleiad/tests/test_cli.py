"""The command `pleiad`, as it is typed."""

import json
import subprocess
import sys

import pytest

from pleiad.cli import main

MODULE = """\
from dataclasses import dataclass

from pleiad import Pleiad, get, websocket_listener


@dataclass
class Item:
    name: str


@get("/items")
async def items() -> list[Item]: ...


@websocket_listener("/chat")
async def chat(data: Item) -> None: ...


class Opaque: ...


@get("/wrong")
async def wrong() -> Opaque: ...


app = Pleiad([items, chat])
broken = Pleiad([wrong])
undocumented = Pleiad([items], openapi_config=None)
number = 1


def make() -> Pleiad:
    return app
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a module, whose name no other test imports."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "shop_for_cli.py").write_text(MODULE)
    (tmp_path / "imports_nothing_there.py").write_text("import nothing_there")
    yield tmp_path
    sys.modules.pop("shop_for_cli", None)


def test_to_standard_output(folder, capfdbinary):
    assert main(["schema", "shop_for_cli:app"]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert list(document["paths"]) == ["/items"]


def test_the_document_of_websockets(folder, capfdbinary):
    assert main(["asyncapi", "shop_for_cli:app"]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert list(document["channels"]) == ["chat"]
    assert main(["asyncapi", "shop_for_cli:app", "-o", "asyncapi.yaml"]) == 0
    assert (folder / "asyncapi.yaml").read_text().startswith('asyncapi: "3.0.0"')
    assert main(["asyncapi", "shop_for_cli:undocumented"]) == 1


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        pytest.param(["--output", "out.json"], b'{\n  "openapi": "3.1.1"', id="json"),
        pytest.param(["-o", "out.yaml"], b'openapi: "3.1.1"\n', id="yaml"),
        pytest.param(["-o", "out.yml"], b'openapi: "3.1.1"\n', id="yml"),
        pytest.param(["-o", "out.txt", "--format", "yaml"], b'openapi: "3.1.1"\n', id="said"),
    ],
)
def test_to_a_file(folder, options, begins):
    assert main(["schema", "shop_for_cli:app", *options]) == 0
    assert (folder / options[1]).read_bytes().startswith(begins)


def test_of_a_factory_in_another_folder(folder, capfdbinary, monkeypatch):
    monkeypatch.chdir("/")
    assert main(["schema", "shop_for_cli:make", "--app-dir", str(folder)]) == 0
    assert b'"/items"' in capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["shop_for_cli"], "'shop_for_cli' says no app: write 'package.module:name'"),
        (["shop_for_clo:app"], "there is no module 'shop_for_clo' in "),
        (["shop_for_cli:ap"], "module 'shop_for_cli' has no 'ap'"),
        (["shop_for_cli:number"], "'shop_for_cli:number' is no Pleiad app: 1"),
        (
            ["shop_for_cli:app", "-o", "out.txt"],
            "--output out.txt: call it .json or .yaml, or say --format",
        ),
        (["shop_for_cli:broken"], "GET /wrong, response 200: nobody knows how Opaque looks"),
        (["shop_for_cli:undocumented"], "openapi_config=None: the app has no document"),
    ],
)
def test_what_cannot_be_done(folder, capsys, arguments, told):
    assert main(["schema", *arguments]) == 1
    assert capsys.readouterr().err.startswith(f"pleiad: {told}")


def test_a_module_that_imports_what_is_not_there_tells_so_itself(folder):
    with pytest.raises(ModuleNotFoundError, match="nothing_there"):
        main(["schema", "imports_nothing_there:app"])


def test_as_a_program(folder):
    words = [sys.executable, "-m", "pleiad", "schema", "shop_for_cli:app", "--format", "yaml"]
    done = subprocess.run(words, capture_output=True, check=True)
    assert done.stdout.startswith(b'openapi: "3.1.1"\n')
    help_text = subprocess.run([*words[:3], "--help"], capture_output=True, check=True).stdout
    assert b"Write the app's OpenAPI document." in help_text
