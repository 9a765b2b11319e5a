"""The objects of a document that a person writes, where Litestar keeps them."""

from pleiad_openapi import (
    Components,
    Contact,
    Example,
    ExternalDocumentation,
    License,
    OAuthFlow,
    OAuthFlows,
    SecurityRequirement,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
)

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
    "Tag",
]
