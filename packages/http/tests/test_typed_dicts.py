"""What codecs make of TypedDicts whose keys have qualifiers."""

import dataclasses
import threading
import time
import typing
from typing import Annotated, Any, Generic, NotRequired, Required, TypeVar

import attrs
import msgspec
import pytest
import typing_extensions
from typing_extensions import ReadOnly

from pleiad_http import DecodeError, Kind, SerializationException, decoder_for, encoder_for, kind_of
from pleiad_http.fields import fields_of
from pleiad_http.kinds import classes_in
from pleiad_http.typed_dicts import readable, unqualified

T = TypeVar("T")
META = msgspec.Meta(gt=5)


@pytest.mark.parametrize(
    ("annotation", "plain", "required"),
    [
        pytest.param(int, int, None, id="none"),
        pytest.param(Annotated[int, 1], Annotated[int, 1], None, id="metadata alone"),
        pytest.param(ReadOnly[int], int, None, id="read-only"),
        pytest.param(Required[int], int, True, id="required"),
        pytest.param(NotRequired[int], int, False, id="not required"),
        pytest.param(NotRequired[ReadOnly[int]], int, False, id="read-only within"),
        pytest.param(ReadOnly[NotRequired[int]], int, False, id="read-only outside"),
        pytest.param(ReadOnly[Required[int]], int, True, id="required within"),
        pytest.param(ReadOnly[Annotated[int, 1]], Annotated[int, 1], None, id="metadata within"),
        pytest.param(Annotated[ReadOnly[int], 1], Annotated[int, 1], None, id="metadata outside"),
        pytest.param(Annotated[NotRequired[Annotated[ReadOnly[Annotated[int, 1]], 2]], 3], Annotated[int, 1, 2, 3], False, id="everywhere"),
        pytest.param(ReadOnly[list[int] | None], list[int] | None, None, id="union"),
        pytest.param(Annotated[ReadOnly[int], []], Annotated[int, []], None, id="no hash"),
    ],
)  # fmt: skip
def test_unqualified(annotation: Any, plain: Any, required: bool | None) -> None:
    assert unqualified(annotation) == (plain, required)


class Named:
    """A class of the user's, by the name of a qualifier."""

    _name: Any = ["ReadOnly"]

    def __class_getitem__(cls, item: Any) -> Any:
        return typing._GenericAlias(cls, (item,))  # type: ignore[attr-defined]


def test_a_name_makes_no_qualifier() -> None:
    assert unqualified(Named[int]) == (Named[int], None)


class Song(typing.TypedDict):
    title: ReadOnly[str]
    year: NotRequired[ReadOnly[int]]
    plays: ReadOnly[NotRequired[list[int]]]
    stars: Annotated[ReadOnly[NotRequired[Annotated[int, META]]], "metadata"]
    cover: "Annotated[NotRequired[Song], 'of itself']"


class Extended(typing_extensions.TypedDict):
    title: ReadOnly[str]
    year: NotRequired[ReadOnly[int]]
    plays: ReadOnly[NotRequired[list[int]]]
    stars: Annotated[ReadOnly[NotRequired[Annotated[int, META]]], "metadata"]
    cover: "Annotated[NotRequired[Extended], 'of itself']"


class Texts(typing.TypedDict):
    title: "ReadOnly[str]"
    year: "NotRequired[ReadOnly[int]]"
    plays: "ReadOnly[NotRequired[list[int]]]"
    stars: "Annotated[ReadOnly[NotRequired[Annotated[int, META]]], 'metadata']"
    cover: "Annotated[NotRequired[Texts], 'of itself']"


class Partial(typing_extensions.TypedDict, total=False):
    title: Required[ReadOnly[str]]
    year: ReadOnly[int]
    plays: ReadOnly[list[int]]
    stars: ReadOnly[Annotated[int, META]]
    cover: "Partial"


KINDS = [Song, Extended, Texts, Partial]


@pytest.mark.parametrize("kind", KINDS)
def test_its_fields(kind: Any) -> None:
    assert kind_of(kind) is Kind.TYPED_DICT
    required = {each.name: each.required for each in fields_of(kind)}
    assert required == {
        "title": True,
        "year": False,
        "plays": False,
        "stars": False,
        "cover": False,
    }
    types = {each.name: each.annotation for each in fields_of(kind)}
    assert (types["title"], types["year"], types["plays"]) == (str, int, list[int])


WHOLE = b'{"title":"a","year":1,"plays":[2],"stars":6,"cover":{"title":"b"}}'


