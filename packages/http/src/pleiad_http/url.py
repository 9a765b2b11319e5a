"""URLs from parts: never put together as text and read again, so no part can become another."""

import re
from collections.abc import Mapping
from typing import Any

from pleiad_http.exceptions import ClientException
from pleiad_http.multidict import ImmutableMultiDict, QueryParams
from pleiad_http.query import parse_query
from pleiad_http.types import Scope

__all__ = ["URL", "Address", "host_of"]

_HOST = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9.])?)(:(?P<port>\d{1,5}))?"
)
_LONGEST_HOST = 255
_PATH = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/"
_QUERY = _PATH + b"?%"
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Address:
    """The address of a peer.

    Attributes:
        host: An IP address, or the path of a socket.
        port: Its port; `0` for a socket.
    """

    __slots__ = ("host", "port")

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    def __repr__(self) -> str:
        return f"Address({self.host!r}, {self.port})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and (self.host, self.port) == (other.host, other.port)

    def __hash__(self) -> int:
        return hash((self.host, self.port))


def host_of(scope: Scope) -> str | None:
    """The host that the client asks for, with its port; `None` where it names none.

    Raises:
        ClientException: 400: several `Host` headers, or one that is no host (RFC 9110, 7.2).
    """
    hosts: list[bytes] = [value for name, value in scope["headers"] if name == b"host"]
    if not hosts:
        return None
    text = hosts[0].decode("latin-1")
    if len(hosts) > 1 or not _is_host(text):
        raise ClientException("Invalid Host header")
    return text


def _is_host(text: str) -> bool:
    """Whether it is a name or an address, and perhaps a port."""
    found = _HOST.fullmatch(text) if len(text) <= _LONGEST_HOST else None
    if found is None or int(found["port"] or 0) > 65535:
        return False
    if found["host"][0] != "[":
        return True
    from ipaddress import IPv6Address

    try:
        IPv6Address(found["host"][1:-1])
    except ValueError:
        return False
    return True


class URL:
    """A URL, absolute or not.

    Attributes:
        scheme: Such as `https`; may be empty.
        netloc: Host and port; may be empty.
        path: The path, decoded.
        query: The query as it was sent, without `?`.
        fragment: The fragment, decoded, without `#`.
    """

    __slots__ = ("fragment", "netloc", "path", "query", "scheme")

    def __init__(
        self,
        *,
        scheme: str = "",
        netloc: str = "",
        path: str = "",
        query: str = "",
        fragment: str = "",
    ) -> None:
        self.scheme = scheme
        self.netloc = netloc
        self.path = path
        self.query = query
        self.fragment = fragment

    @classmethod
    def from_scope(cls, scope: Scope) -> "URL":
        """The URL of a request: its path is always the one that was routed.

        Raises:
            ClientException: See `host_of`.
        """
        host = host_of(scope)
        if host is None:
            name, port = scope.get("server") or ("localhost", None)
            shown = f"[{name}]" if ":" in name else name
            default = _DEFAULT_PORTS.get(scope.get("scheme", "http"))
            host = shown if port in (None, default) else f"{shown}:{port}"
        query: bytes = scope.get("query_string", b"")
        return cls(
            scheme=scope.get("scheme", "http"),
            netloc=host,
            path=scope["path"],
            query=query.decode("latin-1"),
        )

    @classmethod
    def from_components(
        cls,
        scheme: str = "",
        netloc: str = "",
        path: str = "",
        fragment: str = "",
        query: str | Mapping[str, Any] = "",
    ) -> "URL":
        """The URL of these parts; a query may be given as its values."""
        text = query if isinstance(query, str) else _query_of(query)
        return cls(scheme=scheme, netloc=netloc, path=path, query=text, fragment=fragment)

    def __str__(self) -> str:
        scheme = f"{self.scheme}:" if self.scheme else ""
        netloc = f"//{self.netloc}" if self.netloc else ""
        query = f"?{_quoted(self.query, _QUERY, 'latin-1')}" if self.query else ""
        fragment = f"#{_quoted(self.fragment, _PATH)}" if self.fragment else ""
        return f"{scheme}{netloc}{self._unmistakable_path}{query}{fragment}"

    @property
    def _unmistakable_path(self) -> str:
        """The path, quoted, so that no part of it is read as a host or scheme (RFC 3986, 4.2)."""
        path = _quoted(self.path, _PATH)
        if self.netloc:
            return path if path.startswith("/") or not path else f"/{path}"
        if path.startswith("//"):
            return f"/.{path}"
        if not self.scheme and ":" in path.partition("/")[0]:
            return f"./{path}"
        return path

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, URL | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def hostname(self) -> str | None:
        """The host without its port, in lower case."""
        found = _HOST.fullmatch(self.netloc)
        return found["host"].strip("[]").lower() if found else None

    @property
    def port(self) -> int | None:
        """The port, where one is named."""
        found = _HOST.fullmatch(self.netloc)
        return int(found["port"]) if found and found["port"] else None

    @property
    def is_secure(self) -> bool:
        """Whether the scheme is `https` or `wss`."""
        return self.scheme in ("https", "wss")

    @property
    def query_params(self) -> QueryParams:
        """The query's values.

        Raises:
            ClientException: 400: see `parse_query`.
        """
        return QueryParams(parse_query(self.query.encode("latin-1", "replace")))

    def with_replacements(self, **parts: Any) -> "URL":
        """The same URL with some parts changed.

        Args:
            **parts: `scheme`, `netloc`, `path`, `fragment`, and `query` as text or as its values.
        """
        return URL.from_components(
            **{**{name: getattr(self, name) for name in self.__slots__}, **parts}
        )


def _query_of(values: Mapping[str, Any]) -> str:
    from urllib.parse import urlencode

    lists = values.dict() if isinstance(values, ImmutableMultiDict) else values
    return urlencode(lists, doseq=True)


def _quoted(text: str, safe: bytes, encoding: str = "utf-8") -> str:
    """Percent-encoded where a character may not stand (RFC 3986, sections 3.3 and 3.4)."""
    try:
        octets = text.encode(encoding)
    except UnicodeEncodeError:
        octets = text.encode("utf-8", "surrogatepass")
    # PERF: most need nothing: 10 of the 23 thousand instructions of `/nowhere/12`.
    if not octets.translate(None, safe):
        return text
    return "".join(chr(byte) if byte in safe else f"%{byte:02X}" for byte in octets)
