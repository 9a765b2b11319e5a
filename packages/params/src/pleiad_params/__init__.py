"""Typed values out of a request: path, query, header, cookie, body, form."""

from pleiad_params.__about__ import __version__
from pleiad_params.bound import Bound
from pleiad_params.content import MediaDecoders
from pleiad_params.markers import (
    Body,
    Constraints,
    Cookie,
    CookieParameter,
    Form,
    FromCookie,
    FromHeader,
    FromPath,
    FromQuery,
    Header,
    HeaderParameter,
    JSONBody,
    MarkerOptions,
    MsgPackBody,
    MultipartBody,
    Parameter,
    ParameterOptions,
    Path,
    PathParameter,
    Query,
    QueryParameter,
    URLEncodedBody,
    ValueSource,
)
from pleiad_params.request_values import RequestValues
from pleiad_params.typed import typed

__all__ = [
    "Body",
    "Bound",
    "Constraints",
    "Cookie",
    "CookieParameter",
    "Form",
    "FromCookie",
    "FromHeader",
    "FromPath",
    "FromQuery",
    "Header",
    "HeaderParameter",
    "JSONBody",
    "MarkerOptions",
    "MediaDecoders",
    "MsgPackBody",
    "MultipartBody",
    "Parameter",
    "ParameterOptions",
    "Path",
    "PathParameter",
    "Query",
    "QueryParameter",
    "RequestValues",
    "URLEncodedBody",
    "ValueSource",
    "__version__",
    "typed",
]
