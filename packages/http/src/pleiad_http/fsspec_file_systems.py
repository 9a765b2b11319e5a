"""fsspec's file systems, as ours.

fsspec is never imported here: who gives a file system of its has imported it, and its classes are known
by their names. Its sync file systems are called in threads. Its async ones are awaited, where they were
made for that (`asynchronous=True`); any other has an event loop of its own, and waits for it in a thread.

A part of a file is asked for as a part. Most file systems read it by themselves (`cat_file`), and then
each piece is such a part; fsspec's own `cat_file` opens the file, so there it is opened once for all of
its pieces, and nothing is read ahead.
"""
# ruff: noqa: SLF001 - an async file system of fsspec's is its methods that begin with `_`

import os
from abc import abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from math import isfinite
from typing import Any

from anyio import to_thread

from pleiad_http.dates import date_of
from pleiad_http.exceptions import ImproperlyConfiguredException
from pleiad_http.file_system import (
    AnyFileSystem,
    BaseFileSystem,
    FileInfo,
    LinkableFileSystem,
    streamed,
)
from pleiad_http.opened_file import FilePath

__all__ = [
    "FsspecAsyncWrapper",
    "FsspecSyncWrapper",
    "FsspecWrapper",
    "get_fsspec_mtime_equivalent",
    "maybe_wrap_fsspec_file_system",
    "symlink_resolver",
    "usable",
]

_ANY = "fsspec.spec.AbstractFileSystem"
_FOLDER = "fsspec.implementations.dirfs.DirFileSystem"


class FsspecWrapper(BaseFileSystem):
    """A file system of fsspec's.

    Args:
        fs: The file system.

    Attributes:
        wrapped_fs: The same.
    """

    def __init__(self, fs: Any) -> None:
        self.wrapped_fs = fs

    async def info(self, path: FilePath, **kwargs: Any) -> FileInfo:
        """What there is at a path; `kwargs` are the file system's."""
        return _info_of(await self._info(os.fspath(path), **kwargs))

    def own_path(self, path: FilePath) -> str:
        """The path as the file system itself writes it: without a protocol, where it has one."""
        found: str = self.wrapped_fs._strip_protocol(os.fspath(path))
        return found

    @abstractmethod
    async def _info(self, path: str, **kwargs: Any) -> Mapping[str, Any]: ...


class FsspecSyncWrapper(FsspecWrapper):
    """A file system of fsspec's that is called in threads.

    Args:
        fs: The file system.
    """

    async def read_bytes(self, path: FilePath, start: int = 0, end: int = -1) -> bytes:
        """Read a file, or a part of it."""
        return await to_thread.run_sync(self._read, os.fspath(path), start, end)

    def iter(
        self, path: FilePath, chunksize: int, start: int = 0, end: int = -1
    ) -> AsyncGenerator[bytes, None]:
        """Read a file, or a part of it, piece by piece."""
        pieces = self._parts if _reads_parts(self.wrapped_fs) else self._opened
        return streamed(pieces(os.fspath(path), chunksize, start, end))

    async def _info(self, path: str, **kwargs: Any) -> Mapping[str, Any]:
        return await to_thread.run_sync(partial(self.wrapped_fs.info, path, **kwargs))

    def _read(self, path: str, start: int, end: int) -> bytes:
        if _reads_parts(self.wrapped_fs):
            return bytes(self.wrapped_fs.cat_file(path, **_limits(start, end)))
        return b"".join(self._opened(path, -1, start, end))

    def _parts(self, path: str, most: int, start: int, end: int) -> Iterator[bytes]:
        last = self.wrapped_fs.info(path)["size"] - 1 if end < 0 else end
        for at in range(start, last + 1, most):
            yield self.wrapped_fs.cat_file(path, **_limits(at, min(at + most - 1, last)))

    def _opened(self, path: str, most: int, start: int, end: int) -> Iterator[bytes]:
        with self.wrapped_fs.open(path, "rb", cache_type="none") as file:
            if start:
                file.seek(start)
            left = None if end < 0 else end - start + 1
            while left is None or left > 0:
                wanted = most if left is None else left if most < 0 else min(most, left)
                piece = file.read(wanted)
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece


class FsspecAsyncWrapper(FsspecWrapper):
    """A file system of fsspec's that is awaited, on asyncio's event loop.

    Args:
        fs: The file system, made with `asynchronous=True`.

    Raises:
        ImproperlyConfiguredException: It was made to be called from other threads.
    """

    def __init__(self, fs: Any) -> None:
        if not _is_awaited(fs):
            raise ImproperlyConfiguredException(
                f"FsspecAsyncWrapper: {type(fs).__name__} has an event loop of its own: make it with"
                " asynchronous=True, or take FsspecSyncWrapper"
            )
        super().__init__(fs)

    async def read_bytes(self, path: FilePath, start: int = 0, end: int = -1) -> bytes:
        """Read a file, or a part of it."""
        found: bytes = await self.wrapped_fs._cat_file(os.fspath(path), **_limits(start, end))
        return found

    async def iter(
        self, path: FilePath, chunksize: int, start: int = 0, end: int = -1
    ) -> AsyncGenerator[bytes, None]:
        """Read a file, or a part of it, piece by piece: each is asked for by itself."""
        last = (await self.info(path))["size"] - 1 if end < 0 else end
        for at in range(start, last + 1, chunksize):
            yield await self.read_bytes(path, at, min(at + chunksize - 1, last))

    async def _info(self, path: str, **kwargs: Any) -> Mapping[str, Any]:
        found: Mapping[str, Any] = await self.wrapped_fs._info(path, **kwargs)
        return found


