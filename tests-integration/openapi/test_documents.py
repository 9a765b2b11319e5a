"""Every document is valid: to openapi-spec-validator, to OpenAPI's own schema, to JSON Schema 2020-12."""

import json
from pathlib import Path

import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
DESCRIBED = sorted(
    path.stem
    for path in EXAMPLES.glob("*.py")
    if "app = Pleiad(" in path.read_text() and not path.stem.startswith("test_")
)
VALIDATORS = {"3.1": OpenAPIV31SpecValidator, "3.2": OpenAPIV32SpecValidator}


def faults(document) -> list[str]:
    """What is wrong with a document, and with each schema in it."""
    validator = VALIDATORS[document["openapi"][:3]]
    found = [str(error) for error in validator(document).iter_errors()]
    for schema in schemas_in(document):
        found += [
            str(error)
            for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema)
        ]
    return found


def schemas_in(value):
    """Every schema of a document, wherever it stands."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in ("schema", "itemSchema", "x-itemSchema"):
                yield each
            elif key == "schemas":
                yield from each.values()
            else:
                yield from schemas_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from schemas_in(each)


def references_in(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from references_in(each)


@pytest.mark.parametrize("version", ["3.1", "3.2"])
def test_everything(every_kind, version):
    config = msgspec.structs.replace(every_kind.CONFIG, spec_version=version)
    document = every_kind.make(config).openapi_document
    value = json.loads(document.json())
    assert faults(value) == []
    assert yaml.safe_load(document.yaml()) == value
    known = {f"#/components/schemas/{name}" for name in value["components"]["schemas"]}
    assert set(references_in(value)) <= known
    ids = [each["operationId"] for item in value["paths"].values() for each in item.values()]
    assert len(set(ids)) == len(ids) > 50


@pytest.mark.parametrize("seed", range(5))
def test_made_up_examples_are_valid(every_kind, seed):
    """Each by its own schema, its formats included: of contents, of parameters, in each version."""
    config = msgspec.structs.replace(every_kind.CONFIG, create_examples=True, random_seed=seed)
    value = json.loads(every_kind.make(config).openapi_document.json())
    assert faults(value) == []
    pairs = list(examples_in(value))
    wrong = [
        f"{example}: {error.message}"
        for schema, example in pairs
        for error in Draft202012Validator(
            {**schema, "components": value["components"]},
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        ).iter_errors(example)
    ]
    assert wrong == []
    contents = [each for each in everything_in(value, "content") for each in each.values()]
    assert len(pairs) > 150
    assert {json.dumps(each.get("schema")) for each in contents if "examples" not in each} == {
        "null",  # any bytes, or one item after another
        "{}",
        '{"type": "null"}',
        '{"contentMediaType": "image/png"}',
    }


def examples_in(value):
    """Pairs of a schema and an example of it."""
    for found in (*everything_in(value, "content"), *everything_in(value, "parameters")):
        for each in found.values() if isinstance(found, dict) else found:
            schema = each.get("schema", {})
            own = [each["value"] for each in each.get("examples", {}).values()]
            yield from ((schema, example) for example in (*own, *schema.get("examples", ())))


def everything_in(value, name):
    """All that stands under a name."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == name:
                yield each
            yield from everything_in(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from everything_in(each, name)


def test_the_components_of_everything(every_kind):
    """One for each type; twins only where pydantic's differ: a computed field, a Decimal."""
    assert list(every_kind.app.openapi_schema["components"]["schemas"]) == [
        "Address",
        "Box",
        "Cat",
        "Circle",
        "Colour",
        "Dog",
        "HTTPErrorBody",
        "InvalidValue",
        "Movie",
        "Node",
        "Page_Point",
        "Page_str",
        "Person_Input",
        "Person_Output",
        "Point",
        "PydanticPage_Person_Input",
        "PydanticPage_Person_Output",
        "Range",
        "Row",
        "Scalars",
        "Signup",
        "Size",
        "Square",
        "Strict",
        "Upload",
        "ValidationErrorBody",
    ]


@pytest.mark.parametrize("example", [*DESCRIBED, "bookshelf"], indirect=True)
def test_every_example(example):
    assert faults(json.loads(example.openapi_document.json())) == []


def test_the_validators_see_something():
    wrong = {
        "openapi": "3.1.1",
        "info": {"title": "T"},
        "paths": {"/a": {"get": {"responses": {"200": {}}}}},
    }
    assert len(faults(wrong)) >= 1
    bad = {
        "openapi": "3.1.1",
        "info": {"title": "T", "version": "1"},
        "components": {"schemas": {"A": {"type": 1}}},
    }
    assert faults(bad)
