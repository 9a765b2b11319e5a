"""Typed parameters for the endpoints of any framework whose requests have a scope."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from pleiad_di import (
    Call,
    DependencyErrors,
    Kind,
    Names,
    Planner,
    Source,
    in_thread,
    kind_of,
    nested,
    signature_of,
    write,
)
from pleiad_http import HTTPException, Limits

from pleiad_params.request_values import RequestValues

__all__ = ["typed"]

R = TypeVar("R")
OnError = Callable[[Any, HTTPException], Any]


def typed(
    endpoint: Callable[..., Awaitable[R]] | None = None,
    *,
    on_error: OnError | None = None,
    limits: Limits | None = None,
) -> Any:
    """Give an endpoint typed parameters: `@typed` on `async def show(request, page: int = 1)`.

    The endpoint's first parameter stays what the framework gives: a request with `scope` and
    `receive`. Values of the path are those that the framework has put into `scope["path_params"]`,
    converted here.

    Args:
        endpoint: The endpoint.
        on_error: Makes the response to a bad request, of the request and the exception; without it
            the exception is raised.
        limits: How large the content may be.

    Raises:
        DependencyErrors: Everything that is wrong with the endpoint, when it is decorated.
    """
    if endpoint is None:
        return functools.partial(typed, on_error=on_error, limits=limits)
    call = _compiled(endpoint, limits or Limits())

    @functools.wraps(endpoint)
    async def answer(request: Any) -> Any:
        try:
            return await call(request, request.scope, request.receive)
        except HTTPException as error:
            if on_error is None:
                raise
            return on_error(request, error)

    del answer.__wrapped__  # a framework must see what it has to call
    return answer
