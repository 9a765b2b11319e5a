"""Channels become an AsyncAPI document: what each part of a channel becomes."""

import asyncio
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal

import msgspec
import pydantic
import pytest
import yaml

from pleiad_openapi import (
    Components,
    Contact,
    DocsApp,
    Document,
    ExternalDocumentation,
    License,
    OAuthFlow,
    OAuthFlows,
    OpenAPIConfig,
    OpenAPIErrors,
    Parameter,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
)
from pleiad_openapi.asyncapi import AsyncDocument, Channel, Message
from pleiad_openapi.asyncapi.draft_7 import as_draft_7


@dataclass
class Said:
    """A line of a chat."""

    text: str


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Sum(pydantic.BaseModel):
    """It goes in without what it is computed to."""

    left: int

    @pydantic.computed_field
    @property
    def double(self) -> int:
        return 2 * self.left


SAID = Message(type=Said)


def of(*channels: Channel, **config: Any) -> dict[str, Any]:
    return AsyncDocument(OpenAPIConfig(**config), channels).value


def channel_of(channel: Channel, **config: Any) -> dict[str, Any]:
    [found] = of(channel, **config)["channels"].values()
    return found


def operations_of(channel: Channel, **config: Any) -> dict[str, Any]:
    return of(channel, **config)["operations"]


def references(*names: str, channel: str = "chat") -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names]


CHAT: Any = {"address": "/chat", "name": "chat"}
PLACE = {"$ref": "#/channels/chat"}


# The whole


def test_least_document() -> None:
    assert of() == {
        "asyncapi": "3.0.0",
        "info": {"title": "Pleiad API", "version": "1.0.0"},
        "defaultContentType": "application/json",
    }


def test_what_is_said_of_the_whole() -> None:
    found = of(
        title="T",
        version="2",
        summary="S",
        terms_of_service="https://example.com/terms",
        contact=Contact(name="Ada"),
        license=License(name="MIT", identifier="MIT"),
        external_docs=ExternalDocumentation(url="https://example.com"),
        tags=[Tag(name="a", summary="s", description="d", parent="b", kind="nav")],
    )
    assert found["info"] == {
        "title": "T",
        "version": "2",
        "description": "S",
        "termsOfService": "https://example.com/terms",
        "contact": {"name": "Ada"},
        "license": {"name": "MIT"},
        "tags": [{"name": "a", "description": "d"}],
        "externalDocs": {"url": "https://example.com"},
    }


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        pytest.param("/", None, id="relative"),
        pytest.param("mailto:a@example.com", None, id="no web server"),
        pytest.param("https://x.com", {"host": "x.com", "protocol": "wss"}, id="https"),
        pytest.param(
            "http://x.com:8000/api/",
            {"host": "x.com:8000", "protocol": "ws", "pathname": "/api"},
            id="port and path",
        ),
        pytest.param(
            Server(
                url="wss://{region}.x.com",
                name="Live",
                description="here",
                variables={"region": ServerVariable(default="eu", enum=["eu", "us"])},
            ),
            {
                "host": "{region}.x.com",
                "protocol": "wss",
                "title": "Live",
                "description": "here",
                "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}},
            },
            id="variables",
        ),
    ],
)
def test_servers(server: Any, expected: Any) -> None:
    given = {"url": server} if isinstance(server, str) else server
    assert of(servers=[given]).get("servers", {}).get("server-1") == expected


def test_a_mounted_app_has_its_prefix_before_the_addresses() -> None:
    document = AsyncDocument(OpenAPIConfig(), [Channel(**CHAT)])
    assert document.below("/app")["channels"]["chat"]["address"] == "/app/chat"
    assert document.value["channels"]["chat"]["address"] == "/chat"
    server = {"url": "https://x.com/app"}
    named = AsyncDocument(OpenAPIConfig(servers=[server]), [Channel(**CHAT)])
    assert named.below("/app") is named.value


