"""What a user writes beside a type: where a value comes from, and what it must be like.

Both markers stand in `Annotated[...]`, or as a parameter's default.
"""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

import msgspec

from pleiad_di import MISSING, Marker

__all__ = ["Body", "Constraints", "MarkerOptions", "Parameter"]


class MarkerOptions(TypedDict, total=False):
    """What both markers take."""

    gt: float
    """More than this."""
    ge: float
    """At least this."""
    lt: float
    """Less than this."""
    le: float
    """At most this."""
    multiple_of: float
    """A multiple of this."""
    min_length: int
    """At least as many characters, or items."""
    max_length: int
    """At most as many characters, or items."""
    min_items: int
    """At least as many items."""
    max_items: int
    """At most as many items."""
    pattern: str
    """A regular expression that the text contains."""
    title: str
    """A short name."""
    description: str
    """Prose."""
    examples: Sequence[Any]
    """Values that it may have."""


class Constraints(msgspec.Struct, frozen=True, kw_only=True):
    """What a value must be like; `None` where it does not matter. The names are `msgspec.Meta`'s."""

    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None

    def meta(self) -> msgspec.Meta | None:
        """The same for msgspec; `None` where nothing is constrained."""
        every = {key: getattr(self, key) for key in self.__struct_fields__}
        given = {key: value for key, value in every.items() if value is not None}
        return msgspec.Meta(**given) if given else None


_SAME = {"min_items": "min_length", "max_items": "max_length"}


class Described(Marker):
    """The base of both markers.

    Attributes:
        constraints: What the value must be like.
        title: A short name.
        description: Prose.
        examples: Values that it may have.
    """

    __slots__ = ("constraints", "description", "examples", "title")

    def __init__(self, options: MarkerOptions) -> None:
        unknown = sorted(options.keys() - MarkerOptions.__annotations__.keys())
        if unknown:
            raise TypeError(f"{type(self).__name__}() has no option '{unknown[0]}'")
        given: dict[str, Any] = {_SAME.get(key, key): value for key, value in options.items()}
        self.title: str | None = options.get("title")
        self.description: str | None = options.get("description")
        self.examples: tuple[Any, ...] = tuple(options.get("examples", ()))
        known = {key: given[key] for key in Constraints.__struct_fields__ if key in given}
        self.constraints = Constraints(**known)


class Parameter(Described):
    """A value of the query, a header or a cookie; or more about one of the path.

    Without a source it comes from where an unmarked parameter of its name would.

    Args:
        query: The name in the query, where it is not the parameter's.
        header: The name of the header, in any case.
        cookie: The name of the cookie.
        default: Taken where the value is missing; the same as what stands behind `=`.
        required: Whether a missing value is an error although the type allows `None`.
        deprecated: Whether clients should stop sending it.
        **options: See `MarkerOptions`.
    """

    __slots__ = ("cookie", "default", "deprecated", "header", "query", "required")

    def __init__(
        self,
        *,
        query: str | None = None,
        header: str | None = None,
        cookie: str | None = None,
        default: Any = MISSING,
        required: bool | None = None,
        deprecated: bool = False,
        **options: Unpack[MarkerOptions],
    ) -> None:
        super().__init__(options)
        self.query = query
        self.header = header
        self.cookie = cookie
        self.default = default
        self.required = required
        self.deprecated = deprecated

    def __repr__(self) -> str:
        named = [f"{source}={name!r}" for source, name in self.sources()]
        return f"Parameter({', '.join(named)})"

    def sources(self) -> list[tuple[str, str]]:
        """The sources that are named, each with the name there."""
        named = {"query": self.query, "header": self.header, "cookie": self.cookie}
        return [(source, name) for source, name in named.items() if name is not None]


class Body(Described):
    """The content of the request.

    Args:
        media_type: What the content must be: JSON (the default) or MessagePack.
        **options: See `MarkerOptions`.
    """

    __slots__ = ("media_type",)

    def __init__(
        self, *, media_type: str = "application/json", **options: Unpack[MarkerOptions]
    ) -> None:
        super().__init__(options)
        self.media_type = str(getattr(media_type, "value", media_type))

    def __repr__(self) -> str:
        return f"Body(media_type={self.media_type!r})"
