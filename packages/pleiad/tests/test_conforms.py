"""Type parameters, aliases, qualifiers and kinds of models: what conforms to an annotation, and how deep.

Each row says whether the value passes when the type is looked at, and when all of it is.
"""

import enum
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import InitVar, dataclass
from dataclasses import field as dataclass_field
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    LiteralString,
    NamedTuple,
    Never,
    NewType,
    NotRequired,
    Protocol,
    Required,
    TypedDict,
    TypeVar,
    Union,
    runtime_checkable,
)

import attrs
import msgspec
import pydantic
import pydantic.dataclasses
import pytest
import typing_extensions
from typing_extensions import ReadOnly

from pleiad.checking.check import ReturnMismatch, check_for

T = TypeVar("T")
K = TypeVar("K")


class Struct(msgspec.Struct, Generic[T]):
    items: list[T]
    n: int = 0


@dataclass
class Data(Generic[T]):
    items: list[T]


@attrs.define
class Attrs(Generic[T]):
    items: list[T]


class Model(pydantic.BaseModel, Generic[T]):
    items: list[T]


class Typed(TypedDict, Generic[T]):
    items: list[T]


class Named(NamedTuple, Generic[T]):  # type: ignore[misc]
    items: list[T]


@pydantic.dataclasses.dataclass
class PydanticData(Generic[T]):
    items: list[T]


class OfInts(Struct[int]):
    pass


@dataclass
class DataOfInts(Data[int]):
    pass


class ModelOfInts(Model[int]):
    pass


class OfLists(Struct[list[K]], Generic[K]):
    pass


class Plain(pydantic.BaseModel):
    a: int = pydantic.Field(alias="A")
    model_config = pydantic.ConfigDict(populate_by_name=True)

    @pydantic.computed_field
    def twice(self) -> int:
        return self.a * 2


