"""Who listens to channels."""

from pleiad_websockets.channels import BacklogStrategy, Subscriber

__all__ = ["BacklogStrategy", "Subscriber"]
