"""The objects of the specification, each with every field it has, as the document has them."""

import msgspec
import pytest

from pleiad_openapi import spec
from pleiad_openapi.spec import (
    Components,
    Contact,
    Example,
    ExternalDocumentation,
    License,
    OAuthFlow,
    OAuthFlows,
    SecurityScheme,
    Server,
    ServerVariable,
    SpecObject,
    Tag,
    plain,
)

FLOW = OAuthFlow(scopes={})
OBJECTS = [
    (
        Components(security_schemes={"a": SecurityScheme(type="mutualTLS")}),
        {"securitySchemes": {"a": {"type": "mutualTLS"}}},
    ),
    (
        Contact(name="We", url="https://a", email="we@a"),
        {"name": "We", "url": "https://a", "email": "we@a"},
    ),
    (
        Example(summary="S", description="D", value=1, external_value="https://a"),
        {"summary": "S", "description": "D", "value": 1, "externalValue": "https://a"},
    ),
    (
        ExternalDocumentation(url="https://a", description="D"),
        {"url": "https://a", "description": "D"},
    ),
    (
        License(name="MIT", identifier="MIT", url="https://a"),
        {"name": "MIT", "identifier": "MIT", "url": "https://a"},
    ),
    (
        OAuthFlow(
            scopes={"a": "A"},
            authorization_url="https://a/a",
            device_authorization_url="https://a/d",
            token_url="https://a/t",
            refresh_url="https://a/r",
        ),
        {
            "scopes": {"a": "A"},
            "authorizationUrl": "https://a/a",
            "deviceAuthorizationUrl": "https://a/d",
            "tokenUrl": "https://a/t",
            "refreshUrl": "https://a/r",
        },
    ),
    (
        OAuthFlows(
            implicit=FLOW,
            password=FLOW,
            client_credentials=FLOW,
            authorization_code=FLOW,
            device_authorization=FLOW,
        ),
        {
            "implicit": {"scopes": {}},
            "password": {"scopes": {}},
            "clientCredentials": {"scopes": {}},
            "authorizationCode": {"scopes": {}},
            "deviceAuthorization": {"scopes": {}},
        },
    ),
    (
        SecurityScheme(
            type="apiKey",
            description="D",
            name="key",
            security_scheme_in="header",
            scheme="bearer",
            bearer_format="JWT",
            flows=OAuthFlows(),
            open_id_connect_url="https://a/o",
            oauth2_metadata_url="https://a/m",
            deprecated=True,
        ),
        {
            "type": "apiKey",
            "description": "D",
            "name": "key",
            "in": "header",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "flows": {},
            "openIdConnectUrl": "https://a/o",
            "oauth2MetadataUrl": "https://a/m",
            "deprecated": True,
        },
    ),
    (
        Server(
            url="/{v}", name="main", description="D", variables={"v": ServerVariable(default="1")}
        ),
        {"url": "/{v}", "name": "main", "description": "D", "variables": {"v": {"default": "1"}}},
    ),
    (
        ServerVariable(default="1", enum=["1", "2"], description="D"),
        {"default": "1", "enum": ["1", "2"], "description": "D"},
    ),
    (
        Tag(
            name="a",
            summary="S",
            description="D",
            external_docs=ExternalDocumentation(url="https://a"),
            parent="b",
            kind="nav",
        ),
        {
            "name": "a",
            "summary": "S",
            "description": "D",
            "externalDocs": {"url": "https://a"},
            "parent": "b",
            "kind": "nav",
        },
    ),
]


@pytest.mark.parametrize(("value", "expected"), OBJECTS, ids=lambda each: type(each).__name__)
def test_every_field(value, expected):
    assert plain(value) == expected
    assert {each.encode_name for each in msgspec.structs.fields(value)} == expected.keys()


def test_every_object_is_here():
    classes = {value for value in vars(spec).values() if isinstance(value, type)}
    known = {each for each in classes if issubclass(each, SpecObject)} - {SpecObject}
    assert {type(value) for value, _ in OBJECTS} == known
