"""An app describes itself: what of its routes stands in the document, and where it is served."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import msgspec
import pydantic
import pytest

from pleiad import Controller, Pleiad, Response, Router, get, post, put, route
from pleiad.datastructures import CacheControlHeader, Cookie, ETag, ResponseHeader, UploadFile
from pleiad.enums import RequestEncodingType
from pleiad.exceptions import (
    ClientException,
    HTTPException,
    ImproperlyConfiguredException,
    NotAuthorizedException,
    NotFoundException,
    ProblemDetailsException,
)
from pleiad.openapi import Components as OpenAPIComponents
from pleiad.openapi import (
    ExternalDocumentation,
    OpenAPIConfig,
    Operation,
    RedocRenderPlugin,
    ResponseSpec,
    SecurityScheme,
    config,
    datastructures,
    plugins,
    spec,
)
from pleiad.params import Body, CookieParameter, Form, Header, Parameter, Query
from pleiad.response import File, Redirect
from pleiad.testing import TestClient, create_test_client
from pleiad_params import MarkerOptions, ParameterOptions


@dataclass
class Item:
    name: str


@dataclass
class Problem:
    text: str


class Filters(msgspec.Struct):
    limit: int = 10
    tags: list[str] = []


class Files(msgspec.Struct):
    title: str
    file: UploadFile


class FilesModel(pydantic.BaseModel):
    title: str
    file: UploadFile


ITEM = {"$ref": "#/components/schemas/Item"}
JSON_ITEM = {"application/json": {"schema": ITEM}}
FILE = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}


def document_of(*handlers: Any, **options: Any) -> dict[str, Any]:
    return Pleiad(handlers, **options).openapi_schema


def operation_of(handler: Any, **options: Any) -> dict[str, Any]:
    """The one operation of an app."""
    [item] = document_of(handler, **options)["paths"].values()
    [operation] = item.values()
    return operation


# Where it is


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/schema", "text/html; charset=utf-8"),
        ("/schema/swagger", "text/html; charset=utf-8"),
        ("/schema/redoc", "text/html; charset=utf-8"),
        ("/schema/scalar", "text/html; charset=utf-8"),
        ("/schema/elements", "text/html; charset=utf-8"),
        ("/schema/openapi.json", "application/vnd.oai.openapi+json"),
        ("/schema/openapi.yaml", "application/vnd.oai.openapi"),
    ],
)
def test_served_without_being_asked_for(path, media_type):
    with create_test_client([]) as client:
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405


def test_the_document_that_is_served_is_the_app_s():
    @get("/items")
    async def items() -> list[Item]: ...

    with create_test_client(
        [items], openapi_config=OpenAPIConfig(title="Shop", path="/docs")
    ) as client:
        assert client.get("/docs/openapi.json").json() == client.app.openapi_schema
        assert client.get("/schema").status_code == 404
        assert "<title>Shop</title>" in client.get("/docs").text


def test_switched_off():
    app = Pleiad([], openapi_config=None)
    with TestClient(app) as client:
        assert client.get("/schema").status_code == 404
    with pytest.raises(ImproperlyConfiguredException, match="openapi_config=None"):
        _ = app.openapi_schema


def test_something_else_than_a_config():
    with pytest.raises(
        ImproperlyConfiguredException, match="openapi_config='docs': give an OpenAPIConfig"
    ):
        Pleiad([], openapi_config="docs")


def test_below_a_prefix_and_within_another_app():
    @get("/items")
    async def items() -> list[Item]: ...

    with create_test_client([items], path="/api", root_path="/outer") as client:
        document = client.get("/api/schema/openapi.json").json()
        assert document["servers"] == [{"url": "/outer"}]
        assert list(document["paths"]) == ["/api/items"]
        assert '"/outer/api/schema/openapi.json"' in client.get("/api/schema").text


def test_a_route_of_the_user_s_at_the_same_path_wins():
    @get("/schema")
    async def own() -> str:
        return "own"

    with create_test_client([own]) as client:
        assert client.get("/schema").text == "own"
        assert client.get("/schema/openapi.json").status_code == 200


def test_guards_of_the_app_guard_the_document():
    def refuse(connection: Any, handler: Any) -> None:
        raise NotAuthorizedException

    with create_test_client([], guards=[refuse]) as client:
        assert client.get("/schema/openapi.json").status_code == 401


def test_on_app_init_may_change_the_config():
    def rename(config: Any) -> Any:
        config.openapi_config = OpenAPIConfig(title="Renamed", render_plugins=[RedocRenderPlugin()])
        return config

    assert document_of(on_app_init=[rename])["info"]["title"] == "Renamed"


def test_what_is_registered_later_is_in_it():
    @get("/later")
    async def later() -> None: ...

    app = Pleiad([])
    assert app.openapi_schema["paths"] == {}
    app.register(later)
    assert list(app.openapi_schema["paths"]) == ["/later"]


# Operations


def test_an_operation():
    class Items(Controller):
        path = "/items"
        tags = ["items"]

        @put("/{item_id:int}", tags=["more"], deprecated=True, operation_id="store")
        async def store(self, item_id: int, data: Item) -> Item:
            """Store an item.

            Args:
                item_id: Its number.
                data: What it is.

            Returns:
                It.
            """
            return data

    assert operation_of(Router("/v1", route_handlers=[Items])) == {
        "tags": ["items", "more"],
        "summary": "Store",
        "description": "Store an item.",
        "operationId": "store",
        "parameters": [
            {
                "name": "item_id",
                "in": "path",
                "description": "Its number.",
                "required": True,
                "schema": {"type": "integer"},
            }
        ],
        "requestBody": {"description": "What it is.", "content": JSON_ITEM, "required": True},
        "responses": {
            "200": {"description": "OK", "content": JSON_ITEM},
            "400": _error("Values of the request are not what was declared.", "Validation"),
            "404": _error("What was asked for is not there."),
            "413": _error("The request's content exceeds a limit."),
            "415": _error("The request's content is of a type that is not taken here."),
        },
        "deprecated": True,
    }


def _error(description: str, kind: str = "HTTP") -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{kind}ErrorBody"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def test_docstrings_may_be_left_out():
    @get()
    async def index() -> None:
        """Said to readers of the code."""

    operation = operation_of(index, openapi_config=OpenAPIConfig(use_handler_docstrings=False))
    assert "description" not in operation
    assert operation_of(index)["description"] == "Said to readers of the code."


@pytest.mark.parametrize("where", ["handler", "router", "app"])
def test_not_in_the_document(where):
    hidden = {"include_in_schema": False}

    @get("/hidden", **(hidden if where == "handler" else {}))
    async def handler() -> None: ...

    router = Router("/r", route_handlers=[handler], **(hidden if where == "router" else {}))
    assert document_of(router, **(hidden if where == "app" else {}))["paths"] == {}


def test_the_nearest_layer_says_whether_it_is_shown():
    @get("/shown", include_in_schema=True)
    async def shown() -> None: ...

    assert list(document_of(shown, include_in_schema=False)["paths"]) == ["/shown"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, "show", id="the function's name"),
        pytest.param({"name": "item"}, "item", id="the handler's name"),
        pytest.param({"operation_id": "own"}, "own", id="said"),
        pytest.param(
            {
                "operation_id": lambda handler, method, path: (
                    f"{handler.handler_name}-{method}-{path[0]}"
                )
            },
            "show-GET-items",
            id="made",
        ),
    ],
)
def test_operation_ids(given, expected):
    @get("/items/{item_id:int}", **given)
    async def show(item_id: int) -> None: ...

    assert operation_of(show)["operationId"] == expected


def test_operation_ids_of_the_config():
    @get("/a")
    async def a() -> None: ...

    @get("/b", operation_id="own")
    async def b() -> None: ...

    config = OpenAPIConfig(operation_id_creator=lambda handler, method, path: f"{method}.{path[0]}")
    paths = document_of(a, b, openapi_config=config)["paths"]
    assert [paths["/a"]["get"]["operationId"], paths["/b"]["get"]["operationId"]] == [
        "GET.a",
        "own",
    ]


def test_templates_that_differ_in_a_type_alone():
    @get("/items/{key:int}")
    async def by_number(key: int) -> None: ...

    @get("/items/{key:str}")
    async def by_name(key: str) -> None: ...

    paths = document_of(by_number, by_name)["paths"]
    assert list(paths) == ["/items/{key}", "/items/{key_str}"]
    assert paths["/items/{key_str}"]["get"]["parameters"][0]["name"] == "key_str"


def test_callbacks_and_more_to_read():
    done = Operation(method="POST", path="done", operation_id="done", responses={})
    more = ExternalDocumentation(url="https://a")

    @post("/jobs", callbacks={"done": {"{$request.query.url}": [done]}}, external_docs=more)
    async def start(url: str) -> None: ...

    operation = operation_of(start)
    called = {"post": {"operationId": "done", "responses": {}}}
    assert operation["callbacks"] == {"done": {"{$request.query.url}": called}}
    assert operation["externalDocs"] == {"url": "https://a"}


def test_where_litestar_keeps_the_names():
    """One object each, under both paths."""
    assert config.OpenAPIConfig is OpenAPIConfig
    assert datastructures.ResponseSpec is ResponseSpec
    assert plugins.OpenAPIRenderPlugin in RedocRenderPlugin.__mro__
    assert spec.SecurityScheme is SecurityScheme


class Owned(Operation, kw_only=True):
    owner: str

    def to_schema(self, written: dict[str, Any]) -> dict[str, Any]:
        return {**written, "x-owner": self.owner, "x-sends": len(self.parameters)}


def test_an_operation_of_a_class_of_one_s_own():
    """The nearest layer says which."""

    @get("/inherits")
    async def inherits(limit: int = 3) -> None: ...

    @get("/own", operation_class=partial(Owned, owner="own"))
    async def own() -> None: ...

    router = Router("/r", route_handlers=[inherits], operation_class=partial(Owned, owner="router"))
    paths = document_of(inherits, own, router, operation_class=partial(Owned, owner="app"))["paths"]
    assert {path: item["get"].get("x-owner") for path, item in paths.items()} == {
        "/inherits": "app",
        "/own": "own",
        "/r/inherits": "router",
    }
    assert paths["/inherits"]["get"]["x-sends"] == 1
    before = {**paths["/inherits"]["get"]}
    del before["x-owner"], before["x-sends"]
    assert before == operation_of(inherits)


class Wordless(Operation):
    def to_schema(self, written: dict[str, Any]) -> dict[str, Any]:
        return {**written, "code_samples": []}


@pytest.mark.parametrize(
    ("operation_class", "told"),
    [
        pytest.param(
            Owned,
            "operation_class=.*Owned'>: Missing required argument 'owner'",
            id="asks for more",
        ),
        pytest.param("Owned", "operation_class='Owned': 'str' object is not callable", id="a name"),
        pytest.param(
            dict, "operation_class=<class 'dict'> makes no operation: give a subclass", id="a dict"
        ),
        pytest.param(
            Wordless, "Wordless.to_schema gives 'code_samples': write 'x-code-samples'", id="a slip"
        ),
    ],
)
def test_what_is_no_class_of_operations_ends_the_start(operation_class, told):
    @get("/items")
    async def items() -> None: ...

    with (
        pytest.raises(ImproperlyConfiguredException, match=f"GET /items: {told}"),
        create_test_client([items], operation_class=operation_class),
    ):
        pass


def test_security():
    @get("/open", security=[{}])
    async def opened() -> None: ...

    @get("/closed")
    async def closed() -> None: ...

    config = OpenAPIConfig(
        security=[{"key": []}],
        components=OpenAPIComponents(
            security_schemes={
                "key": SecurityScheme(type="apiKey", name="k", security_scheme_in="query")
            }
        ),
    )
    document = document_of(opened, closed, openapi_config=config)
    assert document["security"] == [{"key": []}]
    assert document["paths"]["/open"]["get"]["security"] == [{}]
    assert "security" not in document["paths"]["/closed"]["get"]


# Requests


def test_values_of_every_source():
    @get("/{day:date}/{rest:path}")
    async def handler(
        q: Annotated[str, Parameter(query="query", min_length=1, description="What.")],
        filters: Annotated[Filters, Query()],
        n: int = 3,
        x_token: Annotated[str | None, Header()] = None,
        seen: Annotated[bool, Parameter(cookie="seen-it")] = False,
        metered: Annotated[int, msgspec.Meta(ge=1)] = 1,
    ) -> None: ...

    parameters = {
        f"{each['in']} {each['name']}": each for each in operation_of(handler)["parameters"]
    }
    schemas = {name: each["schema"] for name, each in parameters.items()}
    assert schemas == {
        "path day": {"type": "string", "format": "date"},
        "path rest": {"type": "string"},
        "query query": {"type": "string", "minLength": 1},
        "query limit": {"type": "integer"},
        "query tags": {"type": "array", "items": {"type": "string"}},
        "query n": {"type": "integer", "default": 3},
        "header x-token": {"type": "string"},
        "cookie seen-it": {"type": "boolean", "default": False},
        "query metered": {"type": "integer", "minimum": 1, "default": 1},
    }
    assert [name for name, each in parameters.items() if each.get("required")] == [
        "path day",
        "path rest",
        "query query",
    ]
    assert parameters["query query"]["description"] == "What."


def test_values_that_are_not_shown():
    hidden = {"include_in_schema": False}

    @post()
    async def fields(
        debug: Annotated[str, Query(**hidden)],
        x_trace: Annotated[str, Header(**hidden)],
        filters: Annotated[Filters, Query(**hidden)],
        name: Annotated[str, Form()],
        token: Annotated[str, Form(**hidden)],
        shown: int,
    ) -> None: ...

    @post()
    async def whole(data: Annotated[Item, Form(**hidden)]) -> None: ...

    found = operation_of(fields, parameters={"layer": Parameter(str, query="layer", **hidden)})
    assert [each["name"] for each in found["parameters"]] == ["shown"]
    [form, _] = found["requestBody"]["content"].values()
    assert list(form["schema"]["properties"]) == ["name"]
    assert "requestBody" not in operation_of(whole)
    with create_test_client([fields]) as client:
        query = {"debug": "1", "limit": 2, "shown": 3}
        answer = client.post("/", params=query, data={"name": "a", "token": "b"})
        assert [each["key"] for each in answer.json()["extra"]] == ["x-trace"]


def test_further_keywords_of_a_schema():
    extra = {"format": "currency", "externalDocs": {"url": "https://a"}}

    @post()
    async def handler(
        data: Annotated[list[int], Body(schema_extra={"x-a": 1})],
        q: Annotated[str, Parameter(schema_extra=extra)],
    ) -> None: ...

    found = operation_of(handler)
    assert found["parameters"][0]["schema"] == {"type": "string", **extra}
    assert found["requestBody"]["content"]["application/json"]["schema"]["x-a"] == 1


SAID: list[tuple[str, Any, Any, str]] = [
    ("gt", 1, int, "exclusiveMinimum"),
    ("ge", 1, int, "minimum"),
    ("lt", 9, int, "exclusiveMaximum"),
    ("le", 9, int, "maximum"),
    ("multiple_of", 2, int, "multipleOf"),
    ("min_length", 1, str, "minLength"),
    ("max_length", 9, str, "maxLength"),
    ("min_items", 1, list[str], "minItems"),
    ("max_items", 9, list[str], "maxItems"),
    ("pattern", "^a", str, "pattern"),
    ("title", "T", int, "title"),
    ("description", "D", int, "description"),
    ("examples", [7], int, "examples"),
]
"""An option of a marker, its value, a type that can have it, and the word for it in a document."""
OF_PARAMETERS: list[tuple[str, Any, Any, str]] = [
    ("default", 7, int, "default"),
    ("deprecated", True, int, "deprecated"),
    ("required", True, int | None, "required"),
]
MARKERS = [
    *[
        (marker, row)
        for marker in (Parameter, Query, Header, CookieParameter)
        for row in SAID + OF_PARAMETERS
    ],
    *[(marker, row) for marker in (Body, Form) for row in SAID],
    (Form, OF_PARAMETERS[0]),
]


@pytest.mark.parametrize(
    ("marker", "said"), [pytest.param(m, row, id=f"{m.__name__}-{row[0]}") for m, row in MARKERS]
)
def test_what_a_marker_says(marker, said):
    option, value, annotation, word = said

    def words(**options: Any) -> dict[str, Any]:
        async def handler(data: Any) -> None: ...

        handler.__annotations__["data"] = Annotated[annotation, marker(**options)]
        operation = operation_of(post()(handler))
        if "parameters" in operation:
            (parameter,) = operation["parameters"]
            return {**parameter["schema"], **parameter}
        schema = next(iter(operation["requestBody"]["content"].values()))["schema"]
        return schema["properties"]["data"] if marker is Form else schema

    assert word not in words()
    assert words(**{option: value})[word] == value


def test_nothing_that_a_marker_says_lacks_a_row():
    beside = {"schema_extra"}  # any words; and what is not shown at all: see the tests of both
    assert {option for option, *_ in SAID} | beside == MarkerOptions.__annotations__.keys()
    beside |= {"include_in_schema"}
    assert {option for option, *_ in SAID + OF_PARAMETERS} | beside == {
        *MarkerOptions.__annotations__,
        *ParameterOptions.__annotations__,
    }


def test_values_of_dependencies_and_layers():
    async def page(offset: int = 0) -> int:
        return offset

    @get("/")
    async def handler(page: int) -> None: ...

    declared = {"x_trace": Parameter(str, header="x-trace", required=False, default=None)}
    found = operation_of(handler, dependencies={"page": page}, parameters=declared)["parameters"]
    assert [f"{each['in']} {each['name']}" for each in found] == ["query offset", "header x-trace"]


FORM = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "default": 1}},
    "required": ["name"],
}


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        pytest.param({"data": Item}, JSON_ITEM, id="JSON"),
        pytest.param(
            {"data": Annotated[Item, Body(media_type=RequestEncodingType.MESSAGEPACK)]},
            {"application/vnd.msgpack": {"schema": ITEM}},
            id="MessagePack",
        ),
        pytest.param(
            {
                "data": Annotated[
                    Item, Body(media_type=["application/json", RequestEncodingType.URL_ENCODED])
                ]
            },
            {**JSON_ITEM, "application/x-www-form-urlencoded": {"schema": ITEM}},
            id="several",
        ),
        pytest.param(
            {"data": Annotated[Item, Form()]},
            {
                "multipart/form-data": {"schema": ITEM},
                "application/x-www-form-urlencoded": {"schema": ITEM},
            },
            id="a form as a model",
        ),
        pytest.param({"body": bytes}, {"*/*": {}}, id="bytes"),
        pytest.param(
            {"data": Annotated[bytes, Body(media_type="image/png")]},
            {"image/png": {}},
            id="bytes of a type",
        ),
        pytest.param(
            {"picture": UploadFile},
            {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {"picture": FILE},
                        "required": ["picture"],
                    }
                }
            },
            id="a file",
        ),
        pytest.param(
            {"data": Annotated[list[UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)]},
            {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {"files": {"type": "array", "items": FILE}},
                        "required": ["files"],
                    }
                }
            },
            id="all files",
        ),
        pytest.param(
            {
                "data": Annotated[
                    dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)
                ]
            },
            {"multipart/form-data": {"schema": {"type": "object", "additionalProperties": FILE}}},
            id="files by name",
        ),
    ],
)
def test_content(annotations, expected):
    async def handler(**values: Any) -> None: ...

    source = f"async def handler({', '.join(annotations)}): ..."
    names: dict[str, Any] = {}
    exec(source, names)
    names["handler"].__annotations__ = {**annotations, "return": None}
    assert (
        operation_of(post(status_code=200)(names["handler"]))["requestBody"]["content"] == expected
    )


@pytest.mark.parametrize("model", [Files, FilesModel])
def test_models_with_files(model):
    async def handler(data): ...

    marker = Body(media_type=RequestEncodingType.MULTI_PART)
    handler.__annotations__ = {"data": Annotated[model, marker], "return": None}
    document = document_of(post()(handler))
    assert document["components"]["schemas"][model.__name__]["properties"]["file"] == FILE


def test_fields_of_a_form():
    @post()
    async def handler(name: Annotated[str, Form()], age: Annotated[int, Form()] = 1) -> None: ...

    body = operation_of(handler)["requestBody"]
    assert body == {
        "content": {
            "multipart/form-data": {"schema": FORM},
            "application/x-www-form-urlencoded": {"schema": FORM},
        },
        "required": True,
    }


def test_content_that_may_be_missing():
    @post()
    async def handler(data: Item | None = None) -> None: ...

    assert "required" not in operation_of(handler)["requestBody"]


# Responses


class Money:
    pass


def as_text(money: Money) -> str:
    return ""


@pytest.mark.parametrize(
    ("returns", "options", "expected"),
    [
        pytest.param(Item, {}, {"200": {"description": "OK", "content": JSON_ITEM}}, id="a model"),
        pytest.param(Response[Item], {}, {"200": {"description": "OK", "content": JSON_ITEM}}, id="a response"),
        pytest.param(Response, {}, {"200": {"description": "OK", "content": {"application/json": {"schema": {}}}}}, id="of anything"),
        pytest.param(str, {}, {"200": {"description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}}, id="text"),
        pytest.param(bytes, {"media_type": "image/png"}, {"200": {"description": "OK", "content": {"image/png": {}}}}, id="bytes"),
        pytest.param(None, {"status_code": 204}, {"204": {"description": "No Content"}}, id="nothing"),
        pytest.param(
            Redirect,
            {},
            {
                "302": {
                    "description": "Found",
                    "headers": {
                        "location": {"description": "Where to go.", "required": True, "schema": {"type": "string"}}
                    },
                }
            },
            id="elsewhere",
        ),
        pytest.param(
            Redirect,
            {"status_code": 308},
            {
                "308": {
                    "description": "Permanent Redirect",
                    "headers": {
                        "location": {"description": "Where to go.", "required": True, "schema": {"type": "string"}}
                    },
                }
            },
            id="elsewhere for ever",
        ),
        pytest.param(
            Item,
            {
                "response_headers": [ResponseHeader("X-By", "us", description="Who."), ResponseHeader("X-A", "b")],
                "response_cookies": [Cookie("a", "b"), Cookie("c", "d", description="Sweet.")],
            },
            {
                "200": {
                    "description": "OK",
                    "headers": {
                        "x-by": {"description": "Who.", "schema": {"type": "string"}},
                        "x-a": {"schema": {"type": "string"}},
                        "set-cookie": {"description": "`c`: Sweet.", "schema": {"type": "string"}},
                    },
                    "content": JSON_ITEM,
                }
            },
            id="headers",
        ),
        pytest.param(
            Item,
            {
                "response_headers": [ResponseHeader("X-By", "us", "Who made it.")],
                "response_cookies": [
                    Cookie("a", "b", description="The first."),
                    Cookie("c", "d"),
                    Cookie("e", "f", description="The last."),
                ],
            },
            {
                "200": {
                    "description": "OK",
                    "headers": {
                        "x-by": {"description": "Who made it.", "schema": {"type": "string"}},
                        "set-cookie": {
                            "description": "`a`: The first.\n\n`e`: The last.",
                            "schema": {"type": "string"},
                        },
                    },
                    "content": JSON_ITEM,
                }
            },
            id="headers with prose",
        ),
        pytest.param(
            Item,
            {"response_description": "It.", "status_code": 202},
            {"202": {"description": "It.", "content": JSON_ITEM}},
            id="described",
        ),
        pytest.param(
            Money,
            {"type_encoders": {Money: as_text}},
            {"200": {"description": "OK", "content": {"application/json": {"schema": {"type": "string"}}}}},
            id="what an encoder gives",
        ),
        pytest.param(
            str,
            {"content_encoding": "base64", "content_media_type": "image/png"},
            {
                "200": {
                    "description": "OK",
                    "content": {
                        "text/plain": {
                            "schema": {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}
                        }
                    },
                }
            },
            id="what text holds",
        ),
    ],
)  # fmt: skip
def test_success(returns, options, expected):
    async def handler(): ...

    handler.__annotations__ = {"return": returns}
    assert operation_of(get(**options)(handler))["responses"] == expected


def test_the_client_may_choose_the_media_type():
    @get(media_type=["application/json", "application/vnd.msgpack"])
    async def handler() -> Item: ...

    responses = operation_of(handler)["responses"]
    assert list(responses["200"]["content"]) == ["application/json", "application/vnd.msgpack"]
    assert "406" in responses


class Teapot(HTTPException):
    """Short and stout."""

    status_code = 418


def guard(connection: Any, handler: Any) -> None:
    raise NotAuthorizedException


class Policy:
    """A guard that is an object, and declares what it raises."""

    raises = (Teapot,)

    def __call__(self, connection: Any, handler: Any) -> None: ...


async def nothing() -> None: ...


async def may_raise() -> None:
    raise NotFoundException


async def takes_number(number: int) -> None: ...


async def takes_text(text: str | None = None) -> None: ...


async def pour(request: Any, exc: Teapot) -> Response[Problem]: ...


async def pour_anything(request: Any, exc: Teapot) -> Response: ...


async def pour_problem(request: Any, exc: Exception) -> Problem: ...


PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.mark.parametrize(
    ("function", "options", "statuses"),
    [
        pytest.param(nothing, {}, ["200"], id="nothing can go wrong"),
        pytest.param(takes_number, {}, ["200", "400"], id="a number may be none"),
        pytest.param(takes_text, {}, ["200"], id="any text is text"),
        pytest.param(may_raise, {}, ["200", "404"], id="what it raises"),
        pytest.param(nothing, {"guards": [guard]}, ["200", "401"], id="what its guard raises"),
        pytest.param(nothing, {"guards": [Policy()]}, ["200", "418"], id="what its guard declares"),
        pytest.param(
            nothing, {"raises": [Teapot, NotFoundException]}, ["200", "404", "418"], id="said"
        ),
        pytest.param(nothing, {"raises": [ValueError]}, ["200"], id="not HTTP's"),
        pytest.param(nothing, {"path": "/{key:str}"}, ["200"], id="any text is a path's"),
        pytest.param(
            nothing, {"path": "/{key:uuid}"}, ["200", "404"], id="a path of another type is another"
        ),
        pytest.param(
            nothing, {"responses": {409: ResponseSpec(Problem)}}, ["200", "409"], id="described"
        ),
    ],
)
def test_statuses(function, options, statuses):
    assert list(operation_of(get(**options)(function))["responses"]) == statuses


@pytest.mark.parametrize(
    ("handlers", "expected"),
    [
        pytest.param({}, _error("Short and stout."), id="the framework answers"),
        pytest.param({Teapot: pour}, {"description": "Short and stout.", "content": PROBLEM}, id="a handler"),
        pytest.param({418: pour_problem}, {"description": "Short and stout.", "content": PROBLEM}, id="by status"),
        pytest.param({Exception: pour_problem}, {"description": "Short and stout.", "content": PROBLEM}, id="of a base"),
        pytest.param({Teapot: pour_anything}, {"description": "Short and stout."}, id="of nobody knows what"),
    ],
)  # fmt: skip
def test_errors_look_as_their_handler_says(handlers, expected):
    handler = get(raises=[Teapot], exception_handlers=handlers)(nothing)
    assert operation_of(handler)["responses"]["418"] == expected


def test_responses_of_the_user_win():
    spec = ResponseSpec(Problem, description="Mine.", media_type="application/problem+json")
    handler = get(raises=[Teapot], responses={418: spec, 410: ResponseSpec(None, "Gone.")})(nothing)
    responses = operation_of(handler)["responses"]
    assert responses["418"] == {
        "description": "Mine.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    assert responses["410"] == {"description": "Gone."}


def test_a_response_that_the_user_describes_in_full():
    described = ResponseSpec(
        str,
        description="It.",
        media_type="text/csv",
        examples=[spec.Example(value="a,b"), spec.Example(summary="Short.", value="c")],
    )
    assert operation_of(get(responses={409: described})(nothing))["responses"]["409"] == {
        "description": "It.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "examples": {
                    "example-1": {"value": "a,b"},
                    "example-2": {"summary": "Short.", "value": "c"},
                },
            }
        },
    }


# Examples


class Sized(msgspec.Struct):
    size: Annotated[int, msgspec.Meta(ge=5, le=5)]


def examples_of(document: dict[str, Any]) -> dict[str, Any]:
    """Those of the contents of an operation, by where they stand."""
    [item] = document["paths"].values()
    [operation] = item.values()
    places = {"body": operation.get("requestBody", {}), **operation["responses"]}
    return {
        place: next(iter(each["content"].values())).get("examples")
        for place, each in places.items()
        if "content" in each
    }


def sized(**options: Any) -> Any:
    @post("/sized", **options)
    async def handler(data: Sized, q: Annotated[int, Query(ge=7, le=7)]) -> Sized:
        return data

    return handler


FIVE = {"generated": {"value": {"size": 5}}}


def test_no_examples_unless_they_are_asked_for():
    document = document_of(sized(responses={409: ResponseSpec(Sized)}))
    assert set(examples_of(document).values()) == {None}
    assert "examples" not in str(document)


def test_examples_that_are_made_up():
    """Of the framework's own errors, those that it gives; of the rest, such as are valid."""
    wrong = {"message": "Expected int, got 'a'", "key": "limit", "source": "query"}
    errors = {
        "400": {"status_code": 400, "detail": "Validation failed", "extra": [wrong]},
        "404": {"status_code": 404, "detail": "Not Found"},
        "413": {"status_code": 413, "detail": "Content Too Large"},
        "415": {"status_code": 415, "detail": "Unsupported Media Type"},
    }
    config = OpenAPIConfig(create_examples=True)
    document = document_of(sized(raises=[NotFoundException]), openapi_config=config)
    assert examples_of(document) == {
        "body": FIVE,
        "201": FIVE,
        **{status: {"generated": {"value": value}} for status, value in errors.items()},
    }
    [parameter] = document["paths"]["/sized"]["post"]["parameters"]
    assert parameter["schema"]["examples"] == [7]


