"""Channels through PostgreSQL's LISTEN and NOTIFY: to every process that is connected to one database.

NOTIFY keeps nothing: what is sent while the connection is away is lost, and subscribers are told so.
"""

from base64 import b64decode, b64encode
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

from anyio import Event as Signal
from anyio import Lock, fail_after, move_on_after

from pleiad_http import MissingDependencyException
from pleiad_websockets.channels.backend import ChannelsBackend, Event, Gap
from pleiad_websockets.channels.errors import ChannelsException

__all__ = ["AsyncPgChannelsBackend"]

Connection: TypeAlias = Any
"""An `asyncpg.Connection`: asyncpg need not be installed to import this module."""

MOST_BYTES = 7999
"""What a notification can hold."""

MOST_BYTES_OF_A_NAME = 63
"""What an identifier of PostgreSQL can hold."""

MOST_UNREAD = 10_000
"""Messages that wait to be handed on; PostgreSQL itself cannot be asked to wait."""

SECONDS_OF_SILENCE = 10.0
"""After which the connection is asked whether it still stands."""

SECONDS_TO_ANSWER = 5.0

ENCODED = "\x01"
"""Stands before what is no text, and therefore sent as base64."""

PUBLISH = "SELECT pg_notify(name, $2) FROM unnest($1::text[]) AS name"


