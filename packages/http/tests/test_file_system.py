"""The disk as a file system, and which file system is meant."""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pleiad_http import (
    FILE_SYSTEMS,
    BaseFileSystem,
    BaseLocalFileSystem,
    ImproperlyConfiguredException,
)
from pleiad_http.file_system import file_system_of, streamed

pytestmark = pytest.mark.anyio

CONTENT = bytes(range(256))
PARTS = [
    pytest.param((), CONTENT, id="whole"),
    pytest.param((250,), CONTENT[250:], id="to the end"),
    pytest.param((0, 0), CONTENT[:1], id="the first byte"),
    pytest.param((10, 19), CONTENT[10:20], id="the last one included"),
    pytest.param((255, 255), CONTENT[255:], id="the last byte"),
    pytest.param((250, 999), CONTENT[250:], id="beyond the end"),
    pytest.param((999, 1000), b"", id="behind the end"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "data.bin"
    made.write_bytes(CONTENT)
    return made


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize(("limits", "expected"), PARTS)
async def test_parts(path: Path, limits: tuple[int, ...], expected: bytes) -> None:
    disk = BaseLocalFileSystem()
    assert await disk.read_bytes(path, *limits) == expected
    for size in (1, 7, 300):
        pieces = [each async for each in disk.iter(path, size, *limits)]
        assert b"".join(pieces) == expected
        assert all(len(each) <= size for each in pieces)


async def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert await BaseLocalFileSystem().read_bytes(tmp_path / "a") == b""
    assert [each async for each in BaseLocalFileSystem().iter(tmp_path / "a", 10)] == []


async def test_what_it_tells(path: Path) -> None:
    os.utime(path, (5, 5))
    link = path.with_name("link")
    link.symlink_to(path)
    os.mkfifo(path.with_name("pipe"))
    disk = BaseLocalFileSystem()
    told = {"size": 256, "type": "file", "mtime": 5.0}
    assert await disk.info(path) == {"name": str(path), "is_symlink": False, **told}
    assert await disk.info(link) == {"name": str(link), "is_symlink": True, **told}
    assert (await disk.info(path.parent))["type"] == "directory"
    assert (await disk.info(path.with_name("pipe")))["type"] == "other"
    assert await disk.resolve_symlinks(link) == str(path.resolve())


@pytest.mark.parametrize("kind", ["nothing", "directory", "pipe"])
async def test_what_is_no_file_is_not_read(path: Path, kind: str) -> None:
    """And never waited for."""
    os.mkfifo(path.with_name("pipe"))
    place = path.parent if kind == "directory" else path.with_name(kind)
    disk = BaseLocalFileSystem()
    with pytest.raises(OSError):
        await disk.read_bytes(place)
    with pytest.raises(OSError):
        await anext(disk.iter(place, 10))


async def test_what_is_begun_is_closed(path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    pieces = BaseLocalFileSystem().iter(path, 10)
    await anext(pieces)
    assert len(os.listdir("/proc/self/fd")) == before + 1
    await pieces.aclose()
    assert len(os.listdir("/proc/self/fd")) == before


async def test_what_is_begun_is_closed_in_a_thread() -> None:
    """As it is read: closing may take long as well."""
    closed: list[int] = []

    def pieces() -> Iterator[bytes]:
        try:
            yield b"a"
            yield b"b"
        finally:
            closed.append(threading.get_ident())

    stream = streamed(pieces())
    assert await anext(stream) == b"a"
    await stream.aclose()
    assert len(closed) == 1 and closed[0] != threading.get_ident()


def test_the_file_system_that_is_meant() -> None:
    class Mine(BaseLocalFileSystem):
        pass

    mine, other, disk = Mine(), Mine(), BaseLocalFileSystem()
    named: dict[Any, BaseFileSystem] = {None: other, "mine": mine, "disk": disk}
    assert file_system_of(None, {}) is None
    assert file_system_of(disk, {}) is None
    assert file_system_of(mine, {}) is mine
    scope: dict[str, Any] = {FILE_SYSTEMS: named}
    assert file_system_of(None, scope) is other
    assert file_system_of("mine", scope) is mine
    assert file_system_of("disk", scope) is None
    assert file_system_of(disk, scope) is None


@pytest.mark.parametrize(
    ("scope", "known"),
    [({}, "there are none"), ({FILE_SYSTEMS: {None: None, "b": 1, "a": 1}}, "'a', 'b'")],
)
def test_a_name_that_none_has(scope: Any, known: str) -> None:
    with pytest.raises(ImproperlyConfiguredException, match=re.escape(f"this name ({known})")):
        file_system_of("x", scope)
