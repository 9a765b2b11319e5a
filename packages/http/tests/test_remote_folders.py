"""What leads out of a folder of another file system; what holds for any is in test_folders.py."""

import errno
from pathlib import Path
from typing import Any

import pytest
from fsspec import AbstractFileSystem
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from pleiad_http import (
    FILE_SYSTEMS,
    BaseFileSystem,
    FileInfo,
    ImproperlyConfiguredException,
    LinkableFileSystem,
    StaticFiles,
    maybe_wrap_fsspec_file_system,
)
from pleiad_http.remote_folders import find_remote_file

pytestmark = pytest.mark.anyio

SECRET = b"outside of the folder"


class Memory(MemoryFileSystem):
    store: Any = {}
    pseudo_dirs: Any = [""]


for _name, _content in {
    "/site/a.txt": b"a",
    "/site/index.html": b"home",
    "/site/404.html": b"nothing here",
    "/site/docs/index.html": b"docs",
    "/site/a b.txt": b"a b",
    "/site/ü.txt": "ü".encode(),
    "/site/.env": SECRET,
    "/site/a%2e.txt": SECRET,
    "/site/a?b": SECRET,
    "/site/a#b": SECRET,
    "/secret.txt": SECRET,
    "/more/b.txt": b"b",
}.items():
    Memory().pipe_file(_name, _content)


async def content(fs: Any, path: str, *directories: Any, **options: bool) -> bytes | None:
    ours = maybe_wrap_fsspec_file_system(fs)
    found = await find_remote_file(ours, path, directories or ["site"], **options)
    return None if found is None else await ours.read_bytes(found.path)


@pytest.mark.parametrize("directory", ["site", "/site", "site/", "memory://site", Path("site")])
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", "a"),
        ("/a.txt", "a"),
        ("docs/index.html", "docs"),
        ("docs/", "docs"),
        ("docs", "docs"),
        ("", "home"),
        ("/", "home"),
        ("a b.txt", "a b"),
        ("ü.txt", "ü"),
        ("nothing", None),
        ("a.txt/", None),
        ("docs//", None),
        ("../secret.txt", None),
        ("docs/../a.txt", None),
        (".env", None),
        ("a%2e.txt", None),
        ("a?b", None),
        ("a#b", None),
        ("a\\b", None),
    ],
)
async def test_paths(directory: Any, path: str, text: str | None) -> None:
    found = await content(Memory(), path, directory, html_mode=True)
    assert found == (None if text is None else text.encode())


@pytest.mark.parametrize("root", ["", "/", "memory://"])
async def test_the_whole_file_system(root: str) -> None:
    assert await content(Memory(), "secret.txt", root) == SECRET
    assert await content(Memory(), "site/", root, html_mode=True) == b"home"
    assert await content(Memory(), "", root, html_mode=True) is None
    assert await content(Memory(), "b.txt", "nowhere", "site", "more") == b"b"


# Names that mean something else


class Cut(AbstractFileSystem):
    """Takes a part of the path for something else, as git's does."""

    cachable = False
    protocol = "cut"
    sign = "@"

    @classmethod
    def _strip_protocol(cls, path: Any) -> str:
        return str(super()._strip_protocol(path)).rpartition(cls.sign)[2]

    def info(self, path: str, **kwargs: Any) -> Any:
        return {"name": self._strip_protocol(path), "size": 1, "type": "file"}

    def cat_file(self, path: Any, start: Any = None, end: Any = None, **kwargs: Any) -> bytes:
        return SECRET


@pytest.mark.parametrize(
    "path", ["x@secret.txt", "docs/x@.env", "x@site/b.txt", "@site", "@", "cut::secret.txt"]
)
async def test_a_file_that_is_called_otherwise_there(path: str, caplog: Any) -> None:
    assert await content(Cut(), "a.txt") == SECRET
    directory = "" if path.startswith("cut") else "site"
    assert await content(Cut(), path, directory, html_mode=True) is None
    assert "is not sent: it is" in caplog.text


