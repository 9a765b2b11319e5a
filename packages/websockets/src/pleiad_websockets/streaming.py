"""The items of an async iterable, sent one by one until it ends or the client leaves.

What sends them is what sends a streamed HTTP response: its law about who advances a generator, who
closes it and what a cancellation may do holds here as well, so a message is its piece.
"""

import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from anyio import sleep_forever

from pleiad_http import BODY, Message, WebSocketDisconnect
from pleiad_http.delivery import Delivery
from pleiad_http.iteration import items_of
from pleiad_websockets.codec import Mode
from pleiad_websockets.socket import WebSocket

__all__ = ["send_websocket_stream"]


async def send_websocket_stream(
    socket: WebSocket[Any, Any, Any],
    stream: Any,
    *,
    close: bool = True,
    mode: Mode = "text",
    send_handler: Callable[[Any], Awaitable[Any]] | None = None,
    listen_for_disconnect: bool = False,
    warn_on_data_discard: bool = True,
    annotation: Any = Any,
) -> None:
    """Send each item; the iterable is closed on every way out.

    Args:
        socket: Accepted here, unless it is already.
        stream: An async or sync iterable, or a callable that gives one.
        close: Whether the socket is closed when there are no more items.
        mode: Whether items go as text or as bytes.
        send_handler: Sends an item in its own way.
        listen_for_disconnect: Whether to notice at once that the client leaves, and not only at the
            next item. What it sends is received for that, and thrown away.
        warn_on_data_discard: Whether to warn when something was thrown away.
        annotation: The type of the items, to which they are held.

    Raises:
        TypeError: There is nothing to iterate over.
    """
    if socket.connection_state in ("init", "connect"):
        await socket.accept()
    wire = _Wire(socket, send_handler or _sender(socket, annotation, mode))
    wire.listens, wire.warns = listen_for_disconnect, warn_on_data_discard
    delivery = Delivery({BODY: b""}, wire.receive, wire.send, ahead=1)
    await delivery.run({"type": "http.response.start"}, lambda: items_of(stream), wire.piece)
    if wire.failure is not None:
        raise wire.failure
    if close:
        await socket.close()


def _sender(
    socket: WebSocket[Any, Any, Any], annotation: Any, mode: Mode
) -> Callable[[Any], Awaitable[None]]:
    async def send(item: Any) -> None:
        await socket.send(item, annotation, mode)

    return send


class _Wire:
    """A WebSocket as the delivery of a response sees it.

    Args:
        socket: What is sent on.
        sends: Sends one item.

    Attributes:
        listens: Whether messages are received.
        warns: Whether the first one that is thrown away is worth a warning.
        failure: What sending raised that is not the client's leaving, although it looks like it.
    """

    def __init__(
        self, socket: WebSocket[Any, Any, Any], sends: Callable[[Any], Awaitable[Any]]
    ) -> None:
        self._socket = socket
        self._sends = sends
        self.listens = True
        self.warns = True
        self.failure: OSError | None = None

    def piece(self, item: Any) -> Any:
        """An item as a piece of content: never empty, whatever it is."""
        return (item,)

    async def send(self, message: Message) -> None:
        """Send the item of a piece; a client that has left is told of as by a server."""
        body = message.get("body")
        if not body:
            return
        try:
            await self._sends(body[0])
        except WebSocketDisconnect as error:
            raise ConnectionError("the client has left") from error
        except OSError as error:
            self.failure = error
            raise

    async def receive(self) -> Message:
        """Wait for the client to leave."""
        if not self.listens:
            await sleep_forever()
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            if self.warns:
                self.warns = False
                warnings.warn(
                    "a message of the client's was thrown away, because a stream only listens for"
                    " its leaving: receive in another way, or pass warn_on_data_discard=False",
                    stacklevel=2,
                )
        return {"type": "http.disconnect"}