# What happens there


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        pytest.param(
            Channel(**CHAT, receives=(SAID,)),
            {"chat": {"action": "receive", "messages": references("Said")}},
            id="receives",
        ),
        pytest.param(
            Channel(**CHAT, sends=(SAID,)),
            {"chat": {"action": "send", "messages": references("Said")}},
            id="sends",
        ),
        pytest.param(
            Channel(**CHAT, receives=(SAID,), sends=(Message(type=int),), replies=True),
            {
                "chat": {
                    "action": "receive",
                    "messages": references("Said"),
                    "reply": {"channel": PLACE, "messages": references("int")},
                }
            },
            id="replies",
        ),
        pytest.param(
            Channel(**CHAT, receives=(SAID,), replies=True),
            {"chat": {"action": "receive", "messages": references("Said")}},
            id="replies nothing",
        ),
        pytest.param(
            Channel(**CHAT, receives=(SAID,), sends=(SAID, Message(type=int))),
            {
                "receive_chat": {"action": "receive", "messages": references("Said")},
                "send_chat": {"action": "send", "messages": references("Said", "int")},
            },
            id="both by themselves",
        ),
        pytest.param(
            Channel(**CHAT, receives=None, sends=None),
            {"receive_chat": {"action": "receive"}, "send_chat": {"action": "send"}},
            id="nobody knows what",
        ),
        pytest.param(Channel(**CHAT), {}, id="nothing"),
    ],
)
def test_operations(channel: Channel, expected: Any) -> None:
    found = of(channel).get("operations", {})
    assert found == {name: {**each, "channel": PLACE} for name, each in expected.items()}


def test_ids_are_told_apart_by_paths_and_written_as_pointers() -> None:
    document = of(
        Channel(address="/a/{room}", name="talk", receives=(SAID,)),
        Channel(address="/b", name="talk", receives=(SAID,)),
        Channel(address="/c", operation_id="x/y", receives=(SAID,)),
    )
    assert list(document["channels"]) == ["talk_a_room", "talk_b", "x/y"]
    operation = document["operations"]["x/y"]
    assert operation["channel"] == {"$ref": "#/channels/x~1y"}
    assert operation["messages"] == [{"$ref": "#/channels/x~1y/messages/Said"}]


def test_prose_stands_at_the_channel_and_its_operation() -> None:
    channel = Channel(
        **CHAT,
        receives=(SAID,),
        summary="Chat",
        description="Talk.\n\nArgs:\n    room: Where.\n    loud: Whether to shout.\n",
        tags=("a", "b", "a"),
        external_docs=ExternalDocumentation(url="https://example.com"),
        parameters=(
            Parameter(name="room", source="path", type=str),
            Parameter(name="loud", source="query", type=bool),
        ),
    )
    document = of(channel, tags=[Tag(name="a", description="The first")])
    prose = {
        "summary": "Chat",
        "description": "Talk.",
        "tags": [{"name": "a", "description": "The first"}, {"name": "b"}],
        "externalDocs": {"url": "https://example.com"},
    }
    for found in (document["channels"]["chat"], document["operations"]["chat"]):
        assert {key: found[key] for key in prose} == prose
    found = document["channels"]["chat"]
    assert found["parameters"]["room"]["description"] == "Where."
    loud = found["bindings"]["ws"]["query"]["properties"]["loud"]
    assert loud["description"] == "Whether to shout."


# Messages


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(
            SAID,
            {
                "name": "Said",
                "contentType": "application/json",
                "payload": {"$ref": "#/components/schemas/Said"},
                "x-frame": "text",
            },
            id="a model",
        ),
        pytest.param(
            Message(
                type={"type": "string"},
                name="text",
                content_type="text/plain",
                frame="binary",
                description="A picture.",
                encoding="base64",
                encoded_type="image/png",
            ),
            {
                "name": "text",
                "description": "A picture.",
                "contentType": "text/plain",
                "payload": {
                    "type": "string",
                    "contentEncoding": "base64",
                    "contentMediaType": "image/png",
                },
                "x-frame": "binary",
            },
            id="all that can be said",
        ),
        pytest.param(
            Message(content_type=None), {"name": "message", "x-frame": "text"}, id="anything"
        ),
        pytest.param(
            Message(type=int, metadata=(msgspec.Meta(ge=1),)),
            {
                "name": "int",
                "contentType": "application/json",
                "payload": {"type": "integer", "minimum": 1},
                "x-frame": "text",
            },
            id="metadata",
        ),
    ],
)
def test_messages(message: Message, expected: Any) -> None:
    [found] = channel_of(Channel(**CHAT, sends=(message,)))["messages"].values()
    assert found == expected


