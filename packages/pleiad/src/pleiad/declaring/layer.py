"""One layer of an app, complete; and how a layer stands within another.

App, routers, controllers and handlers are layers of the same kind. `Layer.within` is the only merge
in the code base: each field names its rule, and the rules obey the laws of a monoid (an empty layer
changes nothing, and it does not matter which two of three layers are merged first).
"""

from collections.abc import Callable, Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from pleiad.declaring.describe import NEUTRAL, Description
from pleiad.declaring.options import ResponsePolicy
from pleiad_di import Provide, near
from pleiad_http import (
    CacheControlHeader,
    Cookie,
    ETag,
    ImproperlyConfiguredException,
    Limits,
    Request,
    Response,
    ResponseHeader,
)
from pleiad_params import Parameter
from pleiad_websockets import SocketPolicy, WebSocket

__all__ = ["RULES", "Layer", "append", "nearest", "overlay", "unknown_option"]

Rule = Callable[[Any, Any], Any]


def nearest(inner: Any, outer: Any) -> Any:
    """The inner value where it is set, else the outer one; `None` is a value like any other."""
    return outer if inner is UNSET else inner


def append(inner: tuple[Any, ...], outer: tuple[Any, ...]) -> tuple[Any, ...]:
    """The outer values, then the inner ones."""
    return (*outer, *inner)


def overlay(inner: Mapping[Any, Any], outer: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Both mappings; the inner one wins by key."""
    return {**outer, **inner} if inner and outer else inner or outer


def within(inner: Any, outer: Any) -> Any:
    """The value's own rule."""
    return inner.within(outer)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "after_request": nearest,
        "after_response": nearest,
        "before_request": nearest,
        "cancel_on_disconnect": nearest,
        "dependencies": overlay,
        "about": within,
        "cache_control": nearest,
        "etag": nearest,
        "exception_handlers": overlay,
        "guards": append,
        "limits": within,
        "media_decoders": overlay,
        "media_encoders": overlay,
        "middleware": append,
        "opt": overlay,
        "parameters": overlay,
        "request_class": nearest,
        "response_class": nearest,
        "response_cookies": overlay,
        "response_headers": overlay,
        "signature_namespace": overlay,
        "sync_to_thread": nearest,
        "timeout": nearest,
        "type_decoders": append,
        "type_encoders": overlay,
        "validate_responses": nearest,
        "websocket_class": nearest,
        "websocket_policy": within,
    }
)
"""How each field of a layer stands within the same field of the layer around it."""

EMPTY: Mapping[Any, Any] = MappingProxyType({})


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """What a layer declares; `UNSET` and empty collections stand for what it leaves to others."""

    after_request: Callable[..., Any] | None | UnsetType = UNSET
    after_response: Callable[..., Any] | None | UnsetType = UNSET
    before_request: Callable[..., Any] | None | UnsetType = UNSET
    cancel_on_disconnect: bool | UnsetType = UNSET
    about: Description = NEUTRAL
    cache_control: CacheControlHeader | None | UnsetType = UNSET
    dependencies: Mapping[str, Provide | Callable[..., Any]] = EMPTY
    etag: ETag | Literal["content"] | None | UnsetType = UNSET
    exception_handlers: Mapping[int | type[Exception], Callable[..., Any]] = EMPTY
    guards: tuple[Callable[..., Any], ...] = ()
    limits: Limits = Limits()
    media_decoders: Mapping[str, Callable[[bytes], Any]] = EMPTY
    media_encoders: Mapping[str, Callable[[Any], bytes]] = EMPTY
    middleware: tuple[Any, ...] = ()
    opt: Mapping[str, Any] = EMPTY
    parameters: Mapping[str, Parameter] = EMPTY
    request_class: type[Request[Any, Any, Any]] | UnsetType = UNSET
    response_class: type[Response[Any]] | None | UnsetType = UNSET
    response_cookies: Mapping[str, Cookie] = EMPTY
    response_headers: Mapping[str, ResponseHeader] = EMPTY
    signature_namespace: Mapping[str, Any] = EMPTY
    sync_to_thread: bool | UnsetType = UNSET
    timeout: float | None | UnsetType = UNSET
    type_decoders: tuple[Any, ...] = ()
    type_encoders: Mapping[Any, Callable[[Any], Any]] = EMPTY
    validate_responses: ResponsePolicy | UnsetType = UNSET
    websocket_class: type[WebSocket[Any, Any, Any]] | UnsetType = UNSET
    websocket_policy: SocketPolicy = SocketPolicy()

    @classmethod
    def of(cls, owner: str, options: Mapping[str, Any]) -> "Layer":
        """Complete what was given.

        Args:
            owner: Whose options they are, for the error.
            options: Options of a layer only.

        Raises:
            ImproperlyConfiguredException: An option that no layer has, or a value it cannot take.
        """
        folded = _folded(options)
        unknown = folded.keys() - KNOWN
        if unknown:
            raise unknown_option(owner, sorted(unknown)[0], KNOWN)
        given = {key: folded[key] for key in RULES if key in folded and key != "about"}
        return cls(
            about=Description.of(folded),
            **{
                key: _NORMAL.get(RULES[key], _as_is)(_adapted(owner, key, v))
                for key, v in given.items()
            },
        )

    def within(self, outer: "Layer") -> "Layer":
        """This layer, standing within another."""
        # PERF: a layer says few things, and one that says nothing changes nothing.
        said = [key for key, nothing in _NOTHING.items() if getattr(self, key) is not nothing]
        if not said:
            return outer
        merged = {key: RULES[key](getattr(self, key), getattr(outer, key)) for key in said}
        return msgspec.structs.replace(outer, **merged)


