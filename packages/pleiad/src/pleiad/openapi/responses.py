"""What a route answers, as responses of a document."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from pleiad.answering.caching import caching_of
from pleiad.declaring.describe import Description
from pleiad.openapi.datastructures import ResponseSpec
from pleiad.openapi.errors import errors_of, has_version, is_file
from pleiad.planning.plan import RoutePlan
from pleiad.planning.returns import Returns, Shape
from pleiad_http import Cookie, JSONLines, Redirect, ServerSentEvent, media_type_of, phrase_of
from pleiad_openapi import NOTHING, Content, Header, Response
from pleiad_routing import Template

__all__ = ["responses_of"]

ANY_MEDIA_TYPE = "*/*"


def responses_of(
    plan: RoutePlan, template: Template, *, problem_details: bool, examples: bool
) -> dict[int | str, Response]:
    """All responses of a route, by status: the user's own words win.

    Args:
        plan: The route.
        template: Its path.
        problem_details: Whether the app answers with problem documents.
        examples: Whether the framework's own errors have examples.
    """
    about: Description = plan.handler.layer.about
    status, success = _success(plan, about)
    found: dict[int | str, Response] = {status: success}
    if is_file(plan):
        found[206] = msgspec.structs.replace(success, description="A part of it.")
    if has_version(plan):
        found[304] = Response(description="The client has it already.")
    errors = errors_of(plan, template, problem_details=problem_details, examples=examples)
    for code, error in errors.items():
        found.setdefault(code, error)
    for code, spec in about.responses.items():
        found[code] = _additional(spec)
    return found


def _success(plan: RoutePlan, about: Description) -> tuple[int, Response]:
    returns, status = plan.returns, plan.status
    headers = _headers(plan)
    contents = tuple(_result(returns, each, about) for each in plan.media_types)
    if returns.is_a(Redirect):
        contents = ()
        headers["location"] = Header(description="Where to go.", required=True)
    elif is_file(plan) and not plan.handler.media_types:
        contents = (Content(media_type=ANY_MEDIA_TYPE),)
    elif returns.shape is Shape.APP:
        contents = ()
    description = about.response_description or _phrase(status)
    return status, Response(description=description, contents=contents, headers=headers)


def _headers(plan: RoutePlan) -> dict[str, Header]:
    layer = plan.handler.layer
    found = {
        name: Header(description=each.description) for name, each in layer.response_headers.items()
    }
    names = list(caching_of(layer, plan.method).headers)
    if has_version(plan):
        names.append("etag")
    if layer.response_cookies:
        found["set-cookie"] = Header(description=_about_cookies(layer.response_cookies.values()))
    return {**found, **{name: Header() for name in names if name not in found}}


def _about_cookies(cookies: Iterable[Cookie]) -> str | None:
    """What is said of the cookies: to a document they are one header."""
    told = [f"`{each.key}`: {each.description}" for each in cookies if each.description]
    return "\n\n".join(told) or None


def _result(returns: Returns, media_type: str, about: Description) -> Content:
    return msgspec.structs.replace(
        _content(returns, media_type_of(media_type)),
        encoding=about.content_encoding,
        content_type=about.content_media_type,
    )


def _content(returns: Returns, kind: str) -> Content:
    cls: Any = returns.items or returns.cls
    if issubclass(cls or object, JSONLines):
        return Content(media_type=kind, items=returns.content)
    if issubclass(cls or object, ServerSentEvent):
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
    media_type = media_type_of(str(getattr(spec.media_type, "value", spec.media_type)))
    examples = {f"example-{at}": each for at, each in enumerate(spec.examples, 1)}
    content = Content(
        type=spec.data_container,
        media_type=media_type,
        examples=examples,
        create_example=spec.generate_examples,
    )
    return Response(description=spec.description, contents=(content,))


def _phrase(code: int) -> str:
    return phrase_of(code) or f"Status {code}"
