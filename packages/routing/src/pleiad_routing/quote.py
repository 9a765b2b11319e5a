"""Percent-encoding of paths (RFC 3986, sections 2 and 3.3)."""

__all__ = ["quote_path", "quote_segment", "unquote"]

_SAFE = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@"
)


def quote_segment(text: str) -> str:
    """A segment that means `text`, whatever is in it.

    `.` and `..` are encoded: as they are, a client would resolve them away.
    """
    if text in (".", ".."):
        return text.replace(".", "%2E")
    octets = text.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in _SAFE else f"%{byte:02X}" for byte in octets)


def quote_path(text: str) -> str:
    """Several segments: slashes stay."""
    return "/".join(quote_segment(segment) for segment in text.split("/"))


def unquote(raw: bytes) -> str:
    """A raw segment decoded; what is no escape stays, what is no UTF-8 becomes U+FFFD."""
    if b"%" not in raw:
        return raw.decode("utf-8", "replace")
    first, *rest = raw.split(b"%")
    parts = [first]
    for each in rest:
        try:
            parts.append(bytes.fromhex(each[:2].decode("ascii")) + each[2:])
        except ValueError:
            parts.append(b"%" + each)
    return b"".join(parts).decode("utf-8", "replace")
