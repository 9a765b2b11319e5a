"""Channels become an AsyncAPI document (AsyncAPI 3.0.0)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Any

import msgspec

from pleiad_openapi.asyncapi.channel import Channel, Message
from pleiad_openapi.asyncapi.draft_7 import as_draft_7
from pleiad_openapi.asyncapi.security import scheme_of, security_of
from pleiad_openapi.asyncapi.servers import servers_of
from pleiad_openapi.config import OpenAPIConfig
from pleiad_openapi.docstrings import read_docstring
from pleiad_openapi.errors import OpenAPIErrors
from pleiad_openapi.examples import Examples
from pleiad_openapi.names import component_name
from pleiad_openapi.operation import NOTHING, Direction, Operation, Parameter, StandsFor
from pleiad_openapi.operation_ids import check_ids, operation_ids
from pleiad_openapi.parameters import value_schema
from pleiad_openapi.schemas import Schemas, known_types
from pleiad_openapi.spec import Components, plain
from pleiad_openapi.values import given

__all__ = ["build_async_document", "check_async_document"]

Object = dict[str, Any]

VERSION = "3.0.0"
BINDING_VERSION = "0.1.0"
"""The version of AsyncAPI's WebSocket binding: what a handshake has."""


def build_async_document(
    config: OpenAPIConfig, channels: Iterable[Channel], *, stands_for: StandsFor | None = None
) -> Object:
    """The document, as JSON would have it.

    Args:
        config: What is said of it as a whole.
        channels: What it describes.
        stands_for: What is known of classes that are neither models nor builtins, beside
            `config.schemas`.

    Raises:
        OpenAPIErrors: Two models of one name, a bad operation id, a type that nobody knows: all that
            is wrong.
    """
    return _Writer(config, tuple(channels), stands_for).document()


def check_async_document(
    config: OpenAPIConfig, channels: Iterable[Channel], *, stands_for: StandsFor | None = None
) -> None:
    """Raise what is wrong with a document; see `build_async_document`."""
    _Writer(config, tuple(channels), stands_for).check()


