"""`hatch run release:check`, on a repository with one package of two releases' history."""

import re
import shutil
import subprocess
import sys

import pytest

GIT = (
    "git",
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@localhost",
    "-c",
    "commit.gpgsign=false",
)
PROMISED = "def promised(value: int) -> int:\n    return value\n"
BROKEN = "def promised(value: int, more: int) -> int:\n    return value + more\n"
STRUCT = "import msgspec\n\n\nclass promised(msgspec.Struct):\n    value: int\n    more: int{}\n"


class Checkout:
    """A repository of its own, with the script and one package of this one."""

    def __init__(self, folder, root) -> None:
        self.folder, self.package = folder, folder / "packages" / "routing"
        source = self.package / "src" / "pleiad_routing"
        self.about, self.api = source / "__about__.py", source / "promised.py"
        self.changelog = self.package / "CHANGELOG.md"
        ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
        shutil.copytree(root / ".tools", folder / ".tools", ignore=ignored)
        shutil.copytree(root / "packages" / "routing", self.package, ignore=ignored)
        init = source / "__init__.py"
        init.write_text(
            init.read_text().replace(
                "__all__ = [",
                'from pleiad_routing.promised import promised\n\n__all__ = [\n    "promised",',
            )
        )
        self.say("0.1.0", PROMISED)
        self.git("init", "-q")

    def git(self, *arguments) -> None:
        subprocess.run([*GIT, *arguments], cwd=self.folder, check=True, capture_output=True)

    def say(self, version, api, changelog=None) -> None:
        """Write a version, its API and its changelog."""
        self.about.write_text(f'"""The version."""\n\n__version__ = "{version}"\n')
        self.api.write_text(f'"""A promise."""\n\n\n{api}')
        self.changelog.write_text(changelog or f"# Changelog\n\n## {version}\n\n- Something.\n")

    def tag(self, tag) -> None:
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", tag)
        self.git("tag", tag)

    def check(self, *tag) -> tuple[int, str]:
        """Give the exit status and all that was printed."""
        command = [sys.executable, self.folder / ".tools" / "release.py", *tag]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.returncode, done.stdout


@pytest.fixture
def checkout(tmp_path, root) -> Checkout:
    return Checkout(tmp_path, root)


@pytest.fixture
def released(checkout) -> Checkout:
    """0.1.0 is out, and a sibling's later release, which says nothing about this package."""
    checkout.tag("routing-v0.1.0")
    checkout.say("0.1.9", BROKEN)
    checkout.tag("http-v0.1.9")
    checkout.tag("routing-v0.1.9rc1")
    return checkout


def test_first_release_is_built(checkout):
    status, printed = checkout.check("routing-v0.1.0")
    assert status == 0, printed
    folder = checkout.folder / "dist" / "routing-v0.1.0"
    names = {path.name for path in folder.iterdir()} - {".gitignore"}
    assert names == {
        "pleiad_routing-0.1.0-py3-none-any.whl",
        "pleiad_routing-0.1.0.tar.gz",
    }


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        pytest.param((), "usage: hatch run release:check NAME-vVERSION", id="no-tag"),
        pytest.param(("v0.1.0",), "a tag is NAME-vVERSION", id="no-package"),
        pytest.param(("routing-v0.1",), "a tag is NAME-vVERSION", id="no-patch"),
        pytest.param(("../x-v0.1.0",), "a tag is NAME-vVERSION", id="not-a-name"),
        pytest.param(("rooting-v0.1.0",), "no package 'rooting'; there are routing", id="unknown"),
        pytest.param(
            ("routing-v0.1.1",),
            "packages/routing/src/pleiad_routing/__about__.py is 0.1.0",
            id="another-version",
        ),
    ],
)
def test_wrong_tag_is_refused(checkout, tag, words):
    status, printed = checkout.check(*tag)
    assert (status, words in printed) == (1, True), printed


@pytest.mark.parametrize(
    "changelog",
    [
        pytest.param("# Changelog\n\n## 0.1.0\n\n- Old.\n", id="missing"),
        pytest.param("# Changelog\n\n## 0.1.10\n\n- Later.\n", id="longer"),
        pytest.param("# Changelog\n\n## 0.1.1\n\n## 0.1.0\n\n- Old.\n", id="empty"),
        pytest.param("# Changelog\n\n### 0.1.1\n\n- Deep.\n", id="not-the-level"),
    ],
)
def test_changelog_without_the_version_is_refused(checkout, changelog):
    checkout.say("0.1.1", PROMISED, changelog)
    status, printed = checkout.check("routing-v0.1.1")
    assert (status, "has no heading '## 0.1.1'" in printed) == (1, True), printed


@pytest.mark.parametrize(
    ("version", "api", "allowed"),
    [
        pytest.param("0.1.1", PROMISED, True, id="patch"),
        pytest.param("0.1.1", BROKEN, False, id="break-in-a-patch"),
        pytest.param("0.1.1rc1", BROKEN, False, id="break-in-a-candidate-of-a-patch"),
        pytest.param("0.2.0", BROKEN, True, id="break-in-a-minor-before-1.0"),
        pytest.param("0.2.1", BROKEN, True, id="break-after-a-minor-that-was-not-released"),
        pytest.param("1.0.0", BROKEN, True, id="break-in-a-major"),
    ],
)
def test_api_breaks_only_where_the_version_allows_it(released, version, api, allowed):
    released.say(version, api)
    status, printed = released.check(f"routing-v{version}")
    assert (status == 0) == allowed, printed
    if not allowed:
        assert re.search("Parameter was added as required", printed)
        assert f"routing-v{version}: the public API broke since routing-v0.1.0" in printed


@pytest.mark.parametrize(
    ("default", "status"), [pytest.param(" = 0", 0, id="added"), pytest.param("", 1, id="asked")]
)
def test_a_field_without_default_breaks_a_struct(checkout, default, status):
    """Griffe does not know that a Struct has a constructor; `.tools/structs.py` tells it."""
    checkout.say("0.1.0", STRUCT.replace("    more: int{}\n", ""))
    checkout.tag("routing-v0.1.0")
    checkout.say("0.1.1", STRUCT.format(default))
    found, printed = checkout.check("routing-v0.1.1")
    assert found == status, printed


def test_after_1_0_a_minor_may_not_break(checkout):
    checkout.say("1.2.0", PROMISED)
    checkout.tag("routing-v1.2.0")
    checkout.say("1.10.0", BROKEN)
    assert checkout.check("routing-v1.10.0")[0] == 1
    checkout.say("1.10.0", PROMISED)
    checkout.tag("routing-v1.10.0")
    checkout.say("1.11.0", BROKEN)
    assert "broke since routing-v1.10.0" in checkout.check("routing-v1.11.0")[1]
