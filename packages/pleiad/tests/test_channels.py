"""Channels in an app: the plugin, the dependency, the WebSockets that it makes, streams of events."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from pleiad import WebSocket, get, post, websocket, websocket_listener
from pleiad.channels import ChannelsException, ChannelsPlugin
from pleiad.channels.backends.memory import MemoryChannelsBackend
from pleiad.config import AppConfig
from pleiad.exceptions import ImproperlyConfiguredException, WebSocketDisconnect
from pleiad.handlers import send_websocket_stream
from pleiad.plugins import InitPlugin, InitPluginProtocol
from pleiad.response import ServerSentEvent
from pleiad.testing import TestClient, create_test_client
from pleiad_websockets.channels import Gap, Subscriber


def plugin_of(**options: Any) -> ChannelsPlugin:
    options = {"channels": ["news", "chat"], **options}
    return ChannelsPlugin(MemoryChannelsBackend(history=10), **options)


def client_of(plugin: ChannelsPlugin, *handlers: Any, **options: Any) -> TestClient:
    return create_test_client(handlers, plugins=[plugin], **options)


@post("/{channel:str}", status_code=204)
async def publish(channel: str, data: dict[str, Any], channels: ChannelsPlugin) -> None:
    await channels.wait_published(data, channel)


@asynccontextmanager
async def in_the_room(socket: WebSocket, channels: ChannelsPlugin) -> AsyncIterator[None]:
    await socket.accept()
    async with (
        channels.start_subscription("chat", history=2) as subscriber,
        subscriber.run_in_background(socket.send_text, join=False),
    ):
        yield


@websocket_listener("/chat", connection_lifespan=in_the_room)
async def chat(data: str, channels: ChannelsPlugin) -> None:
    await channels.wait_published(data, "chat")


def test_chat() -> None:
    plugin = plugin_of()
    with client_of(plugin, chat) as client:
        with (
            client.websocket_connect("/chat") as first,
            client.websocket_connect("/chat") as second,
        ):
            first.send_text("hello")
            assert [first.receive_text(), second.receive_text()] == ["hello", "hello"]
            second.send_text("hi")
            assert [first.receive_text(), second.receive_text()] == ["hi", "hi"]
            with client.websocket_connect("/chat") as third:
                assert [third.receive_text(), third.receive_text()] == ["hello", "hi"]
        assert plugin._subscribers == {}


@pytest.mark.parametrize("mode", ["text", "binary"])
def test_handlers_that_the_plugin_makes(mode: Any) -> None:
    plugin = plugin_of(
        create_ws_route_handlers=True,
        ws_handler_base_path="/ws",
        ws_handler_send_history=-1,
        ws_send_mode=mode,
    )
    with client_of(plugin, publish) as client:
        with client.websocket_connect("/ws/news") as socket:
            client.post("/news", json={"n": 1})
            client.post("/chat", json={"n": 2})
            client.post("/news", json={"n": 3})
            socket.send_text("thrown away")
            assert [socket.receive_json(mode) for _ in range(2)] == [{"n": 1}, {"n": 3}]
        with client.websocket_connect("/ws/news") as socket:
            assert [socket.receive_json(mode) for _ in range(2)] == [{"n": 1}, {"n": 3}]
        with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/ws/nowhere"):
            pass
        assert refused.value.status_code == 404
        assert plugin._subscribers == {}


def test_arbitrary_channels() -> None:
    plugin = plugin_of(
        channels=None,
        arbitrary_channels_allowed=True,
        create_ws_route_handlers=True,
        ws_handler_base_path="/ws",
    )
    with client_of(plugin, publish) as client, client.websocket_connect("/ws/any") as socket:
        client.post("/other", json={})
        client.post("/any", json={"n": 1})
        assert socket.receive_json() == {"n": 1}


class Opaque:
    """What no codec knows."""


class Reading(Subscriber):
    """One that may be told apart."""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param({}, (Subscriber, 0, [b"0", b"opaque", b"2"]), id="nothing"),
        pytest.param(
            {"subscriber_max_backlog": 1}, (Subscriber, 2, [b"0"]), id="subscriber_max_backlog"
        ),
        pytest.param(
            {"subscriber_max_backlog": 1, "subscriber_backlog_strategy": "dropleft"},
            (Subscriber, 2, [b"2"]),
            id="subscriber_backlog_strategy",
        ),
        pytest.param(
            {"subscriber_class": Reading},
            (Reading, 0, [b"0", b"opaque", b"2"]),
            id="subscriber_class",
        ),
    ],
)
def test_what_the_plugin_is_told_of_its_subscribers(options: Any, told: Any) -> None:
    async def main() -> None:
        plugin = plugin_of(type_encoders={Opaque: lambda _: "opaque"}, **options)
        async with plugin:
            async with (
                plugin.start_subscription("news") as slow,
                plugin.start_subscription("news") as quick,
            ):
                for each in (0, Opaque(), 2):
                    await plugin.wait_published(each, "news")
                    await anext(quick.iter_events())
                slow.stop()
                found = [event.strip(b'"') async for event in slow.iter_events()]
                assert (type(slow), slow.dropped, found) == told

    anyio.run(main)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ws_send_mode": "json", "create_ws_route_handlers": True}, "say 'text' or 'binary'"),
        *[
            (option, f"{next(iter(option))} is about WebSockets that are not made")
            for option in (
                {"ws_handler_send_history": 3},
                {"ws_handler_base_path": "/ws"},
                {"ws_send_mode": "binary"},
            )
        ],
        ({"channels": []}, "there are no channels"),
        (
            {"subscriber_backlog_strategy": "drop"},
            "say one of 'backoff', 'dropleft', 'backpressure'",
        ),
    ],
)
def test_what_the_plugin_would_ignore_is_refused(options: Any, message: str) -> None:
    with pytest.raises(ImproperlyConfiguredException, match=message):
        plugin_of(**options)


def test_sync_handler_publishes_from_its_thread() -> None:
    @get("/say")
    def say(channels: ChannelsPlugin) -> str:
        channels.publish("from a thread", "news")
        return "said"

    plugin = plugin_of(create_ws_route_handlers=True)
    with client_of(plugin, say) as client, client.websocket_connect("/news") as socket:
        assert client.get("/say").text == "said"
        assert socket.receive_text() == "from a thread"


def test_gap_closes_the_socket_so_that_the_client_comes_again() -> None:
    plugin = plugin_of(create_ws_route_handlers=True)

    @post("/gap", status_code=204)
    async def lose() -> None:
        await plugin._hand_to_all(Gap("news"))

    with client_of(plugin, lose) as client, client.websocket_connect("/news") as socket:
        client.post("/gap")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive()
        assert (closed.value.code, closed.value.reason) == (
            1013,
            "Messages may have been lost: connect again",
        )


def test_events_of_a_channel() -> None:
    @get("/events")
    async def events(channels: ChannelsPlugin) -> ServerSentEvent[Any]:
        async def read() -> AsyncIterator[bytes]:
            async with channels.start_subscription("news", history=-1) as subscriber:
                async for event in subscriber.iter_events():
                    yield event

        return ServerSentEvent(read())

    plugin = plugin_of()
    with client_of(plugin, publish, events) as client:
        with client.stream("GET", "/events") as response:
            client.post("/news", json={"n": 1})
            assert next(response.iter_lines()) == 'data: {"n":1}'
        assert plugin._subscribers == {}


def test_subscription_within_a_handler_is_freed_when_the_client_leaves() -> None:
    @websocket("/ws")
    async def talk(socket: WebSocket, channels: ChannelsPlugin) -> None:
        async with channels.start_subscription(["news", "chat"]) as subscriber:
            await send_websocket_stream(
                socket, subscriber.iter_events(), listen_for_disconnect=True, annotation=bytes
            )

    plugin = plugin_of()
    with client_of(plugin, talk, publish) as client:
        with client.websocket_connect("/ws") as socket:
            client.post("/chat", json={})
            assert socket.receive_text() == "{}"
        assert plugin._subscribers == {}


def test_channels_without_the_lifespan() -> None:
    client = client_of(plugin_of(), chat)
    with pytest.raises(ChannelsException, match="serve the app with its lifespan"):
        with client.websocket_connect("/chat") as socket:
            socket.receive()


def test_own_dependency_of_that_name_stays() -> None:
    def mine() -> str:
        return "mine"

    @get("/")
    async def home(channels: str) -> str:
        return channels

    with client_of(plugin_of(), home, dependencies={"channels": mine}) as client:
        assert client.get("/").text == "mine"


def test_plugins_come_after_hooks_and_in_order() -> None:
    seen: list[str] = []

    class Named(InitPlugin):
        def __init__(self, name: str) -> None:
            self.name = name

        def on_app_init(self, app_config: AppConfig) -> AppConfig:
            seen.append(self.name)
            return super().on_app_init(app_config)

    def hook(config: AppConfig) -> None:
        seen.append("hook")
        config.plugins.append(Named("of the hook"))

    plugins: Sequence[Any] = [Named("first"), Named("second")]
    create_test_client([], plugins=plugins, on_app_init=[hook])
    assert seen == ["hook", "first", "second", "of the hook"]
    assert all(isinstance(each, InitPluginProtocol) for each in plugins)
