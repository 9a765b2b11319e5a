"""Names with a fixed set of values."""

from enum import Enum

__all__ = ["HttpMethod", "MediaType", "RequestEncodingType"]


class HttpMethod(str, Enum):
    """The methods of RFC 9110, PATCH (RFC 5789), and QUERY, a GET with content (IETF, in progress)."""

    DELETE = "DELETE"
    GET = "GET"
    HEAD = "HEAD"
    OPTIONS = "OPTIONS"
    PATCH = "PATCH"
    POST = "POST"
    PUT = "PUT"
    QUERY = "QUERY"
    TRACE = "TRACE"


class MediaType(str, Enum):
    """Media types of responses, as they stand in `Content-Type`."""

    CSS = "text/css; charset=utf-8"
    HTML = "text/html; charset=utf-8"
    JSON = "application/json"
    MESSAGEPACK = "application/vnd.msgpack"
    TEXT = "text/plain; charset=utf-8"
    XML = "application/xml"


class RequestEncodingType(str, Enum):
    """Media types of request bodies."""

    JSON = "application/json"
    MESSAGEPACK = "application/vnd.msgpack"
    MULTI_PART = "multipart/form-data"
    URL_ENCODED = "application/x-www-form-urlencoded"
