"""Who imports whom, and what an import loads."""

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(sys.executable).parent

THIRD_PARTY = {
    "di": {"anyio"},
    "http": {"anyio", "msgspec"},
    "middleware": {"msgspec"},
    "openapi": {"msgspec"},
    "params": {"msgspec"},
    "pleiad": {"anyio", "msgspec"},
    "routing": set(),
    "testing": {"anyio", "httpx2"},
    "websockets": {"anyio", "msgspec"},
}
"""What a package may ask an index for (extras aside): a new dependency is a decision."""

LAZY = {
    "asyncpg",
    "attr",
    "attrs",
    "email",
    "hashlib",
    "html",
    "http",
    "importlib.metadata",
    "mimetypes",
    "multipart",
    "pathlib",
    "pydantic",
    "redis",
    "tempfile",
    "urllib",
}
"""Imported by the function that needs them, or by the user's own program: never by `import`."""

ONLY_WHERE_THE_USER_DID = "attr|attrs|pydantic|trio"
"""Imported in a function, after the user's own program imported it: no package asks for them."""

OPTIONAL = ["attrs", "fsspec", "jinja2", "opentelemetry.sdk", "pydantic", "sqlalchemy"]
"""Installed here, so that it would be seen if an import loaded them."""

PARTS_OF_ANYIO = ["anyio.from_thread", "anyio.lowlevel", "anyio.to_thread"]
"""It loads them when a name of theirs is first asked for."""

LOADED = """\
import importlib, json, sys
for name in {base!r}:
    importlib.import_module(name)
before = set(sys.modules)
importlib.import_module({module!r})
print(json.dumps(sorted(sys.modules.keys() - before)))
"""


def names_of(requirements) -> set[str]:
    return {re.match(r"[\w-]+", requirement)[0] for requirement in requirements}


@pytest.fixture
def base(package, packages) -> set[str]:
    """What a package stands on: the third parties that it and the siblings below it declare."""
    below = {other.name: other for other in packages.values() if other.name != "pleiad-testing"}
    waiting, third_party = [package], set()
    while waiting:
        asked = names_of(waiting.pop().dependencies)
        waiting += [below[name] for name in asked & below.keys()]
        third_party |= {name for name in asked if not name.startswith("pleiad")}
    return third_party


def test_contracts_of_import_linter_hold(run):
    assert " 0 broken" in run(SCRIPTS / "lint-imports", "--no-cache")


def test_imports_are_what_the_package_declares(package, run):
    """Deptry: nothing imported that is not declared, nothing declared that is not imported."""
    extras = package.pyproject["project"].get("optional-dependencies", {}).values()
    for_users = "|".join(sorted(names_of(name for extra in extras for name in extra)))
    ignores = f"DEP004={ONLY_WHERE_THE_USER_DID}" + (f",DEP002={for_users}" if for_users else "")
    settings = ("--config", package.folder / "pyproject.toml", "--per-rule-ignores", ignores)
    run(sys.executable, "-m", "deptry", package.folder / "src", *settings)


def test_third_parties_are_the_decided_ones(package):
    asked = names_of(package.dependencies)
    foreign = {name for name in asked if not name.startswith("pleiad")}
    assert foreign == THIRD_PARTY[package.folder.name]


@pytest.mark.parametrize("library", OPTIONAL)
def test_optional_library_is_there_to_be_loaded(library):
    assert importlib.util.find_spec(library) is not None


def test_import_loads_no_more_than_it_must(package, base, run):
    """Nothing dear, nothing optional: although all of it is installed here.

    What the third parties below and the event loop load themselves is theirs, and not counted.
    """
    below = sorted(base - LAZY | {"asyncio"}) + PARTS_OF_ANYIO * ("anyio" in base)
    code = LOADED.format(base=below, module=package.module)
    loaded = json.loads(run(sys.executable, "-c", code))
    dear = {name for name in loaded if any(f"{name}.".startswith(f"{lazy}.") for lazy in LAZY)}
    roots = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    assert (dear, {root for root in roots if not root.startswith("pleiad")}) == (set(), set())
