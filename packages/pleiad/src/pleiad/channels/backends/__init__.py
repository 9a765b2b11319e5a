"""What carries the messages of channels."""

from pleiad_websockets.channels import ChannelsBackend

__all__ = ["ChannelsBackend"]
