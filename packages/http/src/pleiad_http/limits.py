"""How large a request may be."""

import msgspec

__all__ = ["Limits"]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a request's content.

    Beyond any of them the request is refused with a 413, but for `boundary` and `depth`: with a 400.

    Attributes:
        body: Bytes of content; `None` for no limit.
        fields: Fields of a form that are no files.
        files: Files of a multipart form.
        parts: Parts of a multipart form, files among them.
        part_size: Bytes of a part that is no file: it is kept in memory.
        part_headers: Headers of a part.
        part_header_size: Bytes of one header of a part.
        boundary: Characters of the boundary between parts; RFC 2046 allows 70.
        depth: Levels of nesting in JSON that `Request.json` reads.
    """

    body: int | None = 10_000_000
    fields: int = 1000
    files: int = 1000
    parts: int = 1000
    part_size: int = 1_000_000
    part_headers: int = 8
    part_header_size: int = 4096
    boundary: int = 200
    depth: int = 512

    def within(self, outer: "Limits") -> "Limits":
        """These limits, each that is left at its default taken from others."""
        usual = Limits()
        taken = {
            name: getattr(outer, name)
            for name in self.__struct_fields__
            if getattr(self, name) == getattr(usual, name)
        }
        return msgspec.structs.replace(self, **taken)
