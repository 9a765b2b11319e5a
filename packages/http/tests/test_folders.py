"""What a path means: on the disk, and on file systems that stand on it, it is the same."""

import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from fsspec.implementations.asyn_wrapper import AsyncFileSystemWrapper
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pleiad_http import BaseLocalFileSystem, maybe_wrap_fsspec_file_system
from pleiad_http.folders import FoundFile, find_file, is_name
from pleiad_http.remote_folders import find_remote_file

pytestmark = pytest.mark.anyio


class Mine(BaseLocalFileSystem):
    """No longer the disk itself, and so asked as any other file system is."""


FILE_SYSTEMS: dict[str, Callable[[Path], Any]] = {
    "disk": lambda _: None,
    "local": lambda _: Mine(),
    "fsspec": lambda _: LocalFileSystem(),
    "async": lambda _: AsyncFileSystemWrapper(LocalFileSystem(), asynchronous=True),
    "folder": lambda root: DirFileSystem(path=str(root), fs=LocalFileSystem()),
}


async def look(fs: Any, path: str, directories: Any, **options: bool) -> FoundFile | None:
    if fs is None:
        return find_file(path, directories, **options)
    return await find_remote_file(maybe_wrap_fsspec_file_system(fs), path, directories, **options)


@pytest.fixture(params=FILE_SYSTEMS)
def find(request: pytest.FixtureRequest, farm: Path) -> Any:
    """Gives the content of what a path means; the folders are those of the farm."""
    fs = FILE_SYSTEMS[request.param](farm)

    async def content(path: str, directories: Any = ("site",), **options: bool) -> str | None:
        inside = request.param == "folder"
        folders = directories if inside else [farm / each for each in directories]
        found = await look(fs, path, folders, **options)
        return None if found is None else (farm / found.path).read_text()

    return content


@pytest.fixture(params=[each for each in FILE_SYSTEMS if each != "folder"])
def of_disk(request: pytest.FixtureRequest) -> Any:
    """Gives the file that a path means; the folders are any of the disk."""
    return partial(look, FILE_SYSTEMS[request.param](Path()))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", "a"),
        ("/a.txt", "a"),
        ("docs/page.html", "page"),
        ("a b.txt", "a b"),
        ("ü.txt", "ü"),
        ("a..b", "dots inside"),
        ("inside.txt", "a"),
        ("inside/page.html", "page"),
        ("far", "page"),
        ("data", "hidden below"),
        ("out-and-in", "a"),
        ("chain/30", "end"),
    ],
)
async def test_found(find: Any, path: str, text: str) -> None:
    assert await find(path) == text


async def test_nothing(find: Any, attack: str) -> None:
    assert await find(attack) is None


@pytest.mark.parametrize(
    ("directory", "path"),
    [
        pytest.param("/dev", "null", id="device"),
        pytest.param("/dev", "zero", id="endless-device"),
        pytest.param("/nowhere", "a.txt", id="no-directory"),
        pytest.param("/etc/passwd", "", id="a-file-for-a-directory"),
        pytest.param("/etc/passwd", "a", id="below-a-file"),
        pytest.param("\x00", "a.txt", id="nul"),
    ],
)
async def test_directories_with_nothing_to_send(of_disk: Any, directory: str, path: str) -> None:
    for options in ({}, {"html_mode": True, "hidden_files": True}):
        assert await of_disk(path, [directory], **options) is None


async def test_a_socket_is_nothing(
    of_disk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # its path has to be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert await of_disk("s", ["."]) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a file to another")
def test_what_may_not_be_read_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "a.txt").chmod(0)
    tmp_path.chmod(0o755)
    child = os.fork()
    if child == 0:  # access() asks for the real user, so the whole process becomes another
        code = 2
        try:
            os.setuid(65534)
            os.chdir(tmp_path)
            code = int(find_file("a.txt", ["."]) is not None)
        except PermissionError:
            code = 0  # not even the directory: the test cannot be made here
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env", "hidden"),
        (".git/config", "hidden below"),
        (".well-known/security.txt", "hidden too"),
        ("..data/config", "hidden below"),
        ("...", "three dots"),
        ("a.txt", "a"),
    ],
)
async def test_hidden_files_where_they_are_wanted(find: Any, path: str, text: str) -> None:
    assert await find(path, hidden_files=True) == text


