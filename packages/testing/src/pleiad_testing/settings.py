"""What a client knows of the app that it tests."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

__all__ = ["AnyApp", "Settings"]

AnyApp: TypeAlias = Callable[..., Awaitable[None]]
"""An ASGI app whose author may have described its scope and messages by other types."""


class Settings:
    """The settings of a client that do not change.

    Args:
        app: The app under test.
        root_path: Where it believes to be mounted.
        raises: Whether what the app did not expect is raised in the test.
        seconds: Time for its startup, and for its shutdown; unlimited if `None`.
    """

    __slots__ = ("app", "raises", "root_path", "seconds")

    def __init__(self, app: AnyApp, root_path: str, seconds: float | None, *, raises: bool) -> None:
        self.app = app
        self.root_path = root_path
        self.seconds = seconds
        self.raises = raises