@pytest.mark.parametrize("path", ["/q?n=a", "/missing", "/refused", "/conflict"])
@pytest.mark.parametrize("problem_details", [False, True])
def test_examples_of_errors_look_like_the_errors(path, problem_details):
    """All that they say, and nothing else than what stands in an error."""

    @get("/q")
    async def q(n: int) -> None: ...

    @get("/missing", raises=[NotFoundException])
    async def missing() -> None:
        raise NotFoundException

    @get("/refused")
    async def refused() -> None:
        raise NotAuthorizedException

    @get("/conflict", raises=[Conflict])
    async def conflict() -> None:
        raise Conflict

    with create_test_client(
        [q, missing, refused, conflict],
        openapi_config=OpenAPIConfig(create_examples=True),
        problem_details=problem_details,
    ) as client:
        told = client.get(path)
        responses = client.app.openapi_schema["paths"][path.partition("?")[0]]["get"]["responses"]
    content = responses[str(told.status_code)]["content"][told.headers["content-type"]]
    example = content["examples"]["generated"]["value"]
    assert example.keys() <= told.json().keys()
    for key in example.keys() - {"detail"}:
        expected = told.json()[key]
        assert example[key] == expected or example[key][0].keys() == expected[0].keys()


class Conflict(HTTPException):
    status_code = 409


