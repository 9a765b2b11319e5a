"""Channels through a real PostgreSQL: two hubs stand for two processes; it is killed and comes back."""

import asyncio
import gc
import warnings
from contextlib import asynccontextmanager

import asyncpg
import pytest
from postgresql_server import PostgreSQLServer, needs_postgresql

from pleiad_websockets.channels import (
    AsyncPgChannelsBackend,
    ChannelGap,
    Channels,
    ChannelsException,
    postgresql,
)

pytestmark = needs_postgresql


@pytest.fixture(scope="module")
def shared():
    """One server for what leaves it as it was."""
    with PostgreSQLServer() as server:
        yield server


@pytest.fixture
def server():
    with PostgreSQLServer() as server:
        yield server


@asynccontextmanager
async def hub(server, **options):
    backend = AsyncPgChannelsBackend(server.url)
    async with Channels(backend, arbitrary_channels_allowed=True, **options) as channels:
        yield channels


async def some(subscriber, number, seconds=10):
    events = subscriber.iter_events()
    async with asyncio.timeout(seconds):
        return [await anext(events) for _ in range(number)]


async def until_reached(channels, subscriber, word, seconds=30):
    """Publish a word until it is read; what was read before it."""

    async def publish():
        while True:
            try:
                await channels.wait_published(word, "room")
            except Exception:
                pass
            await asyncio.sleep(0.1)

    read = []
    publishing = asyncio.create_task(publish())
    events = subscriber.iter_events()
    try:
        async with asyncio.timeout(seconds):
            while word.encode() not in read:
                try:
                    read.append(await anext(events))
                except ChannelGap as gap:
                    read.append(f"gap in {gap.channel}")
    finally:
        publishing.cancel()
    return read[:-1]


async def execute(server, text, *arguments):
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.execute(text, *arguments)
    finally:
        await connection.close()


def test_two_processes(shared):
    async def main():
        async with hub(shared) as one, hub(shared) as two:
            async with one.start_subscription(["room", "other"]) as first:
                async with two.start_subscription("room") as second:
                    for number in range(200):
                        one.publish(number, "room")
                    assert await some(second, 200) == [b"%d" % n for n in range(200)]
                    await two.wait_published(b"\xff", "other")
                    assert await some(first, 201) == [*(b"%d" % n for n in range(200)), b"\xff"]
                await one.wait_published("alone", ["room", "other"])
                assert await some(first, 2) == [b"alone", b"alone"]

    asyncio.run(main())


@pytest.mark.parametrize(
    "data",
    [b"", b"text", "€ 𝄞".encode(), b"\0", b"a\0b", b"\xff\xfe", b"\x01", b"\x01AAAA", b"x" * 7999],
    ids=["nothing", "text", "wide", "nul", "within", "no text", "mark", "like encoded", "largest"],
)
def test_every_message_comes_as_it_was_sent(shared, data):
    async def main():
        async with hub(shared) as channels, channels.start_subscription("room") as subscriber:
            await channels.wait_published(data, "room")
            assert await some(subscriber, 1) == [data]

    asyncio.run(main())


@pytest.mark.parametrize(
    "name",
    ["", "a b", 'say "it"; DROP', "ü" * 40, "x" * 500, "nul\0", "line\n", "UPPER"],
    ids=["empty", "space", "quotes", "wide", "long", "nul", "line", "upper"],
)
def test_every_name_is_a_channel_of_its_own(shared, name):
    async def main():
        async with hub(shared) as channels:
            others = [name[:-1] + "?", name.lower() + "!", name + name[-1:] + "."]
            async with channels.start_subscription(name) as subscriber:
                for other in others:
                    await channels.wait_published("other", other)
                await channels.wait_published("own", name)
                assert await some(subscriber, 1) == [b"own"]

    asyncio.run(main())


@pytest.mark.parametrize(
    "data", [b"x" * 8000, b"\xff" * 5998, ("ü" * 4000)], ids=["text", "bytes", "wide"]
)
@pytest.mark.parametrize("how", ["publish", "wait_published"])
def test_too_large_a_message_is_refused_and_keeps_no_other_waiting(shared, how, data):
    async def main():
        async with hub(shared) as channels, channels.start_subscription("room") as subscriber:
            with pytest.raises(ChannelsException, match="NOTIFY carries 7999"):
                found = getattr(channels, how)(data, "room")
                await found
            channels.publish("next", "room")
            assert await some(subscriber, 1) == [b"next"]

    asyncio.run(main())


def test_what_sql_notifies(shared):
    async def main():
        async with hub(shared) as channels, channels.start_subscription("news") as subscriber:
            for text in ("from a trigger", "\x01no base64"):
                await execute(shared, "SELECT pg_notify('PLEIAD_CHANNELS:news', $1)", text)
            assert await some(subscriber, 2) == [b"from a trigger", b"\x01no base64"]

    asyncio.run(main())


def test_subscriptions_come_and_go(shared):
    async def main():
        async with hub(shared) as channels:
            for number in range(20):
                async with channels.start_subscription(f"room{number % 3}") as subscriber:
                    await channels.wait_published(number, f"room{number % 3}")
                    assert await some(subscriber, 1) == [b"%d" % number]
            assert channels._subscribers == {}
            assert channels._backend._channels == {}
            listener = channels._backend._listener
            assert await listener.fetch("SELECT pg_listening_channels()") == []

    asyncio.run(main())


