"""Files: sent whole, in parts, or not at all where the client has them already."""

import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from anyio import to_thread

from pleiad_http.background import BackgroundTask, BackgroundTasks
from pleiad_http.byteranges import byteranges
from pleiad_http.conditional import conditioned, is_range_wanted
from pleiad_http.content_disposition import Disposition, content_disposition
from pleiad_http.cookies import Cookie
from pleiad_http.dates import http_date
from pleiad_http.delivery import Delivery
from pleiad_http.enums import MediaType
from pleiad_http.etag import ETag
from pleiad_http.exceptions import ClientException
from pleiad_http.file_system import (
    AnyFileSystem,
    BaseFileSystem,
    BaseLocalFileSystem,
    FileInfo,
    file_system_of,
)
from pleiad_http.file_types import media_type_of_name
from pleiad_http.fsspec_file_systems import usable
from pleiad_http.iteration import items_of
from pleiad_http.opened_file import FilePath, OpenedFile
from pleiad_http.ranges import ByteRange, ranges_of
from pleiad_http.remote_file import RemoteFile
from pleiad_http.response import Cookies, Headers, Response
from pleiad_http.types import Message, RawHeaders, Receive, Scope, Send

__all__ = ["File"]

Content = Sequence[bytes | ByteRange]


class File(Response[None]):
    """Sends a file.

    It answers conditional and range requests by the file's `ETag`, made of its size and the nanosecond
    of its last change, and its `Last-Modified`. A file that becomes shorter while it is sent leaves the
    response without its end, so that the client can tell.

    A path where there is no regular file that may be read is a 404, and a warning in the log that says
    why. That is known before the first byte.

    Of another file system than the disk, these headers are what it tells of the file, and a range is
    read as a range.

    Args:
        path: Where it is.
        background: Runs when the file has been sent, or the client has left.
        chunk_size: How many bytes are read at once.
        content_disposition_type: `attachment`, to be saved, or `inline`, to be shown.
        cookies: Cookies.
        etag: Its version, where that is known better.
        file_info: What the file system tells of the file, or what is awaited for that, where it is known
            already: it is not asked again.
        file_system: Where it is, if not on the disk: a `BaseFileSystem`, a file system of fsspec's, or
            the name of one.
        filename: What clients call it; by default what it is called.
        headers: Headers; they win over those that the file has.
        media_type: The `Content-Type`; by default what the filename's suffix suggests.
        status_code: The status.

    Attributes:
        chunk_size: How many bytes are read at once.
        file_info: What is known of the file.
        file_system: Where it is; `None` for the default, which is the disk.
        filename: What clients call it.
        path: Where it is.

    Raises:
        ImproperlyConfiguredException: What is given as a file system is none.
        ValueError: A chunk size below 1, another disposition; see `Response`.
    """

    streams: ClassVar[bool] = True

    __slots__ = ("_measured", "chunk_size", "file_info", "file_system", "filename", "path")

    def __init__(
        self,
        path: FilePath,
        *,
        background: BackgroundTask | BackgroundTasks | None = None,
        chunk_size: int = 1024 * 1024,
        content_disposition_type: Disposition = "attachment",
        cookies: Cookies | None = None,
        etag: ETag | None = None,
        file_info: FileInfo | Awaitable[FileInfo] | None = None,
        file_system: AnyFileSystem | str | None = None,
        filename: str | None = None,
        headers: Headers | None = None,
        media_type: MediaType | str | None = None,
        status_code: int | None = None,
    ) -> None:
        super().__init__(
            None,
            status_code=status_code,
            media_type=media_type,
            headers=headers,
            cookies=cookies,
            background=background,
        )
        if chunk_size < 1:
            raise ValueError(f"File: chunk_size={chunk_size!r}: read at least one byte at once")
        self.chunk_size = chunk_size
        self.path = path
        self.file_info = file_info
        self.file_system = usable(file_system)
        self._measured: OpenedFile | None = None
        location: str = os.fspath(path)
        if filename is None:
            filename = location.replace(os.sep, "/").rpartition("/")[2]
        self.filename = filename
        if not headers or "content-disposition" not in self.headers:
            disposition = content_disposition(content_disposition_type, filename)
            self.headers.add("content-disposition", disposition)
        if etag is not None:
            self.set_etag(etag)

    def __repr__(self) -> str:
        return f"File({self.status_code or 200}, {os.fspath(self.path)!r})"

    def take(self, measured: OpenedFile) -> None:
        """Answer by what is known of the file already; once, for then it may have changed.

        Args:
            measured: The file at the path; closed, whether or not its content is in memory.
        """
        self._measured = measured

    def render(self, media_type: str | None = None) -> bytes:
        """A file is never there as a whole.

        Raises:
            TypeError: Always.
        """
        raise TypeError("File has no content at one time: await it, or its send method")

    async def send(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        status_code: int = 200,
        media_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Iterable[Cookie] = (),
        encode: Callable[[Any], bytes] | None = None,
    ) -> None:
        """Send it; where the client leaves, this returns.

        Raises:
            ClientException: Nothing was sent: 404: there is no such file; 412: it is not the version
                that the client wants; 416: it is shorter than what the client wants of it.
            EOFError: It became shorter, or went away, while it was sent.
            ImproperlyConfiguredException: No file system has the name.
        """
        head = partial(
            self.head,
            status_code=status_code,
            media_type=media_type,
            headers={name.lower(): value for name, value in (headers or {}).items()},
            cookies=tuple(cookies),
        )
        file_system = file_system_of(self.file_system, scope)
        if file_system is None and self.file_info is not None:
            file_system = BaseLocalFileSystem()
        if file_system is None:
            await self._send_opened(scope, receive, send, head)
        else:
            await self._send_remote(file_system, scope, receive, send, head)

    async def _send_opened(
        self, scope: Scope, receive: Receive, send: Send, head: Callable[..., Message]
    ) -> None:
        """Send a file of the disk."""
        measured, self._measured = self._measured, None
        if measured is not None and measured.path == self.path:
            start, whole = self._known(measured, scope, head)
            if whole is not None:
                await _send_whole(send, start, whole)
                return
        file = OpenedFile(self.path)
        try:
            start, content = await to_thread.run_sync(self._open, file, scope, head)
            if isinstance(content, bytes):
                await _send_whole(send, start, content)
            elif isinstance(content, str):
                await send(start)
                await send({"type": "http.response.pathsend", "path": content})
            else:
                items = partial(items_of, file.pieces(content, self.chunk_size))
                await Delivery(scope, receive, send).run(start, items, bytes)
        finally:
            file.close()

    async def _send_remote(
        self,
        file_system: BaseFileSystem,
        scope: Scope,
        receive: Receive,
        send: Send,
        head: Callable[..., Message],
    ) -> None:
        """Send a file of another file system: what fits into one chunk is read before it begins."""
        file = RemoteFile(file_system, self.path, self.file_info)
        await file.measure()
        start, content = self._answer(file, scope, head)
        if scope.get("method") == "HEAD":
            await _send_whole(send, start, b"")
        elif _size_of(content) <= self.chunk_size:
            await _send_whole(send, start, await file.read(content))
        else:
            items = partial(file.items, content, self.chunk_size)
            await Delivery(scope, receive, send).run(start, items, bytes)

    def _open(
        self, file: OpenedFile, scope: Scope, head: Callable[..., Message]
    ) -> tuple[Message, bytes | str | Content]:
        """The start of the answer, and what follows it.

        That is the content where it fits into one chunk; the path of the file where the server can
        send it by itself, and all of it is wanted; or what is to be read.

        PERF: all in one hop to a thread, which takes longer than reading most files.
        """
        file.open()
        start, content = self._answer(file, scope, head)
        if scope.get("method") == "HEAD":
            return start, b""
        if _size_of(content) <= self.chunk_size:
            return start, b"".join(file.pieces(content, self.chunk_size))
        if _is_whole(content, file) and _can_send_paths(scope):
            return start, file.location() or content
        return start, content

    def _known(
        self, file: OpenedFile, scope: Scope, head: Callable[..., Message]
    ) -> tuple[Message, bytes | None]:
        """The start of the answer, and the content; `None` where the file must be read for that."""
        start, content = self._answer(file, scope, head)
        if scope.get("method") == "HEAD" or not content:
            return start, b""
        if file.is_kept and _size_of(content) <= self.chunk_size:
            return start, b"".join(file.pieces(content, self.chunk_size))
        return start, None

    def _answer(
        self, file: OpenedFile | RemoteFile, scope: Scope, head: Callable[..., Message]
    ) -> tuple[Message, Content]:
        """The start of the answer, and what is to be sent."""
        start = conditioned(scope, _with_facts(head(file.size), file))
        status = start["status"]
        if status in (204, 205, 304):
            return start, ()
        ranges: list[ByteRange] | None = None
        asked = [value for name, value in scope["headers"] if name == b"range"]
        is_get = status == 200 and scope.get("method") == "GET"
        # What is said twice is malformed.
        if len(asked) == 1 and is_get and is_range_wanted(scope, start):
            ranges = ranges_of(asked[0].decode("latin-1"), file.size)
        if ranges is None:
            return start, (ByteRange(0, file.size),)
        if not ranges:
            raise ClientException(
                status_code=416, headers={"content-range": f"bytes */{file.size}"}
            )
        return _partly(start, ranges, file.size)

    def _type(self, default: str | None) -> str:
        return self.media_type or default or media_type_of_name(self.filename)


