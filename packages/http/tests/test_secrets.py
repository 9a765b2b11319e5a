import pytest

from pleiad_http import SecretBytes, SecretString, encode_json, encode_msgpack


@pytest.mark.parametrize("secret", [SecretString("hunter2"), SecretBytes(b"hunter2")])
def test_it_is_shown_nowhere(secret: SecretString | SecretBytes) -> None:
    for text in (
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{[secret]}",
        str(vars(type(secret))),
    ):
        assert "hunter2" not in text
    assert b"hunter2" not in encode_json({"a": secret}) + encode_msgpack([secret])
    assert encode_json(secret) == b'"******"'
    assert secret.get_secret() in ("hunter2", b"hunter2")
    assert len(secret) == 7


def test_equality() -> None:
    assert SecretString("a") == SecretString("a")
    assert SecretString("a") != SecretString("b")
    assert SecretString("é\ud800") == SecretString("é\ud800")
    assert SecretString("a") != "a"
    assert SecretBytes(b"a") == SecretBytes(b"a")
    assert SecretBytes(b"a") != SecretBytes(b"b")
    assert SecretBytes(b"a") != SecretString("a")
    assert len({SecretString("a"), SecretString("a"), SecretBytes(b"a"), SecretBytes(b"a")}) == 2
