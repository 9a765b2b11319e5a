"""What a user writes beside a type: where a value comes from, and what it must be like.

Both markers stand in `Annotated[...]`, or as a parameter's default.
"""

from collections.abc import Mapping, Sequence
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    TypeAlias,
    TypedDict,
    TypeVar,
    Unpack,
    cast,
)

import msgspec

from pleiad_di import MISSING, Marker
from pleiad_http import RequestEncodingType

__all__ = [
    "Body",
    "Constraints",
    "Cookie",
    "CookieParameter",
    "Form",
    "FromCookie",
    "FromHeader",
    "FromPath",
    "FromQuery",
    "Header",
    "HeaderParameter",
    "JSONBody",
    "MarkerOptions",
    "MsgPackBody",
    "MultipartBody",
    "Parameter",
    "ParameterOptions",
    "Path",
    "PathParameter",
    "Query",
    "QueryParameter",
    "Sourced",
    "URLEncodedBody",
    "ValueSource",
]

ValueSource = Literal["path", "query", "header", "cookie", "body", "form"]


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
    schema_extra: Mapping[str, Any]
    """Further keywords of its JSON Schema, which say something and check nothing."""


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
        schema_extra: Further keywords of its JSON Schema.
    """

    __slots__ = ("constraints", "description", "examples", "schema_extra", "title")

    def __init__(self, options: MarkerOptions) -> None:
        unknown = sorted(options.keys() - MarkerOptions.__annotations__.keys())
        if unknown:
            raise TypeError(f"{type(self).__name__}() has no option '{unknown[0]}'")
        given: dict[str, Any] = {_SAME.get(key, key): value for key, value in options.items()}
        self.title: str | None = options.get("title")
        self.description: str | None = options.get("description")
        self.examples: tuple[Any, ...] = tuple(options.get("examples", ()))
        self.schema_extra: dict[str, Any] = dict(options.get("schema_extra", {}))
        known = {key: given[key] for key in Constraints.__struct_fields__ if key in given}
        self.constraints = Constraints(**known)


Sources = list[tuple[ValueSource, str | None]]


class ParameterOptions(MarkerOptions, total=False):
    """What every marker of a single value takes besides."""

    default: Any
    """Taken where the value is missing; the same as what stands behind `=`."""
    required: bool | None
    """Whether a missing value is an error although the type allows `None`."""
    deprecated: bool
    """Whether clients should stop sending it."""
    include_in_schema: bool
    """Whether documents show it; what stands in the path is always shown."""


class Parameter(Described):
    """A value of the query, a header or a cookie; or more about one of the path.

    Without a source it comes from where an unmarked parameter of its name would.

    Args:
        annotation: Its type, where no signature says it: in a layer's `parameters`.
        query: The name in the query, where it is not the parameter's.
        header: The name of the header, in any case.
        cookie: The name of the cookie.
        **options: See `ParameterOptions`.
    """

    __slots__ = (
        "annotation",
        "cookie",
        "default",
        "deprecated",
        "header",
        "include_in_schema",
        "query",
        "required",
    )

    def __init__(
        self,
        annotation: Any = MISSING,
        *,
        query: str | None = None,
        header: str | None = None,
        cookie: str | None = None,
        **options: Unpack[ParameterOptions],
    ) -> None:
        self.annotation = annotation
        self.query = query
        self.header = header
        self.cookie = cookie
        self.default = options.pop("default", MISSING)
        self.required = options.pop("required", None)
        self.deprecated = options.pop("deprecated", False)
        self.include_in_schema = options.pop("include_in_schema", True)
        super().__init__(cast("MarkerOptions", options))

    def __repr__(self) -> str:
        named = [f"{source}={name!r}" for source, name in self.sources()]
        return f"{type(self).__name__}({', '.join(named)})"

    def sources(self) -> Sources:
        """The sources that are named, each with the name there; `None`: the parameter's own."""
        named: Sources = [("query", self.query), ("header", self.header), ("cookie", self.cookie)]
        return [(source, name) for source, name in named if name is not None]


