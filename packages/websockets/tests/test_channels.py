"""Channels over the memory backend, and over one that fails as it is told."""

import json
import logging

import anyio
import msgspec
import pytest

from pleiad_http import DecodeError, SerializationException
from pleiad_websockets import websocket_app
from pleiad_websockets.channels import (
    ChannelGap,
    Channels,
    ChannelsException,
    Event,
    Gap,
    MemoryChannelsBackend,
    PublishBacklogFull,
    Subscriber,
    send_subscription,
)

pytestmark = pytest.mark.anyio


class Message(msgspec.Struct):
    text: str


def channels_of(backend=None, **options):
    options = {"channels": ["a", "b"], **options}
    return Channels(backend or MemoryChannelsBackend(history=10), **options)


async def some(subscriber, number):
    """The next messages of a subscriber."""
    found = []
    with anyio.fail_after(5):
        events = subscriber.iter_events()
        while len(found) < number:
            found.append(await anext(events))
    return found


async def test_everybody_who_listens_gets_what_is_sent():
    async with channels_of() as channels:
        async with (
            channels.start_subscription("a") as first,
            channels.start_subscription(["a", "b"]) as second,
        ):
            channels.publish({"n": 1}, "a")
            channels.publish("text", ["a", "b"])
            await channels.wait_published(b"bytes", "b")
            assert await some(first, 2) == [b'{"n":1}', b"text"]
            assert sorted(await some(second, 4)) == [b"bytes", b"text", b"text", b'{"n":1}']
            assert (first.qsize, first.is_running) == (0, True)
        assert not first.is_running
        channels.publish("nobody listens", "a")


@pytest.mark.parametrize(
    ("history", "found"),
    [
        (None, []),
        (0, []),
        (2, [b"3", b"4"]),
        (-1, [b"0", b"1", b"2", b"3", b"4"]),
        (99, [b"0", b"1", b"2", b"3", b"4"]),
    ],
)
async def test_history(history, found):
    async with channels_of() as channels:
        await channels.subscribe("a")
        for number in range(5):
            await channels.wait_published(number, "a")
        async with channels.start_subscription("a", history=history) as subscriber:
            await channels.wait_published("new", "a")
            assert await some(subscriber, len(found) + 1) == [*found, b"new"]


async def test_memory_keeps_the_last_ones():
    async with channels_of(MemoryChannelsBackend(history=2)) as channels:
        await channels.subscribe("a")
        for number in range(5):
            await channels.wait_published(number, "a")
        async with channels.start_subscription("a", history=-1) as subscriber:
            assert await some(subscriber, 2) == [b"3", b"4"]


async def test_what_comes_while_the_history_is_fetched_comes_once():
    class Slow(MemoryChannelsBackend):
        async def get_history(self, channel, limit=None):
            await self.publish(b"early", [channel])
            await anyio.sleep(0.01)
            found = await super().get_history(channel, limit)
            await self.publish(b"late", [channel])
            await anyio.sleep(0.01)
            return found

    async with channels_of(Slow(history=10)) as channels:
        await channels.subscribe("a")
        await channels.wait_published("before", "a")
        async with channels.start_subscription("a", history=-1) as subscriber:
            await channels.wait_published("after", "a")
            assert await some(subscriber, 4) == [b"before", b"early", b"late", b"after"]


@pytest.mark.parametrize(
    ("strategy", "found"),
    [("backoff", [b"0", b"1"]), ("dropleft", [b"8", b"9"])],
)
async def test_slow_subscriber_costs_bounded_memory(strategy, found, caplog):
    async with channels_of(
        subscriber_max_backlog=2, subscriber_backlog_strategy=strategy
    ) as channels:
        async with (
            channels.start_subscription("a") as slow,
            channels.start_subscription("a") as quick,
        ):
            for number in range(10):
                await channels.wait_published(number, "a")
                assert await some(quick, 1) == [str(number).encode()]
            assert (slow.qsize, slow.dropped, quick.dropped) == (2, 8, 0)
            assert await some(slow, 2) == found
    assert len([each for each in caplog.records if "behind" in each.message]) == 1


async def test_backpressure_lets_everybody_wait():
    async with channels_of(
        subscriber_max_backlog=1, subscriber_backlog_strategy="backpressure"
    ) as channels:
        async with channels.start_subscription("a") as slow:
            for number in range(5):
                await channels.wait_published(number, "a")
            await anyio.sleep(0.01)
            assert slow.qsize == 1
            assert await some(slow, 5) == [b"0", b"1", b"2", b"3", b"4"]
            assert slow.dropped == 0
            await channels.wait_published("x", "a")
            await channels.wait_published("y", "a")
        async with channels.start_subscription("a") as next_one:  # nobody waits for who has gone
            await channels.wait_published("z", "a")
            assert (await some(next_one, 1))[-1:] in ([b"y"], [b"z"])


class Own:
    """What no codec knows."""


class OwnSubscriber(Subscriber):
    pass


