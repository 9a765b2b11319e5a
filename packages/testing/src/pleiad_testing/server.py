"""An app with its lifespan and its exchanges, in the event loop of the caller."""

import httpx2

from pleiad_http import RawHeaders
from pleiad_testing.app_call import AppCall
from pleiad_testing.conversation import Conversation
from pleiad_testing.exchange import Exchange
from pleiad_testing.lifespan import Lifespan
from pleiad_testing.settings import Settings

__all__ = ["Server"]


class Server:
    """What runs an app within a process.

    Args:
        settings: Those of the client.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lifespan: Lifespan | None = None
        self._open: set[AppCall] = set()

    async def start(self) -> None:
        """Run the app's startup; see `Lifespan.start`."""
        lifespan = Lifespan(self._settings)
        await lifespan.start()
        self._lifespan = lifespan

    async def stop(self) -> None:
        """Cancel what is still answered, and run the shutdown; see `Lifespan.stop`."""
        for call in self._open:
            call.cancel()
        self._open.clear()
        lifespan, self._lifespan = self._lifespan, None
        if lifespan is not None:
            await lifespan.stop()

    async def begin(self, request: httpx2.Request) -> tuple[Exchange, int, RawHeaders]:
        """Begin an exchange: itself, and the answer's status and headers. See `Exchange.begin`."""
        state = {} if self._lifespan is None else self._lifespan.state
        exchange = Exchange(self._settings, request, state)
        self._open.add(exchange)
        try:
            status, headers = await exchange.begin()
        except BaseException:
            self._open.discard(exchange)
            raise
        return exchange, status, headers

    def converse(self, request: httpx2.Request, subprotocols: list[str]) -> Conversation:
        """A WebSocket that has not begun yet."""
        state = {} if self._lifespan is None else self._lifespan.state
        conversation = Conversation(self._settings, request, subprotocols, state)
        self._open = {call for call in self._open if not call.ended} | {conversation}
        return conversation

    async def leave(self, exchange: Exchange) -> None:
        """Close a response; see `Exchange.leave`."""
        self._open.discard(exchange)
        await exchange.leave()
