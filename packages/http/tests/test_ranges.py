from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http.ranges import MOST_RANGES, ByteRange, ranges_of

SIZE = 100


def pairs(header: str, size: int = SIZE) -> Any:
    found = ranges_of(header, size)
    return None if found is None else [(each.start, each.end) for each in found]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", [(0, 1)]),
        ("bytes=0-9", [(0, 10)]),
        ("bytes=0-", [(0, 100)]),
        ("bytes=99-", [(99, 100)]),
        ("bytes=99-200", [(99, 100)]),
        ("bytes=0-18446744073709551615", [(0, 100)]),
        ("bytes=-1", [(99, 100)]),
        ("bytes=-200", [(0, 100)]),
        ("BYTES=1-2", [(1, 3)]),
        ("bytes = 1-2", [(1, 3)]),
        ("bytes= 1-2 ,\t5-6", [(1, 3), (5, 7)]),
        ("bytes=50-59,10-19", [(50, 60), (10, 20)]),
        ("bytes=0-9,200-", [(0, 10)]),
        ("bytes=-0,5-5", [(5, 6)]),
    ],
)
def test_ranges(header: str, expected: Any) -> None:
    assert pairs(header) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9,5-14", [(0, 15)]),
        ("bytes=0-9,10-19", [(0, 20)]),
        ("bytes=0-9,11-19", [(0, 10), (11, 20)]),
        ("bytes=0-,0-,0-", [(0, 100)]),
        ("bytes=0-0,5-5,0-9", [(0, 10)]),
        ("bytes=0-1,8-9,2-7", [(0, 10)]),
        ("bytes=-5,0-0,90-", [(0, 1), (90, 100)]),
    ],
)
def test_ranges_that_overlap_or_touch_are_one(header: str, expected: Any) -> None:
    assert pairs(header) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=100-,200-"])
def test_none_of_them_can_be_had(header: str) -> None:
    assert pairs(header) == []


@pytest.mark.parametrize(
    "header",
    [
        "", "bytes", "bytes=", "=0-1", "items=0-1", "bytes=a-b", "bytes=5", "bytes=-", "bytes=5-4", "bytes=0-1,5-4",
        "bytes=0-1,x", "bytes=0-1;2-3", "bytes=--1", "bytes=0--1", "bytes=+1-2", "bytes=1_0-20", "bytes=0x1-2",
        "bytes=1.0-2", "bytes=1 -2", "bytes=٠-٩", "bytes=0-1\n", "bytes=0-1,,2-3", "bytes=" + "9" * 5000 + "-", "0-1",
    ],
)  # fmt: skip
def test_ignored(header: str) -> None:
    assert pairs(header) is None


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_there_is_no_part_of_nothing(header: str) -> None:
    assert pairs(header, 0) is None


def test_how_many() -> None:
    most = [f"{2 * n}-{2 * n}" for n in range(MOST_RANGES)]
    assert len(pairs("bytes=" + ",".join(most))) == MOST_RANGES == 16
    assert pairs("bytes=" + ",".join([*most, "99-99"])) is None
    assert pairs("bytes=" + "0-," * 100_000) is None


@given(st.text() | st.text("bytes=0123456789-, ").map("bytes={}".format), st.integers(0, 10**12))
def test_no_header_raises(header: str, size: int) -> None:
    found = ranges_of(header, size)
    assert sum(each.size for each in found or ()) <= size


@given(
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 20)), min_size=1, max_size=16),
    st.integers(1, SIZE),
)
def test_every_byte_that_was_asked_for_is_there_once(wanted: Any, size: int) -> None:
    header = "bytes=" + ",".join(f"{start}-{start + more}" for start, more in wanted)
    found = ranges_of(header, size)
    assert found is not None
    given_ = sorted(n for each in found for n in range(each.start, each.end))
    asked = {n for start, more in wanted for n in range(start, start + more + 1) if n < size}
    assert given_ == sorted(asked)


def test_its_header() -> None:
    assert ByteRange(5, 10).to_header(100) == "bytes 5-9/100"
