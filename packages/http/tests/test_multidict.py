import pytest

from pleiad_http import FormMultiDict, ImmutableMultiDict, MultiDict, QueryParams, UploadFile

PAIRS = [("a", "1"), ("b", "2"), ("a", "3")]


@pytest.mark.parametrize("cls", [ImmutableMultiDict, MultiDict, QueryParams, FormMultiDict])
def test_looking_up(cls: type[ImmutableMultiDict[str]]) -> None:
    values = cls(PAIRS)
    assert values["a"] == "3"
    assert values.get("a") == "3"
    assert values.get("x") is None
    assert values.getall("a") == ["1", "3"]
    assert values.getall("x") == []
    assert values.getall("x", ["d"]) == ["d"]
    assert dict(values) == {"a": "3", "b": "2"}
    assert values.dict() == {"a": ["1", "3"], "b": ["2"]}
    assert values.multi_items() == [("a", "1"), ("a", "3"), ("b", "2")]
    assert len(values) == 2
    assert "a" in values
    with pytest.raises(KeyError):
        values["x"]


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(PAIRS, id="pairs"),
        pytest.param(iter(PAIRS), id="an iterator"),
        pytest.param({"a": ["1", "3"], "b": "2"}, id="a mapping to values and lists"),
        pytest.param(ImmutableMultiDict(PAIRS), id="a multi-dict"),
        pytest.param(MultiDict(PAIRS), id="a mutable one"),
    ],
)
def test_made_of(items: object) -> None:
    assert ImmutableMultiDict(items).dict() == {"a": ["1", "3"], "b": ["2"]}  # type: ignore[arg-type]


def test_a_list_in_a_pair_is_a_value() -> None:
    assert ImmutableMultiDict([("a", ["1", "2"])]).getall("a") == [["1", "2"]]


def test_what_it_was_made_of_is_its_own() -> None:
    lists = {"a": ["1"]}
    values = MultiDict(lists)
    values.add("a", "2")
    values.getall("a").append("3")
    values.dict()["a"].append("4")
    assert lists == {"a": ["1"]}
    assert values.getall("a") == ["1", "2"]
    copied = MultiDict(values)
    copied.add("a", "5")
    assert values.getall("a") == ["1", "2"]


def test_immutable() -> None:
    values = ImmutableMultiDict(PAIRS)
    with pytest.raises(TypeError):
        values["a"] = "1"  # type: ignore[index]
    assert hash(values) == hash(ImmutableMultiDict(PAIRS))
    assert values == ImmutableMultiDict(PAIRS)
    assert values == MultiDict(PAIRS)
    assert values != ImmutableMultiDict(PAIRS[:2])
    assert values != dict(values)


def test_mutable() -> None:
    values = MultiDict(PAIRS)
    values["a"] = "9"
    assert values.getall("a") == ["9"]
    values.add("a", "10")
    values.extend([("a", "11"), ("c", "1")])
    values.extend({"c": ["2", "3"]})
    assert values.dict() == {"a": ["9", "10", "11"], "b": ["2"], "c": ["1", "2", "3"]}
    assert values.popall("a") == ["9", "10", "11"]
    assert values.popall("a") == []
    assert values.pop("b") == "2"
    del values["c"]
    assert not values
    with pytest.raises(TypeError):
        hash(values)


def test_copies() -> None:
    values = ImmutableMultiDict(PAIRS)
    changed = values.mutable_copy()
    changed.add("a", "4")
    assert values.getall("a") == ["1", "3"]
    assert changed.immutable() == changed
    assert not isinstance(changed.immutable(), MultiDict)
    other = changed.copy()
    del other["a"]
    assert "a" in changed


@pytest.mark.anyio
async def test_closing_a_form() -> None:
    file = UploadFile(filename="a", file_data=b"x")
    form = FormMultiDict([("a", "text"), ("a", file), ("b", file)])
    await form.close()
    assert file.file.closed
    await form.close()


@pytest.mark.anyio
async def test_a_form_closes_itself_and_tells_what_its_files_are() -> None:
    file = UploadFile("image/png", "a", b"x")
    async with FormMultiDict({"a": ["text", file]}) as form:
        assert form.content_types.getall("a") == ["", "image/png"]
        assert not file.file.closed
    assert file.file.closed


def test_repr() -> None:
    assert repr(QueryParams([("a", "1")])) == "QueryParams([('a', '1')])"
