"""What goes wrong, and which answer it earns.

    PleiadException
    ├── HTTPException                          500, or its status_code
    │   ├── ProblemDetailsException            the same, always told as a problem document
    │   ├── ClientException                    400
    │   │   ├── ValidationException            400, also a ValueError
    │   │   ├── NotAuthorizedException         401
    │   │   ├── PermissionDeniedException      403
    │   │   ├── NotFoundException              404
    │   │   ├── MethodNotAllowedException      405
    │   │   ├── NotAcceptableException         406
    │   │   ├── RequestEntityTooLarge          413
    │   │   ├── UnsupportedMediaTypeException  415
    │   │   └── TooManyRequestsException       429
    │   └── InternalServerException            500
    │       ├── ServiceUnavailableException    503
    │       ├── ImproperlyConfiguredException  500, also a ValueError
    │       ├── NoRouteMatchFoundException     500
    │       └── TemplateNotFoundException      500
    ├── SerializationException                 a value that no codec can encode or decode
    │   └── DecodeError                        bytes that are not what was declared
    ├── MissingDependencyException             an optional library is not installed; an ImportError
    ├── ClientDisconnected                     the client left while its request was being read
    └── WebSocketException                     closes with its code
        └── WebSocketDisconnect                the other side closed

What a client can cause is a `ClientException`; the rest are faults of the program.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pleiad_http.invalid_values import InvalidValue, Problem

__all__ = [
    "ClientDisconnected",
    "ClientException",
    "DecodeError",
    "HTTPException",
    "ImproperlyConfiguredException",
    "InternalServerException",
    "MethodNotAllowedException",
    "MissingDependencyException",
    "NoRouteMatchFoundException",
    "NotAcceptableException",
    "NotAuthorizedException",
    "NotFoundException",
    "PermissionDeniedException",
    "PleiadException",
    "ProblemDetailsException",
    "RequestEntityTooLarge",
    "SerializationException",
    "ServiceUnavailableException",
    "TemplateNotFoundException",
    "TooManyRequestsException",
    "UnsupportedMediaTypeException",
    "ValidationException",
    "WebSocketDisconnect",
    "WebSocketException",
    "error_body",
    "phrase_of",
]


class PleiadException(Exception):
    """The base of all exceptions of the family.

    Args:
        *args: The first one is the detail, unless `detail` is given.
        detail: What happened.

    Attributes:
        detail: What happened.
    """

    detail: str

    def __init__(self, *args: Any, detail: str = "") -> None:
        self.detail = detail or (str(args[0]) if args else "")
        if detail and not args:
            args = (detail,)
        super().__init__(*args)

    def __str__(self) -> str:
        return self.detail

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.detail!r})"


class HTTPException(PleiadException):
    """An exception with an answer.

    Args:
        *args: The first one is the detail, unless `detail` is given.
        detail: What the client is told; the status's phrase by default.
        status_code: The status of the answer; the class's by default.
        headers: Headers of the answer.
        extra: More for the body: a mapping or a list.

    Attributes:
        status_code: The status of the answer.
        detail: What the client is told.
        headers: Headers of the answer, or `None`.
        extra: More for the body, or `None`.
        type_: In a problem document the URI of the kind of problem, or its end: see `ProblemDetails`.
        title: In a problem document what the kind of problem is called; the status's phrase by default.
        instance: In a problem document the URI of this problem; the request's path by default.
    """

    status_code: int = 500
    type_: str | None = None
    title: str | None = None
    instance: str | None = None

    def __init__(
        self,
        *args: Any,
        detail: str = "",
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | Sequence[Any] | None = None,
    ) -> None:
        super().__init__(*args, detail=detail)
        if status_code is not None:
            self.status_code = status_code
        if not self.detail:
            self.detail = phrase_of(self.status_code)
        self.headers = headers
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.status_code}: {self.detail}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.status_code}, {self.detail!r})"


class ProblemDetailsException(HTTPException):
    """An exception whose answer is a problem document (RFC 9457), whatever the app says.

    A subclass may say `status_code`, `type_` and `title` once for all.

    Args:
        *args: The first one is the detail, unless `detail` is given.
        detail: What happened this time.
        status_code: The status of the answer; the class's by default.
        headers: Headers of the answer.
        extra: More members of the document; a list becomes its member `extra`.
        type_: The URI of the kind of problem, or its end: see `ProblemDetails`.
        title: What the kind of problem is called.
        instance: The URI of this problem; the request's path by default.
    """

    def __init__(
        self,
        *args: Any,
        detail: str = "",
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | Sequence[Any] | None = None,
        type_: str | None = None,
        title: str | None = None,
        instance: str | None = None,
    ) -> None:
        super().__init__(
            *args, detail=detail, status_code=status_code, headers=headers, extra=extra
        )
        self.type_ = type_ or self.type_
        self.title = title or self.title
        self.instance = instance or self.instance


class ClientException(HTTPException):
    """The request is at fault."""

    status_code = 400


class ValidationException(ClientException, ValueError):
    """Values of the request are not what was declared.

    Args:
        *args: The first one is the detail, unless `detail` is given.
        problems: The values; `extra` lists them, unless it is given.
        **options: Those of `HTTPException`.

    Attributes:
        problems: The values, each with its place.
    """

    def __init__(self, *args: Any, problems: Sequence[InvalidValue] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.problems = tuple(problems)
        if problems and options.get("extra") is None:
            self.extra = [
                {"message": each.message, "key": each.key, "source": each.source}
                for each in problems
            ]


class NotAuthorizedException(ClientException):
    """It is not known who asks."""

    status_code = 401


class PermissionDeniedException(ClientException):
    """Who asks may not."""

    status_code = 403


class NotFoundException(ClientException, ValueError):
    """What was asked for is not there."""

    status_code = 404


class MethodNotAllowedException(ClientException):
    """The path exists, but not for this method; RFC 9110 wants an `Allow` header with it."""

    status_code = 405


class NotAcceptableException(ClientException):
    """No representation is one that the client accepts."""

    status_code = 406


class RequestEntityTooLarge(ClientException):
    """The request's content exceeds a limit."""

    status_code = 413


