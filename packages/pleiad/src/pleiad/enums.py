"""Names with a fixed set of values."""

from pleiad_http import HttpMethod, MediaType, RequestEncodingType

__all__ = ["HttpMethod", "MediaType", "RequestEncodingType"]
