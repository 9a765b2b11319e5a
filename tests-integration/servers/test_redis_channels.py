"""Channels through a real Redis: two hubs stand for two processes; Redis is killed and comes back."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis_server import RedisServer, needs_redis

from pleiad_websockets.channels import (
    ChannelGap,
    Channels,
    RedisChannelsPubSubBackend,
    RedisChannelsStreamBackend,
)

pytestmark = needs_redis

BACKENDS = ("pubsub", "streams")


@pytest.fixture
def server(tmp_path):
    with RedisServer(tmp_path) as server:
        yield server


def backend_of(kind, redis, **options):
    if kind == "pubsub":
        return RedisChannelsPubSubBackend(redis)
    return RedisChannelsStreamBackend(**{"history": 100, **options}, redis=redis)


@asynccontextmanager
async def hub(server, kind, protocol=2, **options):
    """Channels with a connection of their own, as another process would have."""
    redis = Redis.from_url(server.url, protocol=protocol)
    try:
        backend = backend_of(kind, redis, **options)
        async with Channels(backend, arbitrary_channels_allowed=True) as channels:
            yield channels
    finally:
        await redis.aclose()


async def some(subscriber, number, seconds=10):
    events = subscriber.iter_events()
    async with asyncio.timeout(seconds):
        return [await anext(events) for _ in range(number)]


async def until_reached(channels, subscriber, *words, seconds=20):
    """Publish the first word until it is read, and read on to the others; all that was read."""
    read = []

    async def publish():
        while True:
            try:
                await channels.wait_published(words[0], "room")
            except Exception:
                pass
            await asyncio.sleep(0.1)

    publishing = asyncio.create_task(publish())
    events = subscriber.iter_events()
    try:
        async with asyncio.timeout(seconds):
            while not {word.encode() for word in words} <= set(read):
                try:
                    read.append(await anext(events))
                except ChannelGap as gap:
                    read.append(f"gap in {gap.channel}")
    finally:
        publishing.cancel()
    return [each for each in read if each != words[0].encode()]


@pytest.mark.parametrize("protocol", [2, 3])
@pytest.mark.parametrize("kind", BACKENDS)
def test_two_processes(server, kind, protocol):
    async def main():
        async with hub(server, kind, protocol) as one, hub(server, kind, protocol) as two:
            async with one.start_subscription(["room", "other"]) as first:
                async with two.start_subscription("room") as second:
                    for number in range(200):
                        one.publish(number, "room")
                    await two.wait_published(b"\xff", "other")
                    assert await some(second, 200) == [b"%d" % n for n in range(200)]
                    found = await some(first, 201)
                    assert sorted(found) == sorted([b"%d" % n for n in range(200)] + [b"\xff"])
                await one.wait_published("alone", "room")
                assert await some(first, 1) == [b"alone"]

    asyncio.run(main())


@pytest.mark.parametrize("kind", BACKENDS)
def test_subscriptions_come_and_go(server, kind):
    async def main():
        async with hub(server, kind) as channels:
            for number in range(20):
                async with channels.start_subscription(f"room{number % 3}") as subscriber:
                    await channels.wait_published(number, f"room{number % 3}")
                    assert await some(subscriber, 1) == [b"%d" % number]
            assert channels._subscribers == {}

    asyncio.run(main())


def test_history_of_streams(server):
    async def main():
        async with hub(server, "streams", history=10, cap_streams_approximate=False) as one:
            for number in range(25):
                await one.wait_published(number, "room")
            async with hub(server, "streams") as two:
                async with two.start_subscription("room", history=3) as last:
                    await one.wait_published("new", "room")
                    assert await some(last, 4) == [b"22", b"23", b"24", b"new"]
                async with two.start_subscription("room", history=-1) as everything:
                    assert len(await some(everything, 10)) == 10
                async with two.start_subscription("room") as nothing:
                    await one.wait_published("newer", "room")
                    assert await some(nothing, 1) == [b"newer"]
                assert await two._backend.flush_all() == 1
                assert await two._backend.get_history("room") == []

    asyncio.run(main())


def test_history_goes_after_its_time(server):
    async def main():
        async with hub(server, "streams", stream_ttl=0.1) as channels:
            await channels.wait_published("x", "room")
            assert len(await channels._backend.get_history("room")) == 1
            await asyncio.sleep(0.3)
            assert await channels._backend.get_history("room") == []

    asyncio.run(main())


def test_pubsub_has_no_history(server):
    async def main():
        async with hub(server, "pubsub") as channels:
            await channels.wait_published("x", "room")
            async with channels.start_subscription("room", history=-1) as subscriber:
                await channels.wait_published("y", "room")
                assert await some(subscriber, 1) == [b"y"]

    asyncio.run(main())


@pytest.mark.parametrize("kind", BACKENDS)
def test_killed_redis_is_reached_again_and_the_loss_is_told(server, kind):
    """Nothing of the old Redis is left, so what stood behind the last message may be lost."""

    async def main():
        async with hub(server, kind) as channels:
            async with channels.start_subscription("room") as subscriber:
                await channels.wait_published("before", "room")
                assert await some(subscriber, 1) == [b"before"]
                server.kill()
                channels.publish("meanwhile", "room")
                await asyncio.sleep(0.5)
                server.start()
                words = ("after", "meanwhile") if kind == "streams" else ("after",)
                read = await until_reached(channels, subscriber, *words)
                assert "gap in room" in read
            assert channels._subscribers == {}

    asyncio.run(main())


@pytest.mark.parametrize("kind", BACKENDS)
def test_connection_that_breaks(server, kind):
    """Redis stays, and goes on: streams lose nothing, and pub/sub says that it may have."""

    async def main():
        async with hub(server, kind) as one, hub(server, kind) as two:
            async with one.start_subscription("room") as subscriber:
                await two.wait_published("before", "room")
                assert await some(subscriber, 1) == [b"before"]
                admin = Redis.from_url(server.url)
                await admin.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                await admin.execute_command("CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "yes")
                for number in range(3):
                    await admin.xadd("PLEIAD_CHANNELS:room", {"data": str(number)})
                await asyncio.sleep(0.3)
                read = await until_reached(two, subscriber, "after")
                await admin.aclose()
            if kind == "streams":
                assert read == [b"0", b"1", b"2"]
            else:
                assert read == ["gap in room"]

    asyncio.run(main())


@pytest.mark.parametrize("kind", BACKENDS)
def test_second_start(server, kind):
    async def main():
        redis = Redis.from_url(server.url)
        channels = Channels(backend_of(kind, redis), channels=["room"])
        for _ in range(2):
            async with channels, channels.start_subscription("room") as subscriber:
                await channels.wait_published("x", "room")
                assert await some(subscriber, 1) == [b"x"]
        await redis.aclose()

    asyncio.run(main())
