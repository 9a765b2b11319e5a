"""Texts: words, what formats look like, and what fits lengths and patterns."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pleiad_openapi.examples.known import BOUNDS
from pleiad_openapi.examples.numbers import number_of
from pleiad_openapi.examples.patterns import compiled, texts_matching
from pleiad_openapi.examples.place import Place
from pleiad_openapi.operation import NOTHING

__all__ = ["text_of"]

MOST = 200
"""How long a text is at most: who asks for more gets no example."""

WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbour",
    "island", "jasmine", "kernel", "lagoon", "meadow", "north", "opal", "pebble",
    "quartz", "river", "saffron", "tulip", "umber", "valley", "willow", "zephyr",
)  # fmt: skip

FREE = frozenset({"binary", "password"})
"""Formats that say nothing of how a text looks."""

_UUIDS = ("3f8b1c9e-5d24-4a67-9b0e-6c1f2d7a8e45", "b2e6d0a1-7c93-4f58-8d16-0a9b3c5e7f24")
_EMAILS = ("ada@example.com", "grace@example.org")
_HOSTS = ("api.example.com", "www.example.org")
_URIS = ("https://example.com/amber", "https://example.org/birch")

FORMATS: Mapping[str, tuple[str, ...]] = {
    "date-time": ("2024-05-17T09:30:00Z", "2025-01-08T16:45:00Z", "2023-11-29T12:00:00Z"),
    "date": ("2024-05-17", "2025-01-08", "2023-11-29"),
    "time": ("09:30:00Z", "16:45:00Z", "12:00:00Z"),
    "duration": ("PT1H30M", "P1D", "PT45S"),
    "decimal": ("12.50", "0.75", "199.90"),
    "regex": ("^[a-z]+$", r"^\d{4}$"),
    "json-pointer": ("/amber/0", "/birch"),
    "path": ("amber/birch.txt", "cedar.txt"),
    "name-email": ("Ada <ada@example.com>", "Grace <grace@example.org>"),
    "uuid1": ("6f1d2c3e-5b4a-11ef-9c8d-0a1b2c3d4e5f",),
    "uuid3": ("1b9d6bcd-bbfd-3b2d-9b5d-ab8dfbbd4bed",),
    "uuid5": ("9c5b94b1-35ad-59bb-8b8f-6a5d1d7d7d1e",),
    **dict.fromkeys(("uuid", "uuid4"), _UUIDS),
    **dict.fromkeys(("email", "idn-email"), _EMAILS),
    **dict.fromkeys(("hostname", "idn-hostname"), _HOSTS),
    **dict.fromkeys(("iri", "iri-reference", "uri", "uri-reference"), _URIS),
    "ipv4": ("192.0.2.17", "198.51.100.4", "203.0.113.9"),
    "ipv6": ("2001:db8::17", "2001:db8::c0de"),
    "ipvanyaddress": ("192.0.2.17", "2001:db8::17"),
    **dict.fromkeys(("ipv4-network", "ipv4network"), ("192.0.2.0/24", "198.51.100.0/24")),
    **dict.fromkeys(("ipv6-network", "ipv6network"), ("2001:db8::/32", "2001:db8:17::/48")),
    **dict.fromkeys(("ipv4-interface", "ipv4interface"), ("192.0.2.17/24", "198.51.100.4/24")),
    **dict.fromkeys(("ipv6-interface", "ipv6interface"), ("2001:db8::17/32", "2001:db8::2/48")),
    "ipvanynetwork": ("192.0.2.0/24", "2001:db8::/32"),
    "ipvanyinterface": ("192.0.2.17/24", "2001:db8::17/32"),
}
"""What texts of a format look like: the formats of JSON Schema, and those that we and pydantic write.

Of a format that is not here nobody knows what a text of it looks like."""

ENCODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "base64": b64encode,
    "base64url": urlsafe_b64encode,
}
"""What makes text of bytes, by its name."""

HELD = (None, "application/octet-stream", "text/plain")
"""What a text may hold for a word to be an example of it."""


def text_of(schema: Mapping[str, Any], place: Place) -> Any:
    """A text that is what a schema asks for; `NOTHING` where none was found.

    Args:
        schema: The schema.
        place: Where it stands.
    """
    least, most = schema.get("minLength", 0), min(schema.get("maxLength", MOST), MOST)
    if least > most or schema.get("contentMediaType") not in HELD:
        return NOTHING
    texts = _texts(schema, place, least, most)
    if "pattern" in schema:
        texts = _matching(schema, texts, place, least)
    return next((each for each in texts if least <= len(each) <= most), NOTHING)


def _texts(schema: Mapping[str, Any], place: Place, least: int, most: int) -> Iterator[str]:
    """Texts that are likely to do, apart from a pattern."""
    form, encoding = schema.get("format"), _encoding(schema)
    if encoding is not None:
        encode = ENCODINGS.get(encoding)
        words = _words(place, max(least, 1)).encode()
        # As many bytes as the text is to be long: either of the two may be what is counted.
        yield from () if encode is None else (encode(words[: most // 4 * 3]).decode(),)
    elif form is None or form in FREE:
        yield _words(place, least)[:most]
    elif form == "decimal" and BOUNDS.keys() & schema.keys():
        number = number_of(schema, place, whole=False)
        yield from () if number is NOTHING else (str(number),)
    else:
        known = FORMATS.get(form, ())
        start = place.number(len(known)) if known else 0
        yield from (*known[start:], *known[:start])


def _matching(
    schema: Mapping[str, Any], texts: Iterator[str], place: Place, least: int
) -> Iterator[str]:
    """Those in which the schema's pattern is found; where no form is asked for, some made for it."""
    pattern = compiled(schema["pattern"])
    if pattern is None:
        return
    free = _encoding(schema) is None and schema.get("format") in (None, *FREE)
    likely = (*texts, *FORMATS["decimal"]) if free else texts
    yield from (each for each in likely if pattern.search(each))
    if free:
        yield from texts_matching(pattern, place.number(10), least)


def _encoding(schema: Mapping[str, Any]) -> str | None:
    """How bytes stand in the text: pydantic says it as the format."""
    form: str | None = schema.get("format")
    found: str | None = schema.get("contentEncoding", form if form in ENCODINGS else None)
    return found


def _words(place: Place, least: int) -> str:
    """A word, or several where one is too short."""
    start = place.number(len(WORDS))
    text = WORDS[start]
    for each in range(1, least):
        if len(text) >= least:
            break
        text += WORDS[(start + each) % len(WORDS)]
    return text
