"""Operations with the Python types of what goes in and comes out: what a document is made of."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

import msgspec

from pleiad_openapi.spec import Example, ExternalDocumentation, SecurityRequirement, Server

__all__ = [
    "NOTHING",
    "Content",
    "Direction",
    "Header",
    "Operation",
    "Parameter",
    "RequestBody",
    "Response",
    "StandsFor",
]


class _Nothing:
    """The type of `NOTHING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()
"""No default: for `None` is one."""

Direction: TypeAlias = Literal["input", "output"]
"""Whether clients send it, or get it."""

StandsFor: TypeAlias = Callable[[Any, Direction], Any]
"""What a class stands for in a document: a schema, another type, or `None` where nothing is known."""

EMPTY: Mapping[Any, Any] = {}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A value beside the content.

    Attributes:
        name: What it is called there.
        source: Where it stands.
        type: Its type.
        metadata: What `Annotated` held of its type: constraints, prose.
        required: Whether it must be there; of a path it always must.
        default: What is taken where it is missing.
        description: Prose.
        deprecated: Whether clients should stop sending it.
        examples: Values that it may have.
    """

    name: str
    source: Literal["path", "query", "header", "cookie"]
    type: Any
    metadata: tuple[Any, ...] = ()
    required: bool = False
    default: Any = NOTHING
    description: str | None = None
    deprecated: bool = False
    examples: tuple[Any, ...] = ()


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Content of one media type.

    Attributes:
        type: Its type; `NOTHING`: any bytes.
        media_type: Its media type.
        metadata: What `Annotated` held of its type.
        fields: For a form, its fields instead, each a part of its own.
        items: For one item after another, as in JSON Lines, the type of each instead.
        examples: By name, values that it may have.
        encoding: How its bytes are to be read besides, such as `base64`.
        content_type: The media type of what the encoding holds.
        create_example: Whether one is made up where there are none; `None`: as the config says.
    """

    type: Any = NOTHING
    media_type: str = "application/json"
    metadata: tuple[Any, ...] = ()
    fields: tuple[Parameter, ...] = ()
    items: Any = NOTHING
    examples: Mapping[str, Example] = EMPTY
    encoding: str | None = None
    content_type: str | None = None
    create_example: bool | None = None


class RequestBody(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a request.

    Attributes:
        contents: One for each media type.
        required: Whether it must be there.
        description: Prose.
    """

    contents: tuple[Content, ...]
    required: bool = True
    description: str | None = None


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """A header of a response.

    Attributes:
        type: The type of its value.
        description: Prose.
        required: Whether every such response has it.
    """

    type: Any = str
    description: str | None = None
    required: bool = False


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An answer.

    Attributes:
        description: Prose: OpenAPI asks for some.
        contents: One for each media type; none: it has no content, or nobody knows which.
        headers: By name.
    """

    description: str
    contents: tuple[Content, ...] = ()
    headers: Mapping[str, Header] = EMPTY


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What one method of one path does; a subclass may have `to_schema` say more of it.

    Attributes:
        method: Such as `GET`; `QUERY` and others are of OpenAPI 3.2.
        path: A template such as `/items/{id}`; for a webhook, its name.
        responses: By status, such as `200`, `"4XX"` or `"default"`.
        name: What an operation id is made of, where none is given: the function's name.
        operation_id: Its unique name.
        summary: A line of prose.
        description: Prose, in CommonMark.
        tags: Groups that it belongs to.
        deprecated: Whether clients should stop using it.
        parameters: Those beside the content.
        body: The content.
        security: The security that it asks for, one requirement of several; `None`: the document's.
        servers: Where it is, if not where all are.
        external_docs: More to read.
        callbacks: By name and then by URL expression, what it calls.
    """

    method: str
    path: str
    responses: Mapping[int | str, Response]
    name: str = ""
    operation_id: str | None = None
    summary: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    body: RequestBody | None = None
    security: tuple[SecurityRequirement, ...] | None = None
    servers: tuple[Server, ...] = ()
    external_docs: ExternalDocumentation | None = None
    callbacks: "Mapping[str, Mapping[str, tuple[Operation, ...]]]" = EMPTY

    @property
    def label(self) -> str:
        """The operation, as `GET /items/{id}`."""
        return f"{self.method} {self.path}"

    def to_schema(self, written: dict[str, Any]) -> dict[str, Any]:
        """What the document says of the operation: as this class has it, what its fields say.

        Args:
            written: That, as JSON would have it: a copy, which may be changed and returned.
        """
        return written
