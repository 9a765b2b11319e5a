"""fsspec's file systems: sync, async, of its own making and of others'."""

import asyncio
import math
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from fsspec import AbstractFileSystem
from fsspec.asyn import AsyncFileSystem
from fsspec.implementations.asyn_wrapper import AsyncFileSystemWrapper
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.implementations.zip import ZipFileSystem
from fsspec.spec import AbstractBufferedFile

from pleiad_http import (
    BaseLocalFileSystem,
    FsspecAsyncWrapper,
    FsspecSyncWrapper,
    ImproperlyConfiguredException,
    LinkableFileSystem,
    get_fsspec_mtime_equivalent,
    maybe_wrap_fsspec_file_system,
)
from pleiad_http.fsspec_file_systems import symlink_resolver

pytestmark = pytest.mark.anyio

CONTENT = bytes(range(256))
INFO = {"name": "a", "size": len(CONTENT), "type": "file"}
Asked = list[tuple[int, int]]


class Buffered(AbstractFileSystem):
    """Opens files that read ahead, as most of fsspec's do."""

    cachable = False

    def __init__(self) -> None:
        super().__init__()
        self.asked: Asked = []
        self.threads: set[int] = set()
        self.opened: list[Any] = []

    def info(self, path: str, **kwargs: Any) -> Any:
        self.threads.add(threading.get_ident())
        return {**INFO, "name": path, **kwargs}

    def _open(self, path: str, mode: str = "rb", **kwargs: Any) -> Any:
        kwargs.pop("block_size", None)
        self.opened.append(Remote(self, path, mode, block_size=5, **kwargs))
        return self.opened[-1]


class Remote(AbstractBufferedFile):
    def _fetch_range(self, start: int, end: int) -> bytes:
        self.fs.threads.add(threading.get_ident())
        self.fs.asked.append((start, end))
        return CONTENT[start:end]


class Ranged(Buffered):
    """Reads ranges by itself."""

    def cat_file(self, path: Any, start: Any = None, end: Any = None, **kwargs: Any) -> bytes:
        self.threads.add(threading.get_ident())
        start, end, _ = slice(start, end).indices(len(CONTENT))
        self.asked.append((start, end))
        return CONTENT[start:end]


class Awaited(AsyncFileSystem):
    """Reads ranges by itself, and is awaited."""

    cachable = False

    def __init__(self, asynchronous: bool) -> None:
        super().__init__(asynchronous=asynchronous)
        self.asked: Asked = []
        self.threads: set[int] = set()

    async def _info(self, path: str, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        self.threads.add(threading.get_ident())
        return {**INFO, "name": path, **kwargs}

    async def _cat_file(
        self, path: Any, start: Any = None, end: Any = None, **kwargs: Any
    ) -> bytes:
        await asyncio.sleep(0)
        self.threads.add(threading.get_ident())
        start, end, _ = slice(start, end).indices(len(CONTENT))
        self.asked.append((start, end))
        return CONTENT[start:end]


@pytest.fixture
def memory() -> Any:
    class Memory(MemoryFileSystem):
        store: Any = {}
        pseudo_dirs: Any = [""]

    fs = Memory()
    fs.pipe_file("a", CONTENT)
    return fs


@pytest.fixture(params=["buffered", "ranged", "awaited", "own loop", "memory", "disk", "wrapped", "folder", "zip"])  # fmt: skip
def fs(request: pytest.FixtureRequest, memory: Any, tmp_path: Path) -> Any:
    (tmp_path / "a").write_bytes(CONTENT)
    if request.param == "zip":
        archive = ZipFileSystem(str(tmp_path / "x.zip"), mode="w")
        archive.pipe_file("a", CONTENT)
        archive.close()
    made: dict[str, Any] = {
        "buffered": Buffered,
        "ranged": Ranged,
        "awaited": lambda: Awaited(asynchronous=True),
        "own loop": lambda: Awaited(asynchronous=False),
        "memory": lambda: memory,
        "disk": lambda: DirFileSystem(path=str(tmp_path), fs=LocalFileSystem()),
        "wrapped": lambda: AsyncFileSystemWrapper(memory, asynchronous=True),
        "folder": lambda: DirFileSystem(path="x", fs=Ranged()),
        "zip": lambda: ZipFileSystem(str(tmp_path / "x.zip")),
    }
    return made[request.param]()


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        pytest.param((), CONTENT, id="whole"),
        pytest.param((250,), CONTENT[250:], id="to the end"),
        pytest.param((0, 0), CONTENT[:1], id="the first byte"),
        pytest.param((10, 19), CONTENT[10:20], id="the last one included"),
        pytest.param((255, 255), CONTENT[255:], id="the last byte"),
    ],
)
async def test_parts(fs: Any, limits: tuple[int, ...], expected: bytes) -> None:
    ours = maybe_wrap_fsspec_file_system(fs)
    info = await ours.info("a")
    assert (info["name"].strip("/"), info["size"], info["type"]) == ("a", 256, "file")
    assert await ours.read_bytes("a", *limits) == expected
    for size in (1, 7, 300):
        pieces = [each async for each in ours.iter("a", size, *limits)]
        assert b"".join(pieces) == expected
        assert all(len(each) <= size for each in pieces)


