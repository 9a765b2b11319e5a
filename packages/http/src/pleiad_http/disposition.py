"""The `Content-Disposition` of a form's part (RFC 7578, section 4.2; WHATWG HTML, 4.10.21.8)."""

import re

from pleiad_http.exceptions import ClientException

__all__ = ["form_data_of"]

_AS_BROWSERS_WRITE = re.compile(r'form-data; name="([^"]*)"(?:; filename="([^"]*)")?')
_PARAMETER = re.compile(
    r""";[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*"""  # its name
    r"""(?:"((?:[^"\\]|\\.)*)"[ \t]*|([^";]*))""",  # its value, in quotes or bare
    re.DOTALL,
)
_BACKSLASHED = re.compile(r'\\(["\\])')
_PERCENTED = {"%22": '"', "%0D": "\r", "%0A": "\n"}


def form_data_of(value: str) -> tuple[str, str | None]:
    r"""The field's name, and the filename; `None` where there is none.

    Browsers write a quote as `%22`, which leaves backslashes as they are; others write `\"`.

    Raises:
        ClientException: 400: it is not `form-data`, has no name, or says a parameter twice.
    """
    plain = _AS_BROWSERS_WRITE.fullmatch(value)
    if plain is not None:
        name, filename = plain.groups()
        return _unescaped(name), None if filename is None else _unescaped(filename)
    parameters = _parameters(value)
    if "name" not in parameters:
        raise ClientException("Malformed multipart form: a part has no name")
    return parameters["name"], parameters.get("filename")


def _parameters(value: str) -> dict[str, str]:
    value = value.rstrip("; \t")
    kind = value.partition(";")[0]
    if kind.strip().lower() != "form-data":
        raise ClientException("Malformed multipart form: a part is not form-data")
    found: dict[str, str] = {}
    at = len(kind)
    while at < len(value):
        match = _PARAMETER.match(value, at)
        if match is None or match[1].lower() in found:
            raise ClientException("Malformed multipart form: a part has no clear disposition")
        bare: str | None = match[3]
        found[match[1].lower()] = _unescaped(match[2]) if bare is None else bare.strip()
        at = match.end()
    return found


def _unescaped(text: str) -> str:
    if '\\"' in text:
        return _BACKSLASHED.sub(r"\1", text)
    if "%" in text:
        for escaped, char in _PERCENTED.items():
            text = text.replace(escaped, char)
    return text
