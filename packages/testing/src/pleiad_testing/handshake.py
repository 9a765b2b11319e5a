"""The handshake of a WebSocket, as a request of httpx2 (RFC 6455, section 4.1)."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

__all__ = ["handshake"]

SCHEMES = {"ws": "http", "wss": "https"}
UPGRADE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
}


def handshake(
    client: httpx2.Client | httpx2.AsyncClient,
    url: str,
    subprotocols: Sequence[str] | None,
    params: Mapping[str, Any] | None,
    headers: Mapping[str, str] | None,
    cookies: Mapping[str, str] | None,
    auth: tuple[str, str] | httpx2.Auth | None,
    timeout: float | None,
) -> httpx2.Request:
    """The request with which a client asks for a WebSocket; see `TestClient.websocket_connect`."""
    asked = httpx2.URL(url)
    if asked.scheme in SCHEMES:
        asked = asked.copy_with(scheme=SCHEMES[asked.scheme])
    offered = {"sec-websocket-protocol": ", ".join(subprotocols)} if subprotocols else {}
    request = client.build_request(
        "GET",
        asked,
        params=params,
        headers={**UPGRADE, **offered, **(headers or {})},
        timeout=client.timeout if timeout is None else timeout,
    )
    for name, value in (cookies or {}).items():
        own = f"{name}={value}"
        known = request.headers.get("cookie")
        request.headers["cookie"] = f"{known}; {own}" if known else own
    if auth is not None:
        writes = httpx2.BasicAuth(*auth) if isinstance(auth, tuple) else auth
        request = next(writes.sync_auth_flow(request))
    return request
