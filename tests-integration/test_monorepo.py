"""The shape of the repository: what stands at its top, and that no list forgets a package."""

import configparser
import json
import re
import tomllib

import pytest

TOP_LEVEL = {
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "docs",
    "examples",
    "hatch.toml",
    "mkdocs.yml",
    "packages",
    "tests-integration",
}
DOTFILES = {
    ".ci",
    ".coveragerc",
    ".gitignore",
    ".importlinter",
    ".mypy.ini",
    ".pyrightconfig.json",
    ".pytest.toml",
    ".ruff.toml",
    ".tools",
}
MACHINES = re.compile("|".join(f"/{name}/" for name in ("work", "tmp/dev", r"root/\.pyenv")))
"""Folders of the machines that this was written on."""


def test_top_level_holds_what_it_should(root, ignored):
    assert {p.name for p in root.iterdir() if not ignored(p.name)} == TOP_LEVEL | DOTFILES


def test_no_file_names_a_folder_of_somebodys_machine(root, files):
    found = {
        str(path.relative_to(root)): hit[0]
        for path in files
        if (hit := MACHINES.search(path.read_bytes().decode("latin-1")))
    }
    assert found == {}


def test_no_package_is_an_empty_folder(root, packages, ignored):
    folders = {path.name for path in (root / "packages").iterdir() if not ignored(path.name)}
    assert folders == packages.keys()


@pytest.fixture
def version(package) -> str:
    """What `__about__.py` says, which is where every tool reads it."""
    about = (package.source / "__about__.py").read_text()
    return re.search(r'^__version__ = "([^"]+)"$', about, re.MULTILINE)[1]


def test_names_agree(package):
    """The folder `routing` holds `pleiad-routing`, which is imported as `pleiad_routing`."""
    short = package.folder.name
    assert package.name == ("pleiad" if short == "pleiad" else f"pleiad-{short}")
    assert package.source.is_dir()
    assert [p.name for p in (package.folder / "src").glob("pleiad*")] == [package.module]


def test_version_is_its_own(package, version):
    project = package.pyproject["project"]
    assert project["dynamic"] == ["version"]
    path = package.pyproject["tool"]["hatch"]["version"]["path"]
    assert path == f"src/{package.module}/__about__.py"
    assert re.fullmatch(r"\d+\.\d+\.\d+(rc\d+)?", version)


def test_version_is_exported(package, version):
    exported = __import__(package.module)
    assert exported.__version__ == version
    assert "__version__" in exported.__all__


def test_changelog_tells_of_the_version(package, version):
    changelog = (package.folder / "CHANGELOG.md").read_text()
    assert changelog.startswith("# Changelog\n")
    assert re.search(rf"^## {re.escape(version)}\b.*\n+\S", changelog, re.MULTILINE)


def test_readme_is_the_packages(package):
    readme = (package.folder / "README.md").read_text()
    assert readme.startswith(f"# {package.name}\n")
    assert package.pyproject["project"]["readme"] == "README.md"


def test_types_and_tests_are_there(package):
    assert (package.source / "py.typed").is_file()
    assert list((package.folder / "tests").glob("test_*.py"))
    assert not (package.folder / "tests" / "__init__.py").exists()


def test_metadata_is_the_familys(package):
    project = package.pyproject["project"]
    said = {key: project[key] for key in ("license", "requires-python")}
    assert said == {"license": "MIT", "requires-python": ">=3.11"}
    assert "Typing :: Typed" in project["classifiers"]
    assert package.pyproject["build-system"]["build-backend"] == "hatchling.build"
    assert "pytest" in str(package.pyproject["dependency-groups"]["test"])


def test_siblings_are_asked_for_in_a_range(package):
    """A lower bound, and less than the next version that may break us."""
    siblings = [item for item in package.dependencies if item.startswith("pleiad")]
    assert all(re.fullmatch(r"pleiad-[a-z]+>=\d+\.\d+(\.\d+)?,<\d+\.\d+", s) for s in siblings)


def test_import_linter_knows_every_package(root, packages):
    """A package that no contract names passes in silence."""
    settings = configparser.ConfigParser()
    settings.read(root / ".importlinter")
    modules = {package.module for package in packages.values()}
    assert set(settings["importlinter"]["root_packages"].split()) == modules
    floors = settings["importlinter:contract:floors"]["layers"]
    assert sorted(re.findall(r"\w+", floors)) == sorted(modules)


def test_pyright_knows_every_package(root, packages):
    settings = json.loads((root / ".pyrightconfig.json").read_text())
    assert settings["include"] == ["packages"]
    assert set(settings["extraPaths"]) == {f"packages/{name}/src" for name in packages}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param(".mypy.ini", "files = packages/*/src", id="mypy"),
        pytest.param(".ruff.toml", 'src = ["packages/*/src"]', id="ruff"),
        pytest.param(".coveragerc", "source = packages", id="coverage"),
        pytest.param("hatch.toml", 'workspace.members = ["packages/*"]', id="hatch"),
        pytest.param("mkdocs.yml", "paths: [packages/*/src]", id="mkdocstrings"),
    ],
)
def test_tool_takes_every_package_by_a_pattern(root, path, line):
    assert line in (root / path).read_text()


def test_environment_has_what_the_packages_tests_ask_for(root, package, packages):
    """In a checkout nothing else brings it: workspace members are installed without their groups."""
    settings = tomllib.loads((root / "hatch.toml").read_text())
    there = [*settings["envs"]["default"]["dependencies"]]
    there += [each for member in packages.values() for each in member.dependencies]
    asked = package.pyproject["dependency-groups"]["test"]
    assert {*map(name_of, asked)} - {*map(name_of, there)} == set()


def name_of(requirement: str) -> str:
    """The distribution that a requirement asks for."""
    return re.match(r"[\w.-]+", requirement)[0].lower()


def test_docs_have_a_page_of_the_package(root, package):
    page = (root / "docs" / "packages" / f"{package.folder.name}.md").read_text()
    assert page.startswith(f"# {package.name}\n")
    assert f"\n::: {package.module}\n" in page
    assert f"packages/{package.folder.name}.md" in (root / "mkdocs.yml").read_text()


def test_docs_have_no_page_of_another_package(root, packages):
    pages = {path.stem for path in (root / "docs" / "packages").glob("*.md")}
    assert pages == packages.keys()


def test_front_page_lists_every_package(root, packages):
    """In the README's table, with what it is; and no package that is not there yet."""
    rows = re.findall(
        r"^\| \[`([\w-]+)`\]\(packages/(\w+)\)", (root / "README.md").read_text(), re.MULTILINE
    )
    assert sorted(rows) == sorted((package.name, short) for short, package in packages.items())
