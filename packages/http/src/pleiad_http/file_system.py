"""What files are read from: a file system tells what a file is, and reads parts of it.

The disk is one of them. What is sent from the disk goes by way of `OpenedFile`, which measures the very
file that it then reads; by `BaseLocalFileSystem` it is read where a program asks it to.
"""
# ruff: noqa: PTH114, PTH116 - pathlib takes 2 ms to import

import os
import stat
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from io import FileIO
from typing import Any, ClassVar, NotRequired, Protocol, TypeAlias, TypedDict

from anyio import CancelScope, to_thread

from pleiad_http.exceptions import ImproperlyConfiguredException
from pleiad_http.iteration import items_of
from pleiad_http.opened_file import FilePath, open_regular
from pleiad_http.types import Scope

__all__ = [
    "FILE_SYSTEMS",
    "AnyFileSystem",
    "BaseFileSystem",
    "BaseLocalFileSystem",
    "FileInfo",
    "FsspecFileSystem",
    "LinkableFileSystem",
    "SymlinkResolver",
    "file_system_of",
    "streamed",
]

FILE_SYSTEMS = "pleiad.file_systems"
"""Where a scope holds the file systems that have names: a mapping, with the default under `None`."""


class FileInfo(TypedDict):
    """What a file system tells of a path."""

    name: str
    """The path."""
    size: int
    """How many bytes there are."""
    type: str
    """`file`, `directory`, or what else there may be."""
    mtime: NotRequired[float]
    """When it was modified, in seconds since 1970."""
    is_symlink: NotRequired[bool | None]
    """Whether it is a symbolic link; `None` where there are no such links."""
    etag: NotRequired[str]
    """What names its version, as an `ETag` header does, or without its quotes."""


class BaseFileSystem(ABC):
    """What files are read from.

    A path that leads to nothing raises what Python's own functions do, such as `FileNotFoundError`:
    then a client is told of a 404. Whatever else is raised is a 500.
    """

    @abstractmethod
    async def info(self, path: FilePath, **kwargs: Any) -> FileInfo:
        """What there is at a path.

        Args:
            path: Where to look.
            **kwargs: What a file system may be told besides.
        """

    @abstractmethod
    async def read_bytes(self, path: FilePath, start: int = 0, end: int = -1) -> bytes:
        """Read a file, or a part of it.

        Args:
            path: Where it is.
            start: The position of the first byte.
            end: The position of the last byte; `-1` for that of the file.
        """

    @abstractmethod
    def iter(
        self, path: FilePath, chunksize: int, start: int = 0, end: int = -1
    ) -> AsyncGenerator[bytes, None]:
        """Read a file, or a part of it, piece by piece.

        Args:
            path: Where it is.
            chunksize: The most bytes of a piece.
            start: The position of the first byte.
            end: The position of the last byte; `-1` for that of the file.
        """


class FsspecFileSystem(Protocol):
    """A file system of fsspec's, as far as it is used here."""

    async_impl: bool

    def info(self, path: Any, **kwargs: Any) -> Any:
        """What there is at a path."""
        ...

    def cat_file(self, path: Any, start: Any = None, end: Any = None, **kwargs: Any) -> Any:
        """The bytes from one position up to another."""
        ...


AnyFileSystem: TypeAlias = BaseFileSystem | FsspecFileSystem
SymlinkResolver: TypeAlias = Callable[[Any, Any], Awaitable[str]]
"""Given the file system and a path, the path without symbolic links."""


class LinkableFileSystem(BaseFileSystem):
    """A file system with symbolic links, which static files must not follow out of their folders."""

    resolvers: ClassVar[dict[type[Any], SymlinkResolver]] = {}
    """How links are resolved on file systems that are registered rather than derived from this."""

    @abstractmethod
    async def resolve_symlinks(self, path: FilePath) -> str:
        """The path with all symbolic links resolved."""

    @classmethod
    def register_as_linkable(cls, fs_type: type[Any], resolver: SymlinkResolver) -> None:
        """Say how links are resolved on a file system of another class, such as one of fsspec's.

        Args:
            fs_type: The class; its subclasses too.
            resolver: Given the file system and a path, gives the path without links.
        """
        cls.resolvers[fs_type] = resolver


class BaseLocalFileSystem(LinkableFileSystem):
    """The disk."""

    async def info(self, path: FilePath, **kwargs: Any) -> FileInfo:
        """What there is at a path: links are followed, and told."""
        return await to_thread.run_sync(_info, path)

    async def read_bytes(self, path: FilePath, start: int = 0, end: int = -1) -> bytes:
        """Read a regular file, or a part of it."""
        return await to_thread.run_sync(_read, path, start, end)

    def iter(
        self, path: FilePath, chunksize: int, start: int = 0, end: int = -1
    ) -> AsyncGenerator[bytes, None]:
        """Read a regular file, or a part of it, piece by piece: opened once, at the first of them."""
        return streamed(_pieces(path, chunksize, start, end))

    async def resolve_symlinks(self, path: FilePath) -> str:
        """The path with all symbolic links resolved."""
        return await to_thread.run_sync(_real, os.fspath(path))


async def streamed(pieces: Any) -> AsyncGenerator[bytes, None]:
    """What a generator gives, which may wait for each piece in a thread; it is closed in any case."""
    items = await items_of(pieces)
    try:
        async for piece in items:
            yield piece
    finally:
        with CancelScope(shield=True):
            await items.aclose()


def file_system_of(given: BaseFileSystem | str | None, scope: Scope) -> BaseFileSystem | None:
    """The file system that is meant; `None` for the disk.

    Args:
        given: The file system, its name, or nothing for the default one.
        scope: The request's, which holds those that have names.

    Raises:
        ImproperlyConfiguredException: There is none of the name.
    """
    if isinstance(given, BaseFileSystem):
        found: BaseFileSystem | None = given
    else:
        named: Mapping[str | None, BaseFileSystem] = scope.get(FILE_SYSTEMS) or {}
        found = named.get(given)
        if found is None and given is not None:
            known = ", ".join(sorted(f"'{each}'" for each in named if each)) or "there are none"
            raise ImproperlyConfiguredException(
                f"file_system={given!r}: no file system has this name ({known}): name it in"
                f" plugins=[FileSystemRegistry({{{given!r}: ...}})], or give the file system itself"
            )
    return None if type(found) is BaseLocalFileSystem else found


# The disk


def _info(path: FilePath) -> FileInfo:
    found = os.stat(path)
    kind = next((name for name, is_one in _TYPES if is_one(found.st_mode)), "other")
    return {
        "name": os.fspath(path),
        "size": found.st_size,
        "type": kind,
        "mtime": found.st_mtime,
        "is_symlink": os.path.islink(path),
    }


_TYPES = (("file", stat.S_ISREG), ("directory", stat.S_ISDIR))


def _real(path: str) -> str:
    return os.path.realpath(path, strict=True)


def _read(path: FilePath, start: int, end: int) -> bytes:
    file, found = open_regular(path)
    with file:
        return b"".join(_chunks(file, found.st_size, start, end))


def _pieces(path: FilePath, most: int, start: int, end: int) -> Iterator[bytes]:
    file, _ = open_regular(path)
    with file:
        yield from _chunks(file, most, start, end)


def _chunks(file: FileIO, most: int, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    left = None if end < 0 else end - start + 1
    while left is None or left > 0:
        chunk = file.read(max(1, most) if left is None else min(most, left))
        if not chunk:
            return
        if left is not None:
            left -= len(chunk)
        yield chunk
