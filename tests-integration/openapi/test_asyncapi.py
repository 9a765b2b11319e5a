"""Every AsyncAPI document is valid by AsyncAPI's own JSON Schema, and refers to what is there."""

import copy
import json
import shutil

import pytest
import yaml
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

NPM = shutil.which("npm")
SPECS = "@asyncapi/specs@6.11.1"
PARSER = "@asyncapi/parser@3.6.6"
FLAGS = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")

pytestmark = pytest.mark.skipif(NPM is None, reason="there is no npm")


@pytest.fixture(scope="session")
def validator(tmp_path_factory, run):
    """Give what AsyncAPI's own schema says of a document."""
    folder = tmp_path_factory.mktemp("asyncapi")
    run(NPM, "install", *FLAGS, SPECS, cwd=folder, timeout=120)
    path = folder / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
    schema = json.loads(path.read_text())
    each = [(name, DRAFT7.create_resource(own)) for name, own in schema["definitions"].items()]
    return Draft7Validator(schema, registry=Registry().with_resources(each))


def faults(validator, document) -> list[str]:
    """What is wrong with a document: by the schema, or because it refers to nothing."""
    found = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    return found + [f"{each}: is not there" for each in dangling(document)]


def dangling(document):
    return [each for each in references_in(document) if not is_there(document, each)]


def references_in(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from references_in(each)


def is_there(document, reference: str) -> bool:
    for token in reference.removeprefix("#/").split("/"):
        token = token.replace("~1", "/").replace("~0", "~")
        if token not in document:
            return False
        document = document[token]
    return True


def test_everything(every_socket, validator):
    document = json.loads(every_socket.asyncapi_document.json())
    assert faults(validator, document) == []
    assert yaml.safe_load(every_socket.asyncapi_document.yaml()) == document
    assert len(document["channels"]) > 30
    for schema in document["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)
    pairs = [
        (message["payload"], each["payload"])
        for channel in document["channels"].values()
        for message in channel.get("messages", {}).values()
        for each in message.get("examples", ())
    ]
    assert len(pairs) > 20
    for schema, example in pairs:
        held = {"allOf": [schema], "components": document["components"]}
        assert list(Draft7Validator(held).iter_errors(example)) == []


@pytest.mark.parametrize("example", ["sockets", "chat"], indirect=True)
def test_examples(example, validator):
    document = json.loads(example.asyncapi_document.json("/mounted"))
    assert faults(validator, document) == []
    assert all(each["address"].startswith("/mounted/") for each in document["channels"].values())


PARSE = """\
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync("asyncapi.yaml", "utf8"));
const told = diagnostics.filter((each) => each.code !== "asyncapi-latest-version");
console.log(JSON.stringify({ told, channels: document?.allChannels().length }));
"""


def test_asyncapi_s_own_parser(every_socket, tmp_path, run):
    """It knows rules that no schema tells, such as that a reply's messages are of its channel."""
    run(NPM, "install", *FLAGS, PARSER, cwd=tmp_path, timeout=120)
    (tmp_path / "parse.mjs").write_text(PARSE)
    content = every_socket.asyncapi_document.yaml()
    channels = len(every_socket.asyncapi_schema["channels"])
    (tmp_path / "asyncapi.yaml").write_bytes(content)
    found = json.loads(run("node", "parse.mjs", cwd=tmp_path))
    assert found == {"told": [], "channels": channels}
    reply = b'reply:\n      channel:\n        $ref: "#/channels/'
    assert reply in content
    (tmp_path / "asyncapi.yaml").write_bytes(content.replace(reply, reply + b"nothing-"))
    assert json.loads(run("node", "parse.mjs", cwd=tmp_path))["told"]


def test_messages_of_draft_7_are_what_is_sent(every_socket):
    """A payload's schema, read as draft 7, takes what goes over the wire and nothing else."""
    document = every_socket.asyncapi_schema
    channels = {each["address"]: each for each in document["channels"].values()}
    messages = channels["/watch/{start}"]["messages"]
    payload = {**messages["Place"]["payload"], "components": document["components"]}
    assert [Draft7Validator(payload).is_valid(each) for each in ([1, 2], ["1"], [])] == [
        True,
        False,
        False,
    ]


def test_the_validator_sees_something(every_socket, validator):
    document = json.loads(every_socket.asyncapi_document.json())
    assert faults(validator, {"asyncapi": "3.0.0"})
    for place, wrong in [
        (("channels", "chat", "bindings", "ws", "method"), "PATCH"),
        (("operations", "chat", "action"), "publish"),
        (("channels", "chat", "messages", "Said", "payload"), {"type": 1}),
        (("channels", "chat", "parameters", "room", "enum"), [1]),
        (("operations", "chat", "channel"), {"$ref": "#/channels/nothing"}),
    ]:
        changed = copy.deepcopy(document)
        *path, last = place
        within = changed
        for key in path:
            within = within[key]
        assert last in within
        within[last] = wrong
        assert faults(validator, changed), place
