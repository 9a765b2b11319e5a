"""Cookies (RFC 6265): written strictly, read leniently but never wrongly."""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

from pleiad_http.headers import Headers

__all__ = ["Cookie", "parse_cookies"]

MOST_COOKIES = 300
"""Cookies of one request beyond this many are not read."""

_KEY = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_PLAIN = re.compile(r"[!#-+\--:<-\[\]-~]*")
_ATTRIBUTE = re.compile(r"[\x20-\x3a\x3c-\x7e]*")

SameSite = Literal["lax", "strict", "none"]


class Cookie:
    """A cookie of a response.

    Args:
        key: Its name.
        value: Its value. What a cookie cannot hold as it is, is quoted as octal escapes.
        path: The path below which the client sends it.
        max_age: Seconds for which the client keeps it; `0` deletes it.
        expires: Seconds from now until it ends, for clients that know no `Max-Age`.
        domain: The domain to which the client sends it; its own host by default.
        secure: Whether it is sent over HTTPS only.
        httponly: Whether scripts do not see it.
        samesite: Whether other sites' requests carry it.
        partitioned: Whether each embedding site has its own one (CHIPS).
        description: What it is about.

    Raises:
        ValueError: A name that is no token, a control character or `;` in an attribute, or a
            `__Secure-` or `__Host-` name without what browsers want with it.
    """

    __slots__ = (
        "description",
        "domain",
        "expires",
        "httponly",
        "key",
        "max_age",
        "partitioned",
        "path",
        "samesite",
        "secure",
        "value",
    )

    def __init__(
        self,
        key: str,
        value: str = "",
        *,
        path: str | None = "/",
        max_age: int | None = None,
        expires: int | None = None,
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: SameSite | None = "lax",
        partitioned: bool = False,
        description: str | None = None,
    ) -> None:
        self.key = key
        self.value = value
        self.path = path
        self.max_age = max_age
        self.expires = expires
        self.domain = domain
        self.secure = secure
        self.httponly = httponly
        self.samesite = samesite
        self.partitioned = partitioned
        self.description = description
        self._check()

    def __repr__(self) -> str:
        return f"Cookie({self.key!r}, {self.to_header().decode('latin-1')!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cookie) and self.to_header() == other.to_header()

    def __hash__(self) -> int:
        return hash((self.key, self.path, self.domain))

    def to_header(self) -> bytes:
        """The value of the `Set-Cookie` header."""
        attributes = {
            "Domain": self.domain,
            "Expires": None if self.expires is None else _http_date(self.expires),
            "Max-Age": None if self.max_age is None else str(self.max_age),
            "Path": self.path,
            "SameSite": self.samesite,
        }
        flags = {"HttpOnly": self.httponly, "Partitioned": self.partitioned, "Secure": self.secure}
        parts = [f"{self.key}={_quoted(self.value)}"]
        parts += [f"{name}={value}" for name, value in attributes.items() if value is not None]
        parts += [name for name, is_set in flags.items() if is_set]
        return "; ".join(parts).encode("latin-1")

    def _check(self) -> None:
        if _KEY.fullmatch(self.key) is None:
            raise ValueError(f"cookie name {self.key!r} is not a token (RFC 6265, section 4.1.1)")
        for name in ("path", "domain"):
            value = getattr(self, name)
            if value is not None and _ATTRIBUTE.fullmatch(value) is None:
                raise ValueError(f"cookie '{self.key}' has a {name} it cannot have: {value!r:.80}")
        if self.samesite not in (None, "lax", "strict", "none"):
            raise ValueError(f"cookie '{self.key}': samesite={self.samesite!r}")
        if self.key.startswith(("__Secure-", "__Host-")) and not self.secure:
            raise ValueError(f"cookie '{self.key}' must be secure=True: browsers drop it otherwise")
        if self.key.startswith("__Host-") and (self.path != "/" or self.domain is not None):
            raise ValueError(f"cookie '{self.key}' must have path='/' and no domain")
        if self.partitioned and not self.secure:
            raise ValueError(f"cookie '{self.key}' is partitioned, so it must be secure=True")


def _http_date(seconds: int) -> str:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    day, month = days[moment.weekday()], months[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year} {moment:%H:%M:%S} GMT"


def _quoted(value: str) -> str:
    """The value as it is, or in quotes with every byte that a cookie cannot hold as an octal escape."""
    if _PLAIN.fullmatch(value):
        return value
    octets = value.encode()
    return '"' + "".join(_octet(each) for each in octets) + '"'


def _octet(byte: int) -> str:
    if byte in b'"\\':
        return f"\\{chr(byte)}"
    plain = 0x20 <= byte < 0x7F and byte not in b";,"
    return chr(byte) if plain else f"\\{byte:03o}"


def parse_cookies(headers: Headers) -> dict[str, str]:
    """The cookies of a request.

    A pair without a name, or whose name is no token, is dropped; of two with one name the first
    counts, which is the one with the longer path (RFC 6265, section 5.4). At most 300 are read.
    """
    found: dict[str, str] = {}
    read = 0
    for line in headers.getall("cookie"):
        for pair in line.split(";", MOST_COOKIES - read)[: MOST_COOKIES - read]:
            read += 1
            name, equals, value = pair.partition("=")
            name = name.strip(" \t")
            if equals and name not in found and _KEY.fullmatch(name):
                found[name] = _unquoted(value.strip(" \t"))
    return found


_ESCAPED = re.compile(rb"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL)


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return _text(value.encode("latin-1"))
    inner = value[1:-1].encode("latin-1")
    if b"\\" in inner:
        inner = _ESCAPED.sub(lambda m: bytes([int(m[1], 8)]) if m[1] else m[2], inner)
    return _text(inner)


def _text(octets: bytes) -> str:
    """UTF-8 where it is, else Latin-1: a cookie says nothing of its encoding."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")
