"""What a route answers, as responses of a document: its result, and the errors that it can give."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from pleiad.describe import Description
from pleiad.openapi.datastructures import ResponseSpec
from pleiad.openapi.request import can_be_invalid, is_raw
from pleiad.plan import RoutePlan
from pleiad.returns import Returns, Shape
from pleiad_http import (
    ClientException,
    HTTPException,
    JSONLines,
    NotAcceptableException,
    NotFoundException,
    Redirect,
    RequestEntityTooLarge,
    ServerSentEvent,
    UnsupportedMediaTypeException,
    ValidationException,
    media_type_of,
)
from pleiad_http import Response as Answer
from pleiad_openapi import NOTHING, Content, Header, Response
from pleiad_routing import Template

__all__ = ["HTTPErrorBody", "InvalidValue", "ValidationErrorBody", "responses_of"]

JSON = "application/json"


class HTTPErrorBody(msgspec.Struct):
    """What a client is told of an error.

    Attributes:
        status_code: The status of the response.
        detail: What happened.
        extra: More about it.
    """

    status_code: int
    detail: str
    extra: dict[str, Any] | list[Any] | msgspec.UnsetType = msgspec.UNSET


class InvalidValue(msgspec.Struct):
    """A value that is not what was declared.

    Attributes:
        message: What is wrong.
        key: Where in its source the value stood.
        source: Where in the request: `path`, `query`, `header`, `cookie` or `body`.
    """

    message: str
    key: str | msgspec.UnsetType = msgspec.UNSET
    source: str | msgspec.UnsetType = msgspec.UNSET


class ValidationErrorBody(msgspec.Struct):
    """What a client is told of a request that cannot be read.

    Attributes:
        status_code: The status of the response.
        detail: What happened.
        extra: Every value that is wrong.
    """

    status_code: int
    detail: str
    extra: list[InvalidValue] | msgspec.UnsetType = msgspec.UNSET


def responses_of(plan: RoutePlan, template: Template) -> dict[int | str, Response]:
    """All responses of a route, by status: the user's own words win."""
    about: Description = plan.handler.layer.about
    status, success = _success(plan, about)
    found: dict[int | str, Response] = {status: success}
    for code, raised in sorted(_raised(plan, template, about).items()):
        found.setdefault(code, _error(plan, code, raised))
    for code, spec in about.responses.items():
        found[code] = _additional(spec)
    return found


# The result


def _success(plan: RoutePlan, about: Description) -> tuple[int, Response]:
    returns, layer = plan.returns, plan.handler.layer
    headers = {name: Header() for name in layer.response_headers}
    if layer.response_cookies:
        headers["set-cookie"] = Header()
    status = plan.status
    cls = get_origin(returns.declared) or returns.declared
    if isinstance(cls, type) and issubclass(cls, Redirect):
        status = plan.handler.status_code or 302
        headers["location"] = Header(description="Where to go.", required=True)
        contents: tuple[Content, ...] = ()
    else:
        contents = tuple(_result(returns, each, about) for each in plan.media_types)
    if returns.shape is Shape.APP:
        contents = ()
    description = about.response_description or _phrase(status)
    return status, Response(description=description, contents=contents, headers=headers)


def _result(returns: Returns, media_type: str, about: Description) -> Content:
    return msgspec.structs.replace(
        _content(returns, media_type_of(media_type)),
        encoding=about.content_encoding,
        content_type=about.content_media_type,
    )


def _content(returns: Returns, kind: str) -> Content:
    cls = returns.items or get_origin(returns.declared) or returns.declared
    if isinstance(cls, type) and issubclass(cls, JSONLines):
        return Content(media_type=kind, items=returns.content)
    if isinstance(cls, type) and issubclass(cls, ServerSentEvent):
        return Content(media_type=kind, items=EVENT)
    if returns.shape is Shape.STREAM or returns.content is bytes:
        return Content(media_type=kind, type=str if returns.content is str else NOTHING)
    return Content(media_type=kind, type=returns.content)


