"""The config, where Litestar keeps it."""

from pleiad_openapi import OpenAPIConfig

__all__ = ["OpenAPIConfig"]
