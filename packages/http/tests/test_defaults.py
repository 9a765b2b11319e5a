from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

import attrs
import msgspec
import pytest

from pleiad_http import decoder_for, encode_json
from pleiad_http.defaults import filler_for

T = TypeVar("T")


@dataclass
class Plain:
    a: int
    b: str = "b"
    c: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Frozen:
    a: int
    b: str = "b"


@dataclass(slots=True)
class Slotted:
    a: int
    b: str = "b"


@dataclass
class BelowSlotted(Slotted):
    c: str = "c"


@dataclass
class NotGiven:
    a: int
    b: str = field(default="b", init=False)


@dataclass
class Required:
    a: int


@dataclass
class Outer:
    plain: Plain
    many: list[Plain] = field(default_factory=list)
    maybe: Plain | None = None


@dataclass
class Page(Generic[T]):
    items: list[T]
    total: int = 0


class Struct(msgspec.Struct):
    plain: Plain
    other: int = 0


@attrs.define
class Attrs:
    plain: Plain


class Typed(TypedDict):
    plain: Plain


class Named(NamedTuple):
    plain: Plain
    x: int = 5


@dataclass
class Tree:
    children: "list[Tree]"
    name: str = "x"


FULL = b'{"a":1,"b":"b","c":[]}'


@pytest.mark.parametrize(
    ("annotation", "data", "encoded"),
    [
        pytest.param(Plain, b'{"a":1}', FULL, id="plain"),
        pytest.param(Frozen, b'{"a":1}', b'{"a":1,"b":"b"}', id="frozen"),
        pytest.param(Slotted, b'{"a":1}', b'{"a":1,"b":"b"}', id="slotted"),
        pytest.param(BelowSlotted, b'{"a":1,"b":"given"}', b'{"a":1,"b":"given","c":"c"}', id="below a slotted one"),
        pytest.param(NotGiven, b'{"a":1}', b'{"a":1,"b":"b"}', id="not an argument"),
        pytest.param(list[Plain], b'[{"a":1}]', b"[%b]" % FULL, id="list"),
        pytest.param(tuple[Plain, ...], b'[{"a":1}]', b"[%b]" % FULL, id="tuple"),
        pytest.param(dict[str, list[Plain]], b'{"x":[{"a":1}]}', b'{"x":[%b]}' % FULL, id="dict of lists"),
        pytest.param(Plain | None, b'{"a":1}', FULL, id="optional"),
        pytest.param(
            Outer,
            b'{"plain":{"a":1},"many":[{"a":1}],"maybe":{"a":1}}',
            b'{"plain":%b,"many":[%b],"maybe":%b}' % (FULL, FULL, FULL),
            id="nested",
        ),
        pytest.param(Outer, b'{"plain":{"a":1}}', b'{"plain":%b,"many":[],"maybe":null}' % FULL, id="nested defaults"),
        pytest.param(Page[Plain], b'{"items":[{"a":1}]}', b'{"items":[%b],"total":0}' % FULL, id="generic"),
        pytest.param(Struct, b'{"plain":{"a":1}}', b'{"plain":%b,"other":0}' % FULL, id="in a Struct"),
        pytest.param(Attrs, b'{"plain":{"a":1}}', b'{"plain":%b}' % FULL, id="in an attrs class"),
        pytest.param(Typed, b'{"plain":{"a":1}}', b'{"plain":%b}' % FULL, id="in a TypedDict"),
        pytest.param(Named, b'[{"a":1}]', b"[%b,5]" % FULL, id="in a NamedTuple"),
        pytest.param(Tree, b'{"children":[{"children":[]}]}', b'{"children":[{"children":[],"name":"x"}],"name":"x"}', id="recursive"),
    ],
)  # fmt: skip
def test_every_field_is_set(annotation: Any, data: bytes, encoded: bytes) -> None:
    value = decoder_for(annotation)(data)
    assert encode_json(value) == encoded
    assert decoder_for(annotation)(encoded) == value


@pytest.mark.parametrize(
    "annotation", [int, dict, Required, Slotted, list[Required], Any, dict[str, Any]], ids=str
)
def test_where_nothing_can_be_missing_nothing_is_done(annotation: Any) -> None:
    assert filler_for(annotation) is None


def test_what_was_given_stays() -> None:
    assert decoder_for(Plain)(b'{"a":1,"b":"x"}') == Plain(1, "x")
