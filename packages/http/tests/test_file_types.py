import mimetypes
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http.file_types import MEDIA_TYPES, UNKNOWN, media_type_of_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app.js", "text/javascript"),
        ("app.MJS", "text/javascript"),
        ("a.b.css", "text/css"),
        ("a.html", "text/html"),
        ("a.tar.gz", "application/gzip"),
        ("a.js.br", UNKNOWN),
        ("a.txt.Z", UNKNOWN),
        ("a.tiff", "image/tiff"),
        ("a", UNKNOWN),
        ("", UNKNOWN),
        (".css", UNKNOWN),
        ("js", UNKNOWN),
        ("a.", UNKNOWN),
        ("a.nobody-knows", UNKNOWN),
        ("a.\u0130s", UNKNOWN),
        ("data:text/html,x", UNKNOWN),
        ("data:text/html,.x y", UNKNOWN),
        ("http://a/b.html?x.js", "text/javascript"),
    ],
)
def test_media_types(name: str, expected: str) -> None:
    assert media_type_of_name(name) == expected


def test_they_do_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mimetypes, "guess_type", lambda name: ("text/plain", None))
    assert media_type_of_name("a.js") == "text/javascript"


def test_more_can_be_added(monkeypatch: pytest.MonkeyPatch) -> None:
    assert media_type_of_name("a.pleiad") == UNKNOWN
    database = mimetypes.MimeTypes()
    database.add_type("application/x-pleiad", ".pleiad")
    monkeypatch.setattr(mimetypes, "guess_type", database.guess_type)
    assert media_type_of_name("a.pleiad") == "application/x-pleiad"


def test_common_suffixes_do_not_load_the_table_of_the_machine() -> None:
    program = (
        "import sys; from pleiad_http.file_types import MEDIA_TYPES, media_type_of_name as m;"
        " [m('a' + each) for each in MEDIA_TYPES]; sys.exit('mimetypes' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    assert list(MEDIA_TYPES) == sorted(MEDIA_TYPES)


@given(st.text())
def test_every_name_has_one(name: str) -> None:
    assert media_type_of_name(name).count("/") == 1
