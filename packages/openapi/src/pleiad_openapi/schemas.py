"""Types become JSON Schema, in the dialect of 2020-12 that OpenAPI 3.1 and 3.2 share."""

import collections.abc
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from pleiad_openapi.components import Component, Components, Reference
from pleiad_openapi.docstrings import doc_of, read_docstring
from pleiad_openapi.errors import OpenAPIError
from pleiad_openapi.keywords import keywords_of
from pleiad_openapi.models import (
    Field,
    Reader,
    fields_of,
    is_named_tuple,
    model_reader,
    without_unset,
)
from pleiad_openapi.names import component_name, place_of, type_name
from pleiad_openapi.operation import NOTHING, Direction, StandsFor
from pleiad_openapi.pydantic_types import is_for_pydantic_alone, is_pydantic, pydantic_schema
from pleiad_openapi.scalars import is_anything, scalar
from pleiad_openapi.values import NOT_WRITABLE, writable

__all__ = ["Schema", "Schemas", "known_types"]

Schema = dict[str, Any]


def _nothing_known(cls: Any, direction: Direction) -> Any:
    return None


class Schemas:
    """Makes the schemas of types, and collects the models among them.

    Args:
        stands_for: What is known of classes that are neither models nor builtins.

    Attributes:
        where: What is being described, for errors: such as `GET /items, response 200`.
        components: The models so far.
        problems: What was found wrong so far.
    """

    def __init__(self, stands_for: StandsFor = _nothing_known) -> None:
        self.where = ""
        self.components = Components()
        self.problems: list[OpenAPIError] = []
        self._stands_for = stands_for
        self._known: dict[tuple[Any, Direction], Schema] = {}
        self._fields: dict[str, list[Field]] = {}

    def schema(self, annotation: Any, direction: Direction, metadata: Sequence[Any] = ()) -> Schema:
        """The schema of a type.

        Args:
            annotation: The type, or a schema.
            direction: Whether clients send it, or get it.
            metadata: What else is said of it.
        """
        if isinstance(annotation, Mapping):
            return {**annotation}
        base = self._plain(annotation, direction)
        return {**base, **keywords_of(metadata, base)} if metadata else base

    def _plain(self, annotation: Any, direction: Direction) -> Schema:
        try:
            known = self._known.get((annotation, direction))
        except TypeError:  # what `Annotated` holds need not be hashable
            return self._made(annotation, direction)
        if known is None:
            known = self._known[annotation, direction] = self._made(annotation, direction)
        return dict(known)

    def _made(self, annotation: Any, direction: Direction) -> Schema:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._annotated(annotation, arguments, direction)
        if origin in (Union, UnionType):
            return self._union(without_unset(annotation), direction)
        if origin is Literal:
            return _values(arguments)
        if origin in (ClassVar, Final):
            return self._plain(arguments[0], direction)
        if is_anything(annotation):
            return {}
        if annotation is None:
            return {"type": "null"}
        if isinstance(annotation, TypeVar):
            return self._variable(annotation, direction)
        if hasattr(annotation, "__supertype__"):  # NewType
            return self._plain(annotation.__supertype__, direction)
        if hasattr(annotation, "__value__") or hasattr(origin, "__value__"):
            return self._alias(annotation, origin, arguments, direction)
        return self._class(annotation, origin or annotation, arguments, direction)

    def _class(self, annotation: Any, cls: Any, arguments: Any, direction: Direction) -> Schema:
        stands_for = self._stands_for(cls, direction)
        if stands_for is not None:
            return self.schema(stands_for, direction)
        if isinstance(cls, type) and issubclass(cls, Enum):
            return self._component(annotation, direction, lambda: _enum(cls))
        if is_pydantic(cls):
            return self._pydantic(annotation, direction)
        read = model_reader(cls)
        if read is not None:
            return self._component(
                annotation, direction, lambda: self._model(annotation, cls, read, direction)
            )
        simple = scalar(cls) or self._container(cls, arguments, direction)
        return self._unknown(annotation) if simple is None else simple

    # What a type is made of

    def _annotated(self, annotation: Any, arguments: Any, direction: Direction) -> Schema:
        inner, *metadata = arguments
        if any(is_for_pydantic_alone(each) for each in metadata):
            return self._pydantic(annotation, direction)
        return self.schema(inner, direction, metadata)

    def _variable(self, variable: Any, direction: Direction) -> Schema:
        if variable.__constraints__:
            return self._plain(Union[variable.__constraints__], direction)  # noqa: UP007
        bound = variable.__bound__
        return {} if bound is None else self._plain(bound, direction)

    def _alias(self, alias: Any, origin: Any, arguments: Any, direction: Direction) -> Schema:
        """`type Json = ...`: it has a name, and may hold itself."""
        value: Any = (origin if arguments else alias).__value__
        if arguments:
            value = value[arguments]
        return self._component(alias, direction, lambda: self._plain(value, direction))

    def _union(self, annotation: Any, direction: Direction) -> Schema:
        members = get_args(annotation) or (annotation,)
        schemas = [self._plain(each, direction) for each in members]
        unlike = [each for at, each in enumerate(schemas) if each not in schemas[:at]]
        if len(unlike) == 1:
            return unlike[0]
        tagged = {each: tag for each in members if (tag := _tag(each))}
        fields = {field for field, _ in tagged.values()}
        others = [each for each in members if each is not NoneType and not _tag(each)]
        if others or len(tagged) < 2 or len(fields) != 1:
            return {"anyOf": unlike}
        mapping = {
            str(tag): self._plain(each, direction)["$ref"] for each, (_, tag) in tagged.items()
        }
        discriminator = {"propertyName": next(iter(fields)), "mapping": mapping}
        return {"oneOf": unlike, "discriminator": discriminator}

    def _container(self, cls: Any, arguments: Any, direction: Direction) -> Schema | None:
        if cls is tuple and arguments and arguments[-1:] != (Ellipsis,):
            items = [self._plain(each, direction) for each in arguments]
            return _tuple(items, len(items))
        if not isinstance(cls, type):
            return None
        if issubclass(cls, Mapping):
            return self._mapping(arguments, direction)
        if not issubclass(cls, _ARRAYS):
            return None
        unique = {"uniqueItems": True} if issubclass(cls, collections.abc.Set) else {}
        item = self._plain(arguments[0], direction) if arguments else {}
        # Generators of clients ask for `items`, even where anything is allowed.
        return {"type": "array", "items": item, **unique}

    def _mapping(self, arguments: Any, direction: Direction) -> Schema:
        if len(arguments) != 2:
            return {"type": "object"}
        key, value = (self._plain(each, direction) for each in arguments)
        names = {k: v for k, v in key.items() if k != "type"} if key.get("type") == "string" else {}
        found: Schema = {"type": "object"}
        if value:
            found["additionalProperties"] = value
        return {**found, "propertyNames": names} if names else found

    # Components

    def _component(
        self, annotation: Any, direction: Direction, make: Callable[[], Schema]
    ) -> Schema:
        """A reference to a component, which is made unless it is known: it may hold itself."""
        reference = Reference(_key(annotation), direction)
        if reference not in self.components:
            schema: Schema = {}
            name, place = component_name(annotation), place_of(annotation)
            self.components.add(reference, Component(name, place, self.where, "", schema))
            schema.update(make())
        return {"$ref": reference}

    def _pydantic(self, annotation: Any, direction: Direction) -> Schema:
        """What pydantic says of a type."""

        def register(reference: Reference, name: str, place: str, schema: Schema) -> None:
            if reference not in self.components:
                component = Component(name, place, self.where, "pydantic", schema)
                self.components.add(reference, component)

        try:
            return pydantic_schema(annotation, direction, register)
        except TypeError as error:
            self._problem(f"pydantic describes no {type_name(annotation)} ({error})", _SAY_SCHEMA)
            return {}

    def _model(self, model: Any, cls: Any, read: Reader, direction: Direction) -> Schema:
        try:
            fields = self._fields_of(model, read)
        except NameError as error:
            self._problem(
                f"a field of {place_of(cls)} names '{error.name}', which does not exist at run time",
                f"import '{error.name}' outside 'if TYPE_CHECKING', or define it at module level",
            )
            return {}
        prose, about = read_docstring(doc_of(cls))
        config = getattr(cls, "__struct_config__", None)
        if is_named_tuple(cls) or (config and config.array_like):
            return self._array(fields, config, prose, direction)
        properties: Schema = {}
        if config and config.tag_field:
            properties[config.tag_field] = {"const": config.tag}
        for field in fields:
            properties[field.key] = self._field(field, about, direction)
        tag = [config.tag_field] if config and config.tag_field else []
        required = [*tag, *(field.key for field in fields if field.required)]
        closed = bool(config and config.forbid_unknown_fields) or getattr(cls, "__closed__", False)
        return {
            "type": "object",
            **({"description": prose} if prose else {}),
            "properties": properties,
            **({"required": required} if required else {}),
            **({"additionalProperties": False} if closed else {}),
        }

    def _fields_of(self, model: Any, read: Reader) -> list[Field]:
        # PERF: kept, as either direction asks for them: 0.3 ms each time.
        key = _key(model)
        if key not in self._fields:
            self._fields[key] = fields_of(model, read)
        return self._fields[key]

    def _array(self, fields: list[Field], config: Any, prose: str, direction: Direction) -> Schema:
        """A model whose fields are the items of an array."""
        items = [self._field(each, {}, direction) for each in fields]
        required = sum(each.required for each in fields)
        if config and config.tag_field:
            items, required = [{"const": config.tag}, *items], required + 1
        named = [{"title": f.name, **i} for f, i in zip(fields, items[-len(fields) :], strict=True)]
        items[len(items) - len(fields) :] = named
        return {**_tuple(items, required), **({"description": prose} if prose else {})}

    def _field(self, field: Field, about: Mapping[str, str], direction: Direction) -> Schema:
        schema = self._plain(without_unset(field.annotation), direction)
        if field.name in about:
            schema.setdefault("description", about[field.name])
        default = NOT_WRITABLE if field.default is NOTHING else writable(field.default)
        if default is not NOT_WRITABLE:
            schema["default"] = default
        if field.read_only:
            schema["readOnly"] = True
        if field.write_only:
            schema["writeOnly"] = True
        return schema

    # What nobody knows

    def _unknown(self, annotation: Any) -> Schema:
        self._problem(f"nobody knows how {type_name(annotation)} looks in a document", _SAY_SCHEMA)
        return {}

    def _problem(self, found: str, repair: str) -> None:
        self.problems.append(OpenAPIError((self.where,), found, repair))


