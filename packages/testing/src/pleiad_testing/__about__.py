"""The version of pleiad-testing."""

__version__ = "0.1.0"
