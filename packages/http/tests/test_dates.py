from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http.dates import date_of, http_date

NOVEMBER = 784111777


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", NOVEMBER, id="imf"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", NOVEMBER, id="rfc 850"),
        pytest.param("Sun Nov  6 08:49:37 1994", NOVEMBER, id="asctime"),
        pytest.param("Sun Nov 16 08:49:37 1994", NOVEMBER + 864000, id="asctime, two digits"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 0, id="the first"),
        pytest.param("Wed, 31 Dec 1969 23:59:59 GMT", -1, id="before the first"),
        pytest.param("Sat, 31 Dec 2016 23:59:60 GMT", 1483228799, id="leap second"),
        pytest.param("Mon, 06 Nov 1994 08:49:37 GMT", NOVEMBER, id="the wrong day's name"),
    ],
)
def test_dates(text: str, seconds: int) -> None:
    assert date_of(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "0",
        "-1",
        "784111777",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 1994 08:49:37 GMT\n",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Xxx 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 08:49:99 GMT",
        "Sun, 06 Nov 1994 ::::::::: GMT",
        "Sun, 06 Nov 1994 08-49-37 GMT",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT",
        "2026-11-26T10:00:00Z",
    ],
)
def test_no_dates(text: str) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize("years", [-49, -1, 0, 1, 49, 50])
def test_two_digits_mean_a_year_at_most_50_ahead(years: int) -> None:
    year = datetime.now(UTC).year + years
    found = date_of(f"Sunday, 06-Nov-{year % 100:02} 00:00:00 GMT")
    assert found is not None
    assert datetime.fromtimestamp(found, UTC).year == year


@given(st.integers(-62135596800, 253402300799))
def test_what_is_written_is_read(seconds: int) -> None:
    assert date_of(http_date(seconds)) == seconds


@given(st.integers(0, 253402300799))
def test_dates_are_those_of_the_standard_library(seconds: int) -> None:
    assert http_date(seconds) == format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_every_moment_is_written(seconds: float) -> None:
    assert date_of(http_date(seconds)) is not None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert date_of(text) is None or len(text) > 20