class _Writer:
    """Writes one document."""

    def __init__(
        self, config: OpenAPIConfig, channels: tuple[Channel, ...], stands_for: StandsFor | None
    ) -> None:
        self._config = config
        self._channels = channels
        self._schemas = Schemas(known_types(config.schemas, stands_for))
        self._examples = Examples(self._schemas.components, config.random_seed)
        self._named = [_as_operation(each) for each in channels]
        self._ids = operation_ids(self._named)
        tags: list[Object] = [plain(each) for each in config.tags]
        self._tags = {each["name"]: _without(each, "kind", "parent", "summary") for each in tags}
        self._security = _schemes(config)
        self._components: Object = {}

    def check(self) -> None:
        """Make every schema once: then it is known which models need two."""
        for channel in self._channels:
            for parameter in channel.parameters:
                self._schemas.where = _where(channel, parameter)
                value_schema(self._schemas, parameter)
            for direction, message in _messages_of(channel):
                self._schemas.where = f"{channel.label}, {_WHERE[direction]}"
                if message.type is not NOTHING:
                    self._schemas.schema(message.type, direction, message.metadata)
        problems = [
            *check_ids(self._named, self._ids),
            *self._schemas.problems,
            *self._schemas.components.problems(),
        ]
        if problems:
            raise OpenAPIErrors(problems)

    def document(self) -> Object:
        """The whole."""
        self.check()
        self._components = self._schemas.components.schemas()
        channels: Object = {}
        operations: Object = {}
        for own, channel in zip(self._ids, self._channels, strict=True):
            messages, keys = self._messages(channel)
            channels[own] = self._channel(channel, messages)
            operations.update(self._operations(own, channel, keys))
        return given(
            asyncapi=VERSION,
            info=self._info(),
            servers=servers_of(self._config.servers),
            defaultContentType="application/json",
            channels=channels,
            operations=operations,
            components=given(
                schemas={name: as_draft_7(each) for name, each in self._components.items()},
                securitySchemes=self._security,
            ),
        )

    def _info(self) -> Object:
        config = self._config
        license_: Object = plain(config.license) or {}
        return given(
            title=config.title,
            version=config.version,
            description=config.description or config.summary,
            termsOfService=config.terms_of_service,
            contact=plain(config.contact),
            license=_without(license_, "identifier"),
            tags=list(self._tags.values()),
            externalDocs=plain(config.external_docs),
        )

    def _prose(self, channel: Channel) -> Object:
        """What is said of a channel, and of what happens there."""
        return given(
            summary=channel.summary,
            description=read_docstring(channel.description)[0],
            tags=[self._tags.get(name, {"name": name}) for name in dict.fromkeys(channel.tags)],
            externalDocs=plain(channel.external_docs),
        )

    # Channels

    def _channel(self, channel: Channel, messages: Object) -> Object:
        _, about = read_docstring(channel.description)
        by_source: dict[str, dict[str, Object]] = {}
        for each in channel.parameters:
            found = by_source.setdefault(each.source, {})
            found[each.name] = self._value(channel, each, about)
        path = by_source.pop("path", {})
        return given(
            address=channel.address,
            **self._prose(channel),
            messages=messages,
            parameters={name: self._parameter(each) for name, each in path.items()},
            bindings={"ws": self._binding(channel, by_source)},
        )

    def _value(self, channel: Channel, parameter: Parameter, about: Mapping[str, str]) -> Object:
        self._schemas.where = _where(channel, parameter)
        schema = value_schema(self._schemas, parameter)
        if parameter.name in about:
            schema.setdefault("description", about[parameter.name])
        made = self._made_up(schema, "input", parameter.name)
        return self._resolved({**schema, **given(examples=made)})

    def _made_up(self, schema: Object, direction: Direction, place: str) -> list[Any]:
        """An example where the config asks for some and nobody gave one."""
        if not self._config.create_examples:
            return []
        return self._examples.made_up(schema, direction, place)

    def _parameter(self, schema: Object) -> Object:
        """A part of the address: AsyncAPI knows it as text, so what its schema says more is beside it."""
        rest = dict(schema)
        described, examples = rest.pop("description", None), rest.pop("examples", [])
        values = self._enum(rest)
        texts = values if all(isinstance(each, str) for each in values) else []
        if texts or rest == {"type": "string"}:
            rest = {}
        return given(
            description=described,
            enum=texts,
            examples=[_as_text(each) for each in examples],
            **{"x-schema": rest},
        )

    def _enum(self, schema: Object) -> list[Any]:
        """The values that a schema names, its own or those of the component it refers to."""
        reference = schema.get("$ref", "").rpartition("/")[2]
        if reference:
            schema = self._components[reference]
        return list(schema.get("enum", [schema["const"]] if "const" in schema else []))

    def _binding(self, channel: Channel, values: Mapping[str, dict[str, Object]]) -> Object:
        """The handshake; AsyncAPI has no word for cookies but the header that brings them."""
        required = {(each.source, each.name) for each in channel.parameters if each.required}

        def an_object(source: str) -> Object | None:
            names = [name for name in values.get(source, ()) if (source, name) in required]
            properties = dict(values.get(source, {}))
            if source == "header" and "cookie" in values:
                properties["cookie"] = {
                    "type": "string",
                    "description": f"With {', '.join(values['cookie'])}.",
                }
                names += ["cookie"] * any(each == "cookie" for each, _ in required)
            return (
                given(type="object", properties=properties, required=names) if properties else None
            )

        return given(
            method="GET",
            query=an_object("query"),
            headers=an_object("header"),
            bindingVersion=BINDING_VERSION,
        )

    # Messages

    def _messages(self, channel: Channel) -> tuple[Object, dict[Direction, list[str]]]:
        """The messages of a channel by key, and the keys of those that go in each direction."""
        found: Object = {}
        keys: dict[Direction, list[str]] = {"input": [], "output": []}
        for direction, message in _messages_of(channel):
            written = self._message(message, direction, deprecated=channel.deprecated)
            keys[direction].append(_keep(found, written, direction))
        return found, keys

    def _message(self, message: Message, direction: Direction, *, deprecated: bool) -> Object:
        schema: Object = {}
        if message.type is not NOTHING:
            schema = self._schemas.schema(message.type, direction, message.metadata)
        name = message.name or _name_of(message.type)
        payload = self._resolved(schema)
        more = given(contentEncoding=message.encoding, contentMediaType=message.encoded_type)
        if more:
            payload = as_draft_7({**payload, **more})
        made = self._made_up({**schema, **more}, direction, name)
        return given(
            name=name,
            description=message.description,
            contentType=message.content_type,
            payload=payload,
            examples=[{"payload": each} for each in made],
            deprecated=deprecated or None,
            **{"x-frame": message.frame},
        )

    def _resolved(self, schema: Object) -> Object:
        """A schema with its references as text, in the words of draft 7."""
        found: Object = as_draft_7(self._schemas.components.resolved(schema))
        return found

    # Operations

    def _operations(
        self, own: str, channel: Channel, keys: Mapping[Direction, Sequence[str]]
    ) -> Iterator[tuple[str, Object]]:
        """What the app does there: an only thing has the channel's name, of two each its verb too."""
        place = f"#/channels/{_escaped(own)}"
        references = {
            direction: [{"$ref": f"{place}/messages/{_escaped(key)}"} for key in each]
            for direction, each in keys.items()
        }
        requirements = self._config.security if channel.security is None else channel.security
        common = {
            "channel": {"$ref": place},
            **self._prose(channel),
            **security_of(list(map(plain, requirements)), self._security),
        }
        receives, sends = channel.receives != (), channel.sends != ()
        both = receives and sends and not channel.replies
        if receives:
            reply = given(channel={"$ref": place}, messages=references["output"])
            yield (
                f"receive_{own}" if both else own,
                {
                    "action": "receive",
                    **common,
                    **given(
                        messages=references["input"],
                        reply=reply if channel.replies and sends else None,
                    ),
                },
            )
        if sends and not (receives and channel.replies):
            yield (
                f"send_{own}" if both else own,
                {"action": "send", **common, **given(messages=references["output"])},
            )


