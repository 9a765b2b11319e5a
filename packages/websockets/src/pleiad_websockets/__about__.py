"""The version of pleiad-websockets."""

__version__ = "0.1.0"
