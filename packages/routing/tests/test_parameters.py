import enum
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_routing import STANDARD, ParameterType, PathTypes

ID = UUID("6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f")
MANY = "9" * 4300

READ: list[Any] = [
    ("int", "5", 5), ("int", "-5", -5), ("int", "007", 7), ("int", "-0", 0), ("int", MANY, int(MANY)),
    ("int", f"-{MANY}", -int(MANY)),
    ("float", "1.5", 1.5), ("float", "-2", -2.0), ("float", "00.10", 0.1),
    ("decimal", "1.50", Decimal("1.50")), ("decimal", "-2", Decimal(-2)),
    ("uuid", str(ID), ID), ("uuid", str(ID).upper(), ID),
    ("date", "2026-11-24", date(2026, 11, 24)), ("date", "2024-02-29", date(2024, 2, 29)),
    ("time", "10:31", time(10, 31)), ("time", "10:31:07.25", time(10, 31, 7, 250_000)),
    ("time", "10:31Z", time(10, 31, tzinfo=UTC)),
    ("time", "10:31+02:00", time(10, 31, tzinfo=timezone(timedelta(hours=2)))),
    ("datetime", "2026-11-24T10:31:00", datetime(2026, 11, 24, 10, 31)),
    ("datetime", "2026-11-24 10:31", datetime(2026, 11, 24, 10, 31)),
    ("datetime", "2026-11-24T10:31Z", datetime(2026, 11, 24, 10, 31, tzinfo=UTC)),
    ("timedelta", "90", timedelta(seconds=90)), ("timedelta", "-1.5", timedelta(seconds=-1.5)),
    ("timedelta", "0.000001", timedelta(microseconds=1)), ("timedelta", "PT1M", timedelta(minutes=1)),
    ("timedelta", "P1DT2H", timedelta(days=1, hours=2)), ("timedelta", "P2W", timedelta(weeks=2)),
    ("timedelta", "PT0.5S", timedelta(seconds=0.5)), ("timedelta", "-P1D", timedelta(days=-1)),
    ("timedelta", "P999999999D", timedelta(days=999_999_999)),
    ("str", "a b", "a b"), ("str", "..", ".."), ("str", "\0", "\0"), ("path", "/a//b", "/a//b"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_a_text_is_read(kind: str, text: str, value: Any) -> None:
    found = STANDARD[kind].parse(text)
    assert (found, type(found)) == (value, type(value))


REFUSED: dict[str, list[str]] = {
    "int": [
        "", "-", "--1", "+5", "1_0", " 1", "1 ", "1\n", "１", "٣", "²", "1.0", "0x1", "1e3", f"{MANY}9", f"-{MANY}9",
    ],
    "float": ["", "nan", "inf", "-inf", "1e5", "1_0", ".5", "5.", "١.٥", "1.5\n", "+1", f"1{'0' * 400}"],
    "decimal": ["", "NaN", "sNaN", "Infinity", "1E5", "1_0", ".5", "5.", " 1", f"1{'0' * 401}"],
    "uuid": ["", ID.hex, f"{{{ID}}}", f"urn:uuid:{ID}", f"{ID}\n", str(ID)[:-1], str(ID).replace("6", "g")],
    "date": ["", "2026-13-01", "2026-02-29", "20261124", "2026-W48-2", "2026-1-1", "0000-01-01", "2026-11-24\n"],
    "time": ["", "25:00", "10", "1031", "10:31:60", "10:31:07,5", "10:31+99:99", "T10:31", "10:31 "],
    "datetime": ["", "2026-11-24", "2026-11-24t10:31", "2026-11-24T25:00", "2026-11-24T10:31X", "20261124T1031"],
    "timedelta": [
        "", "P", "PT", "P1DT", "-", "-P", "P1Y", "P1M", "1:00", "+1", "1e3", "PT1.5H", "pt1m", "1.0000001", "9" * 15,
        "99999999999999", "P999999999DT99H", "P-1D",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in REFUSED.items() for text in texts]
)
def test_a_text_of_another_form_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        STANDARD[kind].parse(text)


def test_digits_are_counted_whatever_python_allows() -> None:
    allowed = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        with pytest.raises(ValueError):
            STANDARD["int"].parse(f"{MANY}9")
    finally:
        sys.set_int_max_str_digits(allowed)


LIKELY = st.from_regex(r"[-+PT0-9:.WDHMSZ \u0660-\u0669]{0,30}")


@pytest.mark.parametrize("kind", STANDARD)
@given(text=st.text() | LIKELY | st.integers(0, 5000).map("9".__mul__))
def test_no_text_makes_a_parser_fail_otherwise(kind: str, text: str) -> None:
    try:
        STANDARD[kind].parse(text)
    except ValueError:
        pass


ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
VALUES: dict[str, Any] = {
    "int": st.integers(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**300), max_value=10**300),
    "uuid": st.uuids(),
    "date": st.dates(),
    "time": st.times(timezones=st.none() | ZONES),
    "datetime": st.datetimes(timezones=st.none() | ZONES),
    "timedelta": st.timedeltas(),
    "str": st.text(min_size=1),
}  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_what_is_written_is_read_again(kind: str, data: Any) -> None:
    value = data.draw(VALUES[kind])
    assert STANDARD[kind].parse(STANDARD[kind].write(value)) == value


@pytest.mark.parametrize(
    "value", [timedelta.min, timedelta.max, timedelta(days=99_999_999, microseconds=1)], ids=str
)
def test_a_duration_is_exact(value: timedelta) -> None:
    assert STANDARD["timedelta"].parse(STANDARD["timedelta"].write(value)) == value


class Size(enum.IntEnum):
    SMALL = 1


class Colour(str, enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        pytest.param("int", "-5", "-5", id="text for an int"),
        pytest.param("int", Size.SMALL, "1", id="member of an enum of ints"),
        pytest.param("str", Colour.RED, "red", id="member of an enum of strings"),
        pytest.param("uuid", Colour.RED, None, id="a member that does not parse"),
        pytest.param("float", 3, "3", id="int for a float"),
        pytest.param("float", 1e-7, "0.0000001", id="float without an exponent"),
        pytest.param("float", float("nan"), None, id="not a number"),
        pytest.param("decimal", 3, "3", id="int for a decimal"),
        pytest.param("decimal", Decimal("1E+2"), "100", id="decimal without an exponent"),
        pytest.param("decimal", Decimal("1E+999999999999999"), None, id="decimal of a terabyte"),
        pytest.param("decimal", Decimal("sNaN"), None, id="signalling NaN"),
        pytest.param("decimal", 1.5, None, id="float for a decimal"),
        pytest.param("int", True, None, id="bool for an int"),
        pytest.param("float", True, None, id="bool for a float"),
        pytest.param("int", 1.0, None, id="float for an int"),
        pytest.param("int", 10**5000, None, id="int of too many digits"),
        pytest.param("float", 10**500, None, id="int that is no float"),
        pytest.param("date", datetime(2026, 11, 24, 10, 31), None, id="datetime for a date"),
        pytest.param("date", "2026-11-24", "2026-11-24", id="text for a date"),
        pytest.param("timedelta", timedelta(minutes=1), "60", id="whole seconds"),
        pytest.param("timedelta", timedelta(milliseconds=-1500), "-1.500000", id="parts of a second"),
        pytest.param("timedelta", 90, None, id="int for a duration"),
        pytest.param("str", None, None, id="nothing for text"),
        pytest.param("str", 5, None, id="int for text"),
        pytest.param("str", b"a", None, id="bytes for text"),
        pytest.param("str", "", None, id="no text"),
        pytest.param("path", "/a/b", "a/b", id="rest with a slash"),
        pytest.param("path", "a/b", "a/b", id="rest without"),
        pytest.param("path", "//evil.com", "evil.com", id="rest that would be a host"),
        pytest.param("path", "/", None, id="no rest"),
        pytest.param("path", PurePosixPath("/a/b"), "a/b", id="path object"),
        pytest.param("str", PurePosixPath("a"), None, id="path object for text"),
    ],
)  # fmt: skip
def test_a_value_is_written(kind: str, value: Any, text: str | None) -> None:
    if text is None:
        with pytest.raises((ValueError, ArithmeticError)):
            STANDARD[kind].write(value)
    else:
        assert STANDARD[kind].write(value) == text