def test_a_message_in_both_directions_is_one_unless_its_schemas_differ() -> None:
    both = (Message(type=Sum), SAID)
    document = of(Channel(**CHAT, receives=both, sends=both))
    payloads = {
        key: each["payload"]["$ref"].rpartition("/")[2]
        for key, each in document["channels"]["chat"]["messages"].items()
    }
    assert payloads == {"Sum": "Sum_Input", "Said": "Said", "Sum_Output": "Sum_Output"}
    assert document["operations"]["send_chat"]["messages"] == references("Sum_Output", "Said")
    assert payloads.keys() - {"Said"} == {"Sum", "Sum_Output"}


def test_unlike_messages_of_one_name_are_numbered() -> None:
    several = tuple(Message(name="m", type=each) for each in (int, str, bool, float))
    found = channel_of(Channel(**CHAT, receives=several))["messages"]
    assert list(found) == ["m", "m_Input", "m_2", "m_3"]


def test_deprecated_is_said_of_messages() -> None:
    channel = channel_of(Channel(**CHAT, sends=(SAID,), deprecated=True))
    assert channel["messages"]["Said"]["deprecated"] is True


# The handshake


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        pytest.param({"type": str}, {}, id="text"),
        pytest.param({"type": Literal["a", "b"]}, {"enum": ["a", "b"]}, id="literal"),
        pytest.param({"type": Literal["a"]}, {"enum": ["a"]}, id="one literal"),
        pytest.param({"type": Colour}, {"enum": ["red", "blue"]}, id="enum"),
        pytest.param({"type": int}, {"x-schema": {"type": "integer"}}, id="a number"),
        pytest.param(
            {"type": Literal[1, 2]},
            {"x-schema": {"type": "integer", "enum": [1, 2]}},
            id="numbers",
        ),
        pytest.param(
            {"type": Annotated[str, msgspec.Meta(max_length=3)], "description": "Short."},
            {"description": "Short.", "x-schema": {"type": "string", "maxLength": 3}},
            id="constrained",
        ),
    ],
)
def test_parameters_of_the_address(parameter: Any, expected: Any) -> None:
    own = Parameter(name="room", source="path", **parameter)
    channel = channel_of(Channel(address="/{room}", parameters=(own,)))
    assert channel["parameters"] == {"room": expected}


def test_query_headers_and_cookies_are_of_the_binding() -> None:
    parameters = (
        Parameter(name="page", source="query", type=int, default=1),
        Parameter(name="q", source="query", type=str, required=True),
        Parameter(name="x-token", source="header", type=str | None, default=None),
        Parameter(name="session", source="cookie", type=str, required=True),
        Parameter(name="theme", source="cookie", type=str, default="light"),
    )
    assert channel_of(Channel(**CHAT, parameters=parameters))["bindings"] == {
        "ws": {
            "method": "GET",
            "query": {
                "type": "object",
                "properties": {"page": {"type": "integer", "default": 1}, "q": {"type": "string"}},
                "required": ["q"],
            },
            "headers": {
                "type": "object",
                "properties": {
                    "x-token": {"type": "string"},
                    "cookie": {"type": "string", "description": "With session, theme."},
                },
                "required": ["cookie"],
            },
            "bindingVersion": "0.1.0",
        }
    }


# Security

SCHEMES = {
    "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
    "key": SecurityScheme(type="apiKey", name="x-key", security_scheme_in="header"),
    "mtls": SecurityScheme(type="mutualTLS", description="A certificate"),
    "oauth": SecurityScheme(
        type="oauth2",
        flows=OAuthFlows(
            password=OAuthFlow(token_url="https://x.com/token", scopes={"read": "Reads"}),
            device_authorization=OAuthFlow(token_url="https://x.com/token", scopes={}),
        ),
    ),
    "oidc": SecurityScheme(type="openIdConnect", open_id_connect_url="https://x.com/oidc"),
}
OAUTH = {
    "type": "oauth2",
    "flows": {
        "password": {"tokenUrl": "https://x.com/token", "availableScopes": {"read": "Reads"}}
    },
}


