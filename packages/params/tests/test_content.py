"""Content of several media types, and forms."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import (
    ClientException,
    FormMultiDict,
    Parts,
    RequestEncodingType,
    RequestEntityTooLarge,
    UnsupportedMediaTypeException,
    UploadFile,
    ValidationException,
    encode_msgpack,
)
from pleiad_params import Body, Form

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=B"}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def multipart(*parts: tuple[str, bytes]) -> bytes:
    heads = [f"--B\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() for head, _ in parts]
    return (
        b"".join(h + body + b"\r\n" for h, (_, body) in zip(heads, parts, strict=True))
        + b"--B--\r\n"
    )


def taking(annotation: Any, name: str = "data") -> Any:
    namespace: dict[str, Any] = {"A": annotation}
    exec(f"def function({name}: A): ...", namespace)  # noqa: S102
    return namespace["function"]


def shown(value: Any) -> Any:
    """Files as their names, which can be compared."""
    if isinstance(value, UploadFile):
        return f"file {value.filename}"
    if isinstance(value, list):
        return [shown(each) for each in value]
    return {key: shown(each) for key, each in value.items()} if isinstance(value, dict) else value


class Meta(msgspec.Struct):
    page: Annotated[int, msgspec.Meta(ge=1)]


@dataclass
class Upload:
    title: str
    file: UploadFile
    meta: Meta | None = None
    count: int = 1
    tags: list[str] | None = None
    files: list[UploadFile] | None = None


class Person(msgspec.Struct):
    name: str
    age: int | None = None
    langs: list[str] = []


class PersonModel(pydantic.BaseModel):
    name: str
    age: int | None = None
    langs: list[str] = []


# One value, several media types

SEVERAL = Annotated[Person, Body(media_type=["application/json", "application/msgpack", *FORMS])]


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        pytest.param(None, b'{"name":"a","age":1}', id="no type: the first"),
        pytest.param("application/json; charset=utf-8", b'{"name":"a","age":1}', id="JSON"),
        pytest.param("application/vnd.api+json", b'{"name":"a","age":1}', id="+json"),
        pytest.param("application/msgpack", encode_msgpack({"name": "a", "age": 1}), id="MessagePack"),
        pytest.param(FORMS[0], b"name=a&age=1", id="urlencoded"),
        pytest.param("MULTIPART/form-data; boundary=B", multipart(("name=name", b"a"), ("name=age", b"1")), id="multipart"),
    ],
)  # fmt: skip
def test_content_type_chooses(bound: Any, content_type: str | None, content: bytes) -> None:
    headers = {"content-type": content_type} if content_type else {}
    assert bound(taking(SEVERAL))(headers=headers, body=content)["data"] == Person("a", 1)


def test_another_type_is_refused(bound: Any) -> None:
    with pytest.raises(UnsupportedMediaTypeException, match="'text/csv': send application/json or"):
        bound(taking(SEVERAL))(headers={"content-type": "text/csv"}, body=b"a")


@pytest.mark.parametrize(
    ("annotation", "content_type", "content", "expected"),
    [
        pytest.param(Annotated[bytes, Body(media_type="image/png")], "image/png", b"\x89", b"\x89", id="raw"),
        pytest.param(Annotated[str, Body(media_type="text/plain")], "text/plain", "é".encode(), "é", id="text"),
        pytest.param(Annotated[str, Body(media_type="text/plain")], "text/plain; charset=ISO-8859-1", b"\xe9", "é", id="latin-1"),
        pytest.param(Annotated[Person, Body(media_type=RequestEncodingType.URL_ENCODED)], None, b"name=a", Person("a"), id="urlencoded, no type"),
        pytest.param(Annotated[Person, Body(media_type=FORMS[0])], f"{FORMS[0]};charset=UTF-8", b"name=%C3%A9", Person("é"), id="urlencoded, as browsers' fetch says it"),
        pytest.param(Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)], FORMS[0], b"a=1&b=2&b=3", {"a": "1", "b": ["2", "3"]}, id="dict"),
        pytest.param(Annotated[dict[str, int], Body(media_type=RequestEncodingType.URL_ENCODED)], FORMS[0], b"a=1", {"a": 1}, id="dict of int"),
        pytest.param(Annotated[FormMultiDict, Body(media_type=RequestEncodingType.URL_ENCODED)], FORMS[0], b"a=1", FormMultiDict([("a", "1")]), id="multi-dict"),
        pytest.param(Annotated[PersonModel, Form()], FORMS[0], b"name=a&langs=x&langs=y&age=", PersonModel(name="a", langs=["x", "y"]), id="empty input"),
        pytest.param(Annotated[Person | None, Body(media_type=FORMS[0])], FORMS[0], b"name=a", Person("a"), id="optional"),
    ],
)  # fmt: skip
def test_other_content(
    bound: Any, annotation: Any, content_type: str | None, content: bytes, expected: Any
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    assert bound(taking(annotation))(headers=headers, body=content)["data"] == expected


@pytest.mark.parametrize(
    ("annotation", "content_type", "content", "error"),
    [
        (Annotated[str, Body(media_type="text/plain")], "text/plain; charset=utf-7", b"", UnsupportedMediaTypeException),
        (Annotated[str, Body(media_type="text/plain")], "text/plain", b"\xff", ClientException),
        (Annotated[Person, Body(media_type=FORMS[1])], "multipart/form-data", b"", ClientException),
        (Annotated[Person, Body(media_type=FORMS[1])], FORMS[0], b"name=a", UnsupportedMediaTypeException),
        (Annotated[Person, Body(media_type=FORMS[0])], "; charset=utf-8", b"name=a", UnsupportedMediaTypeException),
        (Annotated[Person, Body(media_type=FORMS[0])], f"{FORMS[0]}; charset=utf-16", b"", UnsupportedMediaTypeException),
    ],
    ids=["unknown charset", "not UTF-8", "no boundary", "urlencoded where multipart is wanted", "a type without a name", "urlencoded in UTF-16"],
)  # fmt: skip
def test_content_that_is_refused(
    bound: Any, annotation: Any, content_type: str, content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        bound(taking(annotation))(headers={"content-type": content_type}, body=content)


def test_a_users_decoder(bound: Any) -> None:
    options = {
        "media_decoders": {"application/x-pairs": lambda raw: dict([raw.decode().split("=")])}
    }
    read = bound(taking(Annotated[Person, Body(media_type="application/x-pairs")]), **options)
    headers = {"content-type": "application/x-pairs"}
    assert read(headers=headers, body=b"name=a")["data"] == Person("a")
    with pytest.raises(ValidationException) as refused:
        read(headers=headers, body=b"nom=a")
    assert refused.value.extra == [{"message": "Field required", "key": "name", "source": "body"}]
    with pytest.raises(ClientException, match="Malformed content"):
        read(headers=headers, body=b"\xff")


# Forms

FILE = ('name=file; filename="a.txt"', b"abc")
TITLE = ("name=title", b"T")


@pytest.mark.parametrize(
    ("annotation", "parts", "expected"),
    [
        pytest.param(UploadFile, [TITLE, FILE], "file a.txt", id="one file"),
        pytest.param(list[UploadFile], [FILE, FILE], ["file a.txt", "file a.txt"], id="list of files"),
        pytest.param(list[UploadFile], [TITLE], [], id="no files"),
        pytest.param(dict[str, UploadFile], [FILE], {"file": "file a.txt"}, id="dict of files"),
        pytest.param(dict[str, Any], [TITLE, FILE], {"title": "T", "file": "file a.txt"}, id="mixed dict"),
    ],
)  # fmt: skip
def test_files(bound: Any, annotation: Any, parts: Any, expected: Any) -> None:
    read = bound(taking(Annotated[annotation, Body(media_type=RequestEncodingType.MULTI_PART)]))
    assert shown(read(headers=MULTIPART, body=multipart(*parts))["data"]) == expected


JSON_FILE = 'name=meta; filename="blob"\r\nContent-Type: application/json'


@pytest.mark.parametrize(
    "meta",
    [
        pytest.param(("name=meta", b'{"page":3}'), id="field"),
        pytest.param(("name=meta\r\nContent-Type: application/json", b'{"page":3}'), id="typed"),
        pytest.param((JSON_FILE, b'{"page":3}'), id="Blob"),
    ],
)
def test_a_json_part_beside_files(bound: Any, meta: Any) -> None:
    read = bound(taking(Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)]))
    data = read(headers=MULTIPART, body=multipart(TITLE, FILE, meta, ("name=count", b"2")))["data"]
    assert (data.title, shown(data.file), data.meta, data.count) == ("T", "file a.txt", Meta(3), 2)


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        pytest.param([], {"title": "Field required", "file": "Field required"}, id="nothing"),
        pytest.param([TITLE, ('name=file; filename=""', b"")], {"file": "Field required"}, id="empty file input"),
        pytest.param([TITLE, ("name=file", b"x")], {"file": "Expected a file, got text"}, id="text for a file"),
        pytest.param([("name=title; filename=x", b"T"), FILE], {"title": "Expected text, got a file"}, id="file for text"),
        pytest.param([TITLE, FILE, ("name=meta", b'{"page":0}')], {"meta.page": "Expected int >= 1"}, id="within JSON"),
        pytest.param([TITLE, FILE, (JSON_FILE, b"{")], {"meta": "Input data was truncated"}, id="broken JSON"),
        pytest.param([TITLE, FILE, (JSON_FILE, b"\xff")], {"meta": "JSON is malformed: invalid character (byte 0)"}, id="no JSON"),
        pytest.param([FILE, ("name=count", b"1_0"), ("name=files", b"x")],
            {"title": "Field required", "count": "Expected int, got '1_0'", "files": "Expected a file, got text"}, id="three at once"),
    ],
)  # fmt: skip
def test_wrong_forms(bound: Any, parts: Any, wrong: dict[str, str]) -> None:
    read = bound(taking(Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)]))
    with pytest.raises(ValidationException) as refused:
        read(headers=MULTIPART, body=multipart(*parts))
    entries: Any = refused.value.extra
    assert {each["key"]: each["message"] for each in entries} == wrong
    assert {each["source"] for each in entries} == {"body"}


def test_fields_one_by_one(bound: Any) -> None:
    def function(
        title: Annotated[str, Form()],
        file: UploadFile,
        meta: Annotated[Meta, Form("details")],
        count: Annotated[int, Form(ge=1)] = 1,
        more: list[UploadFile] | None = None,
    ) -> None: ...

    details = ("name=details", b'{"page":2}')
    found = bound(function)(headers=MULTIPART, body=multipart(TITLE, FILE, details))
    assert {key: shown(value) for key, value in found.items()} == {
        "title": "T", "file": "file a.txt", "meta": Meta(2), "count": 1, "more": None,
    }  # fmt: skip
    with pytest.raises(ValidationException) as refused:
        bound(function)(headers=MULTIPART, body=multipart(("name=count", b"x"), details))
    assert [each["key"] for each in refused.value.extra] == ["title", "file", "count"]  # type: ignore[index, union-attr]


def test_unknown_fields_are_refused(bound: Any) -> None:
    with pytest.raises(ValidationException) as refused:
        bound(taking(Annotated[Person, Form(unknown="refuse")]))(
            headers=URLENCODED, body=b"name=a&b=1"
        )
    assert [each["key"] for each in refused.value.extra] == ["b"]  # type: ignore[index, union-attr]


def test_a_large_json_file_is_refused(bound: Any, limits: Any) -> None:
    read = bound(taking(Annotated[Upload, Form()]), limits=limits(part_size=10))
    with pytest.raises(RequestEntityTooLarge):
        read(headers=MULTIPART, body=multipart(TITLE, FILE, (JSON_FILE, b'{"page":          3}')))


def test_content_as_it_comes(bound: Any) -> None:
    chunks = bound(taking(AsyncIterator[bytes], "chunks"))(body=b"abc")["chunks"]
    assert hasattr(chunks, "__anext__")


def test_parts_as_they_come(bound: Any) -> None:
    read = bound(taking(Parts, "parts"))
    assert isinstance(read(headers=MULTIPART, body=multipart(TITLE))["parts"], Parts)
    with pytest.raises(UnsupportedMediaTypeException):
        read(headers=URLENCODED, body=b"a=1")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        pytest.param(taking(Annotated[int, Form()], "data"), None, id="a scalar field may be called data"),
        pytest.param(taking(Annotated[int, Body(media_type=FORMS[0])]), "a form becomes a model, a dict", id="int of a form"),
        pytest.param(taking(Annotated[Person, Body(media_type="text/csv")]), "no codec reads 'text/csv'", id="unknown type"),
        pytest.param(taking(Upload), "it holds files, which only a form brings", id="files in JSON"),
        pytest.param(taking(UploadFile), "it holds files, which only a form brings", id="a file as JSON"),
        pytest.param(lambda: None, None, id="nothing"),
    ],
)  # fmt: skip
def test_at_startup(bound: Any, function: Any, message: str | None) -> None:
    problems = bound(function).problems
    assert (message in problems[0]) if message else not problems


def test_content_is_taken_once(bound: Any) -> None:
    def function(data: Meta, file: UploadFile) -> None: ...

    [problem] = bound(function).problems
    assert "takes the content, which 'data: Meta' takes too" in problem


@given(st.binary(max_size=200), st.sampled_from([URLENCODED, MULTIPART, {}]), st.booleans())
def test_any_content_gives_a_value_or_a_client_error(
    bound: Any, content: bytes, headers: Any, framed: bool
) -> None:
    if framed:
        content = multipart(("name=meta", content), TITLE, ('name=file; filename="\xe9"', content))
    for annotation in (Annotated[Upload, Form()], SEVERAL, Annotated[PersonModel, Form()]):
        try:
            bound(taking(annotation))(headers=headers, body=content)
        except ClientException as error:
            json.dumps(error.extra)


class UploadModel(pydantic.BaseModel):
    title: str = pydantic.Field(min_length=2)
    file: UploadFile
    meta: PersonModel | None = None


def test_a_pydantic_model_with_files(bound: Any) -> None:
    read = bound(taking(Annotated[UploadModel, Form()]))
    meta = ("name=meta", b'{"name":"a","langs":["x"]}')
    data = read(headers=MULTIPART, body=multipart(("name=title", b"Emma"), FILE, meta))["data"]
    assert (data.title, shown(data.file), data.meta) == (
        "Emma", "file a.txt", PersonModel(name="a", langs=["x"]),
    )  # fmt: skip
    with pytest.raises(ValidationException) as refused:
        read(headers=MULTIPART, body=multipart(TITLE, ("name=meta", b'{"langs":1}')))
    entries: Any = refused.value.extra
    assert sorted(each["key"] for each in entries) == ["file", "meta.langs", "meta.name", "title"]
