"""Clients of httpx2 for tests of an ASGI app."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import httpx2

from pleiad_testing.handshake import handshake
from pleiad_testing.settings import AnyApp, Settings
from pleiad_testing.transport import AppTransport, AsyncAppTransport
from pleiad_testing.websocket_session import AsyncWebSocketTestSession, WebSocketTestSession

__all__ = ["AsyncTestClient", "TestClient"]

BASE_URL = "http://testserver.local"
SECONDS = 10
AGENT = {"user-agent": "testclient"}


class TestClient(httpx2.Client):
    """A client whose requests end in an app, without a server or a socket.

    `with TestClient(app) as client:` runs the app's lifespan, in an event loop in a thread. Without
    `with` there is no lifespan, and each request has a loop of its own. The body of
    an answer can be read while the app still sends it (`client.stream`).

    Args:
        app: Any ASGI app.
        base_url: What relative URLs are relative to.
        raise_server_exceptions: Whether an exception that the app did not handle is raised in the
            test, once its answer has ended. An app that answers it with a 500 reports it by calling
            `scope["extensions"]["pleiad.report"](exception)`.
        root_path: Where the app believes to be mounted; URLs are relative to it.
        timeout: Seconds for the start of an answer, for each part of its body and for each half of
            the lifespan; unlimited if `None`. A single request may have its own.
        cookies: Sent with each request.
        headers: Sent with each request.
        follow_redirects: Whether an answer with a location is followed.
        backend: Of the event loop: `asyncio` or `trio`.
        backend_options: Of anyio's backend, such as `{"use_uvloop": True}`.

    Raises:
        AppTimeout: By requests, if the app did not answer in time.
        ProtocolFault: By requests, if what it sent is not ASGI or not HTTP.
        LifespanFault: By `with`, if startup or shutdown failed; an exception of the app is raised
            as it is.
    """

    __test__ = False

    def __init__(
        self,
        app: AnyApp,
        base_url: httpx2.URL | str = BASE_URL,
        *,
        raise_server_exceptions: bool = True,
        root_path: str = "",
        timeout: float | None = SECONDS,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        follow_redirects: bool = True,
        backend: Literal["asyncio", "trio"] = "asyncio",
        backend_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.app = app
        settings = Settings(app, root_path.rstrip("/"), timeout, raises=raise_server_exceptions)
        self._app_transport = AppTransport(settings, backend, backend_options or {})
        super().__init__(
            base_url=base_url,
            timeout=timeout,
            cookies=dict(cookies or {}),
            headers=AGENT | dict(headers or {}),
            follow_redirects=follow_redirects,
            transport=self._app_transport,
            trust_env=False,
        )

    def websocket_connect(
        self,
        url: str,
        subprotocols: Sequence[str] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        auth: tuple[str, str] | httpx2.Auth | None = None,
        timeout: float | None = None,
    ) -> WebSocketTestSession:
        """A WebSocket: `with client.websocket_connect("/ws") as socket:`.

        Args:
            url: Relative to the base URL, or a whole one.
            subprotocols: Those that are offered, the favourite first.
            params: Of the query.
            headers: Beside those of the client.
            cookies: Beside those of the client.
            auth: A user and a password, or what writes the header.
            timeout: Seconds for each step; by default those of the client.

        Raises:
            HandshakeRefused: By `with`, if the app does not accept: a `WebSocketDisconnect`
                with the status and content of the answer.
        """
        request = handshake(self, url, subprotocols, params, headers, cookies, auth, timeout)
        return self._app_transport.connect(request, list(subprotocols or ()))


class AsyncTestClient(httpx2.AsyncClient):
    """The same for async tests: the app runs in the event loop of the test.

    What the test and the app share, such as a database session, belongs to one loop. An app that
    blocks it blocks the test too; that is told once the loop goes on.

    Args:
        app: Any ASGI app.
        base_url: What relative URLs are relative to.
        raise_server_exceptions: As for `TestClient`.
        root_path: Where the app believes to be mounted; URLs are relative to it.
        timeout: Seconds, as for `TestClient`.
        cookies: Sent with each request.
        headers: Sent with each request.
        follow_redirects: Whether an answer with a location is followed.

    Raises:
        AppTimeout: As for `TestClient`.
        ProtocolFault: As for `TestClient`.
        LifespanFault: As for `TestClient`.
    """

    __test__ = False

    def __init__(
        self,
        app: AnyApp,
        base_url: httpx2.URL | str = BASE_URL,
        *,
        raise_server_exceptions: bool = True,
        root_path: str = "",
        timeout: float | None = SECONDS,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        follow_redirects: bool = True,
    ) -> None:
        self.app = app
        settings = Settings(app, root_path.rstrip("/"), timeout, raises=raise_server_exceptions)
        self._app_transport = AsyncAppTransport(settings)
        super().__init__(
            base_url=base_url,
            timeout=timeout,
            cookies=dict(cookies or {}),
            headers=AGENT | dict(headers or {}),
            follow_redirects=follow_redirects,
            transport=self._app_transport,
            trust_env=False,
        )

    def websocket_connect(
        self,
        url: str,
        subprotocols: Sequence[str] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        auth: tuple[str, str] | httpx2.Auth | None = None,
        timeout: float | None = None,
    ) -> AsyncWebSocketTestSession:
        """A WebSocket: `async with client.websocket_connect("/ws") as socket:`.

        Args:
            url: Relative to the base URL, or a whole one.
            subprotocols: Those that are offered, the favourite first.
            params: Of the query.
            headers: Beside those of the client.
            cookies: Beside those of the client.
            auth: A user and a password, or what writes the header.
            timeout: Seconds for each step; by default those of the client.

        Raises:
            HandshakeRefused: By `async with`, if the app does not accept: a `WebSocketDisconnect`
                with the status and content of the answer.
        """
        request = handshake(self, url, subprotocols, params, headers, cookies, auth, timeout)
        return self._app_transport.connect(request, list(subprotocols or ()))