EVENT: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "data": {"type": "string"},
        "event": {"type": "string"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    },
}
"""A message of an event stream, as OpenAPI 3.2 looks at one (section 4.14.4.1)."""


def _additional(spec: ResponseSpec | Any) -> Response:
    """A response that the user describes; a bare type stands for its description."""
    if not isinstance(spec, ResponseSpec):
        spec = ResponseSpec(spec)
    if spec.data_container is None:
        return Response(description=spec.description)
    media_type = str(getattr(spec.media_type, "value", spec.media_type))
    examples = {f"example-{at}": each for at, each in enumerate(spec.examples, 1)}
    content = Content(
        type=spec.data_container, media_type=media_type_of(media_type), examples=examples
    )
    return Response(description=spec.description, contents=(content,))


# Errors


def _raised(
    plan: RoutePlan, template: Template, about: Description
) -> dict[int, list[type[Exception]]]:
    """The exceptions that can answer, by status."""
    found: dict[int, list[type[Exception]]] = {}
    every = [*_of_request(plan, template), *about.raises, *plan.raises, *_named(plan)]
    for cls in dict.fromkeys(every):
        code = getattr(cls, "status_code", 500)
        if issubclass(cls, HTTPException) and (code != 500 or cls in about.raises):
            found.setdefault(code, []).append(cls)
    return found


def _of_request(plan: RoutePlan, template: Template) -> Iterator[type[HTTPException]]:
    """What the framework raises before the handler is called."""
    if any(can_be_invalid(each, template) for each in plan.values):
        yield ValidationException
    if any(each.type is not str and not each.rest for each in template.parameters.values()):
        yield NotFoundException
    if len(plan.media_types) > 1:
        yield NotAcceptableException
    content = [each for each in plan.values if each.source in ("body", "form")]
    if content:
        yield RequestEntityTooLarge
    if any(not is_raw(each) for each in content):
        yield UnsupportedMediaTypeException


def _named(plan: RoutePlan) -> Iterator[type[HTTPException]]:
    """What the handler and its guards declare as `raises`, or name in their own code: they may raise it."""
    layer = plan.handler.layer
    for function in (plan.handler.fn, *layer.guards):
        yield from getattr(function, "raises", ())
        yield from _named_in(function)


def _named_in(function: Callable[..., Any]) -> Iterator[type[HTTPException]]:
    function = getattr(function, "__func__", function)
    code, names = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    for name in getattr(code, "co_names", ()):
        value = names.get(name)
        if isinstance(value, type) and issubclass(value, HTTPException):
            yield value


def _error(plan: RoutePlan, code: int, raised: Sequence[type[Exception]]) -> Response:
    handler = _handler(plan.handler.layer.exception_handlers, code, raised[0])
    if handler is None:
        return _default_error(code, tuple(raised))
    content = _handled(handler)
    contents = () if content is NOTHING else (Content(type=content),)
    return Response(description=_all_described(raised), contents=contents)


@lru_cache(maxsize=512)
def _default_error(code: int, raised: tuple[type[Exception], ...]) -> Response:
    """How the framework itself answers; PERF: the document writes each of these once."""
    plain = any(each not in (ValidationException, ClientException) for each in raised)
    body = HTTPErrorBody if plain or code != 400 else ValidationErrorBody
    contents = (Content(type=body, media_type=JSON),)
    return Response(description=_all_described(raised), contents=contents)


def _all_described(raised: Iterable[type[Exception]]) -> str:
    return " ".join(dict.fromkeys(map(_described, raised)))


def _described(cls: type[Exception]) -> str:
    """What a class says of itself, in a line."""
    doc = vars(cls).get("__doc__") or ""
    return doc.strip().partition("\n")[0] or _phrase(getattr(cls, "status_code", 500))


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
    if not (isinstance(cls, type) and issubclass(cls, Answer)):
        return returned
    return next(iter(get_args(returned)), NOTHING)


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return f"Status {code}"
