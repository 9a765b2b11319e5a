"""An ASGI scope out of a request of httpx2."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx2

from pleiad_http import Scope
from pleiad_testing.report import REPORT, Report

__all__ = ["ASGI", "http_scope", "websocket_scope"]

ASGI = {"version": "3.0", "spec_version": "2.4"}
CLIENT = ("testclient", 50000)
PORTS = {"http": 80, "https": 443}
UNQUOTED = "/:@!$&'()*+,;="
"""What RFC 3986 allows in a path besides letters, digits and `-._~`."""


def http_scope(
    request: httpx2.Request,
    root_path: str,
    state: Mapping[str, Any],
    report: Report,
) -> Scope:
    """The scope of a request, as a server behind a proxy that strips `root_path` makes it.

    Args:
        request: Its URL's path is relative to `root_path`; the scope's `path` begins with it.
        root_path: Where the app is mounted.
        state: Of the lifespan; copied, so that requests do not share what they set.
        report: Takes an exception that the app answered with a 500.
    """
    scope = _scope(request, root_path, state, report)
    return {**scope, "type": "http", "method": request.method}


def websocket_scope(
    request: httpx2.Request,
    root_path: str,
    state: Mapping[str, Any],
    report: Report,
    subprotocols: Sequence[str],
) -> Scope:
    """The scope of a WebSocket's handshake; a refusal may be a whole response.

    Args:
        request: The handshake.
        root_path: As for `http_scope`.
        state: As for `http_scope`.
        report: As for `http_scope`.
        subprotocols: What the client offers.
    """
    scope = _scope(request, root_path, state, report)
    scope["extensions"]["websocket.http.response"] = {}
    scheme = {"http": "ws", "https": "wss"}.get(request.url.scheme, request.url.scheme)
    more = {"type": "websocket", "scheme": scheme, "subprotocols": list(subprotocols)}
    return {**scope, **more}


def _scope(
    request: httpx2.Request, root_path: str, state: Mapping[str, Any], report: Report
) -> dict[str, Any]:
    """What the scopes of requests and of handshakes have in common."""
    url = request.url
    return {
        "asgi": ASGI.copy(),
        "http_version": "1.1",
        "scheme": url.scheme,
        "path": root_path + url.path,
        "raw_path": quote(root_path, safe=UNQUOTED).encode() + url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": root_path,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": CLIENT,
        "server": (url.host, url.port or PORTS.get(url.scheme)),
        "state": dict(state),
        "extensions": {REPORT: report},
    }
