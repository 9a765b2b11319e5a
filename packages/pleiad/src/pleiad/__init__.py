"""Pleiad: a typed ASGI framework in which every route is one readable function."""

from pleiad.__about__ import __version__
from pleiad.app import Litestar, Pleiad
from pleiad.controller import Controller
from pleiad.handlers import asgi, delete, get, head, patch, post, put, route
from pleiad.router import Router
from pleiad_http import HttpMethod, MediaType, Request, Response

__all__ = [
    "Controller",
    "HttpMethod",
    "Litestar",
    "MediaType",
    "Pleiad",
    "Request",
    "Response",
    "Router",
    "__version__",
    "asgi",
    "delete",
    "get",
    "head",
    "patch",
    "post",
    "put",
    "route",
]
