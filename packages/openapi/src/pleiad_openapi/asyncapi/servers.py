"""Servers in AsyncAPI's words: a host and a protocol in the place of a URL."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pleiad_openapi.spec import Server, plain
from pleiad_openapi.values import given

__all__ = ["servers_of"]

_PROTOCOLS: Mapping[str, str] = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def servers_of(servers: Iterable[Server | Mapping[str, Any]]) -> dict[str, Any]:
    """By name, the servers whose URL names a host: AsyncAPI knows no relative ones."""
    found: dict[str, Any] = {}
    for at, server in enumerate(servers, 1):
        each: dict[str, Any] = plain(server)
        url = urlsplit(str(each["url"]))
        if url.scheme not in _PROTOCOLS or not url.netloc:
            continue
        more = {key: value for key, value in each.items() if key.startswith("x-")}
        found[f"server-{at}"] = given(
            host=url.netloc,
            protocol=_PROTOCOLS[url.scheme],
            pathname=url.path.rstrip("/"),
            title=each.get("name"),
            description=each.get("description"),
            variables=each.get("variables"),
            **more,
        )
    return found
