"""Channels through Redis: to every process that is connected to the same one.

Pub/sub keeps nothing: what is sent while the connection is away is lost, and subscribers are told so.
Streams keep a history: reading goes on where it was, so nothing is lost that the history still holds.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from typing import Any, TypeAlias, cast

from anyio import Event as Signal

from pleiad_http import MissingDependencyException
from pleiad_websockets.channels.backend import ChannelsBackend, Event, Gap

__all__ = ["RedisChannelsPubSubBackend", "RedisChannelsStreamBackend"]

Redis: TypeAlias = Any
"""A `redis.asyncio.Redis`: redis-py need not be installed to import this module."""

BLOCK = 200
"""Milliseconds for which a read waits, before it looks for new subscriptions."""


class RedisBackend(ChannelsBackend):
    """What both backends have in common.

    Args:
        redis: The client; it is the program's, which closes it.
        key_prefix: Before the name of every channel.
    """

    def __init__(self, redis: Redis, *, key_prefix: str) -> None:
        if find_spec("redis") is None:
            raise MissingDependencyException("redis", "pleiad-websockets[redis]")
        self._redis = redis
        self._reader: Any = None
        self._prefix = f"{key_prefix}:"

    async def on_startup(self) -> None:
        """Connect for reading: with connections that do not connect again behind our back."""
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        await self._close_reader()
        pool = self._redis.connection_pool
        await pool.disconnect(inuse_connections=False)  # after a failure each of them is dead
        told: dict[str, Any] = {
            "retry": Retry(NoBackoff(), 0),
            "retry_on_error": [],
            "socket_timeout": None,
        }
        own = type(pool)(
            connection_class=pool.connection_class, **{**pool.connection_kwargs, **told}
        )
        self._reader = Redis.from_pool(own)
        await self._reader.ping()

    async def on_shutdown(self) -> None:
        """Close what was connected for reading."""
        await self._close_reader()

    async def _close_reader(self) -> None:
        from redis.exceptions import RedisError

        reader, self._reader = self._reader, None
        if reader is not None:
            with suppress(OSError, RedisError):
                await reader.aclose()

    def _key(self, channel: str) -> str:
        return f"{self._prefix}{channel}"

    def _channel(self, key: bytes | str) -> str:
        text = key.decode() if isinstance(key, bytes) else key
        return text.removeprefix(self._prefix)


class RedisChannelsPubSubBackend(RedisBackend):
    """Redis pub/sub: fast, and forgets at once.

    Args:
        redis: A `redis.asyncio.Redis`.
        key_prefix: Before the name of every channel.
    """

    def __init__(self, redis: Redis, *, key_prefix: str = "PLEIAD_CHANNELS") -> None:
        super().__init__(redis, key_prefix=key_prefix)
        self._pubsub: Any = None

    async def on_startup(self) -> None:
        """Connect; a channel of our own keeps the connection in use."""
        await super().on_startup()
        self._pubsub = self._reader.pubsub(ignore_subscribe_messages=True)
        await self.subscribe([""])

    async def _close_reader(self) -> None:
        from redis.exceptions import RedisError

        pubsub, self._pubsub = self._pubsub, None
        if pubsub is not None:
            with suppress(OSError, RedisError):
                await pubsub.aclose()
        await super()._close_reader()

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        """Send a message, to all channels in one go."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for channel in channels:
                pipeline.publish(self._key(channel), data)
            await pipeline.execute()

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Subscribe."""
        await self._pubsub.subscribe(*map(self._key, channels))

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        """Unsubscribe."""
        await self._pubsub.unsubscribe(*map(self._key, channels))

    async def stream_events(self) -> AsyncGenerator[Event | Gap, None]:
        """What is sent."""
        while True:
            message = await self._pubsub.get_message(timeout=None)
            if message is not None:
                yield Event(self._channel(message["channel"]), _bytes(message["data"]))


class RedisChannelsStreamBackend(RedisBackend):
    """Redis streams: keeps a history, and goes on where it was.

    Args:
        history: How many messages of each channel are kept.
        redis: A `redis.asyncio.Redis`.
        key_prefix: Before the name of every channel.
        cap_streams_approximate: Whether some more may be kept, which is cheaper for Redis.
        stream_ttl: How long the history of a channel is kept after its last message.
    """

    resumes = True

    def __init__(
        self,
        history: int,
        redis: Redis,
        *,
        key_prefix: str = "PLEIAD_CHANNELS",
        cap_streams_approximate: bool = True,
        stream_ttl: timedelta | float = timedelta(seconds=60),
    ) -> None:
        super().__init__(redis, key_prefix=key_prefix)
        self._most = history
        self._approximate = cap_streams_approximate
        seconds = stream_ttl.total_seconds() if isinstance(stream_ttl, timedelta) else stream_ttl
        self._ttl = int(seconds * 1000)
        self._last: dict[str, str] = {}
        self._suspect: set[str] = set()
        self._more = Signal()

    async def on_startup(self) -> None:
        """Begin; after a failure, what was read last is looked for before reading goes on."""
        await super().on_startup()
        self._more = Signal()
        self._suspect = set(self._last)

    async def on_shutdown(self) -> None:
        """Forget the subscriptions."""
        await super().on_shutdown()
        self._last.clear()
        self._suspect.clear()

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        """Send a message, to all channels in one go."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for channel in channels:
                key = self._key(channel)
                pipeline.xadd(key, {"data": data}, maxlen=self._most, approximate=self._approximate)
                pipeline.pexpire(key, self._ttl)
            await pipeline.execute()

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Read from what is now the end of each stream; of a known one, from where it was."""
        for channel in channels:
            key = self._key(channel)
            if key not in self._last:
                found = await self._redis.xrevrange(key, count=1)
                self._last[key] = _text(found[0][0]) if found else "0-0"
        self._more.set()

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        """Read these streams no more."""
        for channel in channels:
            self._last.pop(self._key(channel), None)
            self._suspect.discard(self._key(channel))

    async def stream_events(self) -> AsyncGenerator[Event | Gap, None]:
        """What is sent, in the order of each stream."""
        while True:
            for key in list(self._suspect):
                if not await self._is_there(key):
                    yield Gap(self._channel(key))
                self._suspect.discard(key)
            if not self._last:
                self._more = Signal()
                await self._more.wait()
                continue
            found = await self._reader.xread(dict(self._last), count=100, block=BLOCK)
            for key, entries in _streams(found):
                for position, data in entries:
                    if key in self._last:
                        self._last[key] = position
                        yield Event(self._channel(key), data, _position(position))

    async def get_history(self, channel: str, limit: int | None = None) -> list[Event]:
        """The last messages."""
        found = await self._redis.xrevrange(self._key(channel), count=limit or self._most)
        return [
            Event(channel, _data(fields), _position(_text(position)))
            for position, fields in reversed(found)
        ]

    async def flush_all(self) -> int:
        """Delete the history of every channel; how many there were."""
        keys = [key async for key in self._redis.scan_iter(f"{self._prefix}*")]
        return int(await self._redis.delete(*keys)) if keys else 0

    async def _is_there(self, key: str) -> bool:
        """Whether the message that was read last is still kept, so that none after it is missing."""
        last = self._last.get(key, "0-0")
        return last == "0-0" or bool(await self._reader.xrange(key, last, last))


def _streams(found: Any) -> list[tuple[str, list[tuple[str, bytes]]]]:
    """What a read gave: RESP 2 has lists, RESP 3 a dict whose entries stand in one more list."""
    pairs: Any = cast("Any", found).items() if isinstance(found, dict) else found or ()
    streams: list[tuple[str, list[tuple[str, bytes]]]] = []
    for key, entries in cast("list[tuple[Any, Any]]", pairs):
        flat = entries[0] if entries and isinstance(entries[0], list) else entries
        read: list[tuple[Any, Any]] = list(flat)
        streams.append((_text(key), [(_text(at), _data(fields)) for at, fields in read]))
    return streams


def _data(fields: Any) -> bytes:
    return _bytes(fields.get(b"data", fields.get("data", b"")))


def _bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _position(text: str) -> tuple[int, int]:
    first, _, second = text.partition("-")
    return int(first), int(second)