_WHERE: Mapping[Direction, str] = {"input": "what it receives", "output": "what it sends"}


def _where(channel: Channel, parameter: Parameter) -> str:
    return f"{channel.label}, {parameter.source} parameter '{parameter.name}'"


def _as_operation(channel: Channel) -> Operation:
    """What names an operation, for its id is made in the same way."""
    return Operation(
        method="WEBSOCKET",
        path=channel.address,
        name=channel.name,
        operation_id=channel.operation_id,
        responses={},
    )


def _messages_of(channel: Channel) -> Iterator[tuple[Direction, Message]]:
    for message in channel.receives or ():
        yield "input", message
    for message in channel.sends or ():
        yield "output", message


def _keep(found: Object, message: Object, direction: Direction) -> str:
    """Put a message among others, under a key that no unlike one has."""
    name = message["name"]
    further = (f"{name}_{number}" for number in count(2))
    for key in chain((name, f"{name}_{direction.capitalize()}"), further):
        if found.setdefault(key, message) == message:
            return str(key)
    raise AssertionError("there is always a further number")


def _name_of(annotation: Any) -> str:
    if annotation is NOTHING or isinstance(annotation, Mapping):
        return "message"
    return component_name(annotation)


def _as_text(example: Any) -> str:
    """A value as it stands in an address."""
    return example if isinstance(example, str) else msgspec.json.encode(example).decode()


def _without(value: Object, *keys: str) -> Object:
    """An object without what only OpenAPI says of it."""
    return {key: each for key, each in value.items() if key not in keys}


def _schemes(config: OpenAPIConfig) -> dict[str, Object]:
    own = config.components
    several: Sequence[Components] = (own,) if isinstance(own, Components) else own
    found: dict[str, Object] = {}
    for each in several:
        found.update(plain(each).get("securitySchemes") or {})
    return {name: scheme_of(each) for name, each in found.items()}


def _escaped(key: str) -> str:
    """A key as a token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
