"""A file that is being sent: opened once, so that size, version and content are one file's."""
# ruff: noqa: PTH116 - pathlib takes 2 ms to import

import errno
import logging
import os
import stat
from collections.abc import Iterable, Iterator
from io import BytesIO, FileIO
from typing import TypeAlias

from pleiad_http.etag import ETag
from pleiad_http.exceptions import NotFoundException
from pleiad_http.ranges import ByteRange

__all__ = ["FilePath", "OpenedFile", "is_absent", "measured_file", "open_regular", "told"]

FilePath: TypeAlias = str | os.PathLike[str]

logger = logging.getLogger("pleiad_http")

_NO_VERSION = ETag("")
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody writes to would never open
)

_NOTHING_TO_SEND = frozenset(
    {
        errno.EACCES,
        errno.EISDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ENODEV,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.ENXIO,
        errno.EPERM,
    }
)
"""What is wrong with a path; anything else, such as too many open files, is wrong with the program."""

_ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
"""The same, where the exception has no number."""


def is_absent(error: OSError) -> bool:
    """Whether there is nothing to send where it was looked for, rather than something wrong there."""
    return error.errno in _NOTHING_TO_SEND or isinstance(error, _ABSENT)


def told(path: FilePath, error: Exception) -> NotFoundException:
    """What a client is told of a path that leads to nothing; the log is told why."""
    logger.warning("File: %r is not sent: %s", os.fspath(path), error)
    return NotFoundException()


def open_regular(path: FilePath) -> tuple[FileIO, os.stat_result]:
    """Open a regular file for reading, and measure that very file.

    Raises:
        OSError: There is none that may be read.
        ValueError: It is no path.
    """
    # First, as opening a device may set it in motion.
    _check(os.stat(path))
    file = FileIO(os.open(path, _FLAGS))
    try:
        found = os.fstat(file.fileno())
        _check(found)
    except OSError:
        file.close()
        raise
    return file, found


class OpenedFile:
    """A regular file, open for reading.

    Args:
        path: Where it is.

    Attributes:
        path: Where it is.
        size: How many bytes it has.
        modified: When it was modified, in seconds since 1970.
        etag: What tells it from what was there before: its size and the nanosecond in which it was
            modified. A change within the same tick of the file system that keeps the size is not seen.
    """

    __slots__ = ("_file", "_is_closed", "etag", "modified", "path", "size")

    def __init__(self, path: FilePath) -> None:
        self.path = path
        self._file: FileIO | BytesIO | None = None
        self._is_closed = False
        self.size = 0
        self.modified = 0.0
        self.etag = _NO_VERSION

    def open(self) -> None:
        """Open it. Where `close` was called meanwhile, for nobody waits any more, it is closed again.

        Raises:
            NotFoundException: There is no regular file at the path that may be read; the log says why.
            OSError: It could not be opened for another reason.
        """
        try:
            file, found = open_regular(self.path)
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and not is_absent(error):
                raise
            raise told(self.path, error) from None
        self.size, self.modified = found.st_size, found.st_mtime
        self.etag = ETag(f"{found.st_mtime_ns:x}-{found.st_size:x}")
        self._file = file
        if self._is_closed:
            file.close()

    def keep(self) -> None:
        """Read all of it, and close it; from then on it is in memory.

        Raises:
            EOFError: It has become shorter.
        """
        try:
            content = b"".join(self.pieces((ByteRange(0, self.size),), self.size))
        finally:
            self.close()
        self._file = BytesIO(content)

    @property
    def is_kept(self) -> bool:
        """Whether it is in memory."""
        return isinstance(self._file, BytesIO)

    def close(self) -> None:
        """Close it, if it is open."""
        self._is_closed = True
        if self._file is not None:
            self._file.close()

    def pieces(self, parts: Iterable[bytes | ByteRange], most: int) -> Iterator[bytes]:
        """Parts of the content, and what stands between them.

        Args:
            parts: Bytes as they are, and ranges of the file.
            most: Bytes that are read at once.

        Raises:
            EOFError: The file has become shorter.
        """
        for part in parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from self._chunks(self._opened, part, most)

    def _chunks(self, file: FileIO | BytesIO, part: ByteRange, most: int) -> Iterator[bytes]:
        file.seek(part.start)
        left = part.size
        while left:
            chunk = file.read(min(left, most))
            if not chunk:
                raise EOFError(f"{os.fspath(self.path)!r} became shorter while it was sent")
            left -= len(chunk)
            yield chunk

    def location(self) -> str | None:
        """The absolute path at which others find this very file; `None` where it has gone from there."""
        path = os.path.realpath(self.path)
        try:
            is_here = os.path.samestat(os.stat(path), os.fstat(self._opened.fileno()))
        except OSError:
            return None
        return path if is_here else None

    @property
    def _opened(self) -> FileIO | BytesIO:
        if self._file is None:
            raise ValueError(f"{os.fspath(self.path)!r} is not open")
        return self._file


def measured_file(path: FilePath, most: int) -> OpenedFile:
    """A regular file as it is now, closed.

    Args:
        path: Where it is.
        most: How many bytes it may have to be kept in memory.

    Raises:
        NotFoundException: See `OpenedFile.open`.
        OSError: The same.
        EOFError: It became shorter while it was read.
    """
    file = OpenedFile(path)
    file.open()
    if file.size <= most:
        file.keep()
    else:
        file.close()
    return file


def _check(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.ENODEV, "not a regular file")
