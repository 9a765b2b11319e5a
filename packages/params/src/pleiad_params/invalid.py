"""The one answer to a request with wrong values: all of them, each with its place."""

from pleiad_http import Receive, Scope, ValidationException, content_length, read_body
from pleiad_params.body import DecodeBody
from pleiad_params.reading import Errors

__all__ = ["invalid", "invalid_with_body"]

SMALL = 65_536
"""Content of this many bytes at most is read although the request is refused anyway."""


def invalid(scope: Scope, errors: Errors) -> ValidationException:
    """The exception that tells the client of all errors."""
    label = f"{scope.get('method', 'WEBSOCKET')} {scope['path']}"
    return ValidationException(f"Validation failed for {label}", problems=errors)


async def invalid_with_body(
    scope: Scope, receive: Receive, errors: Errors, decode: DecodeBody, limit: int | None
) -> ValidationException:
    """The same with the errors of the content, where that is announced to be small.

    A wrong header must not make the server read an upload.
    """
    length = content_length(scope)
    if length is not None and length <= min(SMALL, SMALL if limit is None else limit):
        decode(await read_body(scope, receive, limit), errors)
    return invalid(scope, errors)
