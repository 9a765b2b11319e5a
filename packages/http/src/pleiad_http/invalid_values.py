"""What is wrong with a value of a document, or of a request."""

import msgspec

__all__ = ["InvalidValue", "Problem"]


class Problem(msgspec.Struct, frozen=True):
    """Something in the content of a request that is not what was declared.

    Attributes:
        message: What was expected, and perhaps what was found.
        path: Where: the field names and list indices down to it.
    """

    message: str
    path: tuple[str | int, ...] = ()


class InvalidValue(msgspec.Struct, frozen=True):
    """A value of a request that is not what was declared.

    Attributes:
        message: What was expected, and perhaps what was found.
        source: Where it stood: `path`, `query`, `header`, `cookie` or `body`.
        path: Its place there: the parameter's name, or the field names and list indices down to it.
            Empty where it is the source as a whole.
        whole: What the source as a whole is called.
    """

    message: str
    source: str
    path: tuple[str | int, ...] = ()
    whole: str = ""

    @property
    def key(self) -> str:
        """The place in dotted form, for people: a name with a dot in it looks like two."""
        # PERF: nearly every path is one name: 0.2 us.
        path = self.path
        text = str(path[0]) if len(path) == 1 else ".".join(map(str, path))
        return text or self.whole
