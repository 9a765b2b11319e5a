"""What `Annotated` says of a type, as keywords of JSON Schema.

Alike in all libraries is how it is called: `gt`, `max_length`, `description` and so on, whether on
`msgspec.Meta`, on `annotated_types.Gt`, on pydantic's `Field` or on a marker of this family. So they
are told by the attributes that they have, and no library is imported.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pleiad_openapi.values import NOT_WRITABLE, is_object, items_of, writable

__all__ = ["Keywords", "keywords_of"]

Keywords = dict[str, Any]
"""A schema, or a part of one."""

_NUMBERS: Mapping[str, str] = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
    "multiple_of": "multipleOf",
}
_PROSE = ("title", "description")
_LENGTHS: Mapping[str, tuple[str, str]] = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_NAMED_GROUP = re.compile(r"\(\?P<(?=\w)")


def keywords_of(metadata: Iterable[Any], base: Mapping[str, Any]) -> Keywords:
    """The keywords that metadata adds to a schema; a later item wins.

    Args:
        metadata: What `Annotated` holds.
        base: The schema that they are added to, whose type says what a length is.
    """
    found: Keywords = {}
    for each in metadata:
        for item in _unfolded(each):
            found.update(_keywords(item, base))
    return found


def _unfolded(item: Any) -> Iterator[Any]:
    """The item, and what it holds: pydantic's fields and our markers are made of others."""
    yield from items_of(getattr(item, "metadata", None))
    constraints = getattr(item, "constraints", None)
    if constraints is not None:
        yield constraints
    yield item


def _keywords(item: Any, base: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, keyword in _NUMBERS.items():
        value = getattr(item, name, None)
        if isinstance(value, int | float):
            yield keyword, value
    shortest, longest = _LENGTHS.get(_type_in(base), _LENGTHS["string"])
    for name, keyword in (("min_length", shortest), ("max_length", longest)):
        value = getattr(item, name, None)
        if isinstance(value, int):
            yield keyword, value
    pattern = getattr(item, "pattern", None)
    pattern = getattr(pattern, "pattern", pattern)
    if isinstance(pattern, str):
        yield "pattern", _NAMED_GROUP.sub("(?<", pattern)
    yield from _prose(item)


def _prose(item: Any) -> Iterator[tuple[str, Any]]:
    for name in _PROSE:
        value = getattr(item, name, None)
        if isinstance(value, str) and not isinstance(item, str):
            yield name, value
    documentation = getattr(item, "documentation", None)  # of typing_extensions.Doc
    if isinstance(documentation, str):
        yield "description", documentation
    examples = [writable(each) for each in items_of(getattr(item, "examples", None))]
    if examples:
        yield "examples", [each for each in examples if each is not NOT_WRITABLE]
    if getattr(item, "deprecated", None):
        yield "deprecated", True
    for name in ("extra_json_schema", "json_schema_extra", "schema_extra"):
        extra: Any = getattr(item, name, None)
        if is_object(extra):
            yield from extra.items()


def _type_in(schema: Mapping[str, Any]) -> str:
    """The type that a length would be about."""
    if "type" in schema:
        return str(schema["type"])
    types = [_type_in(each) for each in schema.get("anyOf", ())]
    return next((each for each in types if each in _LENGTHS), "string")
