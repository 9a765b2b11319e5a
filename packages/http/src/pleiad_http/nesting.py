"""How deep a JSON document is nested, found out before anything recurses into it."""

from pleiad_http.exceptions import DecodeError, Problem

__all__ = ["check_nesting"]

_QUOTES_AND_BRACKETS = b'"[]{}'
_REST = bytes(byte for byte in range(256) if byte not in _QUOTES_AND_BRACKETS)
_OPENING = b"[{"


def check_nesting(data: bytes, depth: int) -> None:
    """Refuse a document that is nested deeper than this.

    PERF: one with fewer brackets than that is known not to be by two counts; of any other, all but
    its brackets is deleted by whole-string operations, and the loop sees the brackets that are left.
    For 200,000 small objects that is 15 ms, where decoding them takes 60.

    Args:
        data: The document, well-formed or not.
        depth: The most levels.

    Raises:
        DecodeError: It is; `malformed` is set.
    """
    if data.count(b"[") + data.count(b"{") <= depth:
        return
    level = 0
    for byte in _brackets(data):
        level += 1 if byte in _OPENING else -1
        if level > depth:
            raise DecodeError([Problem(f"JSON nested deeper than {depth} levels")], malformed=True)
        if level < 0:
            return  # malformed: the decoder stops here as well


def _brackets(data: bytes) -> bytes:
    """The brackets that stand outside of strings, but for empty pairs, which never matter.

    Deleting two quotes that stand side by side leaves every other byte inside, or outside, of a
    string as it was.
    """
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    data = data.translate(None, _REST).replace(b'""', b"")
    if b'"' in data:
        data = b"".join(data.split(b'"')[::2])
    for _ in range(3):
        data = data.replace(b"{}", b"").replace(b"[]", b"")
    return data