def test_security_schemes() -> None:
    found = of(components=Components(security_schemes=SCHEMES))["components"]["securitySchemes"]
    assert found == {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "key": {"type": "httpApiKey", "name": "x-key", "in": "header"},
        "mtls": {"type": "X509", "description": "A certificate"},
        "oauth": OAUTH,
        "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://x.com/oidc"},
    }


def scheme(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/securitySchemes/{name}"}


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        pytest.param(None, {"security": [scheme("mtls")]}, id="the document's"),
        pytest.param((), {}, id="none"),
        pytest.param(
            ({"bearer": []}, {"key": []}),
            {"security": [scheme("bearer"), scheme("key")]},
            id="one of two",
        ),
        pytest.param(
            ({"oauth": ["read"]},), {"security": [{**OAUTH, "scopes": ["read"]}]}, id="scopes"
        ),
        pytest.param(
            ({"bearer": [], "key": []},),
            {"x-security": [{"bearer": [], "key": []}]},
            id="two at once",
        ),
        pytest.param(({"key": []}, {}), {"x-security": [{"key": []}, {}]}, id="or nothing"),
        pytest.param(({"no": []},), {"x-security": [{"no": []}]}, id="an unknown one"),
    ],
)
def test_security(requirements: Any, expected: Any) -> None:
    operation = operations_of(
        Channel(**CHAT, receives=(SAID,), security=requirements),
        components=[Components(security_schemes=SCHEMES)],
        security=[{"mtls": []}],
    )["chat"]
    assert {key: operation[key] for key in operation if "security" in key} == expected


# Draft 7


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param(True, True, id="a boolean"),  # noqa: FBT003
        pytest.param(
            {"prefixItems": [{"type": "integer"}], "items": False},
            {"items": [{"type": "integer"}], "additionalItems": False},
            id="a tuple",
        ),
        pytest.param(
            {"$ref": "#/a", "description": "d"},
            {"allOf": [{"$ref": "#/a"}], "description": "d"},
            id="beside a reference",
        ),
        pytest.param({"$ref": "#/a"}, {"$ref": "#/a"}, id="a reference alone"),
        pytest.param(
            {"$ref": "#/a", "allOf": [{"minimum": 1}]},
            {"allOf": [{"$ref": "#/a"}, {"minimum": 1}]},
            id="a reference among others",
        ),
        pytest.param(
            {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"prefixItems": [{}]}}},
            {"dependencies": {"a": ["b"], "c": {"items": [{}]}}},
            id="dependencies",
        ),
        pytest.param(
            {
                "properties": {
                    "prefixItems": {
                        "discriminator": {},
                        "oneOf": [{"prefixItems": []}, {"prefixItems": [{}]}],
                    }
                }
            },
            {"properties": {"prefixItems": {"oneOf": [{}, {"items": [{}]}]}}},
            id="a field that is called like a keyword",
        ),
        pytest.param(
            {"default": {"prefixItems": 1}, "examples": [{"$ref": 1, "x": 2}]},
            {"default": {"prefixItems": 1}, "examples": [{"$ref": 1, "x": 2}]},
            id="data",
        ),
        pytest.param(
            {"additionalProperties": {"prefixItems": [{}]}, "not": {"prefixItems": [{}]}},
            {"additionalProperties": {"items": [{}]}, "not": {"items": [{}]}},
            id="within",
        ),
    ],
)
def test_draft_7(schema: Any, expected: Any) -> None:
    assert as_draft_7(schema) == expected


# What is wrong


class Unknown:
    """Nobody knows it."""