def tag() -> ParameterType:
    def parse(text: str) -> str:
        if not text.startswith("#"):
            raise ValueError(text)
        return text[1:]

    return ParameterType("tag", str, parse, lambda value: f"#{value}")


def test_a_type_is_added_before_the_widest() -> None:
    types = STANDARD.with_type(tag())
    assert list(types)[-3:] == ["tag", "str", "path"]
    assert types["tag"].write("x") == "#x"
    assert "tag" not in STANDARD
    assert len(types) == len(STANDARD) + 1


def test_a_type_is_replaced_where_it_stands() -> None:
    own = ParameterType("uuid", str, str)
    types = STANDARD.with_type(own)
    assert list(types) == list(STANDARD)
    assert types["uuid"] is own
    assert STANDARD["uuid"] is not own


def test_types_may_be_chosen_one_by_one() -> None:
    assert list(PathTypes({"str": STANDARD["str"]}).with_type(tag())) == ["tag", "str"]
    assert list(PathTypes({}).with_type(tag())) == ["tag"]


def test_the_table_is_told_from_narrow_to_wide() -> None:
    assert list(STANDARD) == [
        "int", "uuid", "date", "time", "datetime", "timedelta", "decimal", "float", "str", "path",
    ]  # fmt: skip
    assert repr(STANDARD["int"]) == "ParameterType('int', int)"
