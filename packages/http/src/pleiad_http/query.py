"""Queries and urlencoded forms (WHATWG URL, section 5.1)."""

from pleiad_http.exceptions import ClientException, RequestEntityTooLarge

__all__ = ["parse_query", "parse_urlencoded"]

MOST_FIELDS = 1000
"""A query with more fields than this is refused with a 400."""


def parse_query(
    raw: bytes,
    most_fields: int = MOST_FIELDS,
    too_many: type[ClientException] = ClientException,
) -> dict[str, list[str]]:
    """The fields of a query string, or of an urlencoded form, with their values in order.

    Fields are separated by `&` alone; one without a value has an empty one.

    PERF: a plain loop takes a third of what `parse_qsl` does (0.75 against 2.5 us for three fields,
    where an empty function takes 0.02).

    Args:
        raw: The text, percent-encoded.
        most_fields: How many fields there may be.
        too_many: Raised for more.

    Raises:
        ClientException: 400: text that is not UTF-8; and `too_many`.
    """
    if len(raw) >= most_fields and raw.count(b"&") >= most_fields:
        raise too_many(f"More than {most_fields} fields")
    found: dict[str, list[str]] = {}
    try:
        text = raw.decode()
        if "%" in text or "+" in text:
            return _parse_escaped(text)
    except UnicodeDecodeError:
        raise ClientException("Text that is not UTF-8 in a query or form") from None
    for field in text.split("&"):
        if field:
            key, _, value = field.partition("=")
            if key in found:
                found[key].append(value)
            else:
                found[key] = [value]
    return found


def _parse_escaped(text: str) -> dict[str, list[str]]:
    """The same, where something is to be decoded."""
    found: dict[str, list[str]] = {}
    for field in text.split("&"):
        if field:
            key, _, value = field.partition("=")
            found.setdefault(_decoded(key), []).append(_decoded(value))
    return found


def parse_urlencoded(raw: bytes, most_fields: int) -> dict[str, list[str]]:
    """The fields of an urlencoded form; see `parse_query`.

    Raises:
        RequestEntityTooLarge: More fields than that.
        ClientException: 400: text that is not UTF-8.
    """
    return parse_query(raw, most_fields, RequestEntityTooLarge)


_HEX = {
    f"{high}{low}": int(high + low, 16)
    for high in "0123456789abcdefABCDEF"
    for low in "0123456789abcdefABCDEF"
}


def _decoded(text: str) -> str:
    """Percent-decoded; what is no escape stays as it is."""
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    first, *rest = text.split("%")
    parts = [first.encode()]
    for each in rest:
        byte = _HEX.get(each[:2])
        parts.append(b"%" + each.encode() if byte is None else bytes((byte,)) + each[2:].encode())
    return b"".join(parts).decode()
