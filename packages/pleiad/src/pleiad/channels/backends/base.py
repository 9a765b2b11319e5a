"""What every backend is."""

from pleiad_websockets.channels import ChannelsBackend, Event, Gap

__all__ = ["ChannelsBackend", "Event", "Gap"]
