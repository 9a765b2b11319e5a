"""The pages, where Litestar keeps them."""

from pleiad_openapi import (
    ElementsRenderPlugin,
    RedocRenderPlugin,
    RenderPlugin,
    ScalarRenderPlugin,
    StoplightRenderPlugin,
    SwaggerRenderPlugin,
)

OpenAPIRenderPlugin = RenderPlugin
"""The name under which a Litestar program knows the base of them all."""

__all__ = [
    "ElementsRenderPlugin",
    "OpenAPIRenderPlugin",
    "RedocRenderPlugin",
    "RenderPlugin",
    "ScalarRenderPlugin",
    "StoplightRenderPlugin",
    "SwaggerRenderPlugin",
]
