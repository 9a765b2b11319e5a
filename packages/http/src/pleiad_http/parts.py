"""The parts of a multipart form, one by one, as they arrive."""

from collections.abc import AsyncIterator
from contextlib import suppress
from os import PathLike, unlink
from typing import IO, Literal

from anyio import CancelScope, to_thread

from pleiad_http.body import stream_body
from pleiad_http.charsets import charset_of, decoded
from pleiad_http.exceptions import (
    InternalServerException,
    RequestEntityTooLarge,
    UnsupportedMediaTypeException,
)
from pleiad_http.headers import Headers, content_type_in
from pleiad_http.limits import Limits
from pleiad_http.media_types import media_type_of, parameters_of
from pleiad_http.multipart import Event, Head, Mark, multipart_parser
from pleiad_http.types import Receive, Scope
from pleiad_http.uploads import base_name, write_joined

__all__ = ["MULTIPART", "Part", "Parts", "not_a_form", "parts_of"]

MULTIPART = "multipart/form-data"

OCTETS = "application/octet-stream"

BATCH = 1 << 20
"""Bytes that one hop to a worker thread writes; it holds them twice meanwhile.

PERF: a hop takes 0.1 ms, so a request of 10 MB takes 10 ms by half of this, 8.3 by this, 7.9 by
twice this.
"""

CHUNK_COST = 64
"""Bytes that a chunk takes at least, however little is in it."""


class Part:
    """A field or file of a multipart form, while it arrives: iterating gives its content.

    What was read is gone; at its end there is nothing more. Asking for the next part skips what is
    left of this one, which can then no longer be read.

    Attributes:
        name: The field's name.
        is_file: Whether the client sent a filename, be it an empty one.
        raw_filename: The name as the client sent it: never a path to open. Empty for a field.
        content_type: What the client says it is; empty for a field of which it says nothing,
            `application/octet-stream` for such a file.
    """

    __slots__ = ("_head", "_parts", "content_type", "is_file", "name", "raw_filename")

    def __init__(self, head: Head, parts: "Parts") -> None:
        self._head = head
        self._parts = parts
        self.name = head.name
        self.is_file = head.filename is not None
        self.raw_filename = head.filename or ""
        self.content_type = head.content_type or (OCTETS if self.is_file else "")

    def __repr__(self) -> str:
        file = f", filename={self.filename!r}" if self.is_file else ""
        return f"Part({self.name!r}{file})"

    @property
    def filename(self) -> str:
        """The last part of the client's name, without control characters; may be empty."""
        return base_name(self.raw_filename)

    @property
    def headers(self) -> Headers:
        """All headers of the part."""
        return Headers(self._head.headers)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        chunk = self._parts.content_of(self)
        if chunk is Mark.MORE:
            chunk = await self._parts.awaited_content()
        if chunk is None:
            raise StopAsyncIteration
        return chunk

    async def read(self, limit: int | None = None) -> bytes:
        """All that is left of the content.

        Args:
            limit: The most bytes there may be; `Limits.part_size` by default.

        Raises:
            RequestEntityTooLarge: There are more.
        """
        most = self._parts.limits.part_size if limit is None else limit
        content = bytearray()
        while (chunk := self._parts.content_of(self)) is not None:
            if chunk is Mark.MORE and (chunk := await self._parts.awaited_content()) is None:
                break
            if len(content) + len(chunk) > most:
                what = "file" if self.is_file else "field"
                raise RequestEntityTooLarge(f"A {what} of the form is larger than {most} bytes")
            content += chunk
        return bytes(content)

    async def text(self, limit: int | None = None) -> str:
        """The same as text, of the charset that the part names: UTF-8, UTF-16, Latin-1 or ASCII.

        Args:
            limit: The most bytes there may be; `Limits.part_size` by default.

        Raises:
            RequestEntityTooLarge: There are more.
            UnsupportedMediaTypeException: The part names another charset.
            ClientException: 400: the content is not of that charset.
        """
        charset = charset_of(self.content_type)
        return decoded(await self.read(limit), charset)

    async def batch(self) -> list[bytes]:
        """The next pieces of the content, enough to be worth a thread; none at its end."""
        batch: list[bytes] = []
        size = 0
        while size < BATCH and (chunk := self._parts.content_of(self)) is not None:
            if chunk is Mark.MORE and (chunk := await self._parts.awaited_content()) is None:
                break
            batch.append(chunk)
            size += max(len(chunk), CHUNK_COST)
        return batch

    async def save(self, path: str | PathLike[str]) -> int:
        """Write what is left of the content to a file, in worker threads; how many bytes that were.

        A file that is there is overwritten. Where saving fails, nothing is left there: not half of
        an upload.

        Args:
            path: Where to; never made of what the client sent.
        """
        file = await to_thread.run_sync(open, path, "wb")
        size = 0
        try:
            while batch := await self.batch():
                await to_thread.run_sync(write_joined, file, batch)
                size += sum(map(len, batch))
            await to_thread.run_sync(file.close)
        except BaseException:
            with CancelScope(shield=True):
                await to_thread.run_sync(_remove, file, path)
            raise
        return size


