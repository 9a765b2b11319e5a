"""Responses."""

from pleiad_http import Redirect, Response

__all__ = ["Redirect", "Response"]