@pytest.mark.parametrize(
    ("spec", "create_examples", "expected"),
    [
        pytest.param(ResponseSpec(Sized), True, FIVE, id="as the config says"),
        pytest.param(ResponseSpec(Sized), False, None, id="as the config says not"),
        pytest.param(ResponseSpec(Sized, generate_examples=False), True, None, id="not here"),
        pytest.param(ResponseSpec(Sized, generate_examples=True), False, FIVE, id="here alone"),
        pytest.param(
            ResponseSpec(Sized, examples=[spec.Example(value={"size": 5}, summary="S")]),
            True,
            {"example-1": {"summary": "S", "value": {"size": 5}}},
            id="the user's own",
        ),
        pytest.param(Sized, True, FIVE, id="a type alone"),
    ],
)
def test_examples_of_further_responses(spec, create_examples, expected):
    config = OpenAPIConfig(create_examples=create_examples)
    document = document_of(sized(responses={409: spec}), openapi_config=config)
    assert examples_of(document)["409"] == expected


def test_two_exceptions_of_one_status():
    class Missing(NotFoundException):
        """It never was."""

    described = operation_of(get(raises=[NotFoundException, Missing])(nothing))["responses"]["404"]
    assert described["description"] == "What was asked for is not there. It never was."


def test_a_bad_request_of_the_handler_s_own_may_hold_anything():
    handler = get(raises=[NotAuthorizedException, ClientException])(takes_number)
    schema = operation_of(handler)["responses"]["400"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/ValidationErrorBody"}


PROBLEM_BODY = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetailsBody"}}
}


