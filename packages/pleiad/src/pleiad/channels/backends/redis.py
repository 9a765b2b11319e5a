"""Channels through Redis."""

from pleiad_websockets.channels import RedisChannelsPubSubBackend, RedisChannelsStreamBackend

__all__ = ["RedisChannelsPubSubBackend", "RedisChannelsStreamBackend"]
