"""The schemas of values that come as text: beside the content, in a form, in a handshake."""

from pleiad_openapi.operation import NOTHING, Parameter
from pleiad_openapi.schemas import Schema, Schemas
from pleiad_openapi.values import NOT_WRITABLE, writable

__all__ = ["value_schema"]


def value_schema(schemas: Schemas, parameter: Parameter) -> Schema:
    """The schema of a value that is text."""
    schema = _as_text(schemas.schema(parameter.type, "input", parameter.metadata))
    default = NOT_WRITABLE if parameter.default is NOTHING else writable(parameter.default)
    if default is not NOT_WRITABLE and default is not None:
        schema["default"] = default
    if parameter.examples:
        schema["examples"] = [writable(each) for each in parameter.examples]
    if parameter.description:
        schema["description"] = parameter.description
    if parameter.deprecated:
        schema["deprecated"] = True
    return schema


def _as_text(schema: Schema) -> Schema:
    """What `None` means beside the content is that the value is not there: no text says it."""
    members = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(members) == len(schema.get("anyOf", ())):
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**members[0], **rest} if len(members) == 1 else {**rest, "anyOf": members}