class Parts:
    """The parts of a multipart form, one by one; each can be read until the next is asked for.

    `parts_of` makes it.

    Args:
        content_type: Of the form; its `boundary` stands between the parts.
        chunks: The content.
        limits: How large the form may be.

    Attributes:
        limits: How large the form may be.
    """

    __slots__ = ("_chunks", "_complete", "_events", "_fields", "_files", "_open", "_part", "limits")

    def __init__(self, content_type: str, chunks: AsyncIterator[bytes], limits: Limits) -> None:
        self.limits = limits
        self._chunks = chunks
        boundary = parameters_of(content_type).get("boundary", "")
        self._events = multipart_parser(boundary, limits)
        self._part: Part | None = None
        self._open = self._complete = False
        self._fields = self._files = 0

    def __aiter__(self) -> AsyncIterator[Part]:
        return self

    async def __anext__(self) -> Part:
        while self._part is not None and self._open:
            if self.content_of(self._part) is Mark.MORE:
                await self.awaited_content()
        event = next(self._events, None)
        if event is Mark.MORE:
            event = await self._awaited()
        if not isinstance(event, Head):
            raise self._end()
        self._count(event)
        self._part, self._open = Part(event, self), True
        return self._part

    def content_of(self, part: Part) -> bytes | Literal[Mark.MORE] | None:
        """The next piece of a part's content; `MORE` where it has not arrived, `None` at its end.

        PERF: no coroutine, since most fields are there as a whole: saves 0.2 us of 4 for each.

        Raises:
            InternalServerException: A later part was asked for already.
        """
        if part is not self._part:
            raise InternalServerException(
                f"{part!r} is gone, since a later part was asked for: parts are read as they arrive,"
                " so read each one before the next"
            )
        if not self._open:
            return None
        event = next(self._events, None)
        return Mark.MORE if event is Mark.MORE else self._piece(event)

    async def awaited_content(self) -> bytes | None:
        """The next piece of the same part's content, once it arrives; `None` at its end."""
        return self._piece(await self._awaited())

    def _piece(self, event: Event | None) -> bytes | None:
        if not isinstance(event, tuple):
            raise self._end()
        piece, is_last = event
        self._open = not is_last
        return piece or None

    async def _awaited(self) -> Event | None:
        """What comes next; `None` at the end. The client is asked for no more than that takes."""
        event: Event | None = Mark.MORE
        try:
            while event is Mark.MORE:
                event = self._events.send(await anext(self._chunks, b""))
        except StopIteration:
            self._complete = True
            return None
        except BaseException:
            self._events.close()
            raise
        return event

    def _end(self) -> Exception:
        """What to raise where nothing comes any more."""
        if self._complete:
            return StopAsyncIteration()
        return InternalServerException("the form cannot be read on: reading it failed before")

    def _count(self, head: Head) -> None:
        if head.filename is None:
            self._fields += 1
            if self._fields > self.limits.fields:
                raise RequestEntityTooLarge(f"More than {self.limits.fields} fields")
        else:
            self._files += 1
            if self._files > self.limits.files:
                raise RequestEntityTooLarge(f"More than {self.limits.files} files")


def parts_of(scope: Scope, receive: Receive, limits: Limits) -> Parts:
    """The parts of a multipart form, one by one, as they arrive: nothing is kept.

    `limits.body` counts here too: `None` takes an upload of any size. What is wrong with the form
    is raised where it is come upon, by iterating and by reading parts alike.

    Raises:
        UnsupportedMediaTypeException: The content is no multipart form.
        RequestEntityTooLarge: A limit is exceeded.
        ClientException: 400: it is malformed.
        ClientDisconnected: The client left before it had sent all.
        InternalServerException: The content was already read as a stream.
    """
    content_type = content_type_in(scope)
    if media_type_of(content_type) != MULTIPART:
        raise not_a_form(content_type, "a multipart form")
    return Parts(content_type, stream_body(scope, receive, limits.body), limits)


def not_a_form(content_type: str, wanted: str) -> UnsupportedMediaTypeException:
    """What to raise where content is of another type."""
    shown = content_type if content_type.isprintable() else ascii(content_type)
    return UnsupportedMediaTypeException(f"Not {wanted}: {shown or 'no content type':.80}")


def _remove(file: IO[bytes], path: str | PathLike[str]) -> None:
    with suppress(OSError):  # a full disk fails here once more
        file.close()
    with suppress(FileNotFoundError):
        unlink(path)  # noqa: PTH108 - pathlib takes 2 ms to import
