"""Configuration values, by the part that they configure."""

from pleiad.config.app import AppConfig

__all__ = ["AppConfig"]
