"""What the WebSockets of an app receive and send, as channels of a document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from msgspec.structs import replace

from pleiad.declaring.socket_handlers import (
    WebsocketChannelsRouteHandler,
    WebsocketListenerRouteHandler,
    WebsocketStreamRouteHandler,
)
from pleiad.declaring.socket_listener import WebsocketListener
from pleiad.openapi.naming import in_words, operation_id_of
from pleiad.openapi.request import parameters_of, placed
from pleiad.planning.socket_plan import SocketPlan
from pleiad_di import MISSING, callable_name
from pleiad_openapi import OpenAPIConfig
from pleiad_openapi.asyncapi import Channel, Message
from pleiad_routing import Template
from pleiad_routing.quote import quote_segment
from pleiad_websockets.codec import is_received_raw, is_sent_raw

__all__ = ["channels_of"]

Mode = Literal["text", "binary"]

Plans = Iterable[tuple[SocketPlan, Template]]


def channels_of(plans: Plans, config: OpenAPIConfig) -> Iterator[Channel]:
    """The channels of routes, in their order.

    Args:
        plans: Those of the routes, with their paths.
        config: Says how operation ids are made, and whether docstrings are prose.
    """
    for plan, template, path, names in placed(plans):
        channel = _channel(plan, template, path, names, config)
        if isinstance(plan.handler, WebsocketChannelsRouteHandler):
            yield from _of_each(channel, plan, plan.handler, names, config)
        else:
            yield channel


def _channel(
    plan: SocketPlan,
    template: Template,
    path: str,
    names: Mapping[str, str],
    config: OpenAPIConfig,
) -> Channel:
    about, handler = plan.handler.layer.about, plan.handler
    name, doc = _function(handler.fn)
    return Channel(
        address=path,
        receives=_received(plan),
        sends=_sent(plan),
        replies=isinstance(handler, WebsocketListenerRouteHandler),
        name=handler.name or name,
        operation_id=operation_id_of(plan, path, config),
        summary=about.summary or in_words(name),
        description=about.description or (doc if config.use_handler_docstrings else None),
        tags=about.tags,
        deprecated=bool(about.deprecated),
        external_docs=about.external_docs,
        parameters=parameters_of(plan, template, names),
        security=about.security or None,
    )


def _function(fn: Any) -> tuple[str, str | None]:
    """A handler's name and docstring: of a listener that is a class, those of the class."""
    owner = getattr(fn, "__self__", None)
    if isinstance(owner, WebsocketListener):
        return type(owner).__name__, fn.__doc__ or type(owner).__dict__.get("__doc__")
    return callable_name(fn), getattr(fn, "__doc__", None)


def _received(plan: SocketPlan) -> tuple[Message, ...] | None:
    handler = plan.handler
    if isinstance(handler, WebsocketListenerRouteHandler):
        raw = is_received_raw(plan.receives)
        return _messages(plan.receives, handler.receive_mode, raw=raw)
    return None if plan.receives is MISSING else ()


def _sent(plan: SocketPlan) -> tuple[Message, ...] | None:
    handler, sent = plan.handler, plan.sends
    if isinstance(handler, WebsocketStreamRouteHandler):
        mode = handler.mode
    elif isinstance(handler, WebsocketListenerRouteHandler):
        mode, sent = handler.send_mode, _without_none(sent)
    else:
        return None
    about = plan.handler.layer.about
    return tuple(
        replace(
            each,
            description=about.response_description,
            encoding=about.content_encoding,
            encoded_type=about.content_media_type,
        )
        for each in _messages(sent, mode, raw=is_sent_raw(sent))
    )


def _without_none(annotation: Any) -> Any:
    """The type of what a listener returns without `None`, which is not sent; `None` for nothing."""
    members = [each for each in _members(annotation) if each not in (None, NoneType)]
    return Union[tuple(members)] if members else None  # noqa: UP007


def _members(annotation: Any) -> Sequence[Any]:
    union = get_origin(annotation) in (Union, UnionType)
    return get_args(annotation) if union else (annotation,)


def _messages(annotation: Any, mode: Mode, *, raw: bool) -> tuple[Message, ...]:
    """One message for each member of a union.

    Args:
        annotation: The type; `None`: there is no message.
        mode: Whether they are text or bytes.
        raw: Whether text and bytes stand there as they are, and not as JSON.
    """
    if annotation is None:
        return ()
    return tuple(_message(each, mode, raw=raw) for each in _members(annotation))


def _message(annotation: Any, mode: Mode, *, raw: bool) -> Message:
    if annotation in (Any, object):
        content_type = None if raw else JSON
        return Message(name="anything", content_type=content_type, frame=mode)
    if raw and annotation in _RAW:
        name, content_type, schema = _RAW[annotation]
        return Message(type=schema, name=name, content_type=content_type, frame=mode)
    return Message(type=annotation, frame=mode)


JSON = "application/json"
_RAW: Mapping[Any, tuple[str, str, Mapping[str, Any]]] = {
    str: ("text", "text/plain", {"type": "string"}),
    bytes: ("bytes", "application/octet-stream", {"type": "string", "format": "binary"}),
}


# Channels


def _of_each(
    channel: Channel,
    plan: SocketPlan,
    handler: WebsocketChannelsRouteHandler,
    names: Mapping[str, str],
    config: OpenAPIConfig,
) -> Iterator[Channel]:
    """The WebSocket of each channel that has a name, and that of any other."""
    parameter = names.get(handler.parameter, handler.parameter)
    for name, kind in handler.channels.items():
        address = channel.address.replace(f"{{{parameter}}}", quote_segment(name))
        yield replace(
            channel,
            address=address,
            parameters=tuple(each for each in channel.parameters if each.name != parameter),
            operation_id=operation_id_of(plan, address, config),
            summary=f"The messages of the channel '{name}'",
            receives=(),
            sends=_published(kind, handler.mode),
        )
    if handler.arbitrary:
        about, sends = "The messages of a channel", _published(MISSING, handler.mode)
        yield replace(channel, summary=about, receives=(), sends=sends)


def _published(kind: Any, mode: Mode) -> tuple[Message, ...]:
    annotation = Any if kind is MISSING else kind
    return _messages(annotation, mode, raw=is_sent_raw(annotation))
