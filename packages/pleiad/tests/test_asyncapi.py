"""An app describes its WebSockets: what of them stands in the AsyncAPI document, and where it is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import pytest

from pleiad import (
    Controller,
    Pleiad,
    Router,
    WebSocket,
    get,
    websocket,
    websocket_listener,
    websocket_stream,
)
from pleiad.channels import ChannelsPlugin
from pleiad.channels.backends.memory import MemoryChannelsBackend
from pleiad.exceptions import ImproperlyConfiguredException
from pleiad.handlers import WebsocketListener
from pleiad.openapi import Components, ExternalDocumentation, OpenAPIConfig, SecurityScheme
from pleiad.params import Header, Parameter
from pleiad.testing import TestClient, create_test_client


@dataclass
class Said:
    text: str


@dataclass
class Joined:
    name: str


class Cat(msgspec.Struct, tag=True):
    lives: int


class Dog(msgspec.Struct, tag=True):
    name: str


class Opaque:
    """Nobody knows it."""


def document_of(*handlers: Any, **options: Any) -> dict[str, Any]:
    return Pleiad(handlers, **options).asyncapi_schema


def channel_of(handler: Any, **options: Any) -> dict[str, Any]:
    """The one channel of an app."""
    [channel] = document_of(handler, **options)["channels"].values()
    return channel


def listener(receives: Any, sends: Any, **options: Any) -> Any:
    async def talk(data):
        return data

    talk.__annotations__ = {"data": receives, "return": sends}
    return websocket_listener("/talk", **options)(talk)


def stream(sends: Any, **options: Any) -> Any:
    async def watch():
        yield None

    watch.__annotations__ = {"return": AsyncIterator[sends]}
    return websocket_stream("/watch", **options)(watch)


def messages_of(handler: Any, **options: Any) -> dict[str, list[tuple[Any, ...]]]:
    """What goes in each direction: content types, frames, schemas."""
    document = document_of(handler, **options)
    [operation] = document["operations"].values()
    [channel] = document["channels"].values()

    def written(references: Any) -> list[tuple[Any, ...]]:
        messages = [channel["messages"][each["$ref"].rpartition("/")[2]] for each in references]
        return [
            (each.get("contentType"), each["x-frame"], each.get("payload")) for each in messages
        ]

    found = {operation["action"]: written(operation["messages"])}
    if "reply" in operation:
        found["reply"] = written(operation["reply"]["messages"])
    return found


JSON = "application/json"
TEXT: Any = {"type": "string"}
BINARY: Any = {"type": "string", "format": "binary"}
SAID: Any = {"$ref": "#/components/schemas/Said"}
CAT: Any = {"$ref": "#/components/schemas/Cat"}
DOG: Any = {"$ref": "#/components/schemas/Dog"}
JOINED: Any = {"$ref": "#/components/schemas/Joined"}


# Where it is


def test_served_beside_the_other() -> None:
    with create_test_client([listener(Said, None)]) as client:
        answer = client.get("/schema/asyncapi.json")
        assert answer.headers["content-type"] == "application/vnd.aai.asyncapi+json"
        assert answer.json() == client.app.asyncapi_schema
        answer = client.get("/schema/asyncapi.yaml")
        assert answer.content == client.app.asyncapi_document.yaml()
        assert answer.text.startswith('asyncapi: "3.0.0"')


def test_switched_off() -> None:
    app = Pleiad([listener(Said, None)], openapi_config=None)
    with TestClient(app) as client:
        assert client.get("/schema/asyncapi.json").status_code == 404
    with pytest.raises(ImproperlyConfiguredException, match="openapi_config=None"):
        _ = app.asyncapi_schema


def test_below_a_prefix_and_within_another_app() -> None:
    with create_test_client([listener(Said, None)], path="/api", root_path="/outer") as client:
        document = client.get("/api/schema/asyncapi.json").json()
        assert document["channels"]["talk"]["address"] == "/outer/api/talk"


def test_an_app_without_websockets() -> None:
    assert "channels" not in document_of()


def test_what_is_no_websocket_stands_in_the_other() -> None:
    @get("/items")
    async def items() -> list[Said]: ...

    app = Pleiad([items, listener(Joined, None)])
    assert list(app.openapi_schema["components"]["schemas"]) == ["Said"]
    assert list(app.asyncapi_schema["components"]["schemas"]) == ["Joined"]


def test_what_is_wrong_ends_the_start() -> None:
    app = Pleiad([stream(Opaque)])
    told = "WEBSOCKET /watch, what it sends: nobody knows how Opaque looks"
    with pytest.raises(ImproperlyConfiguredException, match=told):
        _ = app.asyncapi_schema
    with pytest.raises(Exception, match=told), TestClient(app):
        pass


def test_what_is_wrong_with_either_document_is_told_at_once() -> None:
    @get("/opaque")
    async def opaque() -> Opaque: ...

    with pytest.raises(Exception, match="nobody knows") as error:  # noqa: SIM117
        with TestClient(Pleiad([opaque, stream(Opaque)])):
            pass
    assert "GET /opaque, response 200: nobody knows" in str(error.value)
    assert "WEBSOCKET /watch, what it sends: nobody knows" in str(error.value)


# Messages


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        pytest.param(
            listener(Said, Joined),
            {"receive": [(JSON, "text", SAID)], "reply": [(JSON, "text", JOINED)]},
            id="models",
        ),
        pytest.param(
            listener(str, bytes),
            {
                "receive": [("text/plain", "text", TEXT)],
                "reply": [("application/octet-stream", "text", BINARY)],
            },
            id="raw",
        ),
        pytest.param(
            listener(bytes, Said, receive_mode="binary", send_mode="binary"),
            {
                "receive": [("application/octet-stream", "binary", BINARY)],
                "reply": [(JSON, "binary", SAID)],
            },
            id="modes",
        ),
        pytest.param(listener(Said, None), {"receive": [(JSON, "text", SAID)]}, id="no answer"),
        pytest.param(
            listener(Said, Joined | None),
            {"receive": [(JSON, "text", SAID)], "reply": [(JSON, "text", JOINED)]},
            id="None is not sent",
        ),
        pytest.param(
            listener(Cat | Dog, str | bytes),
            {
                "receive": [(JSON, "text", CAT), (JSON, "text", DOG)],
                "reply": [
                    ("text/plain", "text", TEXT),
                    ("application/octet-stream", "text", BINARY),
                ],
            },
            id="unions",
        ),
        pytest.param(
            listener(str | int, str | int),
            {
                "receive": [(JSON, "text", TEXT), (JSON, "text", {"type": "integer"})],
                "reply": [(JSON, "text", TEXT), (JSON, "text", {"type": "integer"})],
            },
            id="text among others is JSON",
        ),
        pytest.param(
            listener(Annotated[str, msgspec.Meta(max_length=3)], None),
            {"receive": [(JSON, "text", {"type": "string", "maxLength": 3})]},
            id="constrained text is JSON",
        ),
        pytest.param(
            listener(Any, Any),
            {"receive": [(JSON, "text", None)], "reply": [(None, "text", None)]},
            id="anything",
        ),
        pytest.param(stream(Said), {"send": [(JSON, "text", SAID)]}, id="a stream"),
        pytest.param(
            stream(str, mode="binary"), {"send": [("text/plain", "binary", TEXT)]}, id="its mode"
        ),
        pytest.param(
            stream(int | None),
            {"send": [(JSON, "text", {"type": "integer"}), (JSON, "text", {"type": "null"})]},
            id="None is sent by a stream",
        ),
        pytest.param(
            stream(Said, content_encoding="base64", content_media_type="image/png"),
            {
                "send": [
                    (
                        JSON,
                        "text",
                        {
                            "allOf": [SAID],
                            "contentEncoding": "base64",
                            "contentMediaType": "image/png",
                        },
                    )
                ]
            },
            id="what its text holds",
        ),
    ],
)
def test_messages(handler: Any, expected: Any) -> None:
    assert messages_of(handler) == expected


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (str, "no JSON"),
        (str | int, '"JSON"'),
        (Annotated[str, msgspec.Meta(max_length=9)], '"JSON"'),
    ],
    ids=["raw", "a union", "constrained"],
)
def test_what_the_document_says_is_what_goes(kind: Any, content: str) -> None:
    with create_test_client([listener(kind, kind)]) as client:
        [first, *_] = client.app.asyncapi_schema["channels"]["talk"]["messages"].values()
        is_raw = not content.startswith('"')
        assert first["contentType"] == ("text/plain" if is_raw else JSON)
        with client.websocket_connect("/talk") as socket:
            socket.send_text(content)
            assert socket.receive_text() == content


def test_a_handler_that_talks_by_itself() -> None:
    @websocket("/mixed")
    async def mixed(socket: WebSocket) -> None: ...

    document = document_of(mixed)
    assert "messages" not in document["channels"]["mixed"]
    place = {"$ref": "#/channels/mixed"}
    assert document["operations"] == {
        "receive_mixed": {"action": "receive", "channel": place, "summary": "Mixed"},
        "send_mixed": {"action": "send", "channel": place, "summary": "Mixed"},
    }


def test_types_that_only_encoders_and_decoders_know() -> None:
    def encode(value: Opaque) -> int: ...

    document = document_of(
        listener(Opaque, Opaque),
        type_encoders={Opaque: encode},
        type_decoders=[(lambda cls: cls is Opaque, lambda cls, value: cls())],
    )
    messages = document["channels"]["talk"]["messages"]
    assert [each.get("payload") for each in messages.values()] == [None, {"type": "integer"}]


# What a handler says


def test_description() -> None:
    @websocket_listener(
        "/talk",
        name="chat",
        summary="Talk",
        tags=["chat"],
        deprecated=True,
        response_description="What was said.",
        external_docs=ExternalDocumentation(url="https://example.com"),
        security=[{"bearer": []}],
        operation_id="talking",
    )
    async def talk(data: Said) -> Joined:
        """Say it."""

    config = OpenAPIConfig(
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}
        )
    )
    document = Pleiad(
        [Router("/r", route_handlers=[talk], tags=["all"])], openapi_config=config
    ).asyncapi_schema
    operation = document["operations"]["talking"]
    assert operation["summary"] == "Talk"
    assert operation["description"] == "Say it."
    assert operation["tags"] == [{"name": "all"}, {"name": "chat"}]
    assert operation["externalDocs"] == {"url": "https://example.com"}
    assert operation["security"] == [{"$ref": "#/components/securitySchemes/bearer"}]
    channel = document["channels"]["talking"]
    assert channel["address"] == "/r/talk"
    assert [each["deprecated"] for each in channel["messages"].values()] == [True, True]
    assert channel["messages"]["Joined"]["description"] == "What was said."
    assert "description" not in channel["messages"]["Said"]


def test_without_docstrings() -> None:
    @websocket_stream("/watch", operation_id=lambda handler, method, path: f"{method}-{path[0]}")
    async def watch() -> AsyncIterator[int]:
        """Watch."""
        yield 1

    assert channel_of(watch)["description"] == "Watch."
    config = OpenAPIConfig(use_handler_docstrings=False)
    assert "description" not in channel_of(watch, openapi_config=config)
    assert list(document_of(watch)["operations"]) == ["WEBSOCKET-watch"]


def test_hidden() -> None:
    class Hidden(Controller):
        path = "/hidden"
        include_in_schema = False

        @websocket_stream("/")
        async def watch(self) -> AsyncIterator[int]:
            yield 1

    assert list(document_of(Hidden, listener(Said, None))["channels"]) == ["talk"]


def test_a_class_is_called_by_its_name() -> None:
    class ChatRoom(WebsocketListener):
        """A room."""

        path = "/room"

        async def on_receive(self, data: str) -> str:
            return data

    channels = document_of(ChatRoom)["channels"]
    assert channels["ChatRoom"]["description"] == "A room."
    assert channels["ChatRoom"]["summary"] == "ChatRoom"


def test_handshake() -> None:
    @websocket_stream("/rooms/{room:str}/{number:int}")
    async def watch(
        room: Annotated[str, Parameter(description="Which one.")],
        number: int,
        q: str,
        page: Annotated[int, Parameter(ge=1)] = 1,
        x_token: Annotated[str | None, Header()] = None,
        session: Annotated[str | None, Parameter(cookie="session-id")] = None,
    ) -> AsyncIterator[int]:
        yield number

    channel = channel_of(watch)
    assert channel["address"] == "/rooms/{room}/{number}"
    assert channel["parameters"] == {
        "room": {"description": "Which one."},
        "number": {"x-schema": {"type": "integer"}},
    }
    binding = channel["bindings"]["ws"]
    assert binding["query"]["required"] == ["q"]
    assert binding["query"]["properties"]["page"] == {"type": "integer", "minimum": 1, "default": 1}
    assert binding["headers"]["properties"]["cookie"]["description"] == "With session-id."
    assert binding["headers"]["properties"]["x-token"] == {"type": "string"}


def test_templates_that_differ_in_a_type_alone() -> None:
    @websocket_stream(["/{key:int}", "/{key:uuid}"])
    async def watch() -> AsyncIterator[int]:
        yield 1

    addresses = [each["address"] for each in document_of(watch)["channels"].values()]
    assert addresses == ["/{key}", "/{key_uuid}"]


# Channels


def channels_of(**options: Any) -> dict[str, Any]:
    plugin = ChannelsPlugin(
        MemoryChannelsBackend(),
        **{"create_ws_route_handlers": True, "ws_handler_base_path": "/ws", **options},
    )
    return document_of(plugins=[plugin])


def test_each_channel_with_a_name() -> None:
    document = channels_of(channels={"news": Said, "log": str, "a b": Any})
    found = {
        each["address"]: [
            (m["name"], m.get("contentType"), m.get("payload")) for m in each["messages"].values()
        ]
        for each in document["channels"].values()
    }
    assert found == {
        "/ws/news": [("Said", JSON, SAID)],
        "/ws/log": [("text", "text/plain", TEXT)],
        "/ws/a%20b": [("anything", None, None)],
    }
    assert {each["action"] for each in document["operations"].values()} == {"send"}
    assert (
        document["channels"]["channel_ws_news"]["summary"] == "The messages of the channel 'news'"
    )
    assert all("parameters" not in each for each in document["channels"].values())


def test_arbitrary_channels() -> None:
    document = channels_of(
        channels=["news"], arbitrary_channels_allowed=True, ws_send_mode="binary"
    )
    addresses = {each["address"]: each for each in document["channels"].values()}
    assert list(addresses) == ["/ws/news", "/ws/{channel_name}"]
    assert addresses["/ws/{channel_name}"]["parameters"] == {"channel_name": {}}
    for each in addresses.values():
        assert each["messages"] == {"anything": {"name": "anything", "x-frame": "binary"}}


def test_channels_with_made_ids() -> None:
    document = channels_of(channels=["news", "log"])
    assert list(document["operations"]) == ["channel_ws_news", "channel_ws_log"]
    plugin = ChannelsPlugin(
        MemoryChannelsBackend(), channels=["news", "log"], create_ws_route_handlers=True
    )
    config = OpenAPIConfig(operation_id_creator=lambda handler, method, path: "-".join(path))
    document = document_of(plugins=[plugin], openapi_config=config)
    assert list(document["operations"]) == ["news", "log"]


def test_channels_without_websockets() -> None:
    plugin = ChannelsPlugin(MemoryChannelsBackend(), channels=["news"])
    assert "channels" not in document_of(plugins=[plugin])


def test_channels_with_types_carry_messages() -> None:
    @get("/say")
    async def say(channels: ChannelsPlugin) -> None:
        await channels.wait_published(Said("hello"), "news")

    plugin = ChannelsPlugin(
        MemoryChannelsBackend(), channels={"news": Said}, create_ws_route_handlers=True
    )
    with (
        create_test_client([say], plugins=[plugin]) as client,
        client.websocket_connect("/news") as socket,
    ):
        client.get("/say")
        assert socket.receive_json() == {"text": "hello"}


@pytest.mark.parametrize(
    "option",
    [
        {"callbacks": {}},
        {"operation_class": None},
        {"raises": [ValueError]},
        {"responses": {409: Said}},
    ],
    ids=str,
)
def test_an_option_about_operations_alone_is_refused(option):
    """A document has no place for it; of an outer layer it is about the other routes."""
    with pytest.raises(
        ImproperlyConfiguredException, match="says nothing about a WebSocket: remove it"
    ):
        listener(Said, None, **option)
    assert channel_of(listener(Said, None), **option)


def test_examples_that_are_made_up():
    handler = listener(Annotated[int, msgspec.Meta(ge=3, le=3)], Said)
    found = channel_of(handler, openapi_config=OpenAPIConfig(create_examples=True))["messages"]
    assert {name: each["examples"][0]["payload"] for name, each in found.items()} == {
        "int": 3,
        "Said": {"text": found["Said"]["examples"][0]["payload"]["text"]},
    }
    assert "examples" not in str(channel_of(handler))
