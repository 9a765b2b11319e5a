"""No program is typed into a page by hand: it stands in `examples/`, where it runs."""

import re
import sys

import pytest

FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>```+|~~~+) *(?P<info>[^\n]*)\n(?P<text>.*?)^ *(?P=fence)",
    re.DOTALL | re.MULTILINE,
)
PYTHON = re.compile(r"\{? ?\.?(py|python|python3|pycon)\b")
SNIPPET = re.compile(r'^--8<-- "(?P<file>[\w/.-]+\.py)(:(?P<section>\w+))?"$')
OUTPUT = re.compile(r'text title="python (\w+\.py)"')
MARK = re.compile(r"^ *# --8<-- \[(start|end):\w+\]\n", re.MULTILINE)


def python_blocks(markdown) -> list[str]:
    return [found["text"] for found in FENCE.finditer(markdown) if PYTHON.match(found["info"])]


@pytest.fixture(scope="session")
def examples(root) -> dict[str, str]:
    folder = root / "examples"
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.py")}


@pytest.fixture(scope="session")
def pages(files, root):
    """Every Markdown file outside `docs/`, and every one in it."""
    found = {
        str(path.relative_to(root)): path.read_text() for path in files if path.suffix == ".md"
    }
    docs = {path: text for path, text in found.items() if path.startswith("docs/")}
    return {path: text for path, text in found.items() if path not in docs}, docs


def faults_of_page(text, examples) -> list[str]:
    """Give what is wrong with the Python on a page of the site."""
    faults = []
    for block in python_blocks(text):
        for line in block.splitlines():
            named = SNIPPET.match(line)
            mark = named and named["section"] and f"# --8<-- [start:{named['section']}]\n"
            if not named:
                faults.append(f"typed by hand: {line}")
            elif named["file"] not in examples or (mark and mark not in examples[named["file"]]):
                faults.append(f"not there: {line}")
    return faults


def faults_of_readme(text, examples) -> list[str]:
    """Give the Python of a README that is not whole lines of some example."""
    programs = [MARK.sub("", program) for program in examples.values()]
    return [
        block
        for block in python_blocks(text)
        if not any(f"\n{block}" in f"\n{program}" for program in programs)
    ]


def test_python_in_the_docs_is_included_from_examples(pages, examples):
    faults = {path: faults_of_page(text, examples) for path, text in pages[1].items()}
    assert {path: found for path, found in faults.items() if found} == {}


def test_python_in_a_readme_stands_in_an_example(pages, examples):
    faults = {path: faults_of_readme(text, examples) for path, text in pages[0].items()}
    assert {path: found for path, found in faults.items() if found} == {}


def outputs(pages) -> list[tuple[str, str]]:
    """Give every block of output on a page: `text title="python NAME.py"`."""
    found = [block for text in pages.values() for block in FENCE.finditer(text)]
    return [(title[1], block["text"]) for block in found if (title := OUTPUT.match(block["info"]))]


def test_output_in_the_docs_is_what_the_example_prints(pages, root, run):
    shown = outputs(pages[1])
    assert shown
    for name, text in shown:
        assert run(sys.executable, root / "examples" / name) == text


def test_every_example_is_told_of(pages, root):
    """A program that no page and no README names is a program that nobody finds."""
    told = "\n".join([*pages[0].values(), *pages[1].values()])
    names = [p.name for p in (root / "examples").iterdir() if p.name != "__pycache__"]
    assert [name for name in names if name not in told] == []


def test_readme_of_a_package_shows_it_alone(package, examples):
    readme = (package.folder / "README.md").read_text()
    page = package.folder.parent.parent / "docs" / "packages" / f"{package.folder.name}.md"
    assert python_blocks(readme)
    assert python_blocks(page.read_text())


def test_decisions_are_numbered_and_listed(root):
    folder = root / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in pages] == [f"{n:03}-" for n in range(1, len(pages) + 1)]
    listed = re.findall(r"\]\((\d{3}-[\w-]+\.md)\)", (folder / "index.md").read_text())
    assert listed == pages


EXAMPLES = {"one.py": "# --8<-- [start:app]\napp = 1\n# --8<-- [end:app]\nb = 2\n"}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        pytest.param('```python\n--8<-- "one.py"\n```\n', 0, id="whole-file"),
        pytest.param('```py\n--8<-- "one.py:app"\n```\n', 0, id="section"),
        pytest.param('``` {.python title="x"}\n--8<-- "one.py:b"\n```\n', 1, id="no-such-section"),
        pytest.param('    ```python\n    --8<-- "two.py"\n    ```\n', 1, id="no-such-file"),
        pytest.param("~~~python\napp = 1\n~~~\n", 1, id="by-hand"),
        pytest.param("```console\npython x\n```\n", 0, id="not-python"),
    ],
)
def test_faults_of_page(text, faults):
    assert len(faults_of_page(text, EXAMPLES)) == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        pytest.param("```python\napp = 1\nb = 2\n```\n", 0, id="whole"),
        pytest.param("```python\nb = 2\n```\n", 0, id="section"),
        pytest.param("```python\n = 2\n```\n", 1, id="part-of-a-line"),
        pytest.param("```python\nb = 3\n```\n", 1, id="other-text"),
        pytest.param("```python\nb = 2\napp = 1\n```\n", 1, id="other-order"),
    ],
)
def test_faults_of_readme(text, faults):
    assert len(faults_of_readme(text, EXAMPLES)) == faults
