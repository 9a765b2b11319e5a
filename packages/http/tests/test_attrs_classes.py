import typing
from collections.abc import Sequence
from typing import Annotated, Any

import attrs
import msgspec
import pytest

from pleiad_http import DecodeError, decoder_for, encode_json
from pleiad_http.attrs_classes import with_stand_ins


def not_negative(instance: Any, attribute: Any, value: int) -> None:
    if value < 0:
        raise ValueError(f"{attribute.name} is negative")


def not_short(instance: Any, attribute: Any, value: str) -> None:
    if len(value) < 2:
        raise ValueError(f"{attribute.name} is short")


@attrs.define
class Validated:
    n: int = attrs.field(validator=not_negative)
    label: str = "x"


@attrs.define
class Converted:
    n: int = attrs.field(converter=int)


def strip(text: str) -> str:
    return text.strip()


@attrs.frozen
class Person:
    name: str = attrs.field(converter=strip, validator=not_short)
    friends: "list[Person]" = attrs.Factory(list)
    number: Converted | None = None
    nick: str = attrs.field(default=" none ", converter=strip)
    _hidden: int = attrs.field(default=0, converter=int)
    computed: int = attrs.field(init=False, default=3)


@attrs.define
class Holder:
    inner: Converted
    count: int = 1


def problems(annotation: Any, data: bytes) -> list[tuple[str, tuple[str | int, ...]]]:
    with pytest.raises(DecodeError) as caught:
        decoder_for(annotation)(data)
    return [(each.message, each.path) for each in caught.value.problems]


def test_validators_run() -> None:
    assert decoder_for(Validated)(b'{"n":1}') == Validated(1)
    assert problems(Validated, b'{"n":-1}') == [("n is negative", ("n",))]
    assert problems(list[Validated], b'[{"n":1},{"n":-1}]') == [("n is negative", (1, "n"))]


def test_converters_run_before_validators_and_on_defaults() -> None:
    person = decoder_for(Person)(b'{"name":"  ab ","_hidden":"7"}')
    assert person == Person("ab", hidden="7")
    assert (person.nick, person._hidden, person.computed) == ("none", 7, 3)


def test_within_other_types() -> None:
    data = b'{"name":"ab","friends":[{"name":" cd "}],"number":{"n":"5"}}'
    expected = Person("ab", [Person("cd")], Converted(5))
    assert decoder_for(Person)(data) == expected
    assert decoder_for(list[Person])(b"[%b]" % data) == [expected]
    assert decoder_for(dict[str, Person] | None)(b'{"x":%b}' % data) == {"x": expected}
    assert decoder_for(Holder)(b'{"inner":{"n":"5"}}') == Holder(Converted(5))
    assert decoder_for(Person)(encode_json(expected)) == expected


@pytest.mark.parametrize(
    ("annotation", "data", "value"),
    [
        (Annotated[Converted, "x"], b'{"n":"5"}', Converted(5)),
        (Annotated[list[Converted], msgspec.Meta(min_length=1)], b'[{"n":"5"}]', [Converted(5)]),
        (list[Annotated[Converted, "x"]], b'[{"n":"5"}]', [Converted(5)]),
        (tuple[Converted, ...], b'[{"n":"5"}]', (Converted(5),)),
        (tuple[int, Converted], b'[1,{"n":"5"}]', (1, Converted(5))),
        (typing.List[Converted], b'[{"n":"5"}]', [Converted(5)]),  # noqa: UP006
        (typing.Optional[Converted], b"null", None),  # noqa: UP007, UP045
        (Sequence[Converted], b'[{"n":"5"}]', [Converted(5)]),
        (
            dict[str, list[Converted] | None],
            b'{"a":[{"n":"5"}],"b":null}',
            {"a": [Converted(5)], "b": None},
        ),
    ],
    ids=str,
)
def test_in_any_annotation(annotation: Any, data: bytes, value: Any) -> None:
    assert decoder_for(annotation)(data) == value


def test_a_converter_whose_type_cannot_be_told() -> None:
    def odd(value: "Missing") -> int:  # type: ignore[name-defined]  # noqa: F821
        return int(value)

    @attrs.define
    class Odd:
        n: int = attrs.field(converter=odd)

    assert decoder_for(Odd)(b'{"n":"5"}').n == 5


def test_every_problem_has_its_path() -> None:
    assert problems(Person, b'{"name":3,"friends":[{}],"number":{"n":"x"}}') == [
        ("Expected str, got int", ("name",)),
        ("Field required", ("friends", 0, "name")),
        ("invalid literal for int() with base 10: 'x'", ("number", "n")),
    ]
    assert problems(list[Person], b'[{"name":" a "}]') == [("name is short", (0, "name"))]
    assert problems(Converted, b'{"n":null}')[0][1] == ("n",)


def test_classes_without_converters_are_left_to_msgspec() -> None:
    for annotation in (Validated, list[Validated], int, dict[str, int]):
        assert with_stand_ins(annotation) is annotation