class UnsupportedMediaTypeException(ClientException):
    """The request's content is of a type that is not taken here."""

    status_code = 415


class TooManyRequestsException(ClientException):
    """The client asks too often."""

    status_code = 429


class InternalServerException(HTTPException):
    """The server is at fault."""


class ServiceUnavailableException(InternalServerException):
    """The server cannot answer now."""

    status_code = 503


class ImproperlyConfiguredException(InternalServerException, ValueError):
    """The program is put together wrongly; its `str` is the whole list of what is wrong."""

    def __str__(self) -> str:
        return self.detail


class NoRouteMatchFoundException(InternalServerException):
    """No route has that name, or its path wants other parameters."""


class TemplateNotFoundException(InternalServerException):
    """A template is not there.

    Args:
        template_name: Its name.
    """

    def __init__(self, *args: Any, template_name: str = "") -> None:
        super().__init__(*args, detail=f"Template {template_name} not found.")


class SerializationException(PleiadException):
    """A value that no codec can encode or decode."""


class DecodeError(SerializationException):
    """Bytes that are not what was declared.

    Args:
        problems: Each of them.
        malformed: Whether the bytes are not even of their format.

    Attributes:
        problems: Each of them.
        malformed: Whether the bytes are not even of their format.
    """

    def __init__(self, problems: Sequence[Problem], *, malformed: bool = False) -> None:
        super().__init__("; ".join([problem.message for problem in problems]))
        self.problems = tuple(problems)
        self.malformed = malformed


class MissingDependencyException(PleiadException, ImportError):
    """An optional library is not installed.

    Args:
        package: The library.
        extra: What brings it, such as `pleiad[full]`; the library itself by default.
    """

    def __init__(self, package: str, extra: str | None = None) -> None:
        wanted = extra or package
        super().__init__(
            f"'{package}' is needed and not installed: python -m pip install '{wanted}'"
        )


class ClientDisconnected(PleiadException):
    """The client left while its request was being read; nobody is there to be answered."""


class WebSocketException(PleiadException):
    """Closes a WebSocket.

    Args:
        *args: The first one is the detail, unless `detail` is given.
        detail: The reason that the client is told.
        code: The close code.
    """

    code: int = 4500

    def __init__(self, *args: Any, detail: str = "", code: int | None = None) -> None:
        super().__init__(*args, detail=detail)
        self.code = self.code if code is None else code


class WebSocketDisconnect(WebSocketException):
    """The other side closed the WebSocket.

    Args:
        *args: The close code and the reason, or the reason alone, unless the keywords give them.
        code: The close code.
        reason: Why, as the other side says; `detail` is the same.
        detail: The same.
    """

    code = 1000

    def __init__(
        self, *args: Any, code: int | None = None, reason: str = "", detail: str = ""
    ) -> None:
        if args and isinstance(args[0], int):
            code, args = args[0], args[1:]
        super().__init__(*args, detail=detail or reason, code=code)

    @property
    def reason(self) -> str:
        """Why, as the other side says."""
        return self.detail


def error_body(error: BaseException) -> dict[str, Any]:
    """What a client is told of an exception: `status_code`, `detail`, and `extra` where there is any.

    A 500 tells nothing but its phrase, whatever its detail says.
    """
    if not isinstance(error, HTTPException) or error.status_code == 500:
        return {"status_code": 500, "detail": "Internal Server Error"}
    body: dict[str, Any] = {"status_code": error.status_code, "detail": error.detail}
    if error.extra is not None:
        body["extra"] = error.extra
    return body


@lru_cache(maxsize=64)
def phrase_of(status: int) -> str:
    """What a status is called by RFC 9110; empty for one that nobody registered.

    `http` calls some of them by older names, depending on Python's version.
    """
    from http import HTTPStatus  # dear to import

    try:
        return _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return ""


_PHRASES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
