"""Several parts of a file as one answer (RFC 9110, section 14.6)."""

import os
from collections.abc import Sequence

import msgspec

from pleiad_http.ranges import ByteRange

__all__ = ["ByteRanges", "byteranges"]


class ByteRanges(msgspec.Struct, frozen=True):
    """Content that is made of parts of a file.

    Attributes:
        content_type: The media type of all of it.
        parts: What is sent: what stands between the ranges, as it is, and the ranges.
    """

    content_type: bytes
    parts: tuple[bytes | ByteRange, ...]


def byteranges(ranges: Sequence[ByteRange], whole: int, content_type: bytes) -> ByteRanges:
    """Put ranges into one content.

    Args:
        ranges: The ranges.
        whole: The size of the file.
        content_type: The media type of the file.
    """
    boundary = os.urandom(16).hex().encode()  # nobody can have written it into a file
    parts: list[bytes | ByteRange] = []
    for each in ranges:
        head = (
            b"--%b" % boundary,
            b"content-type: %b" % content_type,
            b"content-range: %b" % each.to_header(whole).encode(),
        )
        parts += [(b"\r\n" if parts else b"") + b"\r\n".join((*head, b"", b"")), each]
    parts.append(b"\r\n--%b--\r\n" % boundary)
    return ByteRanges(b"multipart/byteranges; boundary=" + boundary, tuple(parts))