def maybe_wrap_fsspec_file_system(file_system: AnyFileSystem) -> BaseFileSystem:
    """A file system as ours: one of fsspec's is wrapped, as befits whether it is to be awaited.

    Args:
        file_system: One of ours, or of fsspec's.

    Raises:
        ImproperlyConfiguredException: It is neither.
    """
    if isinstance(file_system, BaseFileSystem):
        return file_system
    if _ANY not in map(_dotted, type(file_system).__mro__):
        raise ImproperlyConfiguredException(
            f"file_system={file_system!r:.200}: derive its class from BaseFileSystem, or give one of"
            " fsspec's file systems"
        )
    return (FsspecAsyncWrapper if _is_awaited(file_system) else FsspecSyncWrapper)(file_system)


def usable(file_system: AnyFileSystem | str | None) -> BaseFileSystem | str | None:
    """What was given as a file system, as ours; a name stays a name.

    Raises:
        ImproperlyConfiguredException: It is none.
    """
    if file_system is None or isinstance(file_system, str):
        return file_system
    return maybe_wrap_fsspec_file_system(file_system)


def _dotted(cls: Any) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _is_awaited(fs: Any) -> bool:
    return bool(getattr(fs, "async_impl", False) and getattr(fs, "asynchronous", False))


def _reads_parts(fs: Any) -> bool:
    """Whether the file system reads parts by itself; an async one, in a thread, has its own on it."""
    if _dotted(type(fs)) == _FOLDER:
        return _reads_parts(fs.fs)
    if "cat_file" in getattr(fs, "__dict__", ()):
        return True
    return next(_dotted(cls) for cls in type(fs).__mro__ if "cat_file" in vars(cls)) != _ANY


def _limits(start: int, end: int) -> Mapping[str, int | None]:
    """Positions as fsspec counts them: up to the one behind the last byte."""
    return {"start": start or None} if end < 0 else {"start": start, "end": end + 1}


# What they tell of a file, each in its own words


def _info_of(found: Mapping[str, Any]) -> FileInfo:
    info: FileInfo = {"name": found["name"], "size": found["size"], "type": found["type"]}
    modified = get_fsspec_mtime_equivalent(found)
    if modified is not None:
        info["mtime"] = modified
    if "islink" in found:
        info["is_symlink"] = bool(found["islink"])
    etag = found.get("ETag") or found.get("etag")
    if isinstance(etag, str):
        info["etag"] = etag
    return info


def get_fsspec_mtime_equivalent(info: Mapping[str, Any]) -> float | None:
    """When a file was modified, in seconds since 1970; `None` where nothing tells it.

    Args:
        info: What `info` of a file system of fsspec's gave: each has a word of its own for it.
    """
    for key, unit in _MODIFIED.items():
        moment = _moment(info.get(key))
        if moment is not None:
            return moment * unit
    return None


_MODIFIED: Mapping[str, float] = {
    "mtime": 1,
    "last_modified": 1,
    "LastModified": 1,
    "Last-Modified": 1,
    "modified": 1,
    "updated": 1,
    "timeModified": 1,
    "modify": 1,
    "modificationTime": 0.001,
}
"""What file systems call it, and what a number there counts, in seconds."""


def _moment(value: Any) -> float | None:
    """Seconds since 1970, of a number, a date, or a text of one; without a zone it is in UTC."""
    if isinstance(value, str):
        seconds = date_of(value)
        value = _date_of(value) if seconds is None else seconds
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isfinite(value) else None


def _date_of(text: str) -> datetime | None:
    """A date as ISO 8601 writes it, or FTP (RFC 3659)."""
    try:
        if text.isdigit():
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return datetime.fromisoformat(text)
    except ValueError:
        return None


# Symbolic links


def symlink_resolver(file_system: BaseFileSystem) -> Callable[[str], Awaitable[str]] | None:
    """What resolves the symbolic links in paths; `None` where nobody knows how.

    Args:
        file_system: One of ours, or of fsspec's that stands on the disk, or that was registered.
    """
    if isinstance(file_system, LinkableFileSystem):
        return file_system.resolve_symlinks
    return _resolver_of(getattr(file_system, "wrapped_fs", file_system))


def _resolver_of(fs: Any) -> Callable[[str], Awaitable[str]] | None:
    for cls in type(fs).__mro__:
        registered = LinkableFileSystem.resolvers.get(cls)
        if registered is not None:
            return partial(registered, fs)
        make = _RESOLVERS.get(_dotted(cls))
        if make is not None:
            return make(fs)
    return None


def _on_disk(fs: Any) -> Callable[[str], Awaitable[str]]:
    async def resolve(path: str) -> str:
        return await to_thread.run_sync(partial(_real, fs._strip_protocol(path)))

    return resolve


def _real(path: str) -> str:
    return os.path.realpath(path, strict=True).replace(os.sep, "/")


def _in_folder(fs: Any) -> Callable[[str], Awaitable[str]] | None:
    """Of a folder of another file system, in which paths are relative to it."""
    resolve_outside = _resolver_of(fs.fs)
    if resolve_outside is None:
        return None

    async def resolve(path: str) -> str:
        root = await resolve_outside(fs.path)
        real = await resolve_outside(fs._join(path))
        if real != root and not real.startswith(f"{root.rstrip('/')}/"):
            raise PermissionError(f"{path!r} leads out of {fs.path!r}")
        return real.removeprefix(root).lstrip("/")

    return resolve


_RESOLVERS: Mapping[str, Callable[[Any], Callable[[str], Awaitable[str]] | None]] = {
    "fsspec.implementations.local.LocalFileSystem": _on_disk,
    _FOLDER: _in_folder,
    "fsspec.implementations.asyn_wrapper.AsyncFileSystemWrapper": lambda fs: _resolver_of(
        fs.sync_fs
    ),
}
"""Of the file systems that stand on the disk."""
