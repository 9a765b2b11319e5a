"""Exceptions: those that answer a request, and those that a wrong program earns."""

from pleiad.check import ReturnMismatch
from pleiad.time_limit import TimeLimitException
from pleiad_http import (
    ClientDisconnected,
    ClientException,
    HTTPException,
    ImproperlyConfiguredException,
    InternalServerException,
    MethodNotAllowedException,
    MissingDependencyException,
    NoRouteMatchFoundException,
    NotAcceptableException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    PleiadException,
    RequestEntityTooLarge,
    SerializationException,
    ServiceUnavailableException,
    TemplateNotFoundException,
    TooManyRequestsException,
    UnsupportedMediaTypeException,
    ValidationException,
    WebSocketDisconnect,
    WebSocketException,
)

LitestarException = PleiadException
"""The name under which a Litestar program knows the base of them all."""

__all__ = [
    "ClientDisconnected",
    "ClientException",
    "HTTPException",
    "ImproperlyConfiguredException",
    "InternalServerException",
    "LitestarException",
    "MethodNotAllowedException",
    "MissingDependencyException",
    "NoRouteMatchFoundException",
    "NotAcceptableException",
    "NotAuthorizedException",
    "NotFoundException",
    "PermissionDeniedException",
    "PleiadException",
    "RequestEntityTooLarge",
    "ReturnMismatch",
    "SerializationException",
    "ServiceUnavailableException",
    "TemplateNotFoundException",
    "TimeLimitException",
    "TooManyRequestsException",
    "UnsupportedMediaTypeException",
    "ValidationException",
    "WebSocketDisconnect",
    "WebSocketException",
]
