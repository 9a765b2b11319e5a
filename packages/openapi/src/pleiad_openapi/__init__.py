"""Typed operations become an OpenAPI document, with documentation pages that work offline."""

from pleiad_openapi.__about__ import __version__
from pleiad_openapi.config import OpenAPIConfig, OperationIdCreator
from pleiad_openapi.docs_app import DocsApp
from pleiad_openapi.document_file import Document
from pleiad_openapi.errors import OpenAPIError, OpenAPIErrors
from pleiad_openapi.operation import (
    NOTHING,
    Content,
    Header,
    Operation,
    Parameter,
    RequestBody,
    Response,
    StandsFor,
)
from pleiad_openapi.pages import (
    ElementsRenderPlugin,
    Page,
    RedocRenderPlugin,
    RenderPlugin,
    ScalarRenderPlugin,
    StoplightRenderPlugin,
    SwaggerRenderPlugin,
)
from pleiad_openapi.spec import (
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
    "Content",
    "DocsApp",
    "Document",
    "ElementsRenderPlugin",
    "Example",
    "ExternalDocumentation",
    "Header",
    "License",
    "NOTHING",
    "OAuthFlow",
    "OAuthFlows",
    "OpenAPIConfig",
    "OpenAPIError",
    "OpenAPIErrors",
    "Operation",
    "OperationIdCreator",
    "Page",
    "Parameter",
    "RedocRenderPlugin",
    "RenderPlugin",
    "RequestBody",
    "Response",
    "ScalarRenderPlugin",
    "SecurityRequirement",
    "SecurityScheme",
    "Server",
    "ServerVariable",
    "StandsFor",
    "StoplightRenderPlugin",
    "SwaggerRenderPlugin",
    "Tag",
    "__version__",
]
