"""An ASGI scope out of a request of httpx2."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx2

from pleiad_http import Scope
from pleiad_testing.report import REPORT, Report

__all__ = ["ASGI", "http_scope"]

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
    url = request.url
    return {
        "type": "http",
        "asgi": ASGI.copy(),
        "http_version": "1.1",
        "method": request.method,
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