async def _send_whole(send: Send, start: Message, content: bytes) -> None:
    await send(start)
    await send({"type": "http.response.body", "body": content})


def _with_facts(start: Message, file: OpenedFile | RemoteFile) -> Message:
    """The start of a successful answer; what the file is comes to it, where that is not said already."""
    if not 200 <= start["status"] < 300:
        return start
    headers: RawHeaders = start["headers"]
    said = dict(headers)
    if b"accept-ranges" not in said:
        headers.append((b"accept-ranges", b"bytes"))
    if file.etag is not None and b"etag" not in said:
        headers.append((b"etag", file.etag.to_header().encode()))
    if file.modified is not None and b"last-modified" not in said:
        headers.append((b"last-modified", http_date(file.modified).encode()))
    return start


def _partly(start: Message, ranges: Sequence[ByteRange], whole: int) -> tuple[Message, Content]:
    """The same answer with parts of the content."""
    headers = dict(start["headers"])
    if len(ranges) == 1:
        replaced = {b"content-range": ranges[0].to_header(whole).encode()}
        content: Content = ranges
    else:
        several = byteranges(ranges, whole, headers.get(b"content-type", b""))
        replaced = {b"content-type": several.content_type}
        content = several.parts
    replaced[b"content-length"] = b"%d" % _size_of(content)
    kept = [each for each in start["headers"] if each[0] not in replaced]
    return {**start, "status": 206, "headers": [*kept, *replaced.items()]}, content


def _size_of(content: Content) -> int:
    return sum([len(each) if isinstance(each, bytes) else each.size for each in content])


def _is_whole(content: Content, file: OpenedFile) -> bool:
    return content == (ByteRange(0, file.size),)


def _can_send_paths(scope: Scope) -> bool:
    """Whether the server opens and sends a file by itself.

    PERF: granian sends 2.3 GB/s so, and 1 GB/s of chunks that it is given.
    """
    return "http.response.pathsend" in (scope.get("extensions") or {})
