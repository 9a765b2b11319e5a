"""Entity tags: names of a representation's version (RFC 9110, section 8.8.3)."""

import re

import msgspec

__all__ = ["ETag", "etags_of", "read_etag"]

_OPAQUE = re.compile(r"[!#-~\x80-\xff]*")
_TAG = re.compile(r'(W/)?"([!#-~\x80-\xff]*)"')


class ETag(msgspec.Struct, frozen=True):
    """An entity tag.

    Args:
        value: Visible characters but quotes; the quotes of the header are added.
        weak: Whether equal tags mean the same to people, though not byte for byte.

    Raises:
        ValueError: A character that no tag has.
    """

    value: str
    weak: bool = False

    def __post_init__(self) -> None:
        if not _OPAQUE.fullmatch(self.value):
            raise ValueError(f"ETag: a character that no tag has in {self.value!r:.80}")

    def to_header(self) -> str:
        """The tag as a header says it."""
        return f'{"W/" if self.weak else ""}"{self.value}"'

    @classmethod
    def from_header(cls, text: str) -> "ETag":
        """The tag that a header says.

        Raises:
            ValueError: It says none.
        """
        found = read_etag(text)
        if found is None:
            raise ValueError(f'{text!r:.80} is no entity tag: it has the form "..." or W/"..."')
        return found

    def is_same(self, other: "ETag", *, strongly: bool = False) -> bool:
        """Whether both name the same version.

        Args:
            other: The other tag.
            strongly: Whether byte for byte, which weak tags never do.
        """
        return self.value == other.value and not (strongly and (self.weak or other.weak))


def read_etag(text: str) -> ETag | None:
    """The tag that a header says; `None` where it says none."""
    found = _TAG.fullmatch(text.strip(" \t"))
    return None if found is None else ETag(found[2], weak=found[1] is not None)


def etags_of(text: str) -> list[ETag] | None:
    """The tags of an `If-Match` or `If-None-Match` header; `None` for `*`, which means any.

    What is no tag is passed over.
    """
    if text.strip(" \t") == "*":
        return None
    return [ETag(found[2], weak=found[1] is not None) for found in _TAG.finditer(text)]
