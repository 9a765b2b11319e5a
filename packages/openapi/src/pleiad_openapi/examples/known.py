"""Which keywords are understood, and what two schemas ask for together.

Nothing is guessed: of a keyword that is not known here, or of two that do not go together, there is
no example.
"""

from collections.abc import Mapping
from typing import Any

from pleiad_openapi.components import Reference

__all__ = ["BOUNDS", "KEYWORDS", "Schema", "is_known", "merged"]

Schema = dict[str, Any]
Types = tuple[type, ...]

BOUNDS: Mapping[str, Types] = dict.fromkeys(
    ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"), (int, float)
)
"""The keywords about numbers."""

KEYWORDS: Mapping[str, Types] = {
    **BOUNDS,
    **dict.fromkeys(("allOf", "anyOf", "enum", "oneOf", "prefixItems", "required"), (list,)),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "format", "pattern"), (str,)),
    **dict.fromkeys(("maxItems", "maxLength", "maxProperties"), (int,)),
    **dict.fromkeys(("minItems", "minLength", "minProperties"), (int,)),
    "$ref": (Reference,),
    "additionalProperties": (dict, bool),
    "const": (object,),
    "items": (dict, bool),
    "properties": (dict,),
    "propertyNames": (dict,),
    "type": (str, list),
    "uniqueItems": (bool,),
}
"""The keywords that a value is held to, each with the types it may have."""

ANNOTATIONS = frozenset(
    {"$comment", "default", "deprecated", "description", "discriminator", "example", "examples"}
    | {"externalDocs", "readOnly", "title", "writeOnly", "xml"}
)
"""The keywords that say something, and allow whatever is allowed without them."""


def is_known(schema: Schema) -> bool:
    """Whether every keyword is known, and is what it should be."""
    return all(
        key in ANNOTATIONS or key.startswith("x-") or isinstance(value, KEYWORDS.get(key, ()))
        for key, value in schema.items()
    )


def merged(one: Schema, other: Schema) -> Schema | None:
    """A schema whose values are values of both; `None` where none is known.

    What is said of properties and required ones is put together. Else the two must agree on whatever
    both of them say.
    """
    if _takes_the_rest(one, other) or _takes_the_rest(other, one):
        return None
    found = {**other, **one}
    if "properties" in one and "properties" in other:
        found["properties"] = _all(one["properties"], other["properties"])
    if "required" in one and "required" in other:
        found["required"] = [*one["required"], *other["required"]]
    both = (one.keys() & other.keys()) - ANNOTATIONS - {"properties", "required"}
    return found if all(one[key] == other[key] for key in both) else None


def _takes_the_rest(one: Schema, other: Schema) -> bool:
    """Whether a keyword of one is about what its neighbour leaves, and the other has that neighbour."""
    return any(
        key in one and neighbour in other and one.get(neighbour) != other[neighbour]
        for key, neighbour in _REST
    )


_REST = (("additionalProperties", "properties"), ("items", "prefixItems"))


def _all(one: Schema, other: Schema) -> Schema:
    both = {name: {"allOf": [one[name], other[name]]} for name in one if name in other}
    return {**one, **other, **both}
