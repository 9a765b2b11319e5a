import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import DecodeError
from pleiad_http.nesting import check_nesting

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='[]{}"\\,:a é'),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(alphabet='[]{}"\\a'), inner, max_size=4)
    ),
    max_leaves=40,
)


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(values, st.booleans())
def test_it_knows_the_depth_of_any_document(value: object, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    depth = depth_of(value)
    check_nesting(data, depth)
    if depth:
        with pytest.raises(DecodeError) as caught:
            check_nesting(data, depth - 1)
        assert caught.value.malformed


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 4,
        b"[[[[",
        b'[{"a":[[1]]}]',
        b'["]]]]",["\\"]]]]",[["\\\\",1]]]]',
        b'{"a":{"b":{"c":{}}}}',
        b"[[],[[],[[],[[]]]]]",
        b"[[[]]][[[]]][[[[]]]]",
        b"[[[[" + b'"',
    ],
    ids=ascii,
)
def test_too_deep(data: bytes) -> None:
    with pytest.raises(DecodeError, match="3 levels"):
        check_nesting(data, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"[[[]]]" * 100,
        b'["[[[["]',
        b'["\\"[[[["]',
        b'{"[[[[":"{{{{"}',
        b"]]]]]]",
        b"",
        b'"' * 99,
        b"[[[]]],[[[]]]",
        b'["\\\\"]',
    ],
    ids=lambda data: ascii(data[:12]),
)
def test_deep_enough(data: bytes) -> None:
    check_nesting(data, 3)


def test_it_stops_where_the_decoder_does() -> None:
    """What follows a bracket that closes nothing is never decoded, so its depth does not matter."""
    check_nesting(b"[]" + b"]" + b"]" * 4 + b"[[[", 2)


@given(st.binary(), st.integers(1, 5))
def test_any_bytes(data: bytes, depth: int) -> None:
    try:
        check_nesting(data, depth)
    except DecodeError:
        assert data.count(b"[") + data.count(b"{") > depth


@pytest.mark.parametrize(
    "unit",
    [b"[", b"[]", b"[[]]", b'"["', b'"', b"\\", b'[{"a":1}],', b"][", b"[[[[[[[[]]]]]]]],"],
    ids=ascii,
)
def test_large_documents(unit: bytes) -> None:
    """Nothing here is quadratic: a hundred times the size of the last case would take minutes if it were."""
    try:
        check_nesting(unit * (1_000_000 // len(unit)), 512)
    except DecodeError:
        assert unit in (b"[", b'"["', b"][")
