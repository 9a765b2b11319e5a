"""Channels: named streams of messages, within a process or across machines."""

from pleiad_websockets.channels.backend import ChannelsBackend, Event, Gap
from pleiad_websockets.channels.errors import ChannelGap, ChannelsException, PublishBacklogFull
from pleiad_websockets.channels.hub import Channels
from pleiad_websockets.channels.memory import MemoryChannelsBackend
from pleiad_websockets.channels.postgresql import AsyncPgChannelsBackend
from pleiad_websockets.channels.redis import (
    RedisChannelsPubSubBackend,
    RedisChannelsStreamBackend,
)
from pleiad_websockets.channels.sending import send_subscription
from pleiad_websockets.channels.subscriber import BacklogStrategy, Subscriber

__all__ = [
    "AsyncPgChannelsBackend",
    "BacklogStrategy",
    "ChannelGap",
    "Channels",
    "ChannelsBackend",
    "ChannelsException",
    "Event",
    "Gap",
    "MemoryChannelsBackend",
    "PublishBacklogFull",
    "RedisChannelsPubSubBackend",
    "RedisChannelsStreamBackend",
    "Subscriber",
    "send_subscription",
]
