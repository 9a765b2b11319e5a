import pytest

from pleiad_http.kept import Kept


def test_a_value_is_made_once() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    kept = Kept(make)
    assert [kept["a"], kept["b"], kept["a"]] == ["A", "B", "A"]
    assert made == ["a", "b"]


def test_what_fails_fails_again() -> None:
    kept = Kept(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            kept["x"]
    assert not kept


def test_their_number_is_bounded() -> None:
    kept = Kept(str, most=3)
    for number in range(100):
        assert kept[number] == str(number)
        assert len(kept) <= 3