def test_problem_documents():
    operation = operation_of(get("/{key:int}")(takes_number), problem_details=True)
    assert [operation["responses"][status]["content"] for status in ("400", "404")] == [
        PROBLEM_BODY
    ] * 2


def test_an_exception_that_is_a_problem_document_whatever_the_app_says():
    class Stale(ProblemDetailsException):
        """It is old."""

        status_code = 409

    responses = operation_of(get(raises=[Stale, NotFoundException])(nothing))["responses"]
    assert responses["409"] == {"description": "It is old.", "content": PROBLEM_BODY}
    assert responses["404"] == _error("What was asked for is not there.")


def test_a_file():
    @get("/report")
    async def report() -> File: ...

    responses = operation_of(report)["responses"]
    assert list(responses) == ["200", "206", "304", "404", "412", "416"]
    assert responses["200"]["content"] == responses["206"]["content"] == {"*/*": {}}
    assert responses["206"]["headers"] == {"etag": {"schema": {"type": "string"}}}


@pytest.mark.parametrize(
    ("decorate", "statuses", "headers"),
    [
        pytest.param(get(etag="content"), ["200", "304", "412"], ["etag"], id="of the content"),
        pytest.param(get(etag=ETag(value="1")), ["200", "304", "412"], ["etag"], id="said"),
        pytest.param(
            get(cache_control=CacheControlHeader(max_age=1)),
            ["200"],
            ["cache-control"],
            id="for caches",
        ),
        pytest.param(get(timeout=1), ["200", "503"], [], id="in time"),
        pytest.param(get(timeout=None), ["200"], [], id="without a limit"),
    ],
)
def test_versions_caches_and_time(decorate, statuses, headers):
    responses = operation_of(decorate(nothing))["responses"]
    assert list(responses) == statuses
    assert list(responses[statuses[0]].get("headers", {})) == headers


