"""What the options of the Redis backends make of messages; tests-integration has a server that runs."""

from datetime import timedelta

import pytest

from pleiad_http import MissingDependencyException
from pleiad_websockets.channels import redis
from pleiad_websockets.channels.redis import RedisChannelsPubSubBackend, RedisChannelsStreamBackend

pytestmark = pytest.mark.anyio


class Recording:
    """A client, and its pipeline, that note what they are asked."""

    def __init__(self):
        self.asked = []

    def pipeline(self, **options):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        pass

    async def execute(self):
        pass

    def publish(self, key, data):
        self.asked.append((key, data))

    def xadd(self, key, fields, *, maxlen, approximate):
        self.asked.append((key, fields["data"], maxlen, approximate))

    def pexpire(self, key, milliseconds):
        self.asked.append((key, milliseconds))

    async def xrevrange(self, key, count):
        self.asked.append((key, count))
        return []


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    monkeypatch.setattr(redis, "find_spec", lambda name: name)


@pytest.mark.parametrize(
    ("options", "key"), [({}, "PLEIAD_CHANNELS:news"), ({"key_prefix": "own"}, "own:news")], ids=str
)
async def test_what_is_published(options, key):
    client = Recording()
    await RedisChannelsPubSubBackend(client, **options).publish(b"x", ["news"])
    assert client.asked == [(key, b"x")]


KEY = "PLEIAD_CHANNELS:news"


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, [(KEY, b"x", 7, True), (KEY, 60_000)]),
        ({"key_prefix": "own"}, [("own:news", b"x", 7, True), ("own:news", 60_000)]),
        ({"cap_streams_approximate": False}, [(KEY, b"x", 7, False), (KEY, 60_000)]),
        ({"stream_ttl": 0.5}, [(KEY, b"x", 7, True), (KEY, 500)]),
        ({"stream_ttl": timedelta(minutes=2)}, [(KEY, b"x", 7, True), (KEY, 120_000)]),
    ],
    ids=str,
)
async def test_what_a_stream_is_given(options, asked):
    client = Recording()
    await RedisChannelsStreamBackend(7, client, **options).publish(b"x", ["news"])
    assert client.asked == asked


@pytest.mark.parametrize(("limit", "count"), [((), 7), ((3,), 3)], ids=["all", "some"])
async def test_how_much_history_is_asked_for(limit, count):
    client = Recording()
    assert await RedisChannelsStreamBackend(7, client).get_history("news", *limit) == []
    assert client.asked == [(KEY, count)]


def test_redis_is_asked_for_by_name(monkeypatch):
    monkeypatch.setattr(redis, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyException, match=r"pleiad-websockets\[redis\]"):
        RedisChannelsPubSubBackend(Recording())