@pytest.mark.parametrize(
    ("channels", "told"),
    [
        pytest.param(
            (Channel(**CHAT, receives=(Message(type=Unknown),)),),
            "WEBSOCKET /chat, what it receives: nobody knows how Unknown looks",
            id="a message",
        ),
        pytest.param(
            (Channel(**CHAT, sends=(Message(type=list[Unknown]),)),),
            "WEBSOCKET /chat, what it sends: nobody knows how Unknown looks",
            id="what is sent",
        ),
        pytest.param(
            (Channel(**CHAT, parameters=(Parameter(name="q", source="query", type=Unknown),)),),
            "WEBSOCKET /chat, query parameter 'q': nobody knows how Unknown looks",
            id="a parameter",
        ),
        pytest.param(
            (Channel(address="/a", operation_id="x"), Channel(address="/b", operation_id="x")),
            "WEBSOCKET /a and WEBSOCKET /b: both have the operation id 'x'",
            id="an id twice",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(channels: Any, told: str) -> None:
    document = AsyncDocument(OpenAPIConfig(), channels)
    for look in (document.check, lambda: document.value):
        with pytest.raises(OpenAPIErrors) as error:
            look()
        assert told in str(error.value)


def test_channels_are_asked_for_when_they_are_needed() -> None:
    asked: list[int] = []

    def channels() -> list[Channel]:
        asked.append(1)
        return [Channel(**CHAT)]

    document = AsyncDocument(OpenAPIConfig(), channels)
    assert asked == []
    assert document.json() == document.json()
    assert asked == [1]


def test_what_a_class_stands_for() -> None:
    document = AsyncDocument(
        OpenAPIConfig(schemas={Unknown: {"type": "string"}}),
        [Channel(**CHAT, sends=(Message(type=Unknown), Message(type=Said)))],
        stands_for=lambda cls, _: int if cls is Said else None,
    )
    messages = document.value["channels"]["chat"]["messages"]
    assert messages["Unknown"]["payload"] == {"type": "string"}
    assert messages["Said"]["payload"] == {"type": "integer"}


# Beside the pages


def ask(app: DocsApp, path: str) -> tuple[int, dict[bytes, bytes], bytes]:
    """The status, the headers and the content of an answer."""
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("nobody reads a request")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": f"/app/schema{path}"}
    asyncio.run(app({**scope, "root_path": "/app/schema"}, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.mark.parametrize("name", ["asyncapi.json", "asyncapi.yaml", "asyncapi.yml"])
def test_it_is_served_beside_the_other(name: str) -> None:
    config = OpenAPIConfig()
    document = AsyncDocument(config, [Channel(**CHAT, receives=(SAID,))])
    status, headers, content = ask(DocsApp(Document(config, ()), asyncapi=document), f"/{name}")
    assert status == 200
    kind = "json" if name.endswith("json") else "yaml"
    assert headers[b"content-type"] == f"application/vnd.aai.asyncapi+{kind}".encode()
    assert yaml.safe_load(content) == document.below("/app")
    assert ask(DocsApp(Document(config, ())), f"/{name}")[0] == 404


# Examples


def test_examples_that_are_made_up() -> None:
    class Told(msgspec.Struct):
        name: Annotated[str, msgspec.Meta(examples=["Ada"])]

    parameters = (
        Parameter(name="room", source="path", type=Annotated[int, msgspec.Meta(ge=3, le=3)]),
        Parameter(name="as", source="query", type=str, examples=("Own",)),
        Parameter(name="at", source="query", type=Annotated[int, msgspec.Meta(ge=4, le=4)]),
    )
    messages = (Message(type=Told), Message(name="any"))
    chat = Channel(
        address="/{room}", name="chat", receives=messages, sends=(), parameters=parameters
    )
    on, off = channel_of(chat, create_examples=True), channel_of(chat)
    assert on["messages"]["Told"]["examples"] == [{"payload": {"name": "Ada"}}]
    assert "examples" not in on["messages"]["any"]
    assert on["parameters"] == {"room": {**off["parameters"]["room"], "examples": ["3"]}}
    query = on["bindings"]["ws"]["query"]["properties"]
    assert (query["as"]["examples"], query["at"]["examples"]) == (["Own"], [4])
    assert "examples" not in off["messages"]["Told"]


def test_examples_of_a_part_of_the_address() -> None:
    """AsyncAPI has a place for them, as texts."""
    room = Parameter(name="room", source="path", type=str, examples=("a", "b"))
    found = channel_of(Channel(address="/{room}", name="chat", parameters=(room,)))
    assert found["parameters"] == {"room": {"examples": ["a", "b"]}}
