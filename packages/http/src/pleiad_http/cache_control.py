"""The `Cache-Control` of a response (RFC 9111, section 5.2.2), made and read."""

import re
from typing import Any

import msgspec

__all__ = ["CacheControlHeader"]

_BETWEEN = re.compile(r"[ \t,]*")
_DIRECTIVE = re.compile(
    r"""([!#$%&'*+\-.^_`|~0-9A-Za-z]+)"""  # its name
    r"""(?:=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z]+)))?""",  # its value
    re.DOTALL,
)
_AFTER = re.compile(r"[ \t]*(?:,|\Z)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LONGEST = 2**31
"""Seconds: no cache counts further (RFC 9111, section 1.2.2)."""


class CacheControlHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What caches may do with a response; each field is a directive, absent by default.

    Attributes:
        max_age: Seconds for which it is fresh.
        s_maxage: The same for shared caches.
        no_cache: It is asked for again before each use.
        no_store: It is not stored at all.
        private: No shared cache stores it.
        public: A cache may store it although it could not otherwise.
        no_transform: Nobody changes its content on the way.
        must_revalidate: Once stale, it is not used without being asked for again.
        proxy_revalidate: The same for shared caches.
        must_understand: Stored only where the rules of its status are known.
        immutable: It does not change while it is fresh (RFC 8246).
        stale_while_revalidate: Seconds for which it may be used stale while it is asked for again
            (RFC 5861).
        stale_if_error: Seconds for which it may be used stale where that fails (RFC 5861).

    Raises:
        ValueError: Seconds that are no whole number from 0 on.
    """

    max_age: int | None = None
    s_maxage: int | None = None
    no_cache: bool = False
    no_store: bool = False
    private: bool = False
    public: bool = False
    no_transform: bool = False
    must_revalidate: bool = False
    proxy_revalidate: bool = False
    must_understand: bool = False
    immutable: bool = False
    stale_while_revalidate: int | None = None
    stale_if_error: int | None = None

    def __post_init__(self) -> None:
        for name in _SECONDS.values():
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < 0):
                raise ValueError(
                    f"CacheControlHeader: {name}={value!r}: it takes seconds, an int from 0 on"
                )

    @classmethod
    def prevent_storing(cls) -> "CacheControlHeader":
        """The one that keeps a response out of every cache."""
        return cls(no_store=True)

    @classmethod
    def from_header(cls, text: str) -> "CacheControlHeader":
        """Read a header's value, or several joined by commas.

        Directives that are no field here are left out. Of one that stands there twice, the first
        counts. `private` and `no-cache` that name some fields only are taken as if they named all,
        and more than 2**31 seconds as so many.

        Args:
            text: Such as `max-age=60, public`.

        Raises:
            ValueError: It is not written as RFC 9111 says, or seconds are no number.
        """
        found: dict[str, Any] = {}
        at = _end(_BETWEEN, text, 0)
        while at < len(text):
            directive = _DIRECTIVE.match(text, at)
            if directive is None or _AFTER.match(text, directive.end()) is None:
                raise _malformed(text, at, "a directive is 'name' or 'name=value'")
            name = directive[1].lower()
            if name in _SECONDS:
                found.setdefault(_SECONDS[name], _seconds(text, directive))
            elif name in _FLAGS:
                found.setdefault(_FLAGS[name], True)
            at = _end(_BETWEEN, text, directive.end())
        return cls(**found)

    def to_header(self) -> str:
        """The header's value; empty where nothing is said."""
        flags = [name for name, field in _FLAGS.items() if getattr(self, field)]
        seconds = [(name, getattr(self, field)) for name, field in _SECONDS.items()]
        return ", ".join([*flags, *(f"{name}={s}" for name, s in seconds if s is not None)])


_SECONDS = {
    "max-age": "max_age",
    "s-maxage": "s_maxage",
    "stale-while-revalidate": "stale_while_revalidate",
    "stale-if-error": "stale_if_error",
}
_FLAGS = {
    "public": "public",
    "private": "private",
    "no-cache": "no_cache",
    "no-store": "no_store",
    "no-transform": "no_transform",
    "must-revalidate": "must_revalidate",
    "proxy-revalidate": "proxy_revalidate",
    "must-understand": "must_understand",
    "immutable": "immutable",
}


def _seconds(text: str, directive: re.Match[str]) -> int:
    quoted, bare = directive[2], directive[3]
    digits: str = (_ESCAPED.sub(r"\1", quoted) if bare is None and quoted else bare) or ""
    if not (digits.isascii() and digits.isdigit()):
        raise _malformed(text, directive.start(), f"'{directive[1]}' takes seconds, such as 60")
    # Cut first: Python refuses to read more than some thousand digits.
    significant = digits.lstrip("0")
    return _LONGEST if len(significant) > 10 else min(int(significant or "0"), _LONGEST)


def _malformed(text: str, at: int, rule: str) -> ValueError:
    return ValueError(f"Cache-Control: {text[at : at + 40]!r} at character {at}: {rule}")


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()
