from http import HTTPStatus

import pytest

from pleiad_http import status_codes


@pytest.mark.parametrize("status", sorted(HTTPStatus))
def test_every_registered_status_has_a_name(status: HTTPStatus) -> None:
    names = [name for name in status_codes.__all__ if name.startswith(f"HTTP_{int(status)}_")]
    assert names, status
    assert all(getattr(status_codes, name) == status for name in names)


@pytest.mark.parametrize("name", status_codes.__all__)
def test_a_name_says_its_number(name: str) -> None:
    family, number, *words = name.split("_")
    assert family in ("HTTP", "WS")
    assert words
    assert getattr(status_codes, name) == int(number)