async def test_options_of_subscribers_and_of_what_is_sent():
    options = {"subscriber_class": OwnSubscriber, "type_encoders": {Own: lambda _: "own"}}
    decoders = [(lambda cls: cls is Own, lambda cls, value: cls())]
    async with channels_of(**options) as channels, channels.start_subscription("a") as subscriber:
        assert type(subscriber) is OwnSubscriber
        channels.publish(Own(), "a")
        assert type(await anext(subscriber.iter_values(Own, decoders))) is Own
    async with channels_of() as channels, channels.start_subscription("a") as subscriber:
        assert type(subscriber) is Subscriber
        with pytest.raises(SerializationException, match="Own"):
            channels.publish(Own(), "a")


@pytest.mark.parametrize(("options", "sent"), [({}, "x"), ({"mode": "binary"}, b"x")], ids=str)
async def test_a_subscription_sent_to_a_client(peer, options, sent):
    client = peer()
    async with channels_of() as channels, channels.start_subscription("a") as subscriber:

        async def talk(socket):
            await socket.accept()
            await channels.wait_published("x", "a")
            while subscriber.qsize == 0:
                await anyio.sleep(0)
            subscriber.stop()
            await send_subscription(socket, subscriber, **options)

        assert await client.call(websocket_app(talk)) == ["accept", sent, (1000, "")]


async def test_typed_messages():
    async with channels_of() as channels, channels.start_subscription("a") as subscriber:
        channels.publish(Message("hi"), "a")
        channels.publish({"text": 5}, "a")
        values = subscriber.iter_values(Message)
        assert await anext(values) == Message("hi")
        with pytest.raises(DecodeError):
            await anext(values)


@pytest.mark.parametrize("join", [True, False])
async def test_background(join):
    seen = []
    goes_on = anyio.Event()

    async def on_event(event):
        seen.append(event)
        await goes_on.wait()

    async with channels_of() as channels, channels.start_subscription("a") as subscriber:
        with anyio.fail_after(5):
            async with subscriber.run_in_background(on_event, join=join):
                for number in range(3):
                    await channels.wait_published(number, "a")
                while (subscriber.qsize, seen) != (2, [b"0"]):
                    await anyio.sleep(0)
                if join:
                    goes_on.set()
    assert seen == ([b"0", b"1", b"2"] if join else [b"0"])


@pytest.mark.parametrize("where", ["body", "task"])
async def test_background_that_fails(where):
    async def on_event(event):
        if where == "task":
            raise ZeroDivisionError

    async with channels_of() as channels, channels.start_subscription("a") as subscriber:
        with pytest.raises((ZeroDivisionError, ExceptionGroup)):
            async with subscriber.run_in_background(on_event):
                await channels.wait_published("x", "a")
                if where == "body":
                    raise ZeroDivisionError
                await anyio.sleep(5)


@pytest.mark.parametrize("how", ["return", "raise", "cancel"])
async def test_subscription_is_freed_on_every_way_out(how):
    backend = MemoryChannelsBackend()
    async with channels_of(backend) as channels:
        with anyio.CancelScope() as scope:
            try:
                async with channels.start_subscription(["a", "b"]):
                    if how == "raise":
                        raise ZeroDivisionError
                    if how == "cancel":
                        scope.cancel()
                        await anyio.sleep_forever()
            except ZeroDivisionError:
                pass
        assert channels._subscribers == {}
        assert backend._subscribed == set()


async def test_unsubscribe_from_some():
    async with channels_of() as channels:
        subscriber = await channels.subscribe(["a", "b"])
        await channels.unsubscribe(subscriber, "a")
        await channels.wait_published("no", "a")
        await channels.wait_published("yes", "b")
        assert await some(subscriber, 1) == [b"yes"]
        assert subscriber.is_running
        await channels.unsubscribe(subscriber, "b")
        assert not subscriber.is_running


async def test_subscribe_that_fails_leaves_nothing():
    class Failing(MemoryChannelsBackend):
        async def get_history(self, channel, limit=None):
            raise ConnectionError

    backend = Failing()
    async with channels_of(backend) as channels:
        with pytest.raises(ConnectionError):
            await channels.subscribe("a", history=1)
        assert (channels._subscribers, backend._subscribed) == ({}, set())


async def test_end_of_the_app_ends_subscribers_after_what_waits():
    found = []
    async with anyio.create_task_group() as group:
        async with channels_of() as channels:
            subscriber = await channels.subscribe("a")

            async def read():
                async for event in subscriber.iter_events():
                    found.append(event)

            await channels.wait_published("last", "a")
            await anyio.sleep(0.01)
            group.start_soon(read)
    assert found == [b"last"]


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (lambda c: c.publish("x", "nowhere"), "there is no channel 'nowhere'"),
        (lambda c: c.subscribe("nowhere"), "there is no channel 'nowhere'"),
        (lambda c: c.wait_published("x", ["a", "nowhere"]), "there is no channel 'nowhere'"),
    ],
)
async def test_unknown_channel(use, text):
    async with channels_of() as channels:
        with pytest.raises(ChannelsException, match=text):
            await use(channels)


