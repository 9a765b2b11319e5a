"""The version of pleiad-middleware."""

__version__ = "0.1.0"
