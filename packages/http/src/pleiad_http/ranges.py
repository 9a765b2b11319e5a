"""Parts of a representation, by bytes (RFC 9110, section 14)."""

import re

import msgspec

__all__ = ["MOST_RANGES", "ByteRange", "ranges_of"]

MOST_RANGES = 16
"""A request for more ranges gets everything, which RFC 9110, section 14.2, allows."""

_RANGE = re.compile(r"[ \t]*(?:(\d{1,40})-(\d{0,40})|-(\d{1,40}))[ \t]*", re.ASCII)


class ByteRange(msgspec.Struct, frozen=True):
    """Neighbouring bytes.

    Attributes:
        start: The first one's position.
        end: The position behind the last one.
    """

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes they are."""
        return self.end - self.start

    def to_header(self, whole: int) -> str:
        """The value of `Content-Range`.

        Args:
            whole: The size of the representation.
        """
        return f"bytes {self.start}-{self.end - 1}/{whole}"


def ranges_of(header: str, size: int) -> list[ByteRange] | None:
    """The ranges that a `Range` header asks for, those that overlap or touch made one.

    So they are never larger together than the whole. They stand in the order in which they were
    asked for, of those made one that of the first.

    Args:
        header: Its value.
        size: The size of the representation.

    Returns:
        `None` where the header is to be ignored: another unit, malformed, or too many ranges, or
        there is nothing to have a part of. An empty list where none of them can be had: a 416.
    """
    if not size:
        return None
    unit, equals, rest = header.partition("=")
    texts = rest.split(",", MOST_RANGES)
    if unit.strip().lower() != "bytes" or not equals or len(texts) > MOST_RANGES:
        return None
    found: list[ByteRange] = []
    for text in texts:
        each = _RANGE.fullmatch(text)
        if each is None or (each[2] and int(each[2]) < int(each[1])):
            return None
        satisfied = _satisfied(each, size)
        if satisfied is not None:
            found.append(satisfied)
    return _merged(found)


def _satisfied(found: re.Match[str], size: int) -> ByteRange | None:
    """The range within the size; `None` where it lies behind it."""
    if found[3] is not None:
        start, end = max(size - int(found[3]), 0), size
    else:
        start, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
    return ByteRange(start, end) if start < end else None


def _merged(ranges: list[ByteRange]) -> list[ByteRange]:
    merged: list[ByteRange] = []
    for each in ranges:
        apart: list[ByteRange] = []
        for other in merged:
            if each.start <= other.end and other.start <= each.end:
                each = ByteRange(min(each.start, other.start), max(each.end, other.end))  # noqa: PLW2901
            else:
                apart.append(other)
        merged = [*apart, each]
    return merged
