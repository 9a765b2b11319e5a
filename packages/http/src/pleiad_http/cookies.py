"""Cookies (RFC 6265): written strictly, read leniently but never wrongly."""

import re
from time import time
from typing import Literal, TypeAlias

import msgspec

from pleiad_http.dates import http_date
from pleiad_http.headers import Headers
from pleiad_http.kept import Kept
from pleiad_http.surrogates import has_surrogate

__all__ = ["Cookie", "parse_cookies"]

MOST_COOKIES = 300
"""Cookies of one request beyond this many are not read."""

_KEY = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_PLAIN = re.compile(r"[^!#-+\--:<-\[\]-~]")
_PREFIX = re.compile(r"__(?:Secure|Host)-", re.IGNORECASE)  # browsers look at no case
_ATTRIBUTE = re.compile(r"[\x20-\x3a\x3c-\x7e]*")

_FLAGS = ("HttpOnly", "Partitioned", "Secure")

SameSite = Literal["lax", "strict", "none"]
_Attributes: TypeAlias = tuple[
    str | None, str | None, int | None, str | None, SameSite | None, bool, bool, bool
]


class _Named(msgspec.Struct, frozen=True):
    """What stands before the star in `Cookie(key, value, *, ...)`."""

    key: str
    value: str = ""


class Cookie(_Named, frozen=True, kw_only=True):
    """A cookie of a response. It cannot be changed, so what was checked is what is sent.

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

    path: str | None = "/"
    max_age: int | None = None
    expires: int | None = None
    domain: str | None = None
    secure: bool = False
    httponly: bool = False
    samesite: SameSite | None = "lax"
    partitioned: bool = False
    description: str | None = None

    def __post_init__(self) -> None:
        """Check it."""
        prefix = _PREFIXES[self.key]
        if not self.value.isascii() and has_surrogate(self.value):
            raise ValueError(f"cookie '{self.key}' has a surrogate in its value {self.value!r:.80}")
        # PERF: a loop over the names of the attributes takes 2.7 thousand instructions more.
        if self.path is not None and not _ARE_ATTRIBUTES[self.path]:
            raise self._misfit("path", self.path)
        if self.domain is not None and not _ARE_ATTRIBUTES[self.domain]:
            raise self._misfit("domain", self.domain)
        if self.max_age is not None:
            self._check_seconds("max_age", self.max_age)
        if self.expires is not None:
            self._check_seconds("expires", self.expires)
        if self.samesite not in (None, "lax", "strict", "none"):
            raise ValueError(
                f"cookie '{self.key}': samesite={self.samesite!r:.80} is none of 'lax', 'strict',"
                " 'none' and None"
            )
        if prefix or self.partitioned:
            self._check_secure(prefix)

    def _check_secure(self, prefix: str) -> None:
        """What browsers want with some cookies, which they drop otherwise (RFC 6265bis, 4.1.3)."""
        if prefix and not self.secure:
            raise ValueError(f"cookie '{self.key}' must be secure=True: browsers drop it otherwise")
        if prefix == "__host-" and (self.path != "/" or self.domain is not None):
            raise ValueError(f"cookie '{self.key}' must have path='/' and no domain")
        if self.partitioned and not self.secure:
            raise ValueError(f"cookie '{self.key}' is partitioned, so it must be secure=True")

    def _misfit(self, name: str, text: str) -> ValueError:
        return ValueError(f"cookie '{self.key}' has a {name} it cannot have: {text!r:.80}")

    def _check_seconds(self, name: str, seconds: object) -> None:
        if not isinstance(seconds, int):
            raise ValueError(f"cookie '{self.key}': {name} is a number of seconds, an int")

    @property
    def identity(self) -> tuple[str, str | None, str | None]:
        """What a browser knows it by: a cookie with the same key, path and domain replaces it."""
        return self.key, self.path, self.domain

    def to_header(self) -> bytes:
        """The value of the `Set-Cookie` header."""
        attributes = _WRITTEN[
            self.domain,
            None if self.expires is None else _moment(self.expires),
            self.max_age,
            self.path,
            self.samesite,
            self.httponly,
            self.partitioned,
            self.secure,
        ]
        value = _quoted(self.value) if _NOT_PLAIN.search(self.value) else self.value
        return f"{self.key}={value}{attributes}".encode()


# PERF: what stands beside the value is checked and written once, for a program says the same of its
# cookies again and again: with the value, a cookie takes 8 thousand instructions, and took 16.


def _prefix(key: str) -> str:
    """The prefix of a name that browsers want something with, in lower case; else nothing."""
    if _KEY.fullmatch(key) is None:
        raise ValueError(f"cookie name {key!r:.80} is not a token (RFC 6265, 4.1.1)")
    found = _PREFIX.match(key)
    return found[0].lower() if found else ""


def _is_attribute(text: str) -> bool:
    return _ATTRIBUTE.fullmatch(text) is not None


def _attributes(said: _Attributes) -> str:
    domain, expires, max_age, path, samesite, *flags = said
    values = {
        "Domain": domain,
        "Expires": expires,
        "Max-Age": None if max_age is None else str(int(max_age)),
        "Path": path,
        "SameSite": samesite,
    }
    parts = [f"; {name}={value}" for name, value in values.items() if value is not None]
    parts += [f"; {name}" for name, is_set in zip(_FLAGS, flags, strict=True) if is_set]
    return "".join(parts)


_PREFIXES = Kept(_prefix)
_ARE_ATTRIBUTES = Kept(_is_attribute)
_WRITTEN = Kept(_attributes)


def _moment(seconds: int) -> str:
    """The moment some seconds from now; one out of range is far enough."""
    return http_date(int(time()) + seconds)


def _quoted(value: str) -> str:
    """The value in quotes, with every byte that a cookie cannot hold as an octal escape."""
    octets = value.encode()
    return '"' + "".join(_octet(each) for each in octets) + '"'


def _octet(byte: int) -> str:
    if byte in b'"\\':
        return f"\\{chr(byte)}"
    plain = 0x20 <= byte < 0x7F and byte not in b";,"
    return chr(byte) if plain else f"\\{byte:03o}"


def parse_cookies(headers: Headers) -> dict[str, str]:
    """The cookies of a request.

    A pair without a name is dropped: it could pose as another (`=__Host-x=1`). Of two with one name
    the first counts, which is the one with the longer path (RFC 6265, section 5.4). At most 300
    pairs are read.
    """
    found: dict[str, str] = {}
    read = 0
    for line in headers.getall("cookie"):
        for pair in line.split(";", MOST_COOKIES - read)[: MOST_COOKIES - read]:
            read += 1
            name, equals, value = pair.partition("=")
            name = name.strip(" \t")
            if equals and name and name not in found:
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
