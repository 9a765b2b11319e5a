"""Forms: urlencoded (WHATWG URL, section 5.1) and multipart (RFC 7578)."""

from typing import Any

from pleiad_http.body import read_body, stream_body
from pleiad_http.exceptions import (
    ClientException,
    RequestEntityTooLarge,
    UnsupportedMediaTypeException,
)
from pleiad_http.headers import Headers
from pleiad_http.limits import Limits
from pleiad_http.media_types import media_type_of, parameters_of
from pleiad_http.multidict import FormMultiDict
from pleiad_http.query import parse_urlencoded
from pleiad_http.types import Receive, Scope
from pleiad_http.uploads import UploadFile

__all__ = ["read_form"]

LONGEST_BOUNDARY = 70
"""The most characters of a boundary (RFC 2046, section 5.1.1)."""

CHARSETS = {
    "": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "utf-16": "utf-16",
}
"""The charsets that a part may name: a client's text never chooses among all codecs."""


async def read_form(scope: Scope, receive: Receive, limits: Limits) -> FormMultiDict:
    """The fields and files of a form. Whoever asked for it closes the files.

    Raises:
        UnsupportedMediaTypeException: The content is no form.
        RequestEntityTooLarge: A limit is exceeded.
        ClientException: 400: it is malformed.
    """
    content_type = Headers.from_scope(scope).get("content-type", "")
    media_type = media_type_of(content_type)
    if media_type == "application/x-www-form-urlencoded":
        body = await read_body(scope, receive, limits.body)
        return FormMultiDict(parse_urlencoded(body, limits.fields))
    if media_type == "multipart/form-data":
        boundary = parameters_of(content_type).get("boundary", "")
        return await _Multipart(boundary, limits).read(scope, receive)
    raise UnsupportedMediaTypeException(f"'{media_type or 'no media type'}' is not a form")


class _Multipart:
    """Reads one multipart form, chunk by chunk."""

    def __init__(self, boundary: str, limits: Limits) -> None:
        from multipart import PushMultipartParser  # type: ignore[import-untyped]

        if not 0 < len(boundary) <= LONGEST_BOUNDARY or not boundary.isascii():
            raise ClientException("Invalid multipart boundary")
        self._limits = limits
        self._parser = PushMultipartParser(
            boundary,
            max_header_size=limits.part_header_size,
            max_header_count=limits.part_headers,
            max_segment_count=limits.parts,
        )
        self._items: list[tuple[str, Any]] = []
        self._name = ""
        self._charset = "utf-8"
        self._chunks: list[bytes] = []
        self._size = 0
        self._file: UploadFile | None = None

    async def read(self, scope: Scope, receive: Receive) -> FormMultiDict:
        from multipart import MultipartError, ParserLimitReached

        try:
            async for chunk in stream_body(scope, receive, self._limits.body):
                for event in self._parser.parse(chunk):
                    await self._on(event)
            self._parser.close()
        except BaseException as error:
            await self._close()
            if isinstance(error, ParserLimitReached):
                raise RequestEntityTooLarge(str(error)) from None
            if isinstance(error, MultipartError):
                raise ClientException(f"Malformed multipart form: {error}") from None
            raise
        for _, value in self._items:
            if isinstance(value, UploadFile):
                await value.seek(0)
        return FormMultiDict(self._items)

    async def _on(self, event: Any) -> None:
        if event is None:
            self._end()
        elif isinstance(event, bytes | bytearray):
            await self._content(bytes(event))
        else:
            self._begin(event)

    def _begin(self, segment: Any) -> None:
        from multipart import parse_content_disposition

        headers = Headers(
            [(n.lower().encode(), v.encode("utf-8", "replace")) for n, v in segment.headerlist]
        )
        _, name, filename = parse_content_disposition(segment.header("Content-Disposition", ""))
        if name is None:
            raise ClientException("Malformed multipart form: a part has no name")
        charset = parameters_of(headers.get("content-type", "")).get("charset", "").lower()
        if charset not in CHARSETS:
            raise UnsupportedMediaTypeException("A part of the form has an unknown charset")
        self._name, self._charset, self._size, self._chunks = name, CHARSETS[charset], 0, []
        self._file = None if filename is None else UploadFile(filename, headers=headers)
        if self._file is not None:
            self._items.append((name, self._file))

    async def _content(self, chunk: bytes) -> None:
        if self._file is not None:
            await self._file.write(chunk)
            return
        self._size += len(chunk)
        if self._size > self._limits.part_size:
            raise RequestEntityTooLarge(f"A field is larger than {self._limits.part_size} bytes")
        self._chunks.append(chunk)

    def _end(self) -> None:
        if self._file is not None:
            return
        try:
            self._items.append((self._name, b"".join(self._chunks).decode(self._charset)))
        except UnicodeDecodeError:
            raise ClientException(f"A field of the form is not {self._charset}") from None

    async def _close(self) -> None:
        for _, value in self._items:
            if isinstance(value, UploadFile):
                await value.close()
