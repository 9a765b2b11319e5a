"""Multipart forms (RFC 7578; RFC 2046, section 5.1), parsed without input and output.

How the bytes are cut into chunks never matters: not to what is read, and not to what is refused.
PyPI's `multipart` differs there in four ways, which is why this module exists.
"""

import re
from collections.abc import Generator, Sequence
from enum import Enum
from typing import Literal, TypeAlias

import msgspec

from pleiad_http.disposition import form_data_of
from pleiad_http.exceptions import ClientException, RequestEntityTooLarge
from pleiad_http.limits import Limits
from pleiad_http.types import RawHeaders

__all__ = ["Event", "Head", "Mark", "malformed", "multipart_parser"]

_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_LINE_BREAKING = re.compile(rb"[\x00\r\n]")


class Head(msgspec.Struct, frozen=True):
    """What stands above the content of a part.

    Attributes:
        name: The field's name.
        filename: As the client sent it; `None` for a field that is no file.
        content_type: What the client says the content is; empty where it says nothing.
        headers: All of them, names in lower case.
    """

    name: str
    filename: str | None
    content_type: str
    headers: RawHeaders


class Mark(Enum):
    """What the parser says beside heads and content."""

    MORE = "more"
    END = "end"


Event: TypeAlias = Head | bytes | Literal[Mark.MORE, Mark.END]
"""A part's head, then pieces of its content, then `END`; `MORE` wherever a chunk is wanted."""

Parsing: TypeAlias = Generator[Event, bytes, None]


def multipart_parser(boundary: str, limits: Limits) -> Parsing:
    """Parse one form: `next` gives an event; whoever gets `MORE` sends a chunk, `b""` at the end.

    It returns where the form is complete, and keeps at most one chunk and one part's head.

    Raises:
        ClientException: 400: the form is malformed or ends early, or the boundary is no boundary.
        RequestEntityTooLarge: More parts, headers or bytes of a header than there may be.
    """
    known = boundary.isascii() and boundary.isprintable()
    if not known or not 0 < len(boundary) <= limits.boundary:
        raise ClientException("Invalid multipart boundary")
    return _Reader(b"\r\n--" + boundary.encode(), limits).form()


def malformed(why: str) -> ClientException:
    """What to raise for a form that is none."""
    return ClientException(f"Malformed multipart form: {why}")


class _Reader:
    """Walks through the content; `_data` from `_at` on is what was not walked through yet."""

    __slots__ = ("_at", "_data", "_delimiter", "_limits", "_size")

    def __init__(self, delimiter: bytes, limits: Limits) -> None:
        self._delimiter = delimiter
        self._limits = limits
        self._data = b"\r\n"  # so that the first delimiter is like any other
        self._at = 0
        self._size = 0

    def form(self) -> Parsing:
        """The whole form; what stands before its first part and behind its last is ignored."""
        yield from self._content(wanted=False)
        parts = 0
        while (yield from self._is_followed()):
            parts += 1
            if parts > self._limits.parts:
                raise _too_large(f"more than {self._limits.parts} parts")
            headers = yield from self._headers()
            yield _head_of(headers)
            yield from self._content()
            self._check_length(headers)
            yield Mark.END
        self._data = b""
        while (yield Mark.MORE):
            pass

    def _content(self, *, wanted: bool = True) -> Parsing:
        """All up to the next delimiter, which is passed.

        PERF: a chunk without a delimiter is given as it came, uncopied: 1.2 GB/s of which all but a
        twentieth is `bytes.find`.
        """
        delimiter, self._size = self._delimiter, 0
        while True:
            data, at = self._data, self._at
            found = data.find(delimiter, at)
            end = found if found >= 0 else self._certain(data, at)
            self._size += end - at
            self._at = end
            if wanted and end > at:
                yield data[at:end]
            if found >= 0:
                self._at += len(delimiter)
                return
            yield from self._more()

    def _certain(self, data: bytes, at: int) -> int:
        """Up to where no delimiter can begin, whatever comes next."""
        index = data.rfind(b"\r", max(at, len(data) - len(self._delimiter) + 1))
        begins = index >= 0 and self._delimiter.startswith(data[index:])
        return index if begins else len(data)

    def _is_followed(self) -> Generator[Event, bytes, bool]:
        """Whether a part comes after a delimiter: the last one ends with two hyphens."""
        while len(self._data) - self._at < 2:
            yield from self._more()
        after = self._data[self._at : self._at + 2]
        self._at += 2
        if after not in (b"\r\n", b"--"):
            raise malformed("neither a line end nor '--' behind a boundary")
        return after == b"\r\n"

    def _headers(self) -> Generator[Event, bytes, RawHeaders]:
        """The headers of a part, up to the empty line."""
        headers: RawHeaders = []
        while line := (yield from self._line()):
            if len(headers) == self._limits.part_headers:
                raise _too_large(f"a part has more than {self._limits.part_headers} headers")
            headers.append(_header(line))
        return headers

    def _line(self) -> Generator[Event, bytes, bytes]:
        """One line, without its end; it is refused as soon as it is too long for certain."""
        most = self._limits.part_header_size
        while (end := self._data.find(b"\r\n", self._at)) < 0:
            if len(self._data) - self._at - self._data.endswith(b"\r") > most:
                raise _too_large(f"a part has a header of more than {most} bytes")
            yield from self._more()
        if end - self._at > most:
            raise _too_large(f"a part has a header of more than {most} bytes")
        line = self._data[self._at : end]
        self._at = end + 2
        return line

    def _more(self) -> Parsing:
        """Ask for a chunk, and forget what was walked through."""
        rest = self._data[self._at :]
        self._data, self._at = b"", 0
        chunk = yield Mark.MORE
        if not chunk:
            raise malformed("it ends early")
        self._data = rest + chunk

    def _check_length(self, headers: RawHeaders) -> None:
        """A part needs no `Content-Length`; one that is wrong hints at content within content."""
        for name, value in headers:
            if name == b"content-length" and value != b"%d" % self._size:
                raise malformed("a part is not as long as its Content-Length says")


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon or _NAME.fullmatch(name) is None or _LINE_BREAKING.search(value):
        raise malformed("a part has a header that is none")
    return name.lower(), value.strip(b" \t")


def _head_of(headers: RawHeaders) -> Head:
    name, filename = form_data_of(_only(headers, b"content-disposition"))
    return Head(name, filename, _only(headers, b"content-type"), headers)


def _only(headers: Sequence[tuple[bytes, bytes]], wanted: bytes) -> str:
    """The value of a header; two would be read as the first here and as the last elsewhere."""
    values = [value for name, value in headers if name == wanted]
    if len(values) > 1:
        raise malformed(f"a part has several {wanted.decode().title()} headers")
    try:
        return values[0].decode() if values else ""
    except UnicodeDecodeError:
        raise malformed("a part has a header that is not UTF-8") from None


def _too_large(why: str) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(f"Multipart form: {why}")
