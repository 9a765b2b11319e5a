"""Typed values out of a request: path, query, header, cookie, body."""

from pleiad_params.__about__ import __version__
from pleiad_params.bound import Bound, ValueSource
from pleiad_params.markers import Body, Constraints, MarkerOptions, Parameter
from pleiad_params.request_values import RequestValues
from pleiad_params.typed import typed

__all__ = [
    "Body",
    "Bound",
    "Constraints",
    "MarkerOptions",
    "Parameter",
    "RequestValues",
    "ValueSource",
    "__version__",
    "typed",
]
