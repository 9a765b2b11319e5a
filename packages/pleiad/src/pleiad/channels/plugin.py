"""The plugin that gives an app its channels."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from pleiad.config.app import AppConfig
from pleiad.declaring.layer import Layer
from pleiad.declaring.socket_handlers import MODES, WebsocketChannelsRouteHandler
from pleiad_di import MISSING, Provide
from pleiad_http import ImproperlyConfiguredException, NotFoundException, TypeEncoders
from pleiad_routing import Template
from pleiad_websockets import Mode, WebSocket
from pleiad_websockets.channels import (
    BacklogStrategy,
    Channels,
    ChannelsBackend,
    ChannelsException,
    Subscriber,
    send_subscription,
)

__all__ = ["ChannelsPlugin"]


class ChannelsPlugin(Channels):
    """Channels that run with the app; handlers take them as the dependency `channels`.

    Args:
        backend: Carries the messages.
        channels: The names of those that there are; a mapping also says the type of the messages of
            each, which the AsyncAPI document shows and nothing is held to.
        arbitrary_channels_allowed: Whether there may be others: any name.
        create_ws_route_handlers: Whether each channel has a WebSocket that sends its messages, at
            its name below the base path; with arbitrary channels, any name has.
        ws_handler_send_history: How many earlier messages such a WebSocket sends first; `-1` for all.
        ws_handler_base_path: Where the names of the channels begin.
        ws_send_mode: Whether the messages go as text or as bytes.
        subscriber_max_backlog: See `Channels`.
        subscriber_backlog_strategy: See `Channels`.
        subscriber_class: See `Channels`.
        type_encoders: See `Channels`; those of the app's layer are not known here.

    Raises:
        ImproperlyConfiguredException: See `Channels`; or something is said of WebSockets that are not
            made.
    """

    def __init__(
        self,
        backend: ChannelsBackend,
        *,
        channels: Iterable[str] | Mapping[str, Any] | None = None,
        arbitrary_channels_allowed: bool = False,
        create_ws_route_handlers: bool = False,
        ws_handler_send_history: int = 0,
        ws_handler_base_path: str = "/",
        ws_send_mode: Mode = "text",
        subscriber_max_backlog: int | None = 1000,
        subscriber_backlog_strategy: BacklogStrategy = "backoff",
        subscriber_class: type[Subscriber] = Subscriber,
        type_encoders: TypeEncoders | None = None,
    ) -> None:
        _check_sockets(
            create_ws_route_handlers,
            {
                "ws_handler_send_history": ws_handler_send_history != 0,
                "ws_handler_base_path": ws_handler_base_path != "/",
                "ws_send_mode": ws_send_mode != "text",
            },
        )
        if ws_send_mode not in MODES:
            raise ImproperlyConfiguredException(
                f"ChannelsPlugin: ws_send_mode={ws_send_mode!r}: say 'text' or 'binary'"
            )
        names = tuple(channels or ())
        try:
            super().__init__(
                backend,
                channels=names,
                arbitrary_channels_allowed=arbitrary_channels_allowed,
                subscriber_max_backlog=subscriber_max_backlog,
                subscriber_backlog_strategy=subscriber_backlog_strategy,
                subscriber_class=subscriber_class,
                type_encoders=type_encoders,
            )
        except ChannelsException as error:
            raise ImproperlyConfiguredException(f"ChannelsPlugin: {error}") from None
        self._types: dict[str, Any] = dict.fromkeys(names, MISSING)
        if isinstance(channels, Mapping):
            self._types.update(cast("Mapping[str, Any]", channels))
        self._serves = create_ws_route_handlers
        self._history = ws_handler_send_history
        self._base_path = ws_handler_base_path
        self._mode: Mode = ws_send_mode

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Give the app the dependency, the running and the route handlers."""
        app_config.dependencies.setdefault("channels", Provide(self._given, sync_to_thread=False))
        app_config.lifespan.append(self)
        if self._serves:
            app_config.route_handlers.append(self._handler())
        return app_config

    def _given(self) -> "ChannelsPlugin":
        return self

    def _handler(self) -> WebsocketChannelsRouteHandler:
        """The WebSocket handler of all channels."""
        path = Template.join(self._base_path, "/{channel_name:str}")

        async def channel(socket: WebSocket[Any, Any, Any], channel_name: str) -> None:
            if not self._arbitrary and channel_name not in self._types:
                raise NotFoundException
            # Accepted only then, so that who is connected misses nothing.
            async with self.start_subscription(channel_name, self._history) as subscriber:
                await socket.accept()
                await send_subscription(socket, subscriber, self._mode)

        return WebsocketChannelsRouteHandler(
            fn=channel,
            paths=(path,),
            layer=Layer.of("ChannelsPlugin", {}),
            parameter="channel_name",
            channels=self._types,
            arbitrary=self._arbitrary,
            mode=self._mode,
        )


def _check_sockets(made: bool, said: Mapping[str, bool]) -> None:  # noqa: FBT001
    found = [name for name, is_said in said.items() if is_said and not made]
    if found:
        raise ImproperlyConfiguredException(
            f"ChannelsPlugin: {found[0]} is about WebSockets that are not made: say"
            " create_ws_route_handlers=True, or leave it out"
        )
