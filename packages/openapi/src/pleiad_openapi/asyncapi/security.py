"""Security in AsyncAPI's words, as far as it has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from pleiad_openapi.values import given

__all__ = ["scheme_of", "security_of"]

Object = dict[str, Any]


def scheme_of(scheme: Mapping[str, Any]) -> Object:
    """A scheme of OpenAPI as one of AsyncAPI."""
    about = given(description=scheme.get("description"))
    kind = scheme["type"]
    if kind == "apiKey":
        return {"type": "httpApiKey", "name": scheme["name"], "in": scheme["in"], **about}
    if kind == "mutualTLS":
        return {"type": "X509", **about}
    if kind == "oauth2":
        flows = {name: _flow(each) for name, each in scheme["flows"].items() if name in _FLOWS}
        return {"type": kind, "flows": flows, **about}
    own = {key: scheme[key] for key in _OWN if key in scheme}
    return {"type": kind, **own, **about}


_FLOWS = frozenset({"authorizationCode", "clientCredentials", "implicit", "password"})
_OWN = ("scheme", "bearerFormat", "openIdConnectUrl")


def _flow(flow: Mapping[str, Any]) -> Object:
    urls = {key: flow[key] for key in ("authorizationUrl", "tokenUrl", "refreshUrl") if key in flow}
    return {**urls, "availableScopes": flow.get("scopes", {})}


def security_of(
    requirements: Sequence[Mapping[str, Sequence[str]]], schemes: Mapping[str, Object]
) -> Object:
    """What an operation says of requirements.

    AsyncAPI lists schemes of which one is enough: that several are wanted at once, or that none is an
    option too, it cannot say. Such requirements stand as OpenAPI would have them in `x-security`.

    Args:
        requirements: Any of them is enough.
        schemes: All schemes of the document, in AsyncAPI's words.
    """
    if not requirements:
        return {}
    alone = all(len(each) == 1 and each.keys() <= schemes.keys() for each in requirements)
    if not alone:
        return {"x-security": [dict(each) for each in requirements]}
    pairs = [next(iter(each.items())) for each in requirements]
    return {"security": [_wanted(name, scopes, schemes[name]) for name, scopes in pairs]}


def _wanted(name: str, scopes: Sequence[str], scheme: Object) -> Object:
    """A scheme by reference, or with the scopes that are wanted of it."""
    if scopes and scheme["type"] in ("oauth2", "openIdConnect"):
        return {**scheme, "scopes": list(scopes)}
    return {"$ref": f"#/components/securitySchemes/{name}"}
