"""The two versions of OpenAPI that are written. The document is made in 3.2 and converted down.

What 3.1 cannot say is said in its words, or left out:

    3.2                                              3.1
    itemSchema of JSON Lines, of an event stream     `x-itemSchema`; of the whole nothing is said
    the method QUERY, additionalOperations           left out, with the path where nothing else is there
    $self                                            left out
    summary, parent, kind of a tag                   left out
    name of a server                                 left out
    the device flow, deprecated schemes              left out
"""

from collections.abc import Mapping
from typing import Any, cast

__all__ = ["ITEMS", "METHODS", "VERSIONS", "as_3_1"]

VERSIONS: Mapping[str, str] = {"3.1": "3.1.1", "3.2": "3.2.0"}

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
"""The methods that OpenAPI 3.2 has a field for; 3.1 lacks QUERY."""

ITEMS = "itemSchema"

Object = dict[str, Any]


def as_3_1(document: Object) -> Object:
    """A document of OpenAPI 3.2 as one of 3.1."""
    found: Object = {key: value for key, value in document.items() if key != "$self"}
    for key, lost in (("tags", ("summary", "parent", "kind")), ("servers", ("name",))):
        if key in found:
            found[key] = [_without(each, lost) for each in found[key]]
    for key in ("paths", "webhooks"):
        if key in found:
            items = {path: _path_item(each) for path, each in found[key].items()}
            found[key] = {path: each for path, each in items.items() if each}
    schemes = found.get("components", {}).get("securitySchemes")
    if schemes:
        changed = {name: _scheme(each) for name, each in schemes.items()}
        found["components"] = {**found["components"], "securitySchemes": changed}
    return found


def _path_item(item: Object) -> Object:
    return {
        method: _operation(each)
        for method, each in item.items()
        if method not in ("query", "additionalOperations")
    }


def _operation(operation: Object) -> Object:
    found = dict(operation)
    if "requestBody" in found:
        found["requestBody"] = _with_content(found["requestBody"])
    found["responses"] = {
        status: _with_content(each) for status, each in operation["responses"].items()
    }
    if "servers" in found:
        found["servers"] = [_without(each, ("name",)) for each in found["servers"]]
    if "callbacks" in found:
        found["callbacks"] = {
            name: {url: _path_item(item) for url, item in each.items()}
            for name, each in found["callbacks"].items()
        }
    return found


def _with_content(value: Object) -> Object:
    if "content" not in value:
        return value
    content = {media_type: _media_type(each) for media_type, each in value["content"].items()}
    return {**value, "content": content}


def _media_type(value: Object) -> Object:
    if ITEMS not in value:
        return value
    rest = {key: each for key, each in value.items() if key != ITEMS}
    return {f"x-{ITEMS}": value[ITEMS], **rest}


def _scheme(scheme: Object) -> Object:
    found = _without(scheme, ("deprecated", "oauth2MetadataUrl"))
    if "flows" in found:
        flows = cast("Object", found["flows"])
        found["flows"] = {
            name: _without(each, ("deviceAuthorizationUrl",))
            for name, each in flows.items()
            if name != "deviceAuthorization"
        }
    return found


def _without(value: Object, keys: tuple[str, ...]) -> Object:
    return {key: each for key, each in value.items() if key not in keys}
