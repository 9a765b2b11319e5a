"""Files that a client uploads."""

import re
from typing import IO

from anyio import to_thread

from pleiad_http.headers import Headers

__all__ = ["UploadFile"]

IN_MEMORY = 1 << 20
"""A larger file is kept on disk."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


class UploadFile:
    """A file of a multipart form. What touches the disk runs in a worker thread.

    Args:
        raw_filename: The name as the client sent it.
        headers: The headers of the file's part.
        file: Where its content goes; a spooled temporary file by default.

    Attributes:
        filename: The last part of the client's name, without control characters; may be empty.
        raw_filename: The name as the client sent it: never a path to open.
        headers: The headers of the file's part.
        file: The file itself.
    """

    __slots__ = ("file", "filename", "headers", "raw_filename", "size")

    def __init__(
        self,
        raw_filename: str = "",
        *,
        headers: Headers | None = None,
        file: IO[bytes] | None = None,
    ) -> None:
        from tempfile import SpooledTemporaryFile

        self.raw_filename = raw_filename
        self.filename = _base_name(raw_filename)
        self.headers = headers or Headers()
        self.file: IO[bytes] = file or SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self.size = 0

    def __repr__(self) -> str:
        return f"UploadFile({self.filename!r})"

    @property
    def content_type(self) -> str:
        """What the client says the file is; it may be anything."""
        return self.headers.get("content-type", "application/octet-stream")

    @property
    def rolled_to_disk(self) -> bool:
        """Whether the content is on disk rather than in memory."""
        return bool(getattr(self.file, "_rolled", True))

    async def write(self, data: bytes) -> int:
        """Append content."""
        self.size += len(data)
        if self.rolled_to_disk or self.size > IN_MEMORY:
            return await to_thread.run_sync(self.file.write, data)
        return self.file.write(data)

    async def read(self, size: int = -1) -> bytes:
        """At most `size` bytes from the present position; all that is left by default."""
        if self.rolled_to_disk:
            return await to_thread.run_sync(self.file.read, size)
        return self.file.read(size)

    async def seek(self, offset: int) -> int:
        """Go to a position."""
        return self.file.seek(offset)

    async def close(self) -> None:
        """Close the file; what was on disk is gone."""
        if self.rolled_to_disk:
            await to_thread.run_sync(self.file.close)
        else:
            self.file.close()


def _base_name(name: str) -> str:
    """The last part of a path of any system, without control characters, `.` and `..`."""
    base = _UNSAFE.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    return "" if base in (".", "..") else base
