"""JSON documents, one on each line."""

import json
from dataclasses import dataclass
from decimal import Decimal

import anyio
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from pleiad_http import JSONLines, SerializationException, encoder_for

pytestmark = pytest.mark.anyio

SCOPE = {"type": "http", "method": "GET", "headers": [], "http_version": "1.1"}


async def sent_by(response, **defaults):
    """The content type and the content of a response."""
    sent = []

    async def send(message):
        sent.append(message)

    with anyio.fail_after(5):
        await response.send(dict(SCOPE), anyio.sleep_forever, send, **defaults)
    headers = dict(sent[0]["headers"])
    return headers[b"content-type"].decode(), b"".join(each["body"] for each in sent[1:])


@dataclass
class Point:
    x: int


class Book(msgspec.Struct):
    title: str


class Model(BaseModel):
    name: str


class Own:
    def __init__(self, name):
        self.name = name


OWN = {Own: lambda own: own.name}


@pytest.mark.parametrize(
    ("response", "content"),
    [
        pytest.param(JSONLines([]), b"", id="nothing"),
        pytest.param(JSONLines([1, "a\nb", None, [], {"a": 1}]), b'1\n"a\\nb"\nnull\n[]\n{"a":1}\n', id="builtins"),
        pytest.param(JSONLines([Point(1), Book("x"), Model(name="n")]), b'{"x":1}\n{"title":"x"}\n{"name":"n"}\n', id="models of all kinds"),
        pytest.param(JSONLines([Model(name="é")], item_type=Model), '{"name":"é"}\n'.encode(), id="pydantic's own serializer"),
        pytest.param(JSONLines([Own("o")], type_encoders=OWN), b'"o"\n', id="type encoders"),
        pytest.param(JSONLines([msgspec.Raw(b'{\n"a":\r\n1}')]), b'{ "a":  1}\n', id="a document that came with line ends"),
        pytest.param(JSONLines([b'{"a":\n1}'], item_type=bytes), b'{"a": 1}\n', id="encoded by hand"),
        pytest.param(JSONLines({"a": 1}), b'{"a":1}\n', id="a dict is one document"),
        pytest.param(JSONLines("ab"), b'"ab"\n', id="text is one document"),
    ],
)  # fmt: skip
async def test_lines(response, content):
    assert await sent_by(response) == ("application/jsonl", content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.lists(JSON))
def test_each_line_is_a_document(items):
    async def check():
        _, content = await sent_by(JSONLines(items))
        lines = content.split(b"\n")
        assert lines.pop() == b""
        assert [json.loads(line) for line in lines] == items

    anyio.run(check)


def shout(value):
    return json.dumps(value).upper().encode()


@pytest.mark.parametrize(
    ("response", "media_type", "line"),
    [
        pytest.param(JSONLines(["a"]), "application/json", b'"A"\n', id="the route's"),
        pytest.param(JSONLines(["a"]), "application/x+json", b'"A"\n', id="the route's, +json"),
        pytest.param(JSONLines(["a"]), None, b'"a"\n', id="of a type that nobody told"),
        pytest.param(JSONLines(["a"]), "text/plain", b'"a"\n', id="the route's, but no JSON"),
        pytest.param(JSONLines(["a"], item_type=str), "application/json", b'"a"\n', id="its own type"),
        pytest.param(JSONLines(["a"], type_encoders=OWN), "application/json", b'"a"\n', id="its own encoders"),
    ],
)  # fmt: skip
async def test_encoder(response, media_type, line):
    found = await sent_by(response, media_type=media_type, encode=shout)
    assert found == ("application/jsonl", line)


@pytest.mark.parametrize("media_type", ["application/x-ndjson", "application/json-seq"])
async def test_media_type_of_its_own(media_type):
    assert await sent_by(JSONLines([1], media_type=media_type)) == (media_type, b"1\n")


@pytest.mark.parametrize("options", [{"item_type": str}, {"type_encoders": OWN}], ids=" ".join)
async def test_encode_makes_all_of_it(options):
    assert await sent_by(JSONLines(["a"], encode=shout)) == ("application/jsonl", b'"A"\n')
    with pytest.raises(ValueError, match="leave out item_type and type_encoders"):
        JSONLines(["a"], encode=shout, **options)


async def test_one_encoder_for_all(monkeypatch):
    made = []

    def counted(*arguments):
        made.append(arguments)
        return encoder_for(*arguments)

    monkeypatch.setattr("pleiad_http.stream.encoder_for", counted)
    await sent_by(JSONLines([1, "a", Decimal(1), Point(1)]))
    assert len(made) == 1


async def test_item_that_nobody_can_encode():
    with pytest.raises(SerializationException, match="Own"):
        await sent_by(JSONLines([1, Own("o")]))
