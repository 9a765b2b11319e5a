"""Clients for tests: those of `pleiad_testing`, and two that build the app themselves."""

from typing import Any, TypedDict, Unpack

from pleiad.app import Pleiad
from pleiad.declaring.options import PleiadOptions
from pleiad.handlers import BaseRouteHandler
from pleiad.router import RouteHandlers
from pleiad_testing import (
    AsyncTestClient,
    AsyncWebSocketTestSession,
    HandshakeRefused,
    TestClient,
    WebSocketTestSession,
    assert_conforms,
)

__all__ = [
    "AsyncTestClient",
    "AsyncWebSocketTestSession",
    "HandshakeRefused",
    "TestClient",
    "WebSocketTestSession",
    "assert_conforms",
    "create_async_test_client",
    "create_test_client",
]


class ClientOptions(TypedDict, total=False):
    """The options of a client that builds its app."""

    base_url: str
    """What relative URLs are relative to."""
    raise_server_exceptions: bool
    """Whether what the app did not expect is raised here: it is by default."""
    root_path: str
    """The path under which the app believes to be mounted."""
    timeout: float | None
    """Seconds after which a request fails the test. The `timeout` of the app is said by its handlers."""


class BuiltClientOptions(PleiadOptions, ClientOptions, total=False):
    """The options of the app, and of the client."""


def create_test_client(
    route_handlers: RouteHandlers | BaseRouteHandler = (), **options: Unpack[BuiltClientOptions]
) -> TestClient:
    """A client of a new app, in debug mode unless told otherwise.

    Args:
        route_handlers: What the app answers with; a single handler may stand alone.
        **options: Those of `Pleiad`, and those of `TestClient`.
    """
    app, client = _split(dict(options))
    return TestClient(app=Pleiad(_several(route_handlers), **app), **client)


def create_async_test_client(
    route_handlers: RouteHandlers | BaseRouteHandler = (), **options: Unpack[BuiltClientOptions]
) -> AsyncTestClient:
    """The same for async tests.

    Args:
        route_handlers: What the app answers with; a single handler may stand alone.
        **options: Those of `Pleiad`, and those of `AsyncTestClient`.
    """
    app, client = _split(dict(options))
    return AsyncTestClient(app=Pleiad(_several(route_handlers), **app), **client)


def _split(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    client = {key: options.pop(key) for key in ClientOptions.__annotations__ if key in options}
    return {"debug": True, **options}, client


def _several(route_handlers: Any) -> RouteHandlers:
    one = isinstance(route_handlers, BaseRouteHandler | type)
    several: RouteHandlers = [route_handlers] if one else list(route_handlers)
    return several