RANGED = [Ranged, lambda: Awaited(asynchronous=True), lambda: Awaited(asynchronous=False)]


@pytest.mark.parametrize("make", [*RANGED, Buffered], ids=["ranged", "awaited", "own loop", "buffered"])  # fmt: skip
async def test_a_part_is_asked_for_as_a_part(make: Any) -> None:
    """And nothing else is read, neither ahead nor to know how much there is."""
    fs = make()
    ours = maybe_wrap_fsspec_file_system(fs)
    await ours.read_bytes("a", 10, 19)
    assert [each async for each in ours.iter("a", 4, 30, 39)]
    assert fs.asked == [(10, 20), (30, 34), (34, 38), (38, 40)]


@pytest.mark.parametrize("folder", [False, True], ids=["", "in a folder"])
async def test_a_file_that_is_opened_is_opened_once_and_closed(folder: bool) -> None:
    fs = Buffered()
    pieces = FsspecSyncWrapper(DirFileSystem(path="x", fs=fs) if folder else fs).iter("a", 10)
    await anext(pieces)
    await anext(pieces)
    assert [each.closed for each in fs.opened] == [False]
    await pieces.aclose()
    assert [each.closed for each in fs.opened] == [True]


@pytest.mark.parametrize("make", [Buffered, Ranged, lambda: Awaited(asynchronous=False)])
async def test_what_blocks_is_called_in_threads(make: Any) -> None:
    fs = make()
    ours = maybe_wrap_fsspec_file_system(fs)
    assert type(ours) is FsspecSyncWrapper
    await ours.info("a")
    await ours.read_bytes("a")
    assert [each async for each in ours.iter("a", 100)]
    assert fs.threads and threading.get_ident() not in fs.threads


async def test_what_is_awaited_is_awaited_here() -> None:
    fs = Awaited(asynchronous=True)
    ours = maybe_wrap_fsspec_file_system(fs)
    assert type(ours) is FsspecAsyncWrapper
    await ours.info("a")
    await ours.read_bytes("a")
    assert fs.threads == {threading.get_ident()}


async def test_many_read_one_file_at_once(memory: Any) -> None:
    """fsspec's file in memory is one object with one position, whoever opens it."""
    ours = FsspecSyncWrapper(memory)

    async def read() -> bytes:
        return b"".join([each async for each in ours.iter("a", 3)])

    assert set(await asyncio.gather(*(read() for _ in range(20)))) == {CONTENT}


async def test_what_info_is_asked_besides() -> None:
    found = await FsspecSyncWrapper(Buffered()).info("a", ETag='"x"', mtime=5, islink=True)
    assert found == {**INFO, "etag": '"x"', "mtime": 5.0, "is_symlink": True}


def test_what_it_wraps() -> None:
    fs, disk = Buffered(), BaseLocalFileSystem()
    assert maybe_wrap_fsspec_file_system(disk) is disk
    wrapper = maybe_wrap_fsspec_file_system(fs)
    assert maybe_wrap_fsspec_file_system(wrapper) is wrapper
    assert wrapper.wrapped_fs is fs  # type: ignore[attr-defined]


@pytest.mark.parametrize("given", ["s3", 5, object(), Buffered, BaseLocalFileSystem, None])
def test_what_is_no_file_system(given: Any) -> None:
    with pytest.raises(ImproperlyConfiguredException, match="derive its class from BaseFileSystem"):
        maybe_wrap_fsspec_file_system(given)