def test_many_at_once(shared):
    """Subscribing, publishing and leaving do not get into one another's way."""

    async def one(channels, number):
        async with channels.start_subscription(f"room{number}") as subscriber:
            await channels.wait_published(number, f"room{number}")
            return await some(subscriber, 1)

    async def main():
        async with hub(shared) as channels:
            found = await asyncio.gather(*(one(channels, number) for number in range(50)))
            assert found == [[b"%d" % number] for number in range(50)]

    asyncio.run(main())


def test_no_history(shared):
    async def main():
        async with hub(shared) as channels:
            await channels.wait_published("x", "room")
            async with channels.start_subscription("room", history=-1) as subscriber:
                await channels.wait_published("y", "room")
                assert await some(subscriber, 1) == [b"y"]

    asyncio.run(main())


def test_who_reads_too_slowly_is_told(shared, monkeypatch):
    """What is not handed on has its bound; what was beyond it is a gap, after what was within."""
    monkeypatch.setattr(postgresql, "MOST_UNREAD", 3)

    async def main():
        backend = AsyncPgChannelsBackend(shared.url)
        await backend.on_startup()
        await backend.subscribe(["room"])
        for number in range(5):
            await backend.publish(b"%d" % number, ["room"])
        async with asyncio.timeout(10):
            while not backend._lost:
                await asyncio.sleep(0.01)
        events = backend.stream_events()
        found = [await anext(events) for _ in range(4)]
        await events.aclose()
        await backend.on_shutdown()
        assert [getattr(each, "data", "gap") for each in found] == [b"0", b"1", b"2", "gap"]

    asyncio.run(main())


def test_killed_server_is_reached_again_and_the_loss_is_told(server):
    async def main():
        async with hub(server) as channels:
            async with channels.start_subscription("room") as subscriber:
                await channels.wait_published("before", "room")
                assert await some(subscriber, 1) == [b"before"]
                server.kill()
                channels.publish("meanwhile", "other")
                await asyncio.sleep(0.5)
                server.start()
                assert "gap in room" in await until_reached(channels, subscriber, "after")
            assert channels._subscribers == {}

    with (
        warnings.catch_warnings()
    ):  # asyncpg forgets a connection that the killed server never made
        warnings.simplefilter("ignore", ResourceWarning)
        asyncio.run(main())
        gc.collect()


def test_connection_that_is_ended(shared):
    async def main():
        async with hub(shared) as one, hub(shared) as two:
            async with one.start_subscription("room") as subscriber:
                await two.wait_published("before", "room")
                assert await some(subscriber, 1) == [b"before"]
                await execute(
                    shared,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
                )
                assert await until_reached(two, subscriber, "after") == ["gap in room"]

    asyncio.run(main())


def test_connection_that_is_silent_is_asked(shared, monkeypatch):
    """A server that no longer answers is found out although nothing is sent."""
    monkeypatch.setattr(postgresql, "SECONDS_OF_SILENCE", 0.05)
    monkeypatch.setattr(postgresql, "SECONDS_TO_ANSWER", 0.05)

    async def main():
        backend = AsyncPgChannelsBackend(shared.url)
        await backend.on_startup()
        events = backend.stream_events()
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        listener = backend._listener

        class Silent:
            def is_closed(self):
                return False

            async def execute(self, text):
                await asyncio.sleep(60)

        backend._listener = Silent()
        with pytest.raises(TimeoutError):
            await waiting
        backend._listener = listener
        await backend.on_shutdown()
        assert listener.is_closed()

    asyncio.run(main())


def test_publishing_that_gets_no_answer_ends_when_the_backend_begins_anew(shared):
    async def main():
        backend = AsyncPgChannelsBackend(shared.url)
        await backend.on_startup()
        await backend.publish(b"x", ["room"])
        stuck = asyncio.ensure_future(backend._publisher.execute("SELECT pg_sleep(60)"))
        await asyncio.sleep(0.1)
        await backend.on_startup()
        async with asyncio.timeout(10):
            with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
                await stuck
        await backend.publish(b"y", ["room"])
        await backend.on_shutdown()

    asyncio.run(main())


def test_subscribing_while_it_is_away(server):
    async def main():
        async with hub(server) as channels:
            server.kill()
            await asyncio.sleep(0.3)
            with pytest.raises(OSError):
                await channels.subscribe("room")
            assert channels._subscribers == {}
            server.start()

    asyncio.run(main())


def test_second_start(shared):
    async def main():
        channels = Channels(AsyncPgChannelsBackend(shared.url), channels=["room"])
        for _ in range(2):
            async with channels, channels.start_subscription("room") as subscriber:
                await channels.wait_published("x", "room")
                assert await some(subscriber, 1) == [b"x"]

    asyncio.run(main())


def test_connection_of_the_program_s_own(shared):
    made = []

    async def connect():
        made.append(await asyncpg.connect(shared.url))
        return made[-1]

    async def main():
        backend = AsyncPgChannelsBackend(make_connection=connect)
        async with Channels(backend, channels=["room"]) as channels:
            await channels.wait_published("x", "room")
        assert [each.is_closed() for each in made] == [True, True]

    asyncio.run(main())


def test_database_whose_encoding_does_not_hold_every_message():
    async def main(server):
        with pytest.raises(ChannelsException, match="encoding is LATIN1"):
            async with hub(server):
                pass

    with PostgreSQLServer("LATIN1") as server:
        asyncio.run(main(server))


@pytest.mark.parametrize(
    "options",
    [{}, {"dsn": "postgresql://x", "make_connection": asyncpg.connect}],
    ids=["neither", "both"],
)
def test_where_the_database_is_must_be_said_once(options):
    with pytest.raises(ChannelsException, match="give one of dsn"):
        AsyncPgChannelsBackend(**options)