_NOTHING = {key: getattr(Layer(), key) for key in RULES}
"""What stands in the fields of a layer that says nothing."""


KNOWN = frozenset(RULES) - {"about"} | frozenset(Description.__struct_fields__)
"""The names of all options of a layer."""

APPENDED = frozenset(key for key, rule in RULES.items() if rule is append)
OVERLAID = frozenset(key for key, rule in RULES.items() if rule is overlay)


def unknown_option(owner: str, name: str, known: "frozenset[str]") -> ImproperlyConfiguredException:
    """The error for an option that does not exist, with the nearest that does."""
    slip = near(name, known)
    hint = f" Did you mean '{slip}'?" if slip else ""
    return ImproperlyConfiguredException(f"{owner} has no option '{name}'.{hint}")


OLD_LIMITS = {"request_max_body_size": "body", "multipart_form_part_limit": "parts"}
"""Older spellings of a limit, each with its field of `Limits`."""

FOLDED = frozenset({*OLD_LIMITS, "signature_types"})
"""The options that are accepted and become part of another."""


def _folded(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with old spellings brought into their present form."""
    folded = dict(options)
    old = {OLD_LIMITS[key]: folded.pop(key) for key in OLD_LIMITS if key in folded}
    if old:
        folded["limits"] = msgspec.structs.replace(folded.get("limits") or Limits(), **old)
    types = folded.pop("signature_types", ())
    if types:
        names = {each.__name__: each for each in types}
        folded["signature_namespace"] = {**names, **folded.get("signature_namespace", {})}
    return folded


def _adapted(owner: str, key: str, value: Any) -> Any:
    adapt = _ADAPTERS.get(key)
    return value if adapt is None else adapt(owner, value)


def _headers(owner: str, value: Any) -> dict[str, ResponseHeader]:
    given: Iterable[ResponseHeader] = value
    if hasattr(value, "items"):
        given = [ResponseHeader(name, text) for name, text in value.items()]
    return {each.name.lower(): each for each in given}


def _cookies(owner: str, value: Any) -> dict[str, Cookie]:
    given: Iterable[Cookie] = value
    if hasattr(value, "items"):
        given = [Cookie(key, text) for key, text in value.items()]
    return {each.key: each for each in given}


def _policy(owner: str, value: Any) -> Any:
    if value not in ("types", "always", "off"):
        raise ImproperlyConfiguredException(
            f"{owner}: validate_responses={value!r}: say 'types', 'always' or 'off'"
        )
    return value


def _etag(owner: str, value: Any) -> Any:
    if isinstance(value, ETag) or value in ("content", None):
        return value
    raise ImproperlyConfiguredException(
        f"{owner}: etag={value!r:.80}: say ETag(value=...), or 'content' for a tag of what is sent"
    )


def _cache_control(owner: str, value: Any) -> Any:
    if isinstance(value, CacheControlHeader | None):
        return value
    raise ImproperlyConfiguredException(
        f"{owner}: cache_control={value!r:.80}: say CacheControlHeader(max_age=...)"
    )


def _seconds(owner: str, value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or (number and 0 < value < inf):
        return value
    raise ImproperlyConfiguredException(
        f"{owner}: timeout={value!r:.40}: say seconds, above 0, or None for no limit"
    )


_ADAPTERS: Mapping[str, Callable[[str, Any], Any]] = {
    "cache_control": _cache_control,
    "etag": _etag,
    "response_cookies": _cookies,
    "response_headers": _headers,
    "timeout": _seconds,
    "validate_responses": _policy,
}


def _as_is(value: Any) -> Any:
    return value


_NORMAL: Mapping[Rule, Callable[[Any], Any]] = {
    append: lambda v: tuple(v or ()),
    overlay: lambda v: dict(v or {}),
}
"""How a user's value becomes the one that a rule merges."""
