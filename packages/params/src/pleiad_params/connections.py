"""Parameters that are no values of a request, but the request itself, or a view of it."""

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, get_args, get_origin

from pleiad_di import Call, Parameter, Var
from pleiad_http import (
    ASGIConnection,
    Headers,
    ImmutableMultiDict,
    ImmutableState,
    Receive,
    Request,
    Scope,
    Send,
    parse_cookies,
    parse_query,
)

__all__ = ["view_by_name", "view_by_type"]

CHANNELS: tuple[tuple[Any, str], ...] = ((Scope, "scope"), (Receive, "receive"), (Send, "send"))
"""ASGI's own three, by their types."""


def view_by_type(parameter: Parameter, request_class: type[Any]) -> Call | Var | None:
    """The view that a parameter's type asks for, under whatever name.

    Args:
        parameter: The parameter.
        request_class: The class of requests; a subclass in an annotation is taken instead.

    Returns:
        The call that makes the view, or a variable that is there anyway.
    """
    annotation = parameter.annotation
    for kind, name in CHANNELS:
        if annotation == kind:
            return Var(name)
    cls: Any = get_origin(annotation) or annotation
    if not isinstance(cls, type):
        return None
    if issubclass(cls, ASGIConnection):
        usual = issubclass(request_class, cls)
        arguments = (Var("scope"), Var("receive"), Var("send"))
        wanted: list[Any] = [parameter.annotation, request_class]
        return Call(wanted[usual], arguments, gives=_called(request_class))
    if issubclass(cls, ImmutableState):
        return Call(state_of, (Var("scope"), annotation), gives="state")
    if issubclass(cls, Headers):
        return Call(headers_of, (Var("scope"),), gives="headers")
    if issubclass(cls, ImmutableMultiDict):
        return Call(query_of, (Var("scope"), get_origin(annotation) or annotation), gives="query")
    return None


def view_by_name(parameter: Parameter, request_class: type[Any]) -> Call | Var | None:
    """The view that one of Litestar's names means, where the annotation fits what it holds."""
    known = _BY_NAME.get(parameter.name)
    if known is None or (known.make is _request and parameter.name != _called(request_class)):
        return None
    origin = get_origin(parameter.annotation) or parameter.annotation
    if origin not in known.fitting:
        return None
    return known.make(parameter, request_class)


class _Named:
    """A name with a meaning."""

    __slots__ = ("fitting", "make")

    def __init__(
        self, fitting: tuple[Any, ...], make: Callable[[Parameter, type[Any]], Call | Var]
    ) -> None:
        self.fitting = fitting
        self.make = make


def _request(parameter: Parameter, request_class: type[Any]) -> Call | Var:
    arguments = (Var("scope"), Var("receive"), Var("send"))
    return Call(request_class, arguments, gives=parameter.name)


def _called(request_class: type[Any]) -> str:
    """The name that means the connection: a request, or a WebSocket."""
    return "request" if issubclass(request_class, Request) else "socket"


def _scope(parameter: Parameter, request_class: type[Any]) -> Call | Var:
    return Var("scope")


def _state(parameter: Parameter, request_class: type[Any]) -> Call | Var:
    return Call(app_state, (Var("scope"),), gives="state")


def _headers(parameter: Parameter, request_class: type[Any]) -> Call | Var:
    return Call(header_dict, (Var("scope"),), gives="headers")


def _cookies(parameter: Parameter, request_class: type[Any]) -> Call | Var:
    return Call(cookies_of, (Var("scope"),), gives="cookies")


def _query(parameter: Parameter, request_class: type[Any]) -> Call | Var:
    values = (*get_args(parameter.annotation), None, None)[1]
    lists = list in (values, get_origin(values))
    return Call(query_lists if lists else query_dict, (Var("scope"),), gives="query")


_MAPPINGS = (dict, Mapping, MutableMapping, Any)
_BY_NAME: Mapping[str, _Named] = {
    "cookies": _Named(_MAPPINGS, _cookies),
    "headers": _Named(_MAPPINGS, _headers),
    "query": _Named(_MAPPINGS, _query),
    "request": _Named((Any, object), _request),
    "scope": _Named(_MAPPINGS, _scope),
    "socket": _Named((Any, object), _request),
    "state": _Named((Any, object), _state),
}


# What the source calls


def app_state(scope: Scope) -> Any:
    """The state of the app."""
    return scope["app"].state


def state_of(scope: Scope, cls: type[Any]) -> Any:
    """The state of the app; a new object with its values where another class is asked for."""
    state = app_state(scope)
    return state if isinstance(state, cls) else cls(state)


def headers_of(scope: Scope) -> Headers:
    """The headers."""
    return Headers.from_scope(scope)


def header_dict(scope: Scope) -> dict[str, str]:
    """The first value of each header, names in lower case."""
    return dict(Headers.from_scope(scope))


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies."""
    return parse_cookies(Headers.from_scope(scope))


def query_of(scope: Scope, cls: type[Any]) -> Any:
    """The query as a multi-dict."""
    return cls(parse_query(scope["query_string"]))


def query_dict(scope: Scope) -> dict[str, str]:
    """The last value of each name of the query."""
    return {key: values[-1] for key, values in parse_query(scope["query_string"]).items()}


def query_lists(scope: Scope) -> dict[str, list[str]]:
    """All values of each name of the query."""
    return parse_query(scope["query_string"])
