"""The document as a whole: what each part of an operation becomes."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
import pytest

import pleiad_openapi as openapi
from pleiad_openapi import (
    NOTHING,
    Components,
    Contact,
    Content,
    Document,
    Example,
    ExternalDocumentation,
    Header,
    License,
    OpenAPIConfig,
    OpenAPIErrors,
    Operation,
    Parameter,
    RequestBody,
    Response,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
)


@dataclass
class Item:
    name: str


OK = {200: Response(description="OK")}


def of(*operations, **config):
    return Document(OpenAPIConfig(**config), operations).value


def one(operation, **config):
    """The one operation of a document."""
    document = of(operation, **config)
    return document["paths"][operation.path][operation.method.lower()]


def test_the_least():
    assert of() == {
        "openapi": "3.1.1",
        "info": {"title": "Pleiad API", "version": "1.0.0"},
        "servers": [{"url": "/"}],
        "paths": {},
    }


def test_what_is_said_of_the_whole():
    document = of(
        Operation(method="GET", path="/", name="index", tags=("b", "a"), responses=OK),
        title="T",
        version="2",
        summary="S",
        description="D",
        terms_of_service="https://a/terms",
        contact={"name": "Ada", "x-room": 7},
        license=License(name="MIT", identifier="MIT"),
        external_docs=ExternalDocumentation(url="https://a/more"),
        servers=[
            Server(
                url="https://{where}", variables={"where": ServerVariable(default="a", enum=["a"])}
            )
        ],
        tags=[
            Tag(
                name="a",
                description="First",
                external_docs=ExternalDocumentation(url="https://a/t"),
            )
        ],
        security=[{"key": []}],
        components=[
            Components(
                security_schemes={
                    "key": SecurityScheme(type="apiKey", name="k", security_scheme_in="header")
                }
            ),
            Components(
                security_schemes={
                    "b": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
                }
            ),
        ],
    )
    assert document == {
        "openapi": "3.1.1",
        "info": {
            "title": "T",
            "version": "2",
            "summary": "S",
            "description": "D",
            "termsOfService": "https://a/terms",
            "contact": {"name": "Ada", "x-room": 7},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "externalDocs": {"url": "https://a/more"},
        "servers": [
            {"url": "https://{where}", "variables": {"where": {"default": "a", "enum": ["a"]}}}
        ],
        "security": [{"key": []}],
        "tags": [
            {"name": "a", "description": "First", "externalDocs": {"url": "https://a/t"}},
            {"name": "b"},
        ],
        "paths": {
            "/": {
                "get": {
                    "tags": ["b", "a"],
                    "operationId": "index",
                    "responses": {"200": {"description": "OK"}},
                }
            }
        },
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "name": "k", "in": "header"},
                "b": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            }
        },
    }


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        pytest.param(
            Parameter(name="id", source="path", type=int),
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
            id="path",
        ),
        pytest.param(
            Parameter(name="q", source="query", type=str | None, default=None, description="What."),
            {"name": "q", "in": "query", "description": "What.", "schema": {"type": "string"}},
            id="optional: no text says None",
        ),
        pytest.param(
            Parameter(name="q", source="query", type=int | str | None, default=None),
            {
                "name": "q",
                "in": "query",
                "schema": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            },
            id="one of several, or none",
        ),
        pytest.param(
            Parameter(
                name="n",
                source="query",
                type=int,
                default=1,
                metadata=(msgspec.Meta(ge=1, description="N."),),
            ),
            {
                "name": "n",
                "in": "query",
                "description": "N.",
                "schema": {"type": "integer", "minimum": 1, "default": 1},
            },
            id="constrained",
        ),
        pytest.param(
            Parameter(name="t", source="query", type=list[str], required=True, examples=(["a"],)),
            {
                "name": "t",
                "in": "query",
                "required": True,
                "schema": {"type": "array", "items": {"type": "string"}, "examples": [["a"]]},
            },
            id="several values, an example",
        ),
        pytest.param(
            Parameter(name="x-a", source="header", type=str, deprecated=True),
            {"name": "x-a", "in": "header", "deprecated": True, "schema": {"type": "string"}},
            id="deprecated",
        ),
        pytest.param(
            Parameter(name="c", source="cookie", type=object, required=True),
            {"name": "c", "in": "cookie", "required": True, "schema": {}},
            id="anything",
        ),
    ],
)
def test_parameters(parameter, expected):
    operation = Operation(method="GET", path="/a", parameters=(parameter,), responses=OK)
    assert one(operation)["parameters"] == [expected]


@pytest.mark.parametrize("name", ["Authorization", "accept", "Content-Type"])
def test_headers_that_openapi_ignores_are_left_out(name):
    parameter = Parameter(name=name, source="header", type=str)
    assert "parameters" not in one(
        Operation(method="GET", path="/a", parameters=(parameter,), responses=OK)
    )


ITEM = {"$ref": "#/components/schemas/Item"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(Content(type=Item), {"application/json": {"schema": ITEM}}, id="a model"),
        pytest.param(Content(media_type="image/png"), {"image/png": {}}, id="any bytes"),
        pytest.param(
            Content(type=str, media_type="text/plain", encoding="base64", content_type="image/png"),
            {
                "text/plain": {
                    "schema": {
                        "type": "string",
                        "contentEncoding": "base64",
                        "contentMediaType": "image/png",
                    }
                }
            },
            id="what text holds",
        ),
        pytest.param(
            Content(type=Item, examples={"one": Example(value={"name": "a"}, summary="S")}),
            {
                "application/json": {
                    "schema": ITEM,
                    "examples": {"one": {"summary": "S", "value": {"name": "a"}}},
                }
            },
            id="examples",
        ),
        pytest.param(
            Content(
                media_type="multipart/form-data",
                fields=(
                    Parameter(name="a", source="query", type=int, required=True),
                    Parameter(
                        name="b", source="query", type=str | None, default=None, description="B."
                    ),
                ),
            ),
            {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "a": {"type": "integer"},
                            "b": {"type": "string", "description": "B."},
                        },
                        "required": ["a"],
                    }
                }
            },
            id="fields of a form",
        ),
        pytest.param(
            Content(items=Item, media_type="application/jsonl"),
            {"application/jsonl": {"x-itemSchema": ITEM}},
            id="items, in 3.1",
        ),
    ],
)
def test_content(content, expected):
    """The same on the way in and out."""
    operation = Operation(
        method="POST",
        path="/a",
        body=RequestBody(contents=(content,), description="What to send."),
        responses={"default": Response(description="Any", contents=(content,))},
    )
    found = one(operation)
    assert found["requestBody"] == {
        "description": "What to send.",
        "content": expected,
        "required": True,
    }
    assert found["responses"] == {"default": {"description": "Any", "content": expected}}


def test_headers_of_a_response():
    headers = {"x-a": Header(), "x-b": Header(type=int, description="B.", required=True)}
    operation = Operation(
        method="GET", path="/a", responses={200: Response(description="", headers=headers)}
    )
    assert one(operation)["responses"]["200"]["headers"] == {
        "x-a": {"schema": {"type": "string"}},
        "x-b": {"description": "B.", "required": True, "schema": {"type": "integer"}},
    }


def test_a_description_is_there_even_if_it_is_empty():
    """OpenAPI asks for one in every response."""
    operation = Operation(method="GET", path="/a", responses={200: Response(description="")})
    assert one(operation)["responses"]["200"] == {"description": ""}


def test_the_rest_of_an_operation():
    operation = Operation(
        method="GET",
        path="/a/{id}",
        operation_id="show",
        summary="S",
        description="Prose.\n\nArgs:\n    id: Which.\n\nReturns:\n    It.",
        deprecated=True,
        security=(),
        servers=(Server(url="https://b"),),
        external_docs=ExternalDocumentation(url="https://a"),
        parameters=(Parameter(name="id", source="path", type=int),),
        responses=OK,
        callbacks={
            "done": {
                "{$request.query.url}": (
                    Operation(method="POST", path="", responses=OK, operation_id="done"),
                )
            }
        },
    )
    assert one(operation) == {
        "summary": "S",
        "description": "Prose.",
        "externalDocs": {"url": "https://a"},
        "operationId": "show",
        "parameters": [
            {
                "name": "id",
                "in": "path",
                "description": "Which.",
                "required": True,
                "schema": {"type": "integer"},
            }
        ],
        "responses": {"200": {"description": "OK"}},
        "callbacks": {
            "done": {
                "{$request.query.url}": {
                    "post": {"operationId": "done", "responses": {"200": {"description": "OK"}}}
                }
            }
        },
        "deprecated": True,
        "security": [],
        "servers": [{"url": "https://b"}],
    }


def test_webhooks():
    sold = Operation(
        method="POST", path="sold", body=RequestBody(contents=(Content(type=Item),)), responses=OK
    )
    document = of(webhooks={"sold": sold})
    assert document["webhooks"] == {
        "sold": {
            "post": {
                "requestBody": {
                    "content": {"application/json": {"schema": ITEM}},
                    "required": True,
                },
                "responses": {"200": {"description": "OK"}},
            }
        }
    }
    assert list(document["components"]["schemas"]) == ["Item"]


def test_schemas_of_classes_that_are_no_models():
    class Money:
        pass

    class Coin(Money):
        pass

    operation = Operation(
        method="GET",
        path="/a",
        responses={200: Response(description="", contents=(Content(type=Coin),))},
    )
    found = one(operation, schemas={Money: {"type": "string"}})
    assert found["responses"]["200"]["content"]["application/json"]["schema"] == {"type": "string"}


class Opaque:
    pass


def test_all_problems_at_once():
    @dataclass
    class Item:  # another one
        x: int

    operations = [
        Operation(method="GET", path="/a", operation_id="x", responses={200: Response(description="", contents=(Content(type=Opaque),))}),
        Operation(method="GET", path="/b", operation_id="x", body=RequestBody(contents=(Content(type=globals()["Item"]),)), responses=OK),
        Operation(method="GET", path="/c", parameters=(Parameter(name="q", source="query", type=Item),), responses=OK),
    ]  # fmt: skip
    with pytest.raises(OpenAPIErrors) as caught:
        Document(OpenAPIConfig(), operations).check()
    with pytest.raises(OpenAPIErrors, match="operation id 'x'"):
        of(*operations)
    assert [each.where for each in caught.value.problems] == [
        ("GET /a", "GET /b"),
        ("GET /a, response 200",),
        ("GET /b, content", "GET /c, query parameter 'q'"),
    ]
    assert len(str(caught.value).splitlines()) == 3


WRONG = Content(type=Opaque)
BODY = RequestBody(contents=(WRONG,))


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(
            {"parameters": (Parameter(name="q", source="query", type=Opaque),)}, id="parameter"
        ),
        pytest.param({"body": BODY}, id="content"),
        pytest.param({"body": RequestBody(contents=(Content(items=Opaque),))}, id="items"),
        pytest.param(
            {
                "body": RequestBody(
                    contents=(Content(fields=(Parameter(name="a", source="query", type=Opaque),)),)
                )
            },
            id="field of a form",
        ),
        pytest.param(
            {"responses": {200: Response(description="", contents=(WRONG,))}}, id="response"
        ),
        pytest.param(
            {"responses": {200: Response(description="", headers={"a": Header(type=Opaque)})}},
            id="header",
        ),
        pytest.param(
            {
                "callbacks": {
                    "a": {"b": (Operation(method="GET", path="", body=BODY, responses=OK),)}
                }
            },
            id="callback",
        ),
    ],
)
@pytest.mark.parametrize("look", ["check", "json"])
def test_a_type_that_nobody_knows_is_found_wherever_it_stands(more, look):
    """By the check alone as well as by the whole."""
    operation = Operation(method="POST", path="/a", **{"responses": OK, **more})
    with pytest.raises(OpenAPIErrors, match="POST /a, .*: nobody knows how Opaque looks"):
        getattr(Document(OpenAPIConfig(), [operation]), look)()


def test_a_type_in_a_webhook_is_looked_at():
    sold = Operation(method="POST", path="sold", body=BODY, responses=OK)
    with pytest.raises(OpenAPIErrors, match="webhook sold, content: nobody knows"):
        Document(OpenAPIConfig(webhooks={"sold": sold}), []).check()


def test_the_document_is_built_once_and_late():
    calls = []

    def operations():
        calls.append(1)
        return [Operation(method="GET", path="/a", responses=OK)]

    document = Document(OpenAPIConfig(), operations)
    assert not calls
    document.check()
    assert calls.pop()
    assert document.json() == document.json()
    assert msgspec.json.decode(document.json()) == document.value
    assert document.yaml().startswith(b'openapi: "3.1.1"\n')
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("servers", "root_path", "expected"),
    [
        pytest.param((), "", [{"url": "/"}], id="at the root"),
        pytest.param((), "/api", [{"url": "/api"}], id="mounted"),
        pytest.param([{"url": "https://a"}], "/api", [{"url": "https://a"}], id="said"),
    ],
)
def test_servers_of_an_app_that_is_mounted(servers, root_path, expected):
    document = Document(OpenAPIConfig(servers=servers), [])
    assert document.below(root_path)["servers"] == expected
    assert msgspec.json.decode(document.json(root_path))["servers"] == expected


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param({"contact": {"nme": "Ada"}}, "Contact has no field 'nme'", id="a slip"),
        pytest.param(
            {"contact": {"name": 1}}, "Contact: Expected `str | null`, got `int`", id="no text"
        ),
        pytest.param(
            {"license": {"url": "https://a"}},
            "License: Object missing required field `name`",
            id="no name",
        ),
        pytest.param({"servers": [{"uri": "/"}]}, "Server has no field 'uri'", id="in a list"),
        pytest.param(
            {"spec_version": "3.0"}, "spec_version='3.0': say '3.1' or '3.2'", id="version"
        ),
        pytest.param(
            {
                "render_plugins": [
                    openapi.RedocRenderPlugin(path="a"),
                    openapi.SwaggerRenderPlugin(path="a"),
                ]
            },
            "render_plugins: two pages at '/a'",
            id="two pages",
        ),
    ],
)
def test_bad_configs(options, told):
    with pytest.raises((TypeError, ValueError), match=told):
        OpenAPIConfig(**options)


def test_an_annotated_content_type():
    content = Content(
        type=Annotated[int, msgspec.Meta(ge=1)], metadata=(msgspec.Meta(description="d"),)
    )
    operation = Operation(
        method="GET", path="/a", responses={200: Response(description="", contents=(content,))}
    )
    schema = one(operation)["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"type": "integer", "minimum": 1, "description": "d"}


def test_nothing_reads_well():
    assert repr(NOTHING) == "NOTHING"
    assert Contact(name="a") != Contact(name="b")


# Examples that are made up


def contents(operation, **config):
    """What is said of the content of an operation, on the way in and out."""
    found = one(operation, **{"create_examples": True, **config})
    sent = found["requestBody"]["content"]["application/json"]
    return sent, found["responses"]["200"]["content"]["application/json"]


def sends(**content):
    each = (Content(**content),)
    return Operation(
        method="POST",
        path="/a",
        parameters=(Parameter(name="n", source="query", type=int),),
        body=RequestBody(contents=each),
        responses={200: Response(description="", contents=each)},
    )


class Told(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(examples=["Ada"])]
    size: Annotated[int, msgspec.Meta(ge=4, le=4)]


MADE = {"generated": {"value": {"name": "Ada", "size": 4}}}
OWN = {"own": {"value": {"name": "Own", "size": 4}}}
EXAMPLE = Example(value={"name": "Own", "size": 4})


@pytest.mark.parametrize(
    ("content", "config", "expected"),
    [
        pytest.param({"type": Told}, {}, MADE, id="made up"),
        pytest.param({"type": Told}, {"create_examples": False}, None, id="off"),
        pytest.param(
            {"type": Told, "create_example": True}, {"create_examples": False}, MADE, id="asked for"
        ),
        pytest.param({"type": Told, "create_example": False}, {}, None, id="not asked for"),
        pytest.param({"type": Told, "examples": {"own": EXAMPLE}}, {}, OWN, id="the user's own"),
        pytest.param(
            {"type": list[Told]},
            {},
            {"generated": {"value": [MADE["generated"]["value"]]}},
            id="several",
        ),
        pytest.param({"type": object}, {}, None, id="anything"),
        pytest.param({"type": None}, {}, None, id="null alone"),
        pytest.param({}, {}, None, id="any bytes"),
        pytest.param({"items": Told}, {}, None, id="item after item"),
        pytest.param(
            {"type": int, "metadata": (msgspec.Meta(examples=[3]),)}, {}, None, id="in the schema"
        ),
        pytest.param(
            {
                "fields": (
                    Parameter(
                        name="f", source="query", type=Annotated[int, msgspec.Meta(ge=2, le=2)]
                    ),
                )
            },
            {},
            {"generated": {"value": {"f": 2}}},
            id="fields of a form",
        ),
    ],
)
@pytest.mark.parametrize("version", ["3.1", "3.2"])
def test_examples_of_content(content, config, expected, version):
    for found in contents(sends(**content), spec_version=version, **config):
        assert found.get("examples") == expected


def test_a_model_with_examples_of_the_user_s_needs_no_other():
    schema = {"type": "object", "examples": [{"a": 1}]}

    class Kept:
        pass

    for found in contents(sends(type=Kept), schemas={Kept: schema}):
        assert found == {"schema": schema}


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        pytest.param({"type": Annotated[int, msgspec.Meta(ge=3, le=3)]}, [3], id="made up"),
        pytest.param({"type": int, "examples": (7,)}, [7], id="the user's own"),
        pytest.param({"type": Annotated[int, msgspec.Meta(examples=[8])]}, [8], id="of the type"),
        pytest.param({"type": Annotated[str, msgspec.Meta(pattern="(?!)")]}, None, id="none known"),
        pytest.param({"type": object}, None, id="anything"),
    ],
)
def test_examples_of_parameters(parameter, expected):
    operation = Operation(
        method="GET",
        path="/a",
        parameters=(Parameter(name="q", source="query", **parameter),),
        responses=OK,
    )
    [found] = one(operation, create_examples=True)["parameters"]
    assert found["schema"].get("examples") == expected


def test_examples_of_webhooks_and_callbacks():
    sent = sends(type=Told)
    calls = Operation(method="GET", path="/b", responses=OK, callbacks={"c": {"u": (sent,)}})
    document = of(calls, webhooks={"w": sent}, create_examples=True)
    called = document["paths"]["/b"]["get"]["callbacks"]["c"]["u"]["post"]
    for each in (called, document["webhooks"]["w"]["post"]):
        assert each["requestBody"]["content"]["application/json"]["examples"] == MADE


def test_a_further_route_changes_no_example():
    before = of(sends(type=Item), create_examples=True)
    other = Operation(method="GET", path="/0", responses=OK)
    after = of(other, sends(type=Item), create_examples=True)
    assert after["paths"]["/a"] == before["paths"]["/a"]
    assert (
        of(sends(type=Item), create_examples=True, random_seed=11)["paths"]["/a"]
        != before["paths"]["/a"]
    )


def test_none_is_an_example():
    found, _ = contents(sends(type=int | None, examples={"nothing": Example(value=None)}))
    assert found["examples"] == {"nothing": {"value": None}}


# Operations that say more


class Owned(Operation, frozen=True, kw_only=True):
    owner: str = "nobody"

    def to_schema(self, written):
        return {**written, "x-owner": self.owner, "description": f"Of {self.label}."}


def owned(method="GET", path="/a", **fields):
    return Owned(method=method, path=path, **{"responses": OK, **fields})


@pytest.mark.parametrize("version", ["3.1", "3.2"])
def test_an_operation_of_a_class_of_one_s_own(version):
    assert one(owned(owner="us", summary="S", name="a"), spec_version=version) == {
        "summary": "S",
        "description": "Of GET /a.",
        "operationId": "a",
        "responses": {"200": {"description": "OK"}},
        "x-owner": "us",
    }


def test_it_may_say_less_and_objects():
    class Brief(Operation, frozen=True, kw_only=True):
        def to_schema(self, written):
            del written["summary"]
            written["externalDocs"] = ExternalDocumentation(url="https://a")
            return written

    found = one(Brief(method="GET", path="/a", summary="S", responses=OK))
    assert "summary" not in found
    assert found["externalDocs"] == {"url": "https://a"}


def test_what_it_takes_is_what_the_document_has():
    """References are text, and what it changes is its own: others share the response."""
    shared = Response(description="", contents=(Content(type=Item),))

    class Looking(Operation, frozen=True, kw_only=True):
        def to_schema(self, written):
            content = written["responses"]["200"]["content"]["application/json"]
            assert content["schema"] == ITEM
            content["schema"] = {"x-changed": True}
            return written

    plain = Operation(method="GET", path="/b", responses={200: shared})
    looking = Looking(method="GET", path="/a", responses={200: shared})
    document = of(looking, plain)
    schemas = [
        document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for path in ("/a", "/b")
    ]
    assert schemas == [{"x-changed": True}, ITEM]


def test_webhooks_and_callbacks_of_such_a_class():
    inner = owned("POST", "", owner="inner", operation_id="done")
    outer = owned(owner="outer", callbacks={"done": {"{$url}": (inner,)}})
    document = of(outer, webhooks={"one": owned(owner="hook"), "two": [owned(owner="hooks")]})
    found = document["paths"]["/a"]["get"]
    assert found["x-owner"] == "outer"
    assert found["callbacks"]["done"]["{$url}"]["post"]["x-owner"] == "inner"
    assert document["webhooks"]["one"]["get"]["x-owner"] == "hook"
    assert document["webhooks"]["two"]["get"]["x-owner"] == "hooks"


@pytest.mark.parametrize("method", ["QUERY", "LINK"])
def test_a_method_that_3_1_does_not_know(method):
    assert of(owned(method), owned())["paths"] == of(owned())["paths"]
    item = of(owned(method), spec_version="3.2")["paths"]["/a"]
    assert {**item, **item.get("additionalOperations", {})}[
        "query" if method == "QUERY" else method
    ]["x-owner"] == "nobody"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param(None, "gives no dict: None: return the one that it takes", id="nothing"),
        pytest.param(
            {"x_owner": 1}, "gives 'x_owner': write 'x-owner', or one of callbacks,", id="a slip"
        ),
        pytest.param(
            {"x-owner": object()}, "gives what JSON cannot hold: .*object", id="an object"
        ),
    ],
)
@pytest.mark.parametrize("look", ["check", "json"])
def test_what_it_cannot_say(said, told, look):
    class Wrong(Operation, frozen=True, kw_only=True):
        def to_schema(self, written):
            return said

    operations = [Wrong(method=method, path="/a", responses=OK) for method in ("GET", "PUT")]
    with pytest.raises(OpenAPIErrors, match=f"GET /a: Wrong.to_schema {told}") as caught:
        getattr(Document(OpenAPIConfig(), operations), look)()
    assert len(caught.value.problems) == 2
    with pytest.raises(OpenAPIErrors, match="webhook w: Wrong.to_schema"):
        getattr(Document(OpenAPIConfig(webhooks={"w": operations}), []), look)()
    calls = Operation(
        method="GET", path="/b", responses=OK, callbacks={"c": {"u": tuple(operations)}}
    )
    with pytest.raises(OpenAPIErrors, match="GET /b, callback c: Wrong.to_schema"):
        getattr(Document(OpenAPIConfig(), [calls]), look)()