class Extra(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    a: int
    _p: int = pydantic.PrivateAttr(0)


class Root(pydantic.RootModel[list[int]]):
    pass


class Movie(TypedDict, total=False):
    title: Required[str]
    year: int


class Song(TypedDict):
    title: str
    year: NotRequired[Annotated[int, "x"]]


class Extended(typing_extensions.TypedDict):
    title: ReadOnly[str]
    year: Annotated[ReadOnly[NotRequired[int]], "x"]


class Texts(TypedDict):
    title: "ReadOnly[str]"
    year: "NotRequired[ReadOnly[int]]"


class Single(typing_extensions.TypedDict, Generic[T]):
    item: ReadOnly[T]


class Node(msgspec.Struct):
    value: int
    children: "list[Node]" = []
    following: "Node | None" = None


class Tree(msgspec.Struct, Generic[T]):
    value: T
    children: "list[Tree[T]]" = []


class Growing(msgspec.Struct, Generic[T]):
    """Its type parameter grows with each level, so there is no end of types."""

    value: T
    inner: "Growing[list[T]] | None" = None


@dataclass
class Fields:
    a: int
    kind: ClassVar[int] = 3
    given: InitVar[int] = 0
    computed: int = dataclass_field(init=False, default=0)


class Endless(msgspec.Struct, Generic[T]):
    """No value of it can be made but by leaving a field out."""

    value: T
    inner: "Endless[list[T]]"


class Unset(msgspec.Struct):
    a: int | msgspec.UnsetType = msgspec.UNSET


class Colour(str, enum.Enum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


class Ints(list[int]):
    pass


class Point(tuple[int, str]):
    __slots__ = ()


class Unhashable:
    def __repr__(self) -> str:
        return "line\nbreak"


@runtime_checkable
class Sized(Protocol):
    def size(self) -> int: ...


class HasSize:
    def size(self) -> int:
        return 1


class Alias:
    """As an alias of Python 3.12's `type` statement, which other versions cannot write."""

    def __init__(self, value: Any, *parameters: Any) -> None:
        self.__value__ = value
        self.__type_params__ = parameters

    def __call__(self) -> None:
        """Typing takes what is callable for a type."""

    def __repr__(self) -> str:
        return "Alias"


Json = Alias(None)
Json.__value__ = Union[dict[str, Json], list[Json], str, int, None]  # type: ignore[valid-type]  # noqa: UP007
UserId = NewType("UserId", int)
UserIds = NewType("UserIds", list[UserId])  # type: ignore[valid-newtype]


def broken(model: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(model, name, value)
    return model


NOWHERE, DEEP_ONLY, EVERYWHERE = (True, True), (True, False), (False, False)
"""Where a value is refused."""

TABLE: list[Any] = [
    # a generic model is a container of what stands for its parameters
    *((kind[int], make([1]), NOWHERE) for kind, make in ((Struct, Struct), (Data, Data), (Attrs, Attrs), (Named, Named), (PydanticData, PydanticData))),
    *((kind[int], make(["a"]), EVERYWHERE) for kind, make in ((Struct, Struct), (Data, Data), (Attrs, Attrs), (Named, Named))),
    (PydanticData[int], PydanticData(items=["a"]), EVERYWHERE),
    (Typed[int], {"items": [1]}, NOWHERE), (Typed[int], {"items": ["a"]}, EVERYWHERE), (Typed[int], {}, EVERYWHERE),
    (Struct[int], broken(Struct([1]), n="x"), DEEP_ONLY), (Struct[int] | None, Struct(["a"]), EVERYWHERE),
    (Struct, Struct(["a"]), NOWHERE), (Struct[Any], Struct(["a"]), NOWHERE),
    (Struct[list[int]], Struct([["a"]]), DEEP_ONLY), (list[Struct[int]], [Struct(["a"])], DEEP_ONLY),
    (dict[str, Data[int]], {"a": Data(["a"])}, DEEP_ONLY), (Struct[Struct[int]], Struct([Struct(["a"])]), DEEP_ONLY),
    (Struct[Annotated[int, []]], Struct(["a"]), EVERYWHERE),
    # pydantic's: a model made without its arguments is one of any, if its fields fit
    (Model[int], Model[int](items=[1]), NOWHERE), (Model[int], Model(items=[1]), NOWHERE),
    (Model[int], Model(items=["a"]), EVERYWHERE), (Model[int], Model[str](items=["a"]), EVERYWHERE),
    (list[Model[int]], [Model(items=[1])], NOWHERE), (list[Model[int]], [Model[str](items=[])], EVERYWHERE),
    # parameters that a subclass binds
    (OfInts, OfInts([1]), NOWHERE), (OfInts, OfInts(["a"]), DEEP_ONLY), (DataOfInts, DataOfInts(["a"]), DEEP_ONLY),
    (ModelOfInts, broken(ModelOfInts(items=[1]), items=["a"]), DEEP_ONLY),
    (OfLists[int], OfLists([[1]]), NOWHERE), (OfLists[int], OfLists([["a"]]), DEEP_ONLY), (OfLists[int], OfLists([1]), EVERYWHERE),
    # models that hold themselves
    (Node, Node(1, [Node(2)], Node(3)), NOWHERE), (Node, Node(1, [], Node("a")), DEEP_ONLY),  # type: ignore[arg-type]
    (Tree[int], Tree(1, [Tree(2, [Tree(3)])]), NOWHERE), (Tree[int], Tree(1, [Tree(2, [Tree("a")])]), DEEP_ONLY),
    (Tree[int], Tree("a"), EVERYWHERE), (Growing[int], Growing(1, Growing([1], Growing([[1]]))), NOWHERE),
    (Growing[int], Growing(1, Growing([1], Growing([["a"]]))), DEEP_ONLY),
    # what each kind has besides its fields
    (Plain, Plain(a=1), NOWHERE), (Plain, broken(Plain(a=1), a="x"), DEEP_ONLY), (Extra, Extra(a=1, z="any"), NOWHERE),  # type: ignore[call-arg]
    (Root, Root([1]), NOWHERE), (Root, broken(Root([1]), root=["a"]), DEEP_ONLY),
    (Fields, Fields(1), NOWHERE), (Fields, broken(Fields(1), computed="x"), DEEP_ONLY),
    (Unset, Unset(), NOWHERE), (Unset, Unset("a"), DEEP_ONLY),  # type: ignore[arg-type]
    (Movie, {"title": "x"}, NOWHERE), (Movie, {"title": "x", "year": "y"}, DEEP_ONLY), (Movie, {"year": 1}, DEEP_ONLY),
    (Song, {"title": "x"}, NOWHERE), (Song, {"title": "x", "year": "y"}, DEEP_ONLY), (Song, {}, DEEP_ONLY),
    *((kind, {"title": "x"}, NOWHERE) for kind in (Extended, Texts)), *((kind, {"year": 1}, DEEP_ONLY) for kind in (Extended, Texts)),
    *((kind, {"title": "x", "year": "y"}, DEEP_ONLY) for kind in (Extended, Texts)), (Extended, 1, EVERYWHERE),
    (Single[int], {"item": 1}, NOWHERE), (Single[int], {"item": "a"}, EVERYWHERE), (list[Single[int]], [{"item": "a"}], DEEP_ONLY),
    # enums and scalars
    (str, Colour.RED, NOWHERE), (int, Number.ONE, NOWHERE), (float, Number.ONE, NOWHERE), (Colour, "red", EVERYWHERE),
    (Number, 1, EVERYWHERE), (Literal[Colour.RED], Colour.RED, NOWHERE), (Literal[Colour.RED], "red", EVERYWHERE),
    (Literal[1], True, EVERYWHERE), (list[float], [1], NOWHERE), (list[float], [True], EVERYWHERE), (bytes, bytearray(b""), EVERYWHERE),
    (LiteralString, "a", NOWHERE), (LiteralString, 1, EVERYWHERE), (Never, 1, EVERYWHERE), (Never, None, EVERYWHERE),
    (pydantic.PositiveInt, "x", EVERYWHERE), (pydantic.AnyUrl, pydantic.AnyUrl("http://x"), NOWHERE),
    # names and decorations
    (UserIds, [1], NOWHERE), (UserIds, ["a"], EVERYWHERE), (Final[int], "a", EVERYWHERE),
    (Annotated[list[Annotated[int, 1]], 2], ["a"], EVERYWHERE), (list[UserId], ["a"], EVERYWHERE),
    (Alias(list[int]), [1], NOWHERE), (Alias(list[int]), ["a"], EVERYWHERE),
    (Json, {"a": [1, None, {"b": "c"}]}, NOWHERE), (Json, {"a": [1, [b""]]}, DEEP_ONLY), (Json, 1.5, EVERYWHERE),
    (Sized, HasSize(), NOWHERE), (Sized, 1, EVERYWHERE),
    # containers
    (tuple[()], (), NOWHERE), (tuple[()], (1,), EVERYWHERE), (tuple, (1, "a"), NOWHERE),
    (tuple[int, *tuple[str, ...]], (1, "a", "b"), NOWHERE), (tuple[int, *tuple[str, ...]], (1, "a", 2), EVERYWHERE),
    (tuple[int, *tuple[str, ...]], (), EVERYWHERE), (tuple[*tuple[int, ...], str], (1, 2, "a"), NOWHERE),
    (tuple[*tuple[int, ...], str], (1, 2, 3), EVERYWHERE), (tuple[*tuple[int, str], bool], (1, "a", True), NOWHERE),
    (tuple[int, *tuple[str, ...], bool], (1, True), NOWHERE), (frozenset[int], frozenset({"a"}), EVERYWHERE),
    (AbstractSet[int], {"a"}, EVERYWHERE), (Iterable[int], [1], NOWHERE), (Iterable[int], ["a"], EVERYWHERE),
    (Sequence[int], "ab", EVERYWHERE), (OrderedDict[str, int], OrderedDict(a="x"), EVERYWHERE),
    (Counter[str], Counter("a"), NOWHERE), (Counter[str], Counter([1]), EVERYWHERE),
    (defaultdict[str, list[int]], defaultdict(list, {"a": ["x"]}), DEEP_ONLY),
    (Ints, Ints([1]), NOWHERE), (Ints, Ints(["a"]), EVERYWHERE), (Point, Point((1, "a")), NOWHERE),  # type: ignore[list-item]
    (Point, Point((1, 2)), EVERYWHERE), (list[int] | list[str], [1, "a"], EVERYWHERE), (list[int | str], [1, None], EVERYWHERE),  # type: ignore[arg-type]
    (dict[int, str], {True: "a"}, EVERYWHERE),
]  # fmt: skip
ROWS = [
    pytest.param(*row, id=f"{number}-{str(row[0]).rpartition('.')[2]:.30}")
    for number, row in enumerate(TABLE)
]


@pytest.mark.parametrize(("annotation", "value", "passes"), ROWS)
def test_what_conforms(annotation: Any, value: Any, passes: tuple[bool, bool]) -> None:
    policies: Any = ("types", "always")
    for policy, wanted in zip(policies, passes, strict=True):
        check = check_for(annotation, policy)
        if wanted:
            if check is not None:
                check(value)
            continue
        assert check is not None
        with pytest.raises(ReturnMismatch, match=r"^the handler declares .* but returned "):
            check(value)


@pytest.mark.parametrize(
    ("annotation", "value", "text"),
    [
        pytest.param(Struct[int], Struct([1, "a"]), "int at 'items[1]', but returned str 'a'", id="struct"),
        pytest.param(Model[int], Model(items=["a"]), "int at 'items[0]', but returned str 'a'", id="pydantic"),
        pytest.param(
            dict[str, list[Tree[int]]], {"a": [Tree(1, [Tree("b")])]},
            "int at 'a[0].children[0].value', but returned str 'b'", id="deep",
        ),
        pytest.param(Song, {"year": 1}, "str at 'title', but returned nothing", id="missing"),
        pytest.param(int, Unhashable(), "int, but returned Unhashable line\\nbreak", id="one line"),
    ],
)  # fmt: skip
def test_what_is_told(annotation: Any, value: Any, text: str) -> None:
    check = check_for(annotation, "always")
    assert check is not None
    with pytest.raises(ReturnMismatch) as refused:
        check(value)
    assert str(refused.value) == f"the handler declares {text}"


def test_a_repr_that_fails_hides_nothing() -> None:
    class Careless:
        def __repr__(self) -> str:
            raise RuntimeError

    check = check_for(int, "types")
    assert check is not None
    with pytest.raises(ReturnMismatch) as refused:
        check(Careless())
    assert (
        str(refused.value)
        == "the handler declares int, but returned Careless (its repr raised RuntimeError)"
    )


def test_a_check_may_be_used_again_after_it_refused() -> None:
    check = check_for(list[Struct[int]], "always")
    assert check is not None
    for _ in range(2):
        with pytest.raises(ReturnMismatch, match=r"at '\[0\]\.items\[0\]'"):
            check([Struct(["a"])])
        check([Struct([1])])


def test_a_type_without_end_is_no_loop() -> None:
    for policy in ("types", "always"):
        check = check_for(Endless[int], policy)  # type: ignore[arg-type]
        assert check is not None
        with pytest.raises(ReturnMismatch, match=r"Endless\[list\[int\]\] at 'inner'"):
            check(Endless(1, None))  # type: ignore[arg-type]


@pytest.mark.parametrize("policy", ["types", "always"])
def test_a_field_of_a_generic_model_that_is_not_there(policy: Any) -> None:
    data = Data([1])
    del data.items
    check = check_for(Data[int], policy)
    assert check is not None
    with pytest.raises(ReturnMismatch, match=r"list\[int\] at 'items', but returned nothing"):
        check(data)
