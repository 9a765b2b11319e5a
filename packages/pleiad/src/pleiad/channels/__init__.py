"""Channels in an app: to send messages to everybody who listens, in this process or in many."""

from pleiad.channels.plugin import ChannelsPlugin
from pleiad_websockets.channels import (
    BacklogStrategy,
    ChannelGap,
    ChannelsException,
    PublishBacklogFull,
    Subscriber,
)

__all__ = [
    "BacklogStrategy",
    "ChannelGap",
    "ChannelsException",
    "ChannelsPlugin",
    "PublishBacklogFull",
    "Subscriber",
]