def test_several_methods():
    @route("/both", http_method=["GET", "PUT"], status_code=200)
    async def both() -> None: ...

    item = document_of(both)["paths"]["/both"]
    assert [each["operationId"] for each in item.values()] == ["both_get_both", "both_put_both"]


# What cannot be described


def another() -> Any:
    @dataclass
    class Item:
        x: int

    return Item


class Opaque:
    pass


def wrong(*handlers: Any, **options: Any) -> str:
    """What a server is told when it starts the app."""
    app = Pleiad(handlers, **options)
    with pytest.raises(ImproperlyConfiguredException) as caught, TestClient(app):
        raise AssertionError("it started")
    with pytest.raises(ImproperlyConfiguredException, match="."):
        _ = app.openapi_schema
    return str(caught.value.detail)


def test_two_models_of_one_name():
    @get("/a")
    async def a() -> Item: ...

    async def b(data): ...

    b.__annotations__ = {"data": another(), "return": None}
    assert wrong(a, post("/b")(b)) == (
        f"GET /a, response 200 and POST /b, content: two models are called 'Item', {__name__}.Item and"
        f" {__name__}.another.<locals>.Item: rename one of them, or give one another name in the document:"
        " __schema_name__ = '...' in its class"
    )


def test_an_operation_id_twice():
    @get(["/a", "/b"], operation_id="own")
    async def handler() -> None: ...

    assert wrong(handler) == (
        "GET /a and GET /b: both have the operation id 'own': give one of them another operation_id"
    )