class Sourced(Parameter):
    """The base of the markers that name a source by their class.

    On a model it is a group: each of its fields is a value of the source.

    Args:
        name: The name there, where it is not the parameter's.
        unknown: For a group: whether other values of the source are ignored, or an error.
        **options: See `ParameterOptions`.

    Raises:
        ValueError: `unknown` is neither "ignore" nor "refuse".
    """

    __slots__ = ("name", "unknown")

    source: ClassVar[ValueSource]

    def __init__(
        self,
        name: str | None = None,
        *,
        unknown: Literal["ignore", "refuse"] = "ignore",
        **options: Unpack[ParameterOptions],
    ) -> None:
        if unknown not in ("ignore", "refuse"):
            raise ValueError(f"unknown={unknown!r}: say 'ignore' or 'refuse'")
        self.name = name
        self.unknown = unknown
        super().__init__(**options)

    def sources(self) -> Sources:
        """The one source."""
        return [(self.source, self.name)]

    def about_one_value(self) -> list[str]:
        """The options that it was given and that a group has not."""
        constraints = {key: getattr(self.constraints, key) for key in Constraints.__struct_fields__}
        told = {"name": self.name, "title": self.title, "description": self.description}
        more = {"examples": self.examples or None, "schema_extra": self.schema_extra or None}
        every = {**told, **more, **constraints}
        return [key for key, value in every.items() if value is not None]


class Query(Sourced):
    """A value of the query, or a model whose fields are."""

    __slots__ = ()
    source = "query"


class Header(Sourced):
    """A header, or a model whose fields are headers.

    Where no name is given, an underscore of the parameter's name stands for a hyphen.
    """

    __slots__ = ()
    source = "header"


class Cookie(Sourced):
    """A cookie, or a model whose fields are cookies."""

    __slots__ = ()
    source = "cookie"


class Path(Sourced):
    """A parameter of the path; `name` is the one in the template."""

    __slots__ = ()
    source = "path"


class Form(Sourced):
    """A field or file of a form, or a model whose fields are; urlencoded and multipart alike."""

    __slots__ = ()
    source = "form"


QueryParameter = Query
HeaderParameter = Header
CookieParameter = Cookie
PathParameter = Path


class Body(Described):
    """The content of the request.

    Args:
        media_type: What the content must be: one media type, or several, of which the first is
            what content without a type is taken for.
        **options: See `MarkerOptions`.
    """

    __slots__ = ("media_types",)

    def __init__(
        self,
        *,
        media_type: str | Sequence[str] = RequestEncodingType.JSON,
        **options: Unpack[MarkerOptions],
    ) -> None:
        super().__init__(options)
        several = (media_type,) if isinstance(media_type, str) else media_type
        self.media_types = tuple(str(getattr(each, "value", each)) for each in several)

    def __repr__(self) -> str:
        return f"Body(media_type={', '.join(self.media_types)})"


T = TypeVar("T")

FromQuery: TypeAlias = Annotated[T, Query()]
"""A value of the query: `page: FromQuery[int]`."""
FromHeader: TypeAlias = Annotated[T, Header()]
"""A header; see `Header` for its name."""
FromCookie: TypeAlias = Annotated[T, Cookie()]
"""A cookie."""
FromPath: TypeAlias = Annotated[T, Path()]
"""A parameter of the path."""
JSONBody: TypeAlias = Annotated[T, Body()]
"""JSON."""
MsgPackBody: TypeAlias = Annotated[T, Body(media_type=RequestEncodingType.MESSAGEPACK)]
"""MessagePack."""
MultipartBody: TypeAlias = Annotated[T, Body(media_type=RequestEncodingType.MULTI_PART)]
"""A multipart form."""
URLEncodedBody: TypeAlias = Annotated[T, Body(media_type=RequestEncodingType.URL_ENCODED)]
"""An urlencoded form."""
