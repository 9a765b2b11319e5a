import pytest

from pleiad_http import ClientException, UnsupportedMediaTypeException
from pleiad_http.charsets import charset_of, decoded


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("", "utf-8"),
        ("text/plain", "utf-8"),
        ("text/plain; charset=UTF-8", "utf-8"),
        ('text/plain; charset="utf8"', "utf-8"),
        ("text/plain; charset=", "utf-8"),
        ("text/plain; Charset=US-ASCII", "ascii"),
        ("text/plain; charset=iso-8859-1; charset=utf-7", "latin-1"),
        ("text/plain; charset=utf-16", "utf-16"),
        ("charset/charset", "utf-8"),
    ],
)
def test_charsets(content_type: str, charset: str) -> None:
    assert charset_of(content_type) == charset


@pytest.mark.parametrize(
    "name", ["utf-7", "zip", "idna", "punycode", "rot13", "utf-8\x00", "x" * 999]
)
def test_a_client_never_chooses_among_all_codecs(name: str) -> None:
    with pytest.raises(UnsupportedMediaTypeException):
        charset_of(f"text/plain; charset={name}")


@pytest.mark.parametrize(
    ("content", "charset"), [(b"\xff", "utf-8"), (b"\xff", "ascii"), (b"x", "utf-16")]
)
def test_content_of_another_charset_is_a_400(content: bytes, charset: str) -> None:
    with pytest.raises(ClientException) as caught:
        decoded(content, charset)
    assert caught.value.status_code == 400
