"""A subscription sent to one client."""

from typing import Any

from anyio import create_task_group

from pleiad_websockets.channels.subscriber import Subscriber
from pleiad_websockets.codec import Mode, message_of
from pleiad_websockets.socket import WebSocket

__all__ = ["send_subscription"]


async def send_subscription(
    socket: WebSocket[Any, Any, Any], subscriber: Subscriber, mode: Mode = "text"
) -> None:
    """Send each message until the client leaves, or the subscriber is stopped.

    What the client sends is thrown away.

    PERF: `send_websocket_stream` sends any iterable, and takes four times as long for it: here nothing
    has to be closed.

    Args:
        socket: Is accepted.
        subscriber: Gives the messages.
        mode: Whether they go as text or as bytes.

    Raises:
        ChannelGap: Messages may have been lost.
    """
    send = socket.asgi_send
    failure: Exception | None = None
    async with create_task_group() as group:
        group.start_soon(_stop_when_left, socket, subscriber)
        try:
            while (data := await subscriber.next_event()) is not None:
                await send(message_of(data, mode))
        except Exception as error:  # noqa: BLE001 - the group would wrap it
            failure = error
        group.cancel_scope.cancel()
    if failure is not None:
        raise failure


async def _stop_when_left(socket: WebSocket[Any, Any, Any], subscriber: Subscriber) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
    subscriber.stop()
