"""Dates as HTTP writes them (RFC 9110, section 5.6.7)."""

import re
from datetime import UTC, datetime
from functools import lru_cache

__all__ = ["date_of", "http_date"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORMS = (
    r"[A-Z][a-z]{2}, (?P<day>\d\d) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}) (?P<time>[\d:]{8}) GMT",
    r"[A-Z][a-z]{5,8}, (?P<day>\d\d)-(?P<month>[A-Z][a-z]{2})-(?P<year>\d\d) (?P<time>[\d:]{8}) GMT",
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>[ \d]\d) (?P<time>[\d:]{8}) (?P<year>\d{4})",
)
_PATTERNS = tuple(re.compile(form, re.ASCII) for form in _FORMS)
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)", re.ASCII)
_FIRST = int(datetime(1, 1, 1, tzinfo=UTC).timestamp())
_LAST = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


def http_date(moment: float) -> str:
    """A moment as `Sun, 06 Nov 1994 08:49:37 GMT`.

    Args:
        moment: Seconds since 1970; their fraction is dropped. Where no four digits say the year, it
            is the first or the last moment that they can say.
    """
    return _written(max(_FIRST, min(int(moment), _LAST)))


@lru_cache(maxsize=256)
def _written(second: int) -> str:
    # PERF: kept: 2 us each time, and the same few files are sent again and again.
    date = datetime.fromtimestamp(second, UTC)
    day, month = _DAYS[date.weekday()], _MONTHS[date.month - 1]
    time = f"{date.hour:02}:{date.minute:02}:{date.second:02}"
    return f"{day}, {date.day:02} {month} {date.year:04} {time} GMT"


def date_of(text: str) -> int | None:
    """The seconds since 1970 that a date says, in any of the three forms; `None` where it is none."""
    found = next((m for m in (each.fullmatch(text) for each in _PATTERNS) if m), None)
    time = _TIME.fullmatch(found["time"]) if found else None
    if found is None or time is None or found["month"] not in _MONTHS:
        return None
    year = int(found["year"])
    if len(found["year"]) == 2:  # what seems to lie more than 50 years ahead lies in the past
        century = datetime.now(UTC).year // 100 * 100
        year += century if year + century <= datetime.now(UTC).year + 50 else century - 100
    hour, minute, second = (int(each) for each in time.groups())
    try:
        date = datetime(
            year,
            _MONTHS.index(found["month"]) + 1,
            int(found["day"]),
            hour,
            minute,
            59 if second == 60 else second,  # a leap second
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return int(date.timestamp())
