"""Header fields (RFC 9110, section 5): read from a scope as they are, checked when they are made."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from pleiad_http.kept import Kept
from pleiad_http.types import RawHeaders, Scope

__all__ = ["Headers", "MutableHeaders", "ResponseHeader", "content_type_in", "header_pair"]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def header_pair(name: str, value: str) -> tuple[bytes, bytes]:
    """A header as ASGI sends it: the name in lower case, both as Latin-1.

    Raises:
        ValueError: The name is no token, or the value has a control character, such as a line end
            that would begin another header, or a character outside of Latin-1.
    """
    return header_pairs(((name, value),))[0]


def header_pairs(headers: Iterable[tuple[str, str]]) -> RawHeaders:
    """Headers as ASGI sends them; see `header_pair`."""
    pairs: RawHeaders = []
    for name, value in headers:
        lowered = _LOWERED[name]
        if not value.isprintable() and _CONTROL.search(value):
            raise ValueError(f"header '{name}' has a control character in its value {value!r:.80}")
        try:
            # PERF: of bytes only ASCII's white space is stripped, half as dear as to say which.
            pairs.append((lowered, value.encode("latin-1").strip()))
        except UnicodeEncodeError:
            raise ValueError(
                f"header '{name}' has a value that is not Latin-1: {value!r:.80}"
            ) from None
    return pairs


def _lowered(name: str) -> bytes:
    if _TOKEN.fullmatch(name) is None:
        raise ValueError(f"header name {name!r} is not a token (RFC 9110, section 5.6.2)")
    return name.lower().encode("ascii")


# PERF: a program sends the same few names, which take 0.5 us each time.
_LOWERED = Kept(_lowered)


class Headers(Mapping[str, str]):
    """The headers of a message; names are looked up in any case.

    Iterating gives each name once, in lower case.

    Args:
        raw: Pairs of bytes, names in lower case; or a mapping of text.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] | Mapping[str, str] = ()) -> None:
        if not raw:  # PERF: nearly every response begins so; what it is need not be asked
            self.raw: RawHeaders = []
        elif not isinstance(raw, list) and isinstance(raw, Mapping):
            self.raw = header_pairs(cast("Mapping[str, str]", raw).items())
        else:
            self.raw = list(raw)

    @classmethod
    def from_scope(cls, scope: Scope) -> "Headers":
        """The headers of a request."""
        return cls(scope["headers"])

    def __getitem__(self, name: str) -> str:
        key = _key(name)
        for found, value in self.raw:
            if found == key:
                return value.decode("latin-1")
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        key = _key(name) if isinstance(name, str) else b""
        return any(found == key for found, _ in self.raw)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.decode("latin-1") for name, _ in self.raw))

    def __len__(self) -> int:
        return len({name for name, _ in self.raw})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and sorted(self.raw) == sorted(other.raw)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.raw)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.multi_items()!r})"

    def getall(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Every value of a header, in order.

        Args:
            name: The header, in any case.
            default: Given where there is none.
        """
        key = _key(name)
        found = [value.decode("latin-1") for name, value in self.raw if name == key]
        return found or list(default)

    def dict(self) -> "dict[str, list[str]]":
        """Every name, in lower case, with the list of its values."""
        return {name: self.getall(name) for name in self}

    def multi_items(self) -> list[tuple[str, str]]:
        """Every header, with repeats, in order."""
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.raw]


class MutableHeaders(Headers):
    """Headers of a message that is being made; every value is checked by `header_pair`."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __setitem__(self, name: str, value: str) -> None:
        pair = header_pair(name, value)
        self.raw[:] = [each for each in self.raw if each[0] != pair[0]]
        self.raw.append(pair)

    def __delitem__(self, name: str) -> None:
        key = _key(name)
        self.raw[:] = [each for each in self.raw if each[0] != key]

    def add(self, name: str, value: str) -> None:
        """Add a value beside those that are there."""
        self.raw.append(header_pair(name, value))

    def setdefault(self, name: str, value: str) -> str:
        """Set a header unless it is there; its value."""
        if name not in self:
            self[name] = value
        return self[name]

    def update(self, values: Mapping[str, str]) -> None:
        """Set each of these."""
        for name, value in values.items():
            self[name] = value


class ResponseHeader:
    """A header of every response of a layer.

    Args:
        name: Its name.
        value: Its value; anything else than text is written by `str`.
        description: What it is about.

    Raises:
        ValueError: See `header_pair`.
    """

    __slots__ = ("description", "name", "value")

    def __init__(self, name: str, value: object = "", description: str | None = None) -> None:
        self.name = name
        self.value = str(value)
        self.description = description
        header_pair(self.name, self.value)

    def __repr__(self) -> str:
        return f"ResponseHeader({self.name!r}, {self.value!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResponseHeader):
            return NotImplemented
        return (self.name.lower(), self.value) == (other.name.lower(), other.value)

    def __hash__(self) -> int:
        return hash((self.name.lower(), self.value))


def content_type_in(scope: Scope) -> str:
    """The `Content-Type` of a request as it was sent; empty where it has none."""
    # PERF: a third of what `Headers` takes to look it up
    for name, value in scope["headers"]:
        if name == b"content-type":
            return str(value.decode("latin-1"))
    return ""


def _key(name: str) -> bytes:
    return name.lower().encode("latin-1", "replace")