@pytest.mark.parametrize("make", [Buffered, lambda: Awaited(asynchronous=False)])
def test_what_is_not_made_to_be_awaited(make: Any) -> None:
    with pytest.raises(ImproperlyConfiguredException, match="asynchronous=True"):
        FsspecAsyncWrapper(make())


WINTER = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MOMENT = WINTER.timestamp()


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        pytest.param({"mtime": MOMENT}, MOMENT, id="a number"),
        pytest.param({"mtime": int(MOMENT)}, MOMENT, id="an int"),
        pytest.param({"mtime": WINTER}, MOMENT, id="a date"),
        pytest.param({"mtime": WINTER.replace(tzinfo=None)}, MOMENT, id="a date without a zone"),
        pytest.param({"LastModified": WINTER.astimezone(timezone(timedelta(hours=5)))}, MOMENT, id="s3"),
        pytest.param({"last_modified": WINTER}, MOMENT, id="azure"),
        pytest.param({"updated": "2026-01-02T03:04:05Z"}, MOMENT, id="gcs"),
        pytest.param({"timeModified": "2026-01-02T03:04:05.000000+00:00"}, MOMENT, id="oci"),
        pytest.param({"Last-Modified": "Fri, 02 Jan 2026 03:04:05 GMT"}, MOMENT, id="http"),
        pytest.param({"modify": "20260102030405"}, MOMENT, id="ftp"),
        pytest.param({"modificationTime": int(MOMENT * 1000)}, MOMENT, id="webhdfs"),
        pytest.param({"mtime": None, "updated": "2026-01-02T03:04:05Z"}, MOMENT, id="the one that is told"),
        pytest.param({"mtime": 0}, 0.0, id="1970"),
        pytest.param({"Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0, id="1970, written"),
        pytest.param({}, None, id="none"),
        pytest.param({"created": WINTER}, None, id="when it was made"),
        pytest.param({"mtime": "yesterday"}, None, id="no date"),
        pytest.param({"mtime": "20261"}, None, id="digits that are none"),
        pytest.param({"mtime": True}, None, id="a bool"),
        pytest.param({"mtime": math.nan}, None, id="no number"),
        pytest.param({"mtime": math.inf}, None, id="endless"),
        pytest.param({"mtime": []}, None, id="something else"),
    ],
)  # fmt: skip
def test_when_it_was_modified(info: Any, expected: float | None) -> None:
    assert get_fsspec_mtime_equivalent(info) == expected


# Symbolic links


async def test_links_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/a").touch()
    (tmp_path / "site/link").symlink_to("a")
    (tmp_path / "site/out").symlink_to("..")
    real = str(tmp_path.resolve())
    for fs in (LocalFileSystem(), AsyncFileSystemWrapper(LocalFileSystem(), asynchronous=True)):
        resolve = symlink_resolver(maybe_wrap_fsspec_file_system(fs))
        assert resolve is not None
        assert await resolve(f"{tmp_path}/site/link") == f"{real}/site/a"
        assert await resolve(f"file://{tmp_path}/site/link") == f"{real}/site/a"
    resolve = symlink_resolver(
        FsspecSyncWrapper(DirFileSystem(path=f"{tmp_path}/site", fs=LocalFileSystem()))
    )
    assert resolve is not None
    assert [await resolve(each) for each in ("link", "", "out/site/link")] == ["a", "", "a"]
    with pytest.raises(PermissionError, match="leads out"):
        await resolve("out")


@pytest.mark.parametrize("fs", [Buffered(), DirFileSystem(path="a", fs=Buffered())])
def test_links_that_nobody_resolves(fs: Any) -> None:
    assert symlink_resolver(FsspecSyncWrapper(fs)) is None


async def test_a_resolver_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinkableFileSystem, "resolvers", {})

    async def resolve(fs: Any, path: Any) -> str:
        return f"{type(fs).__name__} {path}"

    LinkableFileSystem.register_as_linkable(Buffered, resolve)
    resolver = symlink_resolver(FsspecSyncWrapper(Ranged()))
    assert resolver is not None
    assert await resolver("a") == "Ranged a"
    assert symlink_resolver(FsspecSyncWrapper(MemoryFileSystem())) is None


async def test_a_file_system_with_links_of_its_own() -> None:
    class Mine(BaseLocalFileSystem):
        async def resolve_symlinks(self, path: Any) -> str:
            return f"mine {path}"

    resolver = symlink_resolver(Mine())
    assert resolver is not None
    assert await resolver("a") == "mine a"