def test_a_type_that_nobody_knows():
    @get("/a")
    async def handler() -> dict[str, Opaque]: ...

    assert wrong(handler).startswith(
        "GET /a, response 200: nobody knows how Opaque looks in a document"
    )
    assert wrong(handler, openapi_config=OpenAPIConfig(title="T")).startswith(
        "GET /a, response 200: "
    )
    config = OpenAPIConfig(schemas={Opaque: {"type": "string"}})
    assert document_of(handler, openapi_config=config)["paths"]
    with TestClient(Pleiad([handler], openapi_config=None)) as client:
        assert client.get("/schema").status_code == 404


@route("/search", http_method="QUERY")
async def ask(data: Filters) -> int:
    return data.limit


@pytest.mark.parametrize(
    ("version", "shown"),
    [pytest.param("3.1", False, id="3.1"), pytest.param("3.2", True, id="3.2")],
)
def test_query_is_a_method_with_content(version: Any, shown: bool) -> None:
    """OpenAPI 3.1 has no word for it."""
    with create_test_client([ask], openapi_config=OpenAPIConfig(spec_version=version)) as client:
        assert client.request("QUERY", "/search", json={"limit": 3}).json() == 3
        item = client.get("/schema/openapi.json").json()["paths"].get("/search", {})
    assert ("query" in item) is shown
    assert not shown or "requestBody" in item["query"]
