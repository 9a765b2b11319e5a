"""An app with every kind of WebSocket that a document has to describe."""

import enum
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
import pydantic
from every_kind import ECHOES

from pleiad import Pleiad, WebSocket, websocket, websocket_listener, websocket_stream
from pleiad.channels import ChannelsPlugin
from pleiad.channels.backends.memory import MemoryChannelsBackend
from pleiad.handlers import WebsocketListener
from pleiad.openapi import (
    Components,
    Contact,
    ExternalDocumentation,
    License,
    OAuthFlow,
    OAuthFlows,
    OpenAPIConfig,
    SecurityScheme,
    Tag,
)
from pleiad.params import Header, Parameter


class Said(msgspec.Struct, tag=True):
    """A line of a chat."""

    text: Annotated[str, msgspec.Meta(max_length=500)]


class Left(msgspec.Struct, tag=True):
    name: str


class Place(msgspec.Struct, array_like=True):
    x: int
    y: int = 0


class Total(pydantic.BaseModel):
    """It goes in without what it is computed to."""

    left: int

    @pydantic.computed_field
    @property
    def double(self) -> int:
        return 2 * self.left


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


@websocket("/plain/{room:str}", tags=["plain"])
async def plain(socket: WebSocket, room: Level) -> None:
    """Talk.

    Args:
        room: Where.
    """
    await socket.accept()


@websocket_listener(
    "/rooms/{room:str}/{number:int}",
    tags=["chat"],
    deprecated=True,
    summary="Chat",
    external_docs=ExternalDocumentation(url="https://example.com/chat"),
    security=[{"bearer": []}, {"oauth": ["read"]}],
    response_description="What others see.",
)
async def chat(
    data: Said | Left,
    room: Literal["den", "hall"],
    number: int,
    page: Annotated[int, Parameter(ge=1, description="Which page.")] = 1,
    x_token: Annotated[str | None, Header()] = None,
    session: Annotated[str | None, Parameter(cookie="session-id")] = None,
) -> Said | None:
    return data if isinstance(data, Said) else None


class Raw(WebsocketListener):
    """Sends back what comes, as bytes."""

    path = "/raw"
    receive_mode = "binary"
    send_mode = "binary"
    security = [{"bearer": [], "key": []}]

    async def on_receive(self, data: bytes) -> bytes:
        return data


@websocket_listener("/totals")
async def totals(data: Total) -> Total:
    return data


@websocket_listener("/anything")
async def anything(data: Any) -> Any:
    return data


@websocket_listener("/silent")
async def silent(data: Place) -> None: ...


@websocket_stream(["/watch", "/watch/{start:int}"], mode="binary")
async def watch(start: int = 0) -> AsyncIterator[Place | None]:
    yield Place(start)


def stream_of(kind: Any, name: str):
    async def handler():
        yield None

    handler.__name__ = f"stream_{name}"
    handler.__annotations__ = {"return": AsyncIterator[kind]}
    return websocket_stream(f"/streams/{name}")(handler)


CHANNELS = ChannelsPlugin(
    MemoryChannelsBackend(),
    channels={"news": Said, "log": str, "ü {x}/~": Any},
    arbitrary_channels_allowed=True,
    create_ws_route_handlers=True,
    ws_handler_base_path="/channels",
)

CONFIG = OpenAPIConfig(
    create_examples=True,
    title="Everything",
    description="Every *kind* of WebSocket.",
    terms_of_service="https://example.com/terms",
    contact=Contact(name="Ada", email="ada@example.com"),
    license=License(name="MIT", identifier="MIT"),
    servers=[{"url": "https://example.com/api", "description": "live"}, {"url": "/"}],
    tags=[Tag(name="chat", description="Talk", parent="plain", summary="c"), Tag(name="plain")],
    components=Components(
        security_schemes={
            "bearer": SecurityScheme(type="http", scheme="bearer"),
            "basic": SecurityScheme(type="http", scheme="basic"),
            "key": SecurityScheme(type="apiKey", name="x-key", security_scheme_in="header"),
            "certificate": SecurityScheme(type="mutualTLS"),
            "oidc": SecurityScheme(
                type="openIdConnect", open_id_connect_url="https://example.com/oidc"
            ),
            "oauth": SecurityScheme(
                type="oauth2",
                flows=OAuthFlows(
                    password=OAuthFlow(token_url="https://example.com/t", scopes={"read": "Reads"})
                ),
            ),
        }
    ),
)

app = Pleiad(
    [
        plain,
        chat,
        Raw,
        totals,
        anything,
        silent,
        watch,
        *(stream_of(kind, name) for name, kind in ECHOES.items()),
    ],
    plugins=[CHANNELS],
    openapi_config=CONFIG,
)
