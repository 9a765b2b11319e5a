"""The objects of an OpenAPI document that a person writes (OpenAPI 3.1 and 3.2, section 4).

What follows from types and operations is nowhere among them: that is written by `document`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar, cast

import msgspec

__all__ = [
    "Components",
    "Contact",
    "Example",
    "ExternalDocumentation",
    "License",
    "OAuthFlow",
    "OAuthFlows",
    "SecurityRequirement",
    "SecurityScheme",
    "Server",
    "ServerVariable",
    "SpecObject",
    "Tag",
    "plain",
    "taken_for",
]

SecurityRequirement = Mapping[str, Sequence[str]]
"""Names of security schemes, each with the scopes that it must grant: all of them together."""


class SpecObject(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The base of the objects: what is left `None` is left out."""


class Contact(SpecObject, frozen=True, kw_only=True):
    """Who answers for the API."""

    name: str | None = None
    url: str | None = None
    email: str | None = None


class License(SpecObject, frozen=True, kw_only=True):
    """What the API may be used for; `identifier` is one of SPDX's, and excludes `url`."""

    name: str
    identifier: str | None = None
    url: str | None = None


class ExternalDocumentation(SpecObject, frozen=True, kw_only=True):
    """More to read."""

    url: str
    description: str | None = None


class ServerVariable(SpecObject, frozen=True, kw_only=True):
    """A variable in a server's URL."""

    default: str
    enum: Sequence[str] | None = None
    description: str | None = None


class Server(SpecObject, frozen=True, kw_only=True):
    """Where the API is; a URL without a host is relative to the document's.

    `name` is of OpenAPI 3.2.
    """

    url: str
    name: str | None = None
    description: str | None = None
    variables: Mapping[str, ServerVariable] | None = None


class Tag(SpecObject, frozen=True, kw_only=True):
    """A group of operations; `summary`, `parent` and `kind` are of OpenAPI 3.2."""

    name: str
    summary: str | None = None
    description: str | None = None
    external_docs: ExternalDocumentation | None = None
    parent: str | None = None
    kind: str | None = None


class Example(SpecObject, frozen=True, kw_only=True):
    """A value that content may have; `None` is one."""

    summary: str | None = None
    description: str | None = None
    value: Any = msgspec.UNSET
    external_value: str | None = None


class OAuthFlow(SpecObject, frozen=True, kw_only=True):
    """How a token is had; `device_authorization_url` is of OpenAPI 3.2."""

    scopes: Mapping[str, str]
    authorization_url: str | None = None
    device_authorization_url: str | None = None
    token_url: str | None = None
    refresh_url: str | None = None


class OAuthFlows(SpecObject, frozen=True, kw_only=True):
    """The flows of an OAuth 2 scheme; `device_authorization` is of OpenAPI 3.2."""

    implicit: OAuthFlow | None = None
    password: OAuthFlow | None = None
    client_credentials: OAuthFlow | None = None
    authorization_code: OAuthFlow | None = None
    device_authorization: OAuthFlow | None = None


class SecurityScheme(SpecObject, frozen=True, kw_only=True):
    """How a client says who it is; `deprecated` and `oauth2_metadata_url` are of OpenAPI 3.2."""

    type: Literal["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]
    description: str | None = None
    name: str | None = None
    security_scheme_in: Literal["query", "header", "cookie"] | None = msgspec.field(
        default=None, name="in"
    )
    scheme: str | None = None
    bearer_format: str | None = None
    flows: OAuthFlows | None = None
    open_id_connect_url: str | None = None
    oauth2_metadata_url: str | None = None
    deprecated: bool | None = None


class Components(SpecObject, frozen=True, kw_only=True):
    """What the document holds by name, besides what follows from types."""

    security_schemes: Mapping[str, SecurityScheme] | None = None


S = TypeVar("S")


def plain(value: Any) -> Any:
    """An object as the JSON of the document."""
    return msgspec.to_builtins(value, str_keys=True)


def taken_for(cls: type[S], value: Any) -> S | Mapping[str, Any]:
    """An object of a class, or a mapping that says what one would; extensions (`x-...`) are kept.

    Raises:
        TypeError: A field that the class does not have, or a value that it cannot have.
    """
    if isinstance(value, cls):
        return value
    given = dict(value)
    known = {each.encode_name for each in msgspec.structs.fields(cast("Any", cls))}
    unknown = sorted(key for key in given.keys() - known if not str(key).startswith("x-"))
    if unknown:
        raise TypeError(f"{cls.__name__} has no field '{unknown[0]}': {', '.join(sorted(known))}")
    try:
        msgspec.convert(given, cls)
    except msgspec.ValidationError as error:
        raise TypeError(f"{cls.__name__}: {error}") from None
    return given
