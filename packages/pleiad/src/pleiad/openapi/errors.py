"""The errors that a route can give, as responses of a document."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

from pleiad.answering.caching import caching_of
from pleiad.openapi.request import can_be_invalid, is_raw
from pleiad.planning.plan import RoutePlan
from pleiad_http import (
    ClientException,
    File,
    HTTPException,
    NotAcceptableException,
    NotFoundException,
    ProblemDetailsException,
    RequestEntityTooLarge,
    Response,
    ServiceUnavailableException,
    UnsupportedMediaTypeException,
    ValidationException,
    phrase_of,
)
from pleiad_openapi import NOTHING, Content, Example
from pleiad_openapi import Response as Described
from pleiad_routing import Template

__all__ = ["errors_of"]

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"


class HTTPErrorBody(msgspec.Struct):
    """What a client is told of an error.

    Attributes:
        status_code: The status of the response.
        detail: What happened.
        extra: More about it.
    """

    status_code: int
    detail: str
    extra: dict[str, Any] | list[Any] | UnsetType = UNSET


class InvalidValue(msgspec.Struct):
    """A value that is not what was declared.

    Attributes:
        message: What is wrong.
        key: Where in its source the value stood.
        source: Where in the request: `path`, `query`, `header`, `cookie` or `body`.
    """

    message: str
    key: str | UnsetType = UNSET
    source: str | UnsetType = UNSET


class ValidationErrorBody(msgspec.Struct):
    """What a client is told of a request that cannot be read.

    Attributes:
        status_code: The status of the response.
        detail: What happened.
        extra: Every value that is wrong.
    """

    status_code: int
    detail: str
    extra: list[InvalidValue] | UnsetType = UNSET


class ProblemError(msgspec.Struct):
    """A value that is not what was declared.

    Attributes:
        detail: What is wrong.
        source: Where in the request: `path`, `query`, `header`, `cookie` or `body`.
        parameter: Its name there.
        pointer: Where it stands in the content, or within the parameter (RFC 6901).
    """

    detail: str
    source: str
    parameter: str | UnsetType = UNSET
    pointer: str | UnsetType = UNSET


class ProblemDetailsBody(msgspec.Struct):
    """A problem document (RFC 9457), which may have more members.

    Attributes:
        type: A URI that names the kind of problem.
        title: What the kind of problem is called.
        status: The status of the response.
        detail: What happened.
        instance: Where it happened.
        errors: Every value that is wrong.
    """

    type: str
    status: int
    title: str | UnsetType = UNSET
    detail: str | UnsetType = UNSET
    instance: str | UnsetType = UNSET
    errors: list[ProblemError] | UnsetType = UNSET


class Error(msgspec.Struct, frozen=True):
    """An exception that can answer.

    Attributes:
        cls: Its class.
        code: Its status.
        about: What it means.
    """

    cls: type[HTTPException]
    code: int
    about: str


def errors_of(
    plan: RoutePlan, template: Template, *, problem_details: bool, examples: bool
) -> dict[int, Described]:
    """The errors of a route, by status.

    Args:
        plan: The route.
        template: Its path.
        problem_details: Whether the app answers with problem documents.
        examples: Whether they have examples.
    """
    found: dict[int, list[Error]] = {}
    for error in dict.fromkeys([*_of_request(plan, template), *_of_program(plan)]):
        found.setdefault(error.code, []).append(error)
    handlers = plan.handler.layer.exception_handlers
    return {
        code: _described(
            code, tuple(errors), handlers, problem_details=problem_details, examples=examples
        )
        for code, errors in sorted(found.items())
    }


# What may be raised


def _error(cls: type[HTTPException]) -> Error:
    code = cls.status_code
    return Error(cls, code, (cls.__dict__.get("__doc__") or "").strip().partition("\n")[0])


def _of_request(plan: RoutePlan, template: Template) -> Iterator[Error]:
    """What the framework raises before and after the handler."""
    if any(can_be_invalid(each, template) for each in plan.values):
        yield _error(ValidationException)
    if any(each.type is not str and not each.rest for each in template.parameters.values()):
        yield _error(NotFoundException)
    if len(plan.media_types) > 1:
        yield _error(NotAcceptableException)
    content = [each for each in plan.values if each.source in ("body", "form")]
    if content:
        yield _error(RequestEntityTooLarge)
    if any(not is_raw(each) for each in content):
        yield _error(UnsupportedMediaTypeException)
    if is_file(plan):
        yield _error(NotFoundException)
        yield Error(ClientException, 416, "The file has no such range.")
    if has_version(plan):
        yield Error(ClientException, 412, "The client wants another version.")
    if plan.handler.layer.timeout not in (None, UNSET):
        yield _error(ServiceUnavailableException)


def _of_program(plan: RoutePlan) -> Iterator[Error]:
    """What layers, types, the handler and its guards declare as `raises`.

    And what of the exceptions of HTTP a handler or a guard names in its own code: it may raise them.
    """
    layer = plan.handler.layer
    functions = (plan.handler.fn, *layer.guards)
    declared = [*layer.about.raises, *plan.raises]
    declared += [each for function in functions for each in getattr(function, "raises", ())]
    yield from (_error(cls) for cls in declared if issubclass(cls, HTTPException))
    named = [_error(cls) for function in functions for cls in _named_in(function)]
    yield from (each for each in named if each.code != 500)


def _named_in(function: Callable[..., Any]) -> Iterator[type[HTTPException]]:
    function = getattr(function, "__func__", function)
    code, names = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    for name in getattr(code, "co_names", ()):
        value = names.get(name)
        if isinstance(value, type) and issubclass(value, HTTPException):
            yield value


def is_file(plan: RoutePlan) -> bool:
    """Whether the handler is annotated to answer with a file."""
    return plan.returns.is_a(File)


def has_version(plan: RoutePlan) -> bool:
    """Whether clients can ask for a version of the answer."""
    return is_file(plan) or caching_of(plan.handler.layer, plan.method).tags


# How it is answered


def _described(
    code: int,
    errors: tuple[Error, ...],
    handlers: Mapping[int | type[Exception], Callable[..., Any]],
    *,
    problem_details: bool,
    examples: bool,
) -> Described:
    handler = _handler(handlers, code, errors[0].cls)
    if handler is None:
        is_problem = problem_details or issubclass(errors[0].cls, ProblemDetailsException)
        return _by_default(code, errors, is_problem, examples)
    content = _handled(handler)
    contents = () if content is NOTHING else (Content(type=content),)
    return Described(description=_all_about(errors), contents=contents)


@lru_cache(maxsize=512)
def _by_default(
    code: int,
    errors: tuple[Error, ...],
    is_problem: bool,  # noqa: FBT001
    examples: bool,  # noqa: FBT001
) -> Described:
    """How the framework itself answers; PERF: the document writes each of these once."""
    body: Any = ProblemDetailsBody
    of_values = code == 400 and all(e.cls in (ValidationException, ClientException) for e in errors)
    if not is_problem:
        body = ValidationErrorBody if of_values else HTTPErrorBody
    content = Content(
        type=body,
        media_type=PROBLEM_JSON if is_problem else JSON,
        examples={"generated": Example(value=_example(code, body, of_values))} if examples else {},
    )
    return Described(description=_all_about(errors), contents=(content,))


def _example(code: int, body: Any, of_values: bool) -> dict[str, Any]:  # noqa: FBT001
    """What a client may be told: with the status that it has, so none is made of the schema."""
    phrase = phrase_of(code) or "Error"
    if body is ProblemDetailsBody:
        wrong = {"detail": "Expected int, got 'a'", "source": "query", "parameter": "limit"}
        told = {"type": "about:blank", "title": phrase, "status": code}
        return {**told, "errors": [wrong]} if of_values else told
    if body is ValidationErrorBody:
        wrong = {"message": "Expected int, got 'a'", "key": "limit", "source": "query"}
        return {"status_code": code, "detail": "Validation failed", "extra": [wrong]}
    return {"status_code": code, "detail": phrase}


def _all_about(errors: Sequence[Error]) -> str:
    return " ".join(dict.fromkeys(each.about for each in errors if each.about))


def _handler(
    handlers: Mapping[int | type[Exception], Callable[..., Any]], code: int, cls: type[Exception]
) -> Callable[..., Any] | None:
    """The user's handler of an exception, found as it is when it is raised."""
    if code in handlers:
        return handlers[code]
    return next((handlers[base] for base in cls.__mro__ if base in handlers), None)


def _handled(handler: Callable[..., Any]) -> Any:
    """The type of what an exception handler answers with; `NOTHING` where its annotation says none."""
    try:
        returned = get_type_hints(handler).get("return", NOTHING)
    except (NameError, TypeError):
        return NOTHING
    cls = get_origin(returned) or returned
    if not (isinstance(cls, type) and issubclass(cls, Response)):
        return returned
    return next(iter(get_args(returned)), NOTHING)
