"""Channels through PostgreSQL."""

from pleiad_websockets.channels import AsyncPgChannelsBackend

__all__ = ["AsyncPgChannelsBackend"]
