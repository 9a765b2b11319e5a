"""What a route takes out of a request, as parameters and content of a document."""

from collections import Counter
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Any, TypeVar, get_args, get_origin

from pleiad.planning.plan import RoutePlan
from pleiad.planning.socket_plan import SocketPlan
from pleiad_di import MISSING
from pleiad_http import Kind, Parts, UploadFile, kind_of, media_type_of
from pleiad_openapi import NOTHING, Content, Parameter, RequestBody
from pleiad_params import Body, Bound, Form
from pleiad_params import Parameter as Marked
from pleiad_routing import Template

__all__ = ["can_be_invalid", "is_raw", "parameters_of", "placed", "request_body_of"]

P = TypeVar("P", RoutePlan, SocketPlan)

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
ANY_MEDIA_TYPE = "*/*"


def placed(
    plans: Iterable[tuple[P, Template]],
) -> Iterator[tuple[P, Template, str, Mapping[str, str]]]:
    """Each plan with its path in the document, and the parameters that are called otherwise there."""
    taken: Counter[tuple[str, str]] = Counter()
    for plan, template in plans:
        path = _document_path(template, {})
        names: dict[str, str] = {}
        taken[plan.method, path] += 1
        if taken[plan.method, path] > 1:
            # Two templates may differ in a type alone, which no path of a document shows.
            names = {name: f"{name}_{each.name}" for name, each in template.parameters.items()}
            path = _document_path(template, names)
        yield plan, template, path, names


def _document_path(template: Template, names: Mapping[str, str]) -> str:
    """A path template as OpenAPI writes it: `/items/{id}`.

    Args:
        template: The template.
        names: The parameters that the document calls otherwise.
    """
    parts = (
        each if isinstance(each, str) else f"{{{names.get(each.name, each.name)}}}"
        for each in template.segments
    )
    return "/" + "/".join(parts)


def parameters_of(
    plan: RoutePlan | SocketPlan, template: Template, names: Mapping[str, str]
) -> tuple[Parameter, ...]:
    """The values beside the content: those of the path first, whoever takes them."""
    taken = {each.key: each for each in plan.values if each.source == "path"}
    path = [
        _parameter(taken[name], "path", names.get(name, name))
        if name in taken
        else Parameter(name=names.get(name, name), source="path", type=each.type)
        for name, each in template.parameters.items()
    ]
    beside = {
        (each.source, each.key): _parameter(each, each.source, each.key)
        for each in plan.values
        if each.source in ("query", "header", "cookie") and _is_shown(each)
    }
    return (*path, *beside.values())


def request_body_of(plan: RoutePlan) -> RequestBody | None:
    """The content; `None` where nobody takes it."""
    shown = [each for each in plan.values if _is_shown(each)]
    fields = [each for each in shown if each.source == "form" and not _is_whole(each)]
    if fields:
        parts = tuple(_parameter(each, "query", each.key) for each in fields)
        files = any(_is_file(each.annotation) for each in fields)
        contents = tuple(
            Content(media_type=each, fields=parts) for each in (FORMS[:1] if files else FORMS)
        )
        return RequestBody(contents=contents, required=any(each.required for each in fields))
    whole = next((each for each in shown if each.source in ("body", "form")), None)
    if whole is None:
        return None
    description = whole.marker.description if whole.marker else None
    contents = tuple(_content(whole, each) for each in _media_types(whole))
    return RequestBody(contents=contents, required=whole.required, description=description)


def is_raw(bound: Bound) -> bool:
    """Whether it is the content as it comes, whatever it is."""
    if bound.source != "body":
        return False
    streamed = get_origin(bound.annotation) in _STREAMS or bound.annotation is Parts
    return streamed or (bound.annotation is bytes and bound.marker is None)


def can_be_invalid(bound: Bound, template: Template) -> bool:
    """Whether a client can send a value that is refused with a 400."""
    if is_raw(bound):
        return bound.annotation is Parts
    constrained = bool(bound.metadata) or _constraints(bound) is not None
    if bound.source == "path":
        declared = template.parameters[bound.key].type
        return constrained or bound.annotation not in (declared, Any, object)
    return bound.required or constrained or bound.annotation not in (str, str | None)


_STREAMS = (AsyncIterator, AsyncIterable, AsyncGenerator)


def _constraints(bound: Bound) -> Any:
    return bound.marker.constraints.meta() if bound.marker else None


def _parameter(bound: Bound, source: Any, name: str) -> Parameter:
    marker = bound.marker
    return Parameter(
        name=name,
        source=source,
        type=bound.annotation,
        metadata=(*bound.metadata, *([marker] if marker else [])),
        required=bound.required,
        default=NOTHING if bound.default is MISSING else bound.default,
    )


def _is_shown(bound: Bound) -> bool:
    """Whether documents show a value: the user may say that of a parameter."""
    return not isinstance(bound.marker, Marked) or bound.marker.include_in_schema


def _is_whole(bound: Bound) -> bool:
    """Whether it is a form as a whole: a model that is marked as one."""
    if not isinstance(bound.marker, Form) or bound.marker.name is not None:
        return False
    members = get_args(bound.annotation) or (bound.annotation,)
    return any(kind_of(each) is not Kind.BUILTIN for each in members)


def _is_file(annotation: Any) -> bool:
    every = (annotation, *get_args(annotation))
    return any(isinstance(each, type) and issubclass(each, UploadFile) for each in every)


def _media_types(bound: Bound) -> Sequence[str]:
    if bound.source == "form":
        return FORMS
    if bound.annotation is Parts:
        return FORMS[:1]
    if is_raw(bound):
        return (ANY_MEDIA_TYPE,)
    marker = bound.marker
    return marker.media_types if isinstance(marker, Body) else ("application/json",)


def _content(bound: Bound, media_type: str) -> Content:
    kind = media_type_of(media_type)
    if is_raw(bound) or bound.annotation is bytes:
        return Content(media_type=kind)
    if kind in FORMS and _is_file(bound.annotation) and get_origin(bound.annotation) is not dict:
        several = len(get_args(bound.annotation)) > 0
        file = Parameter(
            name="files" if several else "file",
            source="query",
            type=bound.annotation,
            required=bound.required,
        )
        return Content(media_type=kind, fields=(file,))
    metadata = (*bound.metadata, *([bound.marker] if bound.marker else []))
    return Content(media_type=kind, type=bound.annotation, metadata=metadata)