@pytest.mark.parametrize("path", ["dir::.env", "dir::a.txt", "file:/etc/passwd", "~/a", "~root"])
async def test_a_folder_of_a_file_system(path: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(SECRET)
    (tmp_path / "a.txt").write_bytes(b"a")
    fs = DirFileSystem(path=str(tmp_path), fs=LocalFileSystem())
    for root in ("", "/", "."):
        assert await content(fs, path, root, html_mode=True) is None
    assert await content(fs, "a.txt", "") == b"a"


async def test_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client's first name is never the beginning of the path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home/a").write_bytes(SECRET)
    (tmp_path / "a").write_bytes(b"a")
    for root in ("", "."):
        assert await content(LocalFileSystem(), "a", root) == b"a"
        for path in ("~/a", "file:/etc/passwd", "local:/etc/passwd", "file:a"):
            assert await content(LocalFileSystem(), path, root) is None


# Links


class Linked(BaseFileSystem):
    """Tells of links; where they lead is known to whoever is asked."""

    def __init__(self, **links: str) -> None:
        self.links = links

    async def info(self, path: Any, **kwargs: Any) -> FileInfo:
        return {"name": "any", "size": 1, "type": "file", "is_symlink": path in self.links}

    async def read_bytes(self, path: Any, start: int = 0, end: int = -1) -> bytes:
        return str(path).encode()

    def iter(self, path: Any, chunksize: int, start: int = 0, end: int = -1) -> Any:
        raise NotImplementedError


class Resolving(Linked, LinkableFileSystem):
    async def resolve_symlinks(self, path: Any) -> str:
        return self.links.get(path, path)


OUT = {"site/out": "secret", "site/sibling": "site-secret/a", "site/in": "site/docs/a"}


async def test_links_that_nobody_resolves() -> None:
    fs = Linked(**OUT)
    assert await content(fs, "a") == b"site/a"
    for path in ("out", "in"):
        assert await content(fs, path) is None
        found = await content(fs, path, allow_symlinks_outside_directory=True)
        assert found == f"site/{path}".encode()


async def test_links_that_are_resolved() -> None:
    fs = Resolving(**OUT)
    assert await content(fs, "a") == b"site/a"
    assert await content(fs, "in") == b"site/docs/a"
    assert await content(fs, "out") is None
    assert await content(fs, "sibling") is None
    assert await content(fs, "out", allow_symlinks_outside_directory=True) == b"site/out"


# What a file system raises


@pytest.mark.parametrize(
    ("error", "is_nothing"),
    [
        (FileNotFoundError("x"), True),
        (PermissionError("x"), True),
        (ValueError("x"), True),
        (OSError(errno.ENAMETOOLONG, "x"), True),
        (TimeoutError("x"), False),
        (OSError("x"), False),
    ],
    ids=repr,
)
async def test_errors(error: Exception, is_nothing: bool) -> None:
    class Broken(Linked):
        async def info(self, path: Any, **kwargs: Any) -> FileInfo:
            if str(path).startswith("broken"):
                raise error
            return await super().info(path)

    if is_nothing:
        assert await content(Broken(), "a", "broken", "site") == b"site/a"
    else:
        with pytest.raises(type(error)):
            await content(Broken(), "a", "broken", "site")


# The app


async def call(app: StaticFiles, path: str, **scope: Any) -> tuple[int, bytes, dict[str, str]]:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(
        {"type": "http", "method": "GET", "path": path, "headers": [], **scope}, receive, send
    )
    start, *rest = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], b"".join(each["body"] for each in rest), headers


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/a.txt", 200, b"a"),
        ("/docs/", 200, b"docs"),
        ("/docs", 307, b""),
        ("/nothing", 404, b"nothing here"),
        ("/../secret.txt", 404, b"nothing here"),
        ("/.env", 404, b"nothing here"),
    ],
)
async def test_static_files(path: str, status: int, body: bytes) -> None:
    for given in (Memory(), "mine"):
        named = {FILE_SYSTEMS: {"mine": maybe_wrap_fsspec_file_system(Memory())}}
        app = StaticFiles("site", file_system=given, html_mode=True)
        found = await call(app, path, **named)
        assert found[:2] == (status, body)
    assert app.directories == ("site",)


async def test_a_file_is_asked_for_once() -> None:
    asked: list[str] = []

    class Counting(Memory):
        def info(self, path: Any, **kwargs: Any) -> Any:
            asked.append(path)
            return super().info(path, **kwargs)

    status, body, headers = await call(StaticFiles("/site", file_system=Counting()), "/a.txt")
    assert (status, body, asked) == (200, b"a", ["/site/a.txt"])
    assert headers["content-disposition"] == 'inline; filename="a.txt"'


@pytest.mark.parametrize("error", [FileNotFoundError("x"), None])
async def test_the_page_for_what_is_missing_may_go_away(error: Any) -> None:
    class Going(Linked):
        async def info(self, path: Any, **kwargs: Any) -> FileInfo:
            if str(path).endswith("404.html"):
                return await super().info(path)
            raise FileNotFoundError(path)

        async def read_bytes(self, path: Any, start: int = 0, end: int = -1) -> bytes:
            raise error or TimeoutError("x")

    app = StaticFiles("site", file_system=Going(), html_mode=True)
    if error:
        status, body, _ = await call(app, "/nothing")
        assert (status, body) == (404, b'{"status_code":404,"detail":"Not Found"}')
    else:
        with pytest.raises(TimeoutError):
            await call(app, "/nothing")


async def test_the_disk_by_its_name(tmp_path: Path) -> None:
    from pleiad_http import BaseLocalFileSystem

    (tmp_path / "a.txt").write_bytes(b"a")
    disk = BaseLocalFileSystem()
    assert (await call(StaticFiles(tmp_path, file_system=disk), "/a.txt"))[:2] == (200, b"a")
    named = StaticFiles(tmp_path, file_system="file")
    assert (await call(named, "/a.txt", **{FILE_SYSTEMS: {"file": disk}}))[:2] == (200, b"a")
    with pytest.raises(ImproperlyConfiguredException, match="no directory 'nowhere'"):
        StaticFiles("nowhere", file_system=disk)


async def test_the_default_is_not_taken(tmp_path: Path) -> None:
    """Whether a folder is there is asked before there is any request."""
    (tmp_path / "a.txt").write_bytes(b"a")
    named = {FILE_SYSTEMS: {None: maybe_wrap_fsspec_file_system(Memory())}}
    assert (await call(StaticFiles(tmp_path), "/a.txt", **named))[:2] == (200, b"a")


def test_what_cannot_be() -> None:
    with pytest.raises(ImproperlyConfiguredException, match="at least one directory"):
        StaticFiles([], file_system=Memory())
    with pytest.raises(ImproperlyConfiguredException, match="BaseFileSystem"):
        StaticFiles("site", file_system=object())  # type: ignore[arg-type]
    with pytest.raises(ImproperlyConfiguredException, match="or say file_system="):
        StaticFiles("no/such/bucket")


async def test_a_name_that_none_has() -> None:
    with pytest.raises(ImproperlyConfiguredException, match="file_system='x'"):
        await call(StaticFiles("site", file_system="x"), "/a.txt")
