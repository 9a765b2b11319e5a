"""File systems that an app names; what one is asked for is tested in pleiad_http."""

from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from pleiad import Pleiad, asgi, get
from pleiad.exceptions import ImproperlyConfiguredException, NotFoundException
from pleiad.file_system import (
    BaseFileSystem,
    BaseLocalFileSystem,
    FileSystemRegistry,
    FsspecSyncWrapper,
    LinkableFileSystem,
)
from pleiad.plugins import InitPlugin
from pleiad.response import File
from pleiad.static_files import create_static_files_router
from pleiad_http import StaticFiles


class Memory(MemoryFileSystem):
    store: Any = {}
    pseudo_dirs: Any = [""]


MEMORY = Memory()
for name, content in {
    "a.txt": b"0123456789",
    "site/index.html": b"home",
    "site/.env": b"x",
}.items():
    MEMORY.pipe_file(f"/{name}", content)


@get("/named")
async def named() -> File:
    return File("a.txt", file_system="assets")


@get("/given")
async def given() -> File:
    return File("a.txt", file_system=MEMORY)


@get("/plain")
async def plain() -> File:
    return File("a.txt")


@get("/missing")
async def missing() -> File:
    return File("nowhere.txt", file_system="assets")


@get("/unknown")
async def unknown() -> File:
    return File("a.txt", file_system="nowhere")


@pytest.mark.parametrize(
    ("path", "registry", "status", "content"),
    [
        ("/named", FileSystemRegistry({"assets": MEMORY}), 200, b"0123456789"),
        ("/given", None, 200, b"0123456789"),
        ("/plain", FileSystemRegistry(default=MEMORY), 200, b"0123456789"),
        ("/plain", FileSystemRegistry({"assets": MEMORY}), 404, None),
        ("/missing", FileSystemRegistry({"assets": MEMORY}), 404, None),
        ("/unknown", FileSystemRegistry({"assets": MEMORY}), 500, None),
        ("/named", None, 500, None),
    ],
)
def test_files(
    ask: Any, path: str, registry: Any, status: int, content: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    app = Pleiad(
        [named, given, plain, missing, unknown], plugins=[] if registry is None else [registry]
    )
    answer = ask(app, "GET", path)
    assert answer.status == status
    assert content is None or answer.content == content
    assert b"file_system" not in answer.content
    if status == 200:
        part = ask(app, "GET", path, headers={"Range": "bytes=2-4"})
        assert (part.status, part.content) == (206, b"234")


def test_a_name_that_none_has_is_told_in_the_log(ask: Any, caplog: Any) -> None:
    ask(Pleiad([unknown], plugins=[FileSystemRegistry({"assets": MEMORY})]), "GET", "/unknown")
    assert "no file system has this name ('assets', 'file')" in caplog.text


def test_an_exception_handler_sends_one(ask: Any) -> None:
    async def page(exc: NotFoundException) -> File:
        return File("site/index.html", file_system="assets", status_code=404)

    registry = FileSystemRegistry({"assets": MEMORY})
    app = Pleiad([], exception_handlers={404: page}, plugins=[registry])
    answer = ask(app, "GET", "/nowhere")
    assert (answer.status, answer.content) == (404, b"home")


@pytest.mark.parametrize("file_system", [MEMORY, "assets"])
def test_static_files(ask: Any, file_system: Any) -> None:
    files = create_static_files_router("/static", ["site"], file_system=file_system, html_mode=True)
    app = Pleiad([files], plugins=[FileSystemRegistry({"assets": MEMORY})])
    assert ask(app, "GET", "/static/").content == b"home"
    assert ask(app, "HEAD", "/static/index.html").headers["content-length"] == "4"
    for path in ("/static/.env", "/static/../a.txt", "/static/nothing"):
        assert ask(app, "GET", path).status == 404


def test_static_files_that_are_mounted(ask: Any) -> None:
    mounted = asgi("/static", is_mount=True)(StaticFiles("site", file_system="assets"))
    app = Pleiad([mounted], plugins=[FileSystemRegistry({"assets": MEMORY})])
    assert ask(app, "GET", "/static/index.html").content == b"home"


def test_the_disk_has_a_name(ask: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")

    @get("/")
    async def file() -> File:
        return File(tmp_path / "a.txt", file_system="file")

    registry = FileSystemRegistry(default=MEMORY)
    assert ask(Pleiad([file], plugins=[registry]), "GET", "/").content == b"a"
    mine = FileSystemRegistry({"file": LocalFileSystem()})
    assert ask(Pleiad([file], plugins=[mine]), "GET", "/").content == b"a"


def test_what_it_holds() -> None:
    registry = FileSystemRegistry({"assets": MEMORY})
    assert isinstance(registry, InitPlugin)
    assert type(registry.default) is BaseLocalFileSystem
    assert type(registry.get("file")) is BaseLocalFileSystem
    assert type(registry.get("assets")) is FsspecSyncWrapper
    assert registry.get("x") is None
    assert type(FileSystemRegistry(default=MEMORY).default) is FsspecSyncWrapper
    assert issubclass(BaseLocalFileSystem, LinkableFileSystem)
    assert issubclass(LinkableFileSystem, BaseFileSystem)


@pytest.mark.parametrize("options", [{"file_systems": {"a": 5}}, {"default": "s3"}])
def test_what_it_cannot_hold(options: Any) -> None:
    with pytest.raises(ImproperlyConfiguredException, match="BaseFileSystem"):
        FileSystemRegistry(**options)
