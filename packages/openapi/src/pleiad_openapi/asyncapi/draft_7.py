"""Schemas of JSON Schema 2020-12 in the words of draft 7, which AsyncAPI's own schemas extend."""

from collections.abc import Callable, Mapping
from typing import Any

from pleiad_openapi.values import is_array, is_object

__all__ = ["as_draft_7"]

Schema = dict[str, Any]


def as_draft_7(schema: Any) -> Any:
    """The schema, and all within it.

    A tuple's items are called otherwise; nothing may stand beside a `$ref`; OpenAPI's `discriminator`
    is left out, as the constants in the members of a union say the same.
    """
    if not is_object(schema):
        return schema
    found: Schema = {
        key: _WITHIN[key](value) if key in _WITHIN else value
        for key, value in schema.items()
        if key not in _ELSEWHERE
    }
    if schema.get("prefixItems"):
        rest = {"additionalItems": found["items"]} if "items" in found else {}
        found |= {"items": _each(schema["prefixItems"]), **rest}
    dependencies = {**schema.get("dependentRequired", {}), **_named(_dependent(schema))}
    if dependencies:
        found["dependencies"] = dependencies
    reference = found.pop("$ref", None)
    if reference is None:
        return found
    alone = {"$ref": reference}
    return {**found, "allOf": [alone, *found.get("allOf", ())]} if found else alone


_ELSEWHERE = frozenset({"dependentRequired", "dependentSchemas", "discriminator", "prefixItems"})


def _dependent(schema: Schema) -> Any:
    return schema.get("dependentSchemas", {})


def _each(schemas: Any) -> Any:
    return [as_draft_7(each) for each in schemas] if is_array(schemas) else as_draft_7(schemas)


def _named(schemas: Any) -> Any:
    return {name: as_draft_7(each) for name, each in schemas.items()}


_WITHIN: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("allOf", "anyOf", "items", "oneOf"), _each),
    **dict.fromkeys(("$defs", "definitions", "patternProperties", "properties"), _named),
    **dict.fromkeys(
        ("additionalProperties", "contains", "else", "if", "not", "propertyNames", "then"),
        as_draft_7,
    ),
}
"""The keywords that hold schemas; what others hold, such as `default`, is data."""
