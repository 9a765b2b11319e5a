"""What carries messages from who publishes to everybody who listens, in one process or in many."""

from collections.abc import AsyncGenerator, Iterable

import msgspec

__all__ = ["ChannelsBackend", "Event", "Gap"]


class Event(msgspec.Struct, frozen=True):
    """A message of a channel.

    Attributes:
        channel: Its channel.
        data: The message.
        position: Where it stands in the channel, so that a later one is greater; `None` where the
            backend does not know.
    """

    channel: str
    data: bytes
    position: tuple[int, int] | None = None


class Gap(msgspec.Struct, frozen=True):
    """Says that messages of a channel may have been lost.

    Attributes:
        channel: The channel.
    """

    channel: str


class ChannelsBackend:
    """A backend. Its methods may raise what its library raises: it is then started anew, with backoff.

    Attributes:
        resumes: Whether nothing is lost by starting anew: `stream_events` goes on where it was.
    """

    resumes = False

    async def on_startup(self) -> None:
        """Begin; called again after a failure."""

    async def on_shutdown(self) -> None:
        """End, and give back what was begun."""

    def check_message(self, data: bytes) -> None:
        """Raise where a message could never be sent, however often that is tried."""

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        """Send a message to channels."""
        raise NotImplementedError

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Let `stream_events` give what is sent to these channels from now on."""
        raise NotImplementedError

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        """Let it give no more of them."""
        raise NotImplementedError

    def last_position(self, channel: str) -> tuple[int, int] | None:
        """Where the last message of a channel stands, some of which may be on their way still.

        `None` where that is not known without asking.
        """
        return None

    def stream_events(self) -> AsyncGenerator[Event | Gap, None]:
        """What is sent to the subscribed channels, in the order of each channel."""
        raise NotImplementedError

    async def get_history(self, channel: str, limit: int | None = None) -> list[Event]:
        """The last messages of a channel, the oldest first; empty where none are kept.

        Args:
            channel: The channel.
            limit: How many; all that are kept if `None`.
        """
        return []
