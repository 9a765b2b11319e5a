"""The laws of layers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from pleiad.datastructures import Cookie, Limits, ResponseHeader
from pleiad.declaring.describe import Description, DescriptionOptions
from pleiad.declaring.layer import FOLDED, KNOWN, RULES, Layer, append, nearest, overlay
from pleiad.declaring.options import DeclaredLayerOptions
from pleiad.exceptions import ImproperlyConfiguredException
from pleiad_websockets import SocketPolicy

VALUES: dict[Any, Any] = {
    nearest: st.sampled_from([UNSET, None, True, False]),
    append: st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
    overlay: st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=2),
}
ABOUT = st.builds(
    Description,
    deprecated=st.sampled_from([None, True, False]),
    summary=st.sampled_from([None, "a", "b"]),
    responses=st.dictionaries(st.integers(200, 202), st.integers(0, 2), max_size=2),
    raises=st.lists(st.sampled_from([KeyError, ValueError]), max_size=2).map(tuple),
)
OWN_RULES = {
    "about": ABOUT,
    "limits": st.builds(
        Limits, body=st.sampled_from([None, 1, 10_000_000]), parts=st.sampled_from([1, 1000])
    ),
    "websocket_policy": st.builds(
        SocketPolicy, burst=st.sampled_from([1, 20]), message_size=st.sampled_from([None, 5])
    ),
}
LAYERS = st.builds(
    Layer,
    **{key: OWN_RULES[key] if key in OWN_RULES else VALUES[rule] for key, rule in RULES.items()},
)


def test_every_field_has_a_rule_and_every_option_a_field() -> None:
    assert set(Layer.__struct_fields__) == set(RULES)
    assert set(DeclaredLayerOptions.__annotations__) == set(RULES) - {"about"}
    assert set(DescriptionOptions.__annotations__) == set(Description.__struct_fields__)
    assert not KNOWN & FOLDED


@given(LAYERS)
def test_an_empty_layer_changes_nothing(layer: Layer) -> None:
    assert Layer().within(layer) == layer == layer.within(Layer())


@given(LAYERS, LAYERS, LAYERS)
def test_it_does_not_matter_which_two_are_merged_first(a: Layer, b: Layer, c: Layer) -> None:
    assert a.within(b).within(c) == a.within(b.within(c))


@pytest.mark.parametrize(
    ("options", "field", "expected"),
    [
        pytest.param({"request_max_body_size": 5}, "limits", Limits(body=5), id="old body limit"),
        pytest.param(
            {"multipart_form_part_limit": 5}, "limits", Limits(parts=5), id="old part limit"
        ),
        pytest.param(
            {"limits": Limits(parts=7), "request_max_body_size": None},
            "limits",
            Limits(parts=7, body=None),
            id="old and new",
        ),
        pytest.param(
            {"signature_types": [Layer]}, "signature_namespace", {"Layer": Layer}, id="types"
        ),
        pytest.param(
            {"response_headers": {"X-A": "b"}},
            "response_headers",
            {"x-a": ResponseHeader("X-A", "b")},
            id="headers",
        ),
        pytest.param(
            {"response_headers": [ResponseHeader("X-A", 1)]},
            "response_headers",
            {"x-a": ResponseHeader("X-A", "1")},
            id="header objects",
        ),
        pytest.param(
            {"response_cookies": {"a": "b"}},
            "response_cookies",
            {"a": Cookie("a", "b")},
            id="cookies",
        ),
        pytest.param({"before_request": None}, "before_request", None, id="none is a value"),
        pytest.param({"guards": None}, "guards", (), id="no guards"),
    ],
)
def test_options_are_completed(options: dict[str, Any], field: str, expected: Any) -> None:
    assert getattr(Layer.of("x", options), field) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gaurds": []}, "Router('/x') has no option 'gaurds'. Did you mean 'guards'?"),
        ({"colour": 1}, "Router('/x') has no option 'colour'."),
        (
            {"validate_responses": "sometimes"},
            "Router('/x'): validate_responses='sometimes': say 'types', 'always' or 'off'",
        ),
    ],
)
def test_a_wrong_option_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ImproperlyConfiguredException) as refused:
        Layer.of("Router('/x')", options)
    assert str(refused.value) == message


def test_a_limit_left_at_its_default_is_the_outer_layers() -> None:
    inner, outer = Layer(limits=Limits(body=None)), Layer(limits=Limits(body=5, parts=7))
    assert inner.within(outer).limits == Limits(body=None, parts=7)
