"""Test clients for any ASGI app."""

from pleiad_testing.__about__ import __version__
from pleiad_testing.client import AsyncTestClient, TestClient
from pleiad_testing.conforms import assert_conforms
from pleiad_testing.errors import AppFault, AppTimeout, LifespanFault, ProtocolFault

__all__ = [
    "AppFault",
    "AppTimeout",
    "AsyncTestClient",
    "LifespanFault",
    "ProtocolFault",
    "TestClient",
    "__version__",
    "assert_conforms",
]
