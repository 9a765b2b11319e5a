"""Channels within one process."""

from pleiad_websockets.channels import MemoryChannelsBackend

__all__ = ["MemoryChannelsBackend"]