@pytest.mark.parametrize("media_type", ["application/json", "application/vnd.msgpack"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_is_written(kind: Any, media_type: str) -> None:
    for each in (WHOLE, b'{"title":"a"}'):
        value = msgspec.json.decode(each)
        data = encoder_for(kind, media_type)(value)
        assert decoder_for(kind, media_type)(data) == value


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_wrong_is_told(kind: Any) -> None:
    with pytest.raises(DecodeError) as caught:
        decoder_for(kind)(b'{"year":"x","plays":[1,"y"],"stars":5,"cover":{"title":2}}')
    paths = [each.path for each in caught.value.problems]
    assert paths == [("title",), ("year",), ("plays", 1), ("stars",), ("cover", "title")]


class Box(typing.TypedDict, Generic[T]):
    item: ReadOnly[T]
    more: "NotRequired[ReadOnly[Round]]"


class Holder(msgspec.Struct):
    song: Song
    box: Box[int] | None = None


@dataclasses.dataclass
class Round:
    """One of a circle of models of several kinds."""

    holder: Holder | None = None
    extended: Extended | None = None


class Pair(typing.NamedTuple):
    song: Song
    box: Box[str]


@attrs.define
class Converting:
    """msgspec sees it in a request at first, for the class is hidden from it."""

    late: "Late"
    number: int = attrs.field(converter=int, default=0)


class Late(typing.TypedDict):
    title: ReadOnly[str]


@pytest.mark.parametrize(
    ("annotation", "good", "wrong", "path"),
    [
        pytest.param(list[Song], b'[{"title":"a"}]', b'[{"title":1}]', (0, "title"), id="list"),
        pytest.param(dict[str, Song | None], b'{"a":null}', b'{"a":{}}', ("a", "title"), id="union"),
        pytest.param(Box[int], b'{"item":1}', b'{"item":"a"}', ("item",), id="generic"),
        pytest.param(list[Box[list[str]]], b'[{"item":["a"]}]', b'[{"item":[1]}]', (0, "item", 0), id="list of generics"),
        pytest.param(Box, b'{"item":[]}', b"{}", ("item",), id="left open"),
        pytest.param(Holder, b'{"song":{"title":"a"},"box":{"item":1}}', b'{"song":{"title":"a"},"box":{"item":"a"}}', ("box", "item"), id="in a Struct"),
        pytest.param(Round, b'{"holder":{"song":{"title":"a"},"box":{"item":1,"more":{}}}}', b'{"holder":{"song":{"title":"a"},"box":{"item":1,"more":{"extended":{}}}}}', ("holder", "box", "more", "extended", "title"), id="in a circle"),
        pytest.param(Pair, b'[{"title":"a"},{"item":"a"}]', b'[{"title":"a"},{"item":1}]', (1, "item"), id="in a NamedTuple"),
        pytest.param(Converting, b'{"late":{"title":"a"},"number":"5"}', b'{"late":{"title":1}}', ("late", "title"), id="behind a stand-in"),
    ],
)  # fmt: skip
def test_within_others(annotation: Any, good: bytes, wrong: bytes, path: Any) -> None:
    decode = decoder_for(annotation)
    decode(good)
    with pytest.raises(DecodeError) as caught:
        decode(wrong)
    assert [each.path for each in caught.value.problems] == [path]


def test_the_class_stays_as_it_was() -> None:
    before = {kind: dict(kind.__annotations__) for kind in KINDS}
    for kind in KINDS:
        with readable(classes_in(kind)):
            pass
        decoder_for(list[kind])  # type: ignore[valid-type]
    assert {kind: kind.__annotations__ for kind in KINDS} == before


def test_the_class_stays_as_it_was_where_msgspec_refuses_it() -> None:
    class Refused(typing.TypedDict):
        a: ReadOnly[dict[str, int] | Holder]

    before = dict(Refused.__annotations__)
    for _ in range(2):
        with pytest.raises(SerializationException, match="cannot be decoded"):
            decoder_for(Refused)
        assert Refused.__annotations__ == before


def test_read_by_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them sees, or leaves, what another one put there for a moment."""

    class Shared(typing.TypedDict):
        a: ReadOnly[int]

    before = dict(Shared.__annotations__)
    found: list[Any] = []
    start = threading.Barrier(6)
    real = msgspec.msgpack.Decoder

    def slow(annotation: Any) -> Any:
        time.sleep(0.01)  # for the others to come in between
        return real(annotation)

    monkeypatch.setattr(msgspec.msgpack, "Decoder", slow)

    def read(at: int) -> None:
        start.wait()
        for n in range(3):
            decode = decoder_for(Annotated[Shared, at, n])
            found.append(decode(b'{"a":1}'))

    threads = [threading.Thread(target=read, args=(at,)) for at in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [{"a": 1}] * 18
    assert Shared.__annotations__ == before
