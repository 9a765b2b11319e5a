"""OpenAPI 3.2, and what of it 3.1 can say."""

import pytest

from pleiad_openapi import (
    Components,
    Content,
    Document,
    OAuthFlow,
    OAuthFlows,
    OpenAPIConfig,
    Operation,
    Response,
    SecurityScheme,
    Server,
    Tag,
)

OK = {200: Response(description="OK")}
ITEMS = {
    200: Response(description="OK", contents=(Content(items=int, media_type="application/jsonl"),))
}
CONFIG = {
    "self_url": "https://a/openapi.json",
    "servers": [Server(url="https://a", name="main")],
    "tags": [Tag(name="a", summary="A", kind="nav"), Tag(name="b", parent="a")],
    "components": Components(
        security_schemes={
            "o": SecurityScheme(
                type="oauth2",
                deprecated=True,
                oauth2_metadata_url="https://a/meta",
                flows=OAuthFlows(
                    device_authorization=OAuthFlow(
                        scopes={}, device_authorization_url="https://a/d", token_url="https://a/t"
                    ),
                    password=OAuthFlow(scopes={"x": "X"}, token_url="https://a/t"),
                ),
            )
        }
    ),
}
OPERATIONS = [
    Operation(
        method="GET",
        path="/lines",
        name="lines",
        responses=ITEMS,
        servers=(Server(url="https://b", name="b"),),
    ),
    Operation(method="QUERY", path="/lines", name="ask", responses=OK),
    Operation(method="QUERY", path="/only", name="only", responses=OK),
    Operation(method="PURGE", path="/lines", name="purge", responses=OK),
]


@pytest.fixture(scope="module")
def documents():
    return {
        v: Document(OpenAPIConfig(spec_version=v, **CONFIG), OPERATIONS).value
        for v in ("3.1", "3.2")
    }


def test_3_2_says_it_all(documents):
    document = documents["3.2"]
    assert document["openapi"] == "3.2.0"
    assert document["$self"] == "https://a/openapi.json"
    assert document["servers"] == [{"url": "https://a", "name": "main"}]
    assert document["tags"] == [
        {"name": "a", "summary": "A", "kind": "nav"},
        {"name": "b", "parent": "a"},
    ]
    lines = document["paths"]["/lines"]
    assert lines["get"]["responses"]["200"]["content"] == {
        "application/jsonl": {"itemSchema": {"type": "integer"}}
    }
    assert lines["query"]["operationId"] == "ask"
    assert lines["additionalOperations"]["PURGE"]["operationId"] == "purge"
    scheme = document["components"]["securitySchemes"]["o"]
    assert scheme["deprecated"] is True
    assert scheme["flows"]["deviceAuthorization"]["deviceAuthorizationUrl"] == "https://a/d"


def test_3_1_says_what_it_can(documents):
    document = documents["3.1"]
    assert document["openapi"] == "3.1.1"
    assert "$self" not in document
    assert document["servers"] == [{"url": "https://a"}]
    assert document["tags"] == [{"name": "a"}, {"name": "b"}]
    assert list(document["paths"]) == ["/lines"]
    lines = document["paths"]["/lines"]
    assert list(lines) == ["get"]
    assert lines["get"]["servers"] == [{"url": "https://b"}]
    assert lines["get"]["responses"]["200"]["content"] == {
        "application/jsonl": {"x-itemSchema": {"type": "integer"}}
    }
    assert document["components"]["securitySchemes"] == {
        "o": {
            "type": "oauth2",
            "flows": {"password": {"scopes": {"x": "X"}, "tokenUrl": "https://a/t"}},
        }
    }