class AsyncPgChannelsBackend(ChannelsBackend):
    """PostgreSQL's LISTEN and NOTIFY: no further server, no history, small messages.

    A message may have 7,999 bytes, or 5,997 where it is no UTF-8. A pooler that lends a connection for
    a transaction, as PgBouncer may, passes no notifications on: connect to PostgreSQL itself.

    Args:
        dsn: Where the database is, such as `postgresql://localhost/shop`.
        make_connection: In the place of `dsn`, opens an `asyncpg.Connection`: two are held.
        key_prefix: Before the name of every channel. A trigger reaches `news` with
            `pg_notify('PLEIAD_CHANNELS:news', ...)`.
    """

    def __init__(
        self,
        dsn: str | None = None,
        *,
        make_connection: Callable[[], Awaitable[Connection]] | None = None,
        key_prefix: str = "PLEIAD_CHANNELS",
    ) -> None:
        if find_spec("asyncpg") is None:
            raise MissingDependencyException("asyncpg", "pleiad-websockets[postgresql]")
        if (dsn is None) == (make_connection is None):
            raise ChannelsException(
                "AsyncPgChannelsBackend: give one of dsn='postgresql://...' and make_connection"
            )
        self._dsn = dsn
        self._make_connection = make_connection
        self._prefix = key_prefix
        self._listener: Connection = None
        self._publisher: Connection = None
        self._listening, self._publishing = Lock(), Lock()
        self._channels: dict[str, str] = {}
        self._events: deque[Event] = deque()
        self._lost: dict[str, None] = {}
        self._more = Signal()

    async def on_startup(self) -> None:
        """Connect for listening; channels are listened to when they are subscribed to."""
        await self._close()
        self._more = Signal()
        self._channels.clear()
        connection = self._listener = await self._connect()
        encoding: str = connection.get_settings().server_encoding
        if encoding != "UTF8":
            await self._close()
            raise ChannelsException(
                f"the database's encoding is {encoding}, which holds not every message: take one"
                " with UTF8"
            )
        connection.add_termination_listener(self._ended)

    async def on_shutdown(self) -> None:
        """Close both connections."""
        await self._close()
        self._events.clear()
        self._lost.clear()

    def check_message(self, data: bytes) -> None:
        """See that a notification can hold a message.

        Raises:
            ChannelsException: It is too large.
        """
        size = len(_payload(data).encode())
        if size > MOST_BYTES:
            raise ChannelsException(
                f"a message of {len(data)} bytes is {size} bytes as a notification, and"
                f" PostgreSQL's NOTIFY carries {MOST_BYTES}: send where it is to be found, or take"
                " another backend"
            )

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        """Send a message, to all channels in one transaction."""
        names = list(map(self._name, channels))
        publishing = self._publishing
        async with publishing:
            if self._publisher is None or self._publisher.is_closed():
                publisher = await self._connect()
                if publishing is not self._publishing:  # nobody would close it any more
                    await _close_all([publisher])
                    raise ConnectionError("the connections to PostgreSQL were closed meanwhile")
                self._publisher = publisher
            await self._publisher.execute(PUBLISH, names, _payload(data))

    async def subscribe(self, channels: Iterable[str]) -> None:
        """LISTEN."""
        async with self._listening:
            for channel in channels:
                name = self._name(channel)
                if name not in self._channels:
                    await self._connected().add_listener(name, self._notified)
                    self._channels[name] = channel

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        """UNLISTEN."""
        async with self._listening:
            for name in map(self._name, channels):
                if self._channels.pop(name, None) is not None:
                    await self._connected().remove_listener(name, self._notified)

    async def stream_events(self) -> AsyncGenerator[Event | Gap, None]:
        """What is sent, in the order in which it was committed."""
        while True:
            while self._events:
                yield self._events.popleft()
            while self._lost:
                yield Gap(self._lost.popitem()[0])
            self._connected()
            self._more = Signal()
            with move_on_after(SECONDS_OF_SILENCE) as silence:
                await self._more.wait()
            if silence.cancelled_caught:
                await self._ask()

    async def _ask(self) -> None:
        """See that the connection stands: who only listens never learns that the other side is gone."""
        async with self._listening:
            with fail_after(SECONDS_TO_ANSWER):
                await self._connected().execute("SELECT 1")

    def _notified(self, connection: Connection, pid: int, name: str, payload: str) -> None:
        channel = self._channels.get(name)
        if connection is not self._listener or channel is None:
            return
        if len(self._events) < MOST_UNREAD:
            self._events.append(Event(channel, _data(payload)))
        else:
            self._lost[channel] = None
        self._more.set()

    def _ended(self, connection: Connection) -> None:
        self._more.set()

    def _connected(self) -> Connection:
        if self._listener is None or self._listener.is_closed():
            raise ConnectionError("there is no connection to PostgreSQL, or it has ended")
        return self._listener

    async def _connect(self) -> Connection:
        if self._make_connection is not None:
            return await self._make_connection()
        asyncpg: Any = import_module("asyncpg")  # it has no types
        return await asyncpg.connect(self._dsn)

    async def _close(self) -> None:
        both = (self._listener, self._publisher)
        self._listener = self._publisher = None
        self._listening, self._publishing = Lock(), Lock()  # of what comes next
        await _close_all([each for each in both if each is not None])

    def _name(self, channel: str) -> str:
        """What PostgreSQL calls a channel: what it cannot call it, it calls by a digest."""
        name = f"{self._prefix}:{channel}"
        raw = name.encode(errors="surrogatepass")
        if len(raw) <= MOST_BYTES_OF_A_NAME and name.isprintable():
            return name
        from hashlib import sha256  # dear to import, and seldom needed

        return f"#{sha256(raw).hexdigest()[:60]}"


async def _close_all(connections: list[Connection]) -> None:
    """Close connections, in good order as far as they let us and nobody cancels it."""
    try:
        for each in connections:
            with suppress(Exception):  # one that is dead already says so in many ways
                await each.close(timeout=SECONDS_TO_ANSWER)
    finally:
        for each in connections:
            each.terminate()  # which is nothing to one that is closed


def _payload(data: bytes) -> str:
    """A message as the text of a notification."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ENCODED
    if "\0" in text or text.startswith(ENCODED):
        return ENCODED + b64encode(data).decode()
    return text


def _data(payload: str) -> bytes:
    """The message of a notification; what only looks encoded was not sent by us."""
    if payload.startswith(ENCODED):
        with suppress(ValueError):
            return b64decode(payload[1:], validate=True)
    return payload.encode()