async def test_arbitrary_channels():
    async with Channels(MemoryChannelsBackend(), arbitrary_channels_allowed=True) as channels:
        async with channels.start_subscription("anything") as subscriber:
            channels.publish("x", "anything")
            assert await some(subscriber, 1) == [b"x"]
    with pytest.raises(ChannelsException, match="there are no channels"):
        Channels(MemoryChannelsBackend())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subscriber_backlog_strategy": "drop"}, "say one of 'backoff', 'dropleft'"),
        (
            {"subscriber_backlog_strategy": "dropleft", "subscriber_max_backlog": None},
            "an unlimited backlog is never full",
        ),
    ],
)
async def test_a_strategy_that_would_never_be_asked(options, message):
    with pytest.raises(ChannelsException, match=message):
        channels_of(**options)


async def test_channels_that_do_not_run():
    channels = channels_of()
    with pytest.raises(ChannelsException, match="do not run"):
        channels.publish("x", "a")
    async with channels:
        channels.publish("x", "a")
    async with channels:  # a second start
        async with channels.start_subscription("a") as subscriber:
            channels.publish("y", "a")
            assert await some(subscriber, 1) == [b"y"]


class Flaky(MemoryChannelsBackend):
    """A backend that is away as long as it is told to be."""

    resumes = False

    def __init__(self, **options):
        super().__init__(**options)
        self.away = False
        self.begun = 0
        self.attempts = 0

    async def on_startup(self):
        self.check()
        self.begun += 1
        await super().on_startup()

    async def publish(self, data, channels):
        self.check()
        await super().publish(data, channels)

    async def unsubscribe(self, channels):
        self.check()
        await super().unsubscribe(channels)

    async def stream_events(self):
        events = super().stream_events()
        try:
            while True:
                with anyio.move_on_after(0.005):
                    event = await anext(events)
                    yield event
                    continue
                await events.aclose()
                events = super().stream_events()
                self.check()
        finally:
            await events.aclose()

    def check(self):
        if self.away:
            self.attempts += 1
            raise ConnectionError("away")


async def wait_for(condition):
    with anyio.fail_after(5):
        while not condition():
            await anyio.sleep(0.001)


@pytest.mark.parametrize("resumes", [True, False])
async def test_backend_that_goes_away_and_comes_back(resumes, caplog):
    caplog.set_level(logging.WARNING)
    backend = Flaky()
    backend.resumes = resumes
    async with channels_of(backend) as channels:
        async with channels.start_subscription("a") as subscriber:
            backend.away = True
            await wait_for(lambda: backend.attempts >= 2)
            channels.publish("meanwhile", "a")
            backend.away = False
            await wait_for(lambda: backend.begun >= 2)
            channels.publish("after", "a")
            if not resumes:
                with pytest.raises(ChannelGap) as gap:
                    await some(subscriber, 1)
                assert (gap.value.code, gap.value.channel) == (1013, "a")
            assert await some(subscriber, 2) == [b"meanwhile", b"after"]
            backend.away = True
        assert channels._subscribers == {}
        backend.away = False
    told = [each.message for each in caplog.records]
    assert any("the backend failed: again in 0.05 s" in each for each in told)
    assert "the backend is back" in told


async def test_publishing_waits_for_the_backend_but_not_without_end(monkeypatch, caplog):
    monkeypatch.setattr("pleiad_websockets.channels.hub.MOST_UNPUBLISHED", 3)
    monkeypatch.setattr("pleiad_websockets.channels.hub.SECONDS_TO_DRAIN", 0.01)
    backend = Flaky()
    async with channels_of(backend) as channels:
        backend.away = True
        for number in range(3):
            channels.publish(number, "a")
        with pytest.raises(PublishBacklogFull):
            channels.publish("x", "a")
        with pytest.raises(ConnectionError):
            await channels.wait_published("x", "a")
    assert "3 published messages were not sent" in caplog.text


class Narrow(MemoryChannelsBackend):
    """It carries three bytes."""

    def check_message(self, data):
        if len(data) > 3:
            raise ChannelsException("too large")


async def test_message_that_the_backend_never_takes_is_refused_at_once():
    async with channels_of(Narrow()) as channels, channels.start_subscription("a") as subscriber:
        for data in (b"1234", "1234", {"a": 1}):
            with pytest.raises(ChannelsException, match="too large"):
                channels.publish(data, "a")
            with pytest.raises(ChannelsException, match="too large"):
                await channels.wait_published(data, "a")
        channels.publish("123", "a")
        assert await some(subscriber, 1) == [b"123"]


async def test_what_is_published_right_before_the_end_is_sent():
    backend = MemoryChannelsBackend(history=100)
    async with channels_of(backend) as channels:
        await channels.subscribe("a")
        for number in range(100):
            channels.publish(number, "a")
    assert [json.loads(each.data) for each in await backend.get_history("a")] == list(range(100))


async def test_gap_finds_room_in_a_full_backlog():
    subscriber = Subscriber(1)
    await subscriber.put(Event("a", b"1"))
    await subscriber.put(Gap("a"))
    await subscriber.put(Event("a", b"2"))
    assert await some(subscriber, 1) == [b"1"]
    with pytest.raises(ChannelGap):
        await some(subscriber, 1)
    assert subscriber.dropped == 1