def known_types(schemas: Mapping[Any, Any], stands_for: StandsFor | None) -> StandsFor:
    """What classes stand for: what the user says of the nearest of their bases, then the framework."""

    def known(cls: Any, direction: Any) -> Any:
        for base in getattr(cls, "__mro__", (cls,)):
            if base in schemas and base is not object:
                return schemas[base]
        return None if stands_for is None else stands_for(cls, direction)

    return known


_SAY_SCHEMA = "say it: OpenAPIConfig(schemas={TheClass: {'type': 'string'}}), or take another type"
_ARRAYS: tuple[Any, ...] = (
    list,
    tuple,
    set,
    frozenset,
    deque,
    Sequence,
    collections.abc.Set,
    Iterable,
)


def _key(annotation: Any) -> str:
    """What tells a type from all others; pydantic's own key of a class has the same form."""
    cls = get_origin(annotation) or annotation
    if not isinstance(cls, type):
        return f"{annotation!r}:{id(cls)}"
    inner = ",".join(_key(each) for each in get_args(annotation))
    return f"{cls.__module__}.{cls.__qualname__}:{id(cls)}" + (f"[{inner}]" if inner else "")


def _tag(member: Any) -> tuple[str, Any] | None:
    """The field and value that tell a Struct from others in JSON."""
    config = getattr(get_origin(member) or member, "__struct_config__", None)
    if config is None or config.tag_field is None or config.array_like:
        return None
    return config.tag_field, config.tag


def _tuple(items: list[Schema], required: int) -> Schema:
    found: Schema = {"type": "array", "minItems": required, "maxItems": len(items)}
    return {**found, "prefixItems": items} if items else found


def _enum(cls: Any) -> Schema:
    prose, _ = read_docstring(doc_of(cls))
    return {**_values([each.value for each in cls]), **({"description": prose} if prose else {})}


def _values(values: Iterable[Any]) -> Schema:
    """A schema of just these values."""
    members = [writable(each.value if isinstance(each, Enum) else each) for each in values]
    found: Schema = {"const": members[0]} if len(members) == 1 else {"enum": members}
    types = {_JSON_TYPES.get(each.__class__) for each in members}
    kind = types.pop() if len(types) == 1 else None
    return {"type": kind, **found} if kind else found


_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
