"""What is told about an operation, and never changes how it runs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypedDict

import msgspec

from pleiad_openapi import ExternalDocumentation, Operation

__all__ = ["NEUTRAL", "Callbacks", "Description", "DescriptionOptions"]

Callbacks: TypeAlias = Mapping[str, Mapping[str, Sequence[Operation]]]
"""By name and URL expression, the requests that an operation sends."""


class DescriptionOptions(TypedDict, total=False):
    """The describing options of a layer."""

    callbacks: Callbacks
    """What the operation calls: by a name of yours, and then by a URL expression of OpenAPI's, such as
    `{$request.body#/url}`."""
    content_encoding: str | None
    """How the bytes of the successful response's text are to be read, such as `base64`."""
    content_media_type: str | None
    """What the successful response's text holds, such as `image/png`."""
    deprecated: bool
    """Whether clients should stop using it."""
    description: str | None
    """Prose, in CommonMark."""
    external_docs: ExternalDocumentation | None
    """More to read."""
    include_in_schema: bool
    """Whether the OpenAPI document shows it; the nearest layer that says so wins."""
    operation_class: Callable[..., Operation] | None
    """What the OpenAPI document shows: a subclass of `Operation` that has a `to_schema` of its own, or
    what makes one of the same arguments."""
    operation_id: str | Callable[..., str] | None
    """The operation's unique name in the OpenAPI document."""
    raises: Sequence[type[Exception]]
    """Exceptions that clients have to expect."""
    response_description: str | None
    """Prose about the successful response."""
    responses: Mapping[int, Any]
    """Further responses, by status code."""
    security: Sequence[Mapping[str, Sequence[str]]]
    """Security requirements; those of the outer layers come first."""
    summary: str | None
    """A line of prose."""
    tags: Sequence[str]
    """Groups that it belongs to; those of the outer layers come first."""


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The describing options of one layer, complete: what was not given has its neutral value."""

    callbacks: Callbacks = {}
    content_encoding: str | None = None
    content_media_type: str | None = None
    deprecated: bool | None = None
    description: str | None = None
    external_docs: ExternalDocumentation | None = None
    include_in_schema: bool | None = None
    operation_class: Callable[..., Operation] | None = None
    operation_id: str | Callable[..., str] | None = None
    raises: tuple[type[Exception], ...] = ()
    response_description: str | None = None
    responses: Mapping[int, Any] = {}
    security: tuple[Mapping[str, Sequence[str]], ...] = ()
    summary: str | None = None
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Description":
        """Take the describing ones out of a layer's options."""
        given: dict[str, Any] = {k: options[k] for k in cls.__struct_fields__ if k in options}
        given.update({key: tuple(given[key]) for key in _APPENDED & given.keys()})
        return cls(**given) if given else NEUTRAL

    def within(self, outer: "Description") -> "Description":
        """This description, completed by that of the layer around it."""
        # PERF: most layers describe nothing; comparing costs 0.3 us, merging 8.
        if outer == NEUTRAL:
            return self
        if self == NEUTRAL:
            return outer
        merged: dict[str, Any] = {}
        for key in self.__struct_fields__:
            mine, its = getattr(self, key), getattr(outer, key)
            if key in _APPENDED:
                merged[key] = (
                    tuple(dict.fromkeys([*its, *mine])) if key == "tags" else (*its, *mine)
                )
            elif key in _OVERLAID:
                merged[key] = {**its, **mine}
            else:
                merged[key] = its if mine is None else mine
        return Description(**merged)


_APPENDED = frozenset({"raises", "security", "tags"})
_OVERLAID = frozenset({"callbacks", "responses"})

NEUTRAL = Description()
