import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import ClientException
from pleiad_http.disposition import form_data_of


@pytest.mark.parametrize(
    ("value", "name", "filename"),
    [
        ('form-data; name="a"', "a", None),
        ('form-data; name="a"; filename="b"', "a", "b"),
        ('form-data; name="a"; filename=""', "a", ""),
        ('form-data; name=""', "", None),
        ("form-data; name=a; filename=b.txt", "a", "b.txt"),
        ("form-data;name=a;filename=b c.txt ;", "a", "b c.txt"),
        ('FORM-DATA ; FileName = "b" ; NAME = a', "a", "b"),
        ('form-data; filename="b"; name="a"', "a", "b"),
        ('form-data; name="a;b=c"', "a;b=c", None),
        ('form-data; name="a"; name2="b"', "a", None),
        ("form-data; name=\"a\"; filename*=utf-8''evil", "a", None),
        ('form-data; name="a"; filename="b"; filename*=utf-8\'\'evil', "a", "b"),
        ('form-data; name="a%22b"; filename="%0D%0A%20"', 'a"b', "\r\n%20"),
        ('form-data; name="a\\"b"; filename="\\\\\\"\\x"', 'a"b', '\\"\\x'),
        ('form-data; name="a\\"; filename=\\"b"', 'a"; filename="b', None),
        ('form-data; name="a\\"; filename="b"', "a\\", "b"),
        ('form-data; name="a"; filename="C:\\dir\\b"', "a", "C:\\dir\\b"),
        ('form-data; name="a\\"', "a\\", None),
        ('form-data; name="ü"; filename="日本"', "ü", "日本"),
    ],
)
def test_what_clients_write(value: str, name: str, filename: str | None) -> None:
    assert form_data_of(value) == (name, filename)


@pytest.mark.parametrize(
    "value",
    [
        "", "attachment", "attachment; name=a", "form-data", 'form-data; filename="a"',
        "form-data, name=a", "form-datax; name=a", "form-data; name", 'form-data; name="a',
        'form-data; name=a"b"', 'form-data; name="a"b', "form-data; name=a; name=b",
        'form-data; name="a"; NAME="b"', 'form-data; name="a"; filename="b"; filename="c"',
        'form-data; name="a" filename="b"', "form-data; =a; name=a", "form-data;; name=a",
        "form-data; ü=1; name=a",
    ],
)  # fmt: skip
def test_what_is_unclear_is_refused(value: str) -> None:
    with pytest.raises(ClientException) as caught:
        form_data_of(value)
    assert caught.value.status_code == 400


def as_browsers_write(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


TEXTS = st.text(st.sampled_from('ab\\";=%\r\n ü') | st.characters(codec="utf-8"), max_size=20)
PLAIN = TEXTS.filter(lambda text: not any(each in text for each in ("%22", "%0D", "%0A")))


@given(PLAIN, PLAIN)
def test_what_browsers_write_comes_back(name: str, filename: str) -> None:
    value = f'form-data; name="{as_browsers_write(name)}"; filename="{as_browsers_write(filename)}"'
    assert form_data_of(value) == (name, filename)


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@given(TEXTS.map(lambda text: text + '"'))
def test_what_programs_escape_comes_back(name: str) -> None:
    assert form_data_of(f'form-data; name="{escaped(name)}"; x=y') == (name, None)


@given(st.text(st.sampled_from('form-data; name="\\=a*%')))
def test_any_text(value: str) -> None:
    try:
        name, _ = form_data_of(value)
    except ClientException as error:
        assert error.status_code == 400
    else:
        assert isinstance(name, str)
