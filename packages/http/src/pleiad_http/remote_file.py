"""A file of a file system that is being sent.

It is measured once, and then read by its ranges. Unlike an opened file, what is read may be another
version than what was measured: of what can be seen of that, nothing is passed over.
"""

import os
from collections.abc import AsyncGenerator, Awaitable, Iterable
from inspect import isawaitable
from typing import Any

from pleiad_http.etag import ETag, read_etag
from pleiad_http.file_system import BaseFileSystem, FileInfo
from pleiad_http.iteration import AsyncItems, Items, items_of
from pleiad_http.opened_file import FilePath, is_absent, told
from pleiad_http.ranges import ByteRange

__all__ = ["RemoteFile"]


class RemoteFile:
    """A file, as its file system tells of it.

    Args:
        file_system: Where it is.
        path: Its path there.
        info: What the file system tells of it, or what is awaited for that; by default it is asked.

    Attributes:
        etag: What names its version: the file system's own tag, else, weakly, its size and when it was
            modified; `None` where neither is told.
        modified: When it was modified, in seconds since 1970; `None` where that is not told.
        size: How many bytes it has.
    """

    __slots__ = ("_file_system", "_info", "_path", "etag", "modified", "size")

    def __init__(
        self,
        file_system: BaseFileSystem,
        path: FilePath,
        info: FileInfo | Awaitable[FileInfo] | None = None,
    ) -> None:
        self._file_system = file_system
        self._path = os.fspath(path)
        self._info = info
        self.etag: ETag | None = None
        self.modified: float | None = None
        self.size = 0

    async def measure(self) -> None:
        """Learn what the file is.

        Raises:
            NotFoundException: There is no file at the path that may be read; the log says why.
            ValueError: Its size is not known.
        """
        try:
            info = await self._told()
            if info["type"] != "file":
                raise FileNotFoundError(f"it is no file, but of type {info['type']!r}")
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and not is_absent(error):
                raise
            raise told(self._path, error) from None
        size: Any = info["size"]
        if not isinstance(size, int) or size < 0:
            raise ValueError(
                f"{self._owner} tells no size of {self._path!r}, but {size!r}: give it by file_info="
            )
        self.size = size
        self.modified = info.get("mtime")
        self.etag = _version(info)

    async def _told(self) -> FileInfo:
        if self._info is None:
            return await self._file_system.info(self._path)
        return await self._info if isawaitable(self._info) else self._info

    async def read(self, parts: Iterable[bytes | ByteRange]) -> bytes:
        """Parts of the content, and what stands between them, as one.

        Args:
            parts: Bytes as they are, and ranges of the file.

        Raises:
            NotFoundException: It has gone.
            EOFError: It has become shorter.
            ValueError: The file system gave more than a range.
        """
        try:
            return b"".join([await self._read(each) for each in parts])
        except OSError as error:
            if is_absent(error):
                raise told(self._path, error) from None
            raise

    async def _read(self, part: bytes | ByteRange) -> bytes:
        if isinstance(part, bytes) or not part.size:
            return part if isinstance(part, bytes) else b""
        content = await self._file_system.read_bytes(self._path, part.start, part.end - 1)
        if len(content) < part.size:
            raise self._shorter(part)
        return self._within(content, part, part.size)

    async def items(self, parts: Iterable[bytes | ByteRange], most: int) -> Items:
        """The same piece by piece; the first one is read at once.

        Args:
            parts: Bytes as they are, and ranges of the file.
            most: Bytes that are read at once.

        Raises:
            NotFoundException: It has gone. Of the items, what is raised is `EOFError` instead.
        """
        pieces = self._pieces(parts, most)
        try:
            first = await anext(pieces, b"")
        except EOFError as error:
            if isinstance(error.__cause__, OSError):
                raise told(self._path, error.__cause__) from None
            raise
        return _Begun(first, pieces)

    async def _pieces(
        self, parts: Iterable[bytes | ByteRange], most: int
    ) -> AsyncGenerator[bytes, None]:
        for part in parts:
            if isinstance(part, bytes):
                yield part
                continue
            pieces = self._range(part, most)
            try:
                async for piece in pieces:
                    yield piece
            except OSError as error:
                if is_absent(error):
                    raise EOFError(f"{self._path!r} went away while it was sent") from error
                raise
            finally:
                await pieces.aclose()

    async def _range(self, part: ByteRange, most: int) -> AsyncGenerator[bytes, None]:
        left = part.size
        found = self._file_system.iter(self._path, most, part.start, part.end - 1)
        items = await items_of(found)
        try:
            async for piece in items:
                content = self._within(piece, part, left)
                left -= len(content)
                yield content
        finally:
            await items.aclose()
        if left:
            raise self._shorter(part)

    def _within(self, content: bytes, part: ByteRange, left: int) -> bytes:
        """As much of the content as is left of a range: a whole file may have grown meanwhile."""
        if len(content) > left and part.size < self.size:
            raise ValueError(
                f"{self._owner} gave more of {self._path!r} than the bytes {part.start} to"
                f" {part.end - 1}, which were asked for: 'end' is the position of the last one"
            )
        return content[:left] if len(content) > left else content

    def _shorter(self, part: ByteRange) -> EOFError:
        return EOFError(
            f"{self._path!r} became shorter while it was sent: {self._owner} has not all of the bytes"
            f" {part.start} to {part.end - 1}"
        )

    @property
    def _owner(self) -> str:
        return type(self._file_system).__name__


class _Begun(AsyncItems):
    """The items of an async iterable whose first one has been taken already."""

    __slots__ = ("_first",)

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None]) -> None:
        super().__init__(rest)
        self._first = [first]

    def __aiter__(self) -> Any:
        return self

    async def __anext__(self) -> Any:
        return self._first.pop() if self._first else await super().__anext__()


def _version(info: FileInfo) -> ETag | None:
    """What names the version.

    A date and a size do so weakly: dates are often told to the second, and what is read is no more
    than probably what was measured.
    """
    said = info.get("etag")
    if said is not None:
        try:
            return read_etag(said) or ETag(said)
        except ValueError:
            pass
    modified = info.get("mtime")
    if modified is None:
        return None
    return ETag(f"{int(modified * 1e9):x}-{info['size']:x}", weak=True)
