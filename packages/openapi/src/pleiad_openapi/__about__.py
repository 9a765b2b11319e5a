"""The version of pleiad-openapi."""

__version__ = "0.1.0"
