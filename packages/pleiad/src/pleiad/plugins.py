"""Plugins: what changes an app before it is built."""

from typing import Protocol, runtime_checkable

from pleiad.config.app import AppConfig

__all__ = ["InitPlugin", "InitPluginProtocol"]


@runtime_checkable
class InitPluginProtocol(Protocol):
    """What `plugins=[...]` takes."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Change the app's options, and give them back.

        Args:
            app_config: The options, those of the plugins before it included.
        """
        ...


class InitPlugin:
    """A plugin that changes nothing yet: subclass it."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Change the app's options, and give them back."""
        return app_config
