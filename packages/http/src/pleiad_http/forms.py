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

__all__ = ["FORM", "read_form"]

FORM = "pleiad.form"
"""Where the scope keeps a form that has been read, for middleware and route alike."""

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
    """The fields and files of a form, read once and kept in the scope.

    Who reads it first closes the files; `filename*` is ignored, as RFC 7578, section 4.2, says.

    Raises:
        UnsupportedMediaTypeException: The content is no form, or its charset is unknown.
        RequestEntityTooLarge: A limit is exceeded.
        ClientException: 400: it is malformed.
        ClientDisconnected: The client left before it had sent all.
    """
    known: FormMultiDict | None = scope.get(FORM)
    if known is not None:
        return known
    content_type = Headers.from_scope(scope).get("content-type", "")
    read = _READERS.get(media_type_of(content_type))
    if read is None:
        shown = content_type if content_type.isprintable() else ascii(content_type)
        raise UnsupportedMediaTypeException(f"Not a form: {shown or 'no content type':.80}")
    form = scope[FORM] = await read(scope, receive, limits, parameters_of(content_type))
    return form


async def _read_urlencoded(
    scope: Scope, receive: Receive, limits: Limits, parameters: dict[str, str]
) -> FormMultiDict:
    """WHATWG's urlencoded text is UTF-8, whatever is said of it: so nothing else may be said."""
    if CHARSETS.get(parameters.get("charset", "").lower()) not in ("utf-8", "ascii"):
        raise UnsupportedMediaTypeException("An urlencoded form is UTF-8")
    body = await read_body(scope, receive, limits.body)
    return FormMultiDict(parse_urlencoded(body, limits.fields))


async def _read_multipart(
    scope: Scope, receive: Receive, limits: Limits, parameters: dict[str, str]
) -> FormMultiDict:
    library = _library()
    form = _Multipart(parameters.get("boundary", ""), limits)
    try:
        return await form.read(scope, receive)
    except BaseException as error:
        await form.close()
        if isinstance(error, library.ParserLimitReached):
            raise RequestEntityTooLarge(f"Multipart form: {error}") from None
        if isinstance(error, library.MultipartError):
            raise ClientException(f"Malformed multipart form: {error}") from None
        raise


_READERS = {
    "application/x-www-form-urlencoded": _read_urlencoded,
    "multipart/form-data": _read_multipart,
}


def _library() -> Any:
    """PyPI's `multipart`, which only who reads a multipart form needs; it says no types."""
    import multipart  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

    return multipart


class _Multipart:
    """Reads one multipart form, chunk by chunk."""

    def __init__(self, boundary: str, limits: Limits) -> None:
        known = boundary.isascii() and boundary.isprintable()
        if not known or not 0 < len(boundary) <= limits.boundary:
            raise ClientException("Invalid multipart boundary")
        self._limits = limits
        self._parser = _library().PushMultipartParser(
            boundary,
            max_header_size=limits.part_header_size,
            max_header_count=limits.part_headers,
            max_segment_count=limits.parts,
        )
        self._items: list[tuple[str, Any]] = []
        self._files: list[UploadFile] = []
        self._file: UploadFile | None = None
        self._name = ""
        self._charset = "utf-8"
        self._chunks: list[bytes | bytearray] = []
        self._size = 0

    async def read(self, scope: Scope, receive: Receive) -> FormMultiDict:
        """Read it."""
        async for chunk in stream_body(scope, receive, self._limits.body):
            for event in self._parser.parse(chunk):
                await self._on(event)
        self._parser.close()
        for file in self._files:
            await file.seek(0)
        return FormMultiDict(self._items)

    async def close(self) -> None:
        """Close the files that were opened."""
        for file in self._files:
            await file.close()

    async def _on(self, event: Any) -> None:
        """What the parser gives: a part's head, pieces of its content, and `None` at its end."""
        if event is None:
            self._end()
        elif isinstance(event, bytes | bytearray):
            await self._content(event)
        else:
            self._begin(event)

    def _begin(self, segment: Any) -> None:
        disposition = segment.header("Content-Disposition", "")
        _, name, filename = _library().parse_content_disposition(disposition)
        if name is None:
            raise ClientException("Malformed multipart form: a part has no name")
        self._name, self._size, self._chunks, self._file = name, 0, [], None
        content_type: str = segment.header("Content-Type", "")
        if filename is None:
            self._begin_field(content_type)
        else:
            self._begin_file(filename, content_type, segment.headerlist)

    def _begin_field(self, content_type: str) -> None:
        if len(self._items) - len(self._files) >= self._limits.fields:
            raise RequestEntityTooLarge(f"More than {self._limits.fields} fields")
        charset = CHARSETS.get(parameters_of(content_type).get("charset", "").lower())
        if charset is None:
            raise UnsupportedMediaTypeException("A part of the form has an unknown charset")
        self._charset = charset

    def _begin_file(self, filename: str, content_type: str, headers: list[tuple[str, str]]) -> None:
        if len(self._files) >= self._limits.files:
            raise RequestEntityTooLarge(f"More than {self._limits.files} files")
        raw = [(name.lower().encode("latin-1"), value.encode()) for name, value in headers]
        known = content_type or "application/octet-stream"
        self._file = UploadFile(known, filename, headers=Headers(raw))
        self._files.append(self._file)
        self._items.append((self._name, self._file))

    async def _content(self, chunk: bytes | bytearray) -> None:
        if self._file is not None:
            await self._file.write(bytes(chunk))
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
