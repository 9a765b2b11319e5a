"""The pages by axe-core, in Chromium: what we write breaks no rule of it, and whose the others are.

axe-core comes from npm for these tests alone, at a pinned version.
"""

import re
import shutil

import pytest

NPM = shutil.which("npm")
AXE = "axe-core@4.14.1"
FLAGS = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")

pytestmark = pytest.mark.skipif(NPM is None, reason="there is no npm, and so no axe-core")

GRAVE = ("serious", "critical")

VENDORS = {
    "swagger": {
        "color-contrast": "its grey on grey, and the white on its colours of methods",
        "nested-interactive": "a button within the button of an operation",
    },
    "redoc": {
        "label-content-name-mismatch": "entries of its menu, whose label leaves out the method"
    },
    "scalar": {"color-contrast": "its grey on white, and its colours of methods"},
    "elements": {"color-contrast": "its colours of methods"},
}
"""The rules that a user interface breaks by its own markup and colours, with what breaks them.

A rule leaves this table with the version that breaks it no more; a rule that is not in it may not
be broken. (Of moderate impact are the order of headings in three of them, and what Swagger UI has
outside of `main`.)"""


@pytest.fixture(scope="session")
def axe(tmp_path_factory, run) -> str:
    """The text of axe-core."""
    folder = tmp_path_factory.mktemp("axe")
    run(NPM, "install", *FLAGS, AXE, cwd=folder, timeout=120)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def broken(page, axe):
    """Give a function that tells which rules the page breaks: by id, the impact and where."""

    def rules() -> dict[str, tuple[str, list[str]]]:
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return {
            each["id"]: (each["impact"], [node["target"][0] for node in each["nodes"]])
            for each in found["violations"]
        }

    return rules


def without_scripts(route) -> None:
    """Answer with the page as a browser shows it that runs no scripts: all of it is ours."""
    answer = route.fetch()
    bare = re.sub(r"<script.*?</script>|</?noscript>", "", answer.text(), flags=re.DOTALL)
    route.fulfill(response=answer, body=bare)


@pytest.mark.parametrize("name", [*VENDORS, "oauth2-redirect.html"])
def test_what_we_write_breaks_no_rule(name, page, base_url, broken, told):
    """Title, language, landmarks, headings, contrast: rules of whatever impact."""
    page.route(f"{base_url}/schema/{name}", without_scripts)
    page.goto(f"{base_url}/schema/{name}")
    assert page.locator("main").inner_text().strip()
    assert broken() == {}
    assert told == []


@pytest.mark.parametrize("name", VENDORS)
def test_a_page_breaks_only_its_vendor_s_rules(name, page, base_url, broken):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{base_url}/schema/{name}")
    page.get_by_text("List items").first.wait_for()
    if name == "swagger":
        page.get_by_role("combobox", name="Server").wait_for()  # the name is ours
    grave = {rule: where for rule, (impact, where) in broken().items() if impact in GRAVE}
    assert grave.keys() == VENDORS[name].keys(), grave
    for places in grave.values():
        for place in places:
            assert page.locator("#docs").locator(place).count() > 0, place


def test_axe_sees_something(page, base_url, broken):
    page.goto(f"{base_url}/schema/redoc")
    page.get_by_role("heading", name="List items").first.wait_for()
    page.evaluate(
        "document.documentElement.lang = ''; document.title = '';"
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\"><input>')"
    )
    assert {"html-has-lang", "document-title", "image-alt", "label"} <= broken().keys()
