"""The charsets that a form may name."""

from pleiad_http.exceptions import ClientException, UnsupportedMediaTypeException
from pleiad_http.media_types import parameters_of

__all__ = ["CHARSETS", "charset_of", "decoded"]

CHARSETS = {
    "": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "utf-16": "utf-16",
}
"""The charsets that a part may name: a client's text never chooses among all codecs."""


def charset_of(content_type: str) -> str:
    """The charset that a `Content-Type` names; UTF-8 where it names none.

    Raises:
        UnsupportedMediaTypeException: It is none of those that a form may name.
    """
    if "charset" not in content_type.lower():
        return "utf-8"
    charset = CHARSETS.get(parameters_of(content_type).get("charset", "").lower())
    if charset is None:
        raise UnsupportedMediaTypeException("A form, or a part of it, has an unknown charset")
    return charset


def decoded(content: bytes, charset: str) -> str:
    """The text.

    Raises:
        ClientException: 400: the content is not of that charset.
    """
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        raise ClientException(f"A field of the form is not {charset}") from None
