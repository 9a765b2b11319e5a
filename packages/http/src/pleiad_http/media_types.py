"""Media types, and which of them a client accepts (RFC 9110, sections 8.3 and 12.5.1)."""

from collections.abc import Sequence

__all__ = ["Accept", "content_type_of", "is_json", "media_type_of", "parameters_of"]

MOST_RANGES = 64
"""An `Accept` header with more ranges than this is read up to here."""


def media_type_of(content_type: str) -> str:
    """`type/subtype` in lower case, without parameters; empty where there is none."""
    return content_type.partition(";")[0].strip().lower()


def parameters_of(content_type: str) -> dict[str, str]:
    """The parameters of a `Content-Type`, names in lower case; the first of a name counts.

    One pass over the text, whatever is in it.
    """
    found: dict[str, str] = {}
    for part in _split(content_type)[1:]:
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), _unquoted(value.strip()))
    return found


def content_type_of(media_type: str, encoding: str = "utf-8") -> str:
    """What to send as `Content-Type`: text says how it is encoded, or browsers guess.

    Args:
        media_type: With or without parameters.
        encoding: How the text is encoded.
    """
    is_text = media_type_of(media_type).startswith("text/")
    if not is_text or "charset" in parameters_of(media_type):
        return media_type
    return f"{media_type}; charset={encoding}"


def is_json(media_type: str) -> bool:
    """Whether content of the type is JSON: `application/json`, or anything `+json` (RFC 6839)."""
    return media_type == "application/json" or media_type.endswith("+json")


def _split(text: str) -> list[str]:
    """Cut at every `;` that does not stand within quotes."""
    if '"' not in text:
        return text.split(";")
    parts: list[str] = []
    start, quoted, escaped = 0, False, False
    for index, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    inner = value[1:-1]
    if "\\" not in inner:
        return inner
    chars: list[str] = []
    escaped = False
    for char in inner:
        if char == "\\" and not escaped:
            escaped = True
        else:
            chars.append(char)
            escaped = False
    return "".join(chars)


class Accept:
    """An `Accept` header.

    Args:
        text: Its value; an empty one accepts anything.
    """

    __slots__ = ("_ranges",)

    def __init__(self, text: str = "") -> None:
        ranges = text.split(",", MOST_RANGES)[:MOST_RANGES] if text.strip() else ["*/*"]
        self._ranges: dict[str, tuple[float, int]] = {}
        for position, each in enumerate(ranges):
            kind, quality = _range(each)
            self._ranges.setdefault(kind, (quality, -position))

    def __repr__(self) -> str:
        return f"Accept({', '.join(f'{kind};q={q:g}' for kind, (q, _) in self._ranges.items())!r})"

    def quality(self, media_type: str) -> float:
        """How much the client likes a type, from 0 to 1: by its most specific range."""
        return self._preference(media_type)[0]

    def accepts(self, media_type: str) -> bool:
        """Whether the client takes a type at all."""
        return self.quality(media_type) > 0

    def best_match(self, provided: Sequence[str], default: str | None = None) -> str | None:
        """The provided type that the client likes best.

        Of equals, the one that it names more exactly, then the one that it names first.

        Args:
            provided: What there is to choose from.
            default: Given where nothing fits.
        """
        best = max(provided, key=self._preference, default=None)
        return best if best is not None and self.accepts(best) else default

    def _preference(self, media_type: str) -> tuple[float, int, int]:
        """Quality, exactness and position of the most specific range that holds a type."""
        wanted = media_type_of(media_type)
        candidates = (wanted, f"{wanted.partition('/')[0]}/*", "*/*")
        for exactness, candidate in enumerate(candidates):
            if candidate in self._ranges:
                quality, position = self._ranges[candidate]
                return quality, -exactness, position
        return 0.0, 0, 0


def _range(text: str) -> tuple[str, float]:
    parts = text.split(";")
    quality = 1.0
    for part in parts[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "q":
            quality = _quality(value.strip())
    return parts[0].strip().lower(), quality


def _quality(text: str) -> float:
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(text) <= 5):
        return 0.0
    return min(float(text), 1.0)