@pytest.mark.parametrize(
    "path", ["..", ".", "../secret.txt", "docs/..", "docs/../a.txt", ".git/.."]
)
async def test_dots_are_not_hidden_files(find: Any, path: str) -> None:
    assert await find(path, hidden_files=True) is None
    assert await find(path, hidden_files=True, html_mode=True) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("", "home"),
        ("/", "home"),
        ("docs", "docs"),
        ("docs/", "docs"),
        ("inside/", "docs"),
        ("ab:c/", "colon"),
        ("docs/page.html", "page"),
        ("docs/index.html", "docs"),
        ("docs/index.html/", None),
        ("docs//", None),
        ("plain", None),
        ("plain/", None),
        ("a.txt/", None),
        ("queue/", None),
        ("bad/", None),
        ("outside/", None),
        ("root/", None),
        (".git/", None),
        ("..", None),
        ("docs/..", None),
    ],
)
async def test_html_mode(find: Any, path: str, text: str | None) -> None:
    assert await find(path, html_mode=True) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", "a"),
        ("b.txt", "b"),
        ("plain/", "second plain"),
        ("plain/file.txt", "no index here"),
        ("c.txt", None),
    ],
)
async def test_the_first_directory_that_has_it(find: Any, path: str, text: str | None) -> None:
    assert await find(path, ["nowhere", "site", "more"], html_mode=True) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("outside.txt", "outside of the directory"),
        ("twice", "outside of the directory"),
        ("sibling/a.txt", "outside of the directory"),
        ("a.txt", "a"),
        ("../secret.txt", None),
        ("zero", None),
        ("root/dev/null", None),
        ("loop", None),
        (".env", None),
    ],
)
async def test_links_that_lead_outside_where_they_are_wanted(
    find: Any, path: str, text: str | None
) -> None:
    """They switch off the one check, and no other."""
    assert await find(path, allow_symlinks_outside_directory=True) == text


WINDOWS = [
    "con", "CON", "nul", "NUL.txt", "aux .c", "com1", "COM1.a.b", "lpt\u00b9", "conin$", "CONOUT$",
    "a.", "a ", "a.txt. .", "a.txt:stream", "a.txt::$DATA", "a*", "a?b", 'a"', "<a", "a|b", "PROGRA~1",
]  # fmt: skip


@pytest.mark.parametrize("name", WINDOWS)
def test_names_that_windows_takes_for_others(name: str) -> None:
    assert (is_name(name, windows=True), is_name(name, windows=False)) == (False, True)


@pytest.mark.parametrize(
    "name", ["console.txt", "a.nul", "com", "com10", "auxiliary", "a~b", "a b.c"]
)
def test_names_that_windows_takes_as_they_are(name: str) -> None:
    assert is_name(name, windows=True)


async def test_a_directory_may_be_a_link_itself(farm: Path, of_disk: Any) -> None:
    found = await of_disk("inside.txt", [farm / "linked"])
    assert found is not None
    assert (found.path, found.name) == (os.path.realpath(farm / "site/a.txt"), "inside.txt")


async def test_the_root_of_the_disk_may_be_the_directory(farm: Path, of_disk: Any) -> None:
    found = await of_disk(str(farm.resolve() / "secret.txt"), ["/"])
    assert found is not None and Path(found.path).read_text() == "outside of the directory"


PIECES = [
    "/", "//", ".", "..", "../", "/..", "\\", "..\\", "~", ":", "C:", "\x00", "\n", " ", "%2e", "%2f",
    "a.txt", "docs", "page.html", "index.html", "outside", "outside.txt", "sibling", "root", "site",
    "site-secret", "secret.txt", "..data", ".git", "config", "fifo", "queue", "loop", "etc/passwd",
    "zero", "\uff0e", "\ud800", "inside", "plain", "bad",
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.lists(st.sampled_from(PIECES)).map("".join) | st.text(),
    html_mode=st.booleans(),
    hidden=st.booleans(),
)
def test_no_path_leads_outside(
    farm: Path, of_disk: Any, path: str, html_mode: bool, hidden: bool
) -> None:
    found = anyio.run(
        partial(of_disk, path, [farm / "site"], html_mode=html_mode, hidden_files=hidden)
    )
    if found is not None:
        real = Path(found.path)
        assert real.is_file() and (farm / "site").resolve() in real.parents
        assert real == real.resolve() and real.read_text() != "outside of the directory"
        assert ".." not in path.split("/")


def test_work_grows_with_the_path(farm: Path, work: Callable[[Callable[[], Any]], int]) -> None:
    once = work(lambda: find_file("a/" * 1000, [farm / "site"]))
    assert work(lambda: find_file("a/" * 2000, [farm / "site"])) <= 2.5 * once
    assert work(lambda: find_file("a/" * 10**6, [farm / "site"])) < 50
