"""Typed parameters for the endpoints of any framework whose requests have a scope."""

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, cast

from pleiad_di import (
    Call,
    DependencyErrors,
    Kind,
    Names,
    Planner,
    Return,
    Source,
    Var,
    in_thread,
    kind_of,
    nested,
    signature_of,
    write,
)
from pleiad_http import HTTPException, Limits, Scope
from pleiad_params.request_values import RequestValues

__all__ = ["typed"]

R = TypeVar("R")
Endpoint = Callable[..., Awaitable[R] | R]
OnError = Callable[[Any, HTTPException], Any]


def typed(
    *,
    path: Sequence[str] = (),
    on_error: OnError | None = None,
    limits: Limits | None = None,
) -> Callable[[Endpoint[R]], Callable[[Any], Awaitable[R]]]:
    """Give an endpoint typed parameters: `@typed()` on `async def show(request, page: int = 1)`.

    The endpoint's first parameter stays what the framework gives: a request with `scope` and
    `receive`, as Starlette's has.

    Args:
        path: The parameters that the framework takes from the path and puts, as text or value, into
            `scope["path_params"]`.
        on_error: Makes the response to a bad request, of the request and the exception; without it
            the exception is raised.
        limits: How large the content may be.

    Raises:
        DependencyErrors: Everything that is wrong with the endpoint, when it is decorated.
    """

    def decorate(endpoint: Endpoint[R]) -> Callable[[Any], Awaitable[R]]:
        call = _compiled(endpoint, path, limits or Limits())

        async def answer(request: Any) -> R:
            try:
                return cast("R", await call(request, _with_texts(request.scope), request.receive))
            except HTTPException as error:
                if on_error is None:
                    raise
                return cast("R", on_error(request, error))

        functools.update_wrapper(answer, endpoint)
        del answer.__wrapped__  # type: ignore[attr-defined] # the framework calls it with one argument
        return answer

    return decorate


def _with_texts(scope: Scope) -> Scope:
    """The scope, its path values as text: some frameworks have converted them already."""
    texts = {key: str(value) for key, value in scope.get("path_params", {}).items()}
    return {**scope, "path_params": texts}


def _compiled(
    endpoint: Callable[..., Any], path: Sequence[str], limits: Limits
) -> Callable[..., Awaitable[Any]]:
    """A function of the framework's request, its scope and its receive."""
    signature = signature_of(endpoint)
    first, *rest = signature.parameters
    names = Names(("scope", "receive", "send", first.name, "endpoint"))
    values = RequestValues(path=dict.fromkeys(path, str), names=names, limits=limits)
    planner = Planner({}, values, names=names)
    keywords = planner.arguments(signature._replace(parameters=tuple(rest)), (signature.name,))
    if planner.problems:
        raise DependencyErrors(planner.problems)
    if kind_of(endpoint) is Kind.ASYNC:
        call = Call(endpoint, (Var(first.name),), keywords, awaits=True, called="endpoint")
    else:
        call = Call(in_thread, (endpoint, Var(first.name)), keywords, awaits=True)
    out = Source(
        signature.name,
        (first.name, "scope", "receive"),
        label=f"<pleiad {signature.name}>",
        names=Names(set(names) - {"endpoint"}),
    )
    write(nested([*values.drain(), *planner.steps, *planner.late, Return(call)], names), out)
    return cast("Callable[..., Awaitable[Any]]", out.compile())
