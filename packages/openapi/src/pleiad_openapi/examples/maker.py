"""Values of schemas: what is certain to be valid, or nothing.

A model that stands within itself is left out there, as it can be where it is optional, one of several
or an item. So is all that no example is known for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from pleiad_openapi.components import Components
from pleiad_openapi.examples.known import BOUNDS, KEYWORDS, Schema, is_known, merged
from pleiad_openapi.examples.numbers import number_of
from pleiad_openapi.examples.place import Place
from pleiad_openapi.examples.texts import text_of
from pleiad_openapi.operation import NOTHING, Direction
from pleiad_openapi.values import is_array, is_object

__all__ = ["Examples"]

STEPS = 500
"""How many schemas are looked at for an example: the models of a database may all hold one another."""

ITEMS = 20
"""How many items or properties are made up where nobody names them: who asks for more gets none."""

TURNS = 20
"""How often another value is tried where several must differ."""


class Examples:
    """Makes examples.

    Args:
        components: What references refer to.
        seed: Another seed, another choice; the same one makes the same examples.
    """

    def __init__(self, components: Components, seed: int) -> None:
        self._components = components
        self._seed = seed

    def made_up(self, schema: Schema, direction: Direction, place: str) -> list[Any]:
        """A value, if the schema says something, has no example of the user's, and one is found.

        Args:
            schema: The schema.
            direction: Whether clients send it, or get it.
            place: What it is a value of, where that is no model.
        """
        referred = self._components.followed(schema)
        if not schema or _given(schema) is not NOTHING or _given(referred) is not NOTHING:
            return []
        value = self.value(schema, direction, place)
        return [] if value is NOTHING or value is None else [value]  # `null` shows nobody anything

    def value(self, schema: Schema, direction: Direction, place: str) -> Any:
        """A value that is valid by a schema; `NOTHING` where none was found. See `made_up`."""
        maker = _Maker(self._components, direction)
        return maker.value(schema, Place(self._seed, place))


class _Maker:
    """Makes one example.

    Args:
        components: What references refer to.
        direction: Whether clients send it, or get it.
    """

    def __init__(self, components: Components, direction: Direction) -> None:
        self._components = components
        self._hidden = "readOnly" if direction == "input" else "writeOnly"
        self._left = STEPS

    def value(self, schema: Any, place: Place) -> Any:
        """A value, or `NOTHING`: of the first alternative of which one can be made."""
        schema = {} if schema is True else schema
        if not is_object(schema):
            return NOTHING
        given = _given(schema)
        if given is not NOTHING:
            return given
        made = (self._made(each, where) for each, where in self._flat(schema, place))
        return next((each for each in made if each is not NOTHING), NOTHING)

    # Schemas without `$ref`, `allOf`, `anyOf` and `oneOf`

    def _flat(self, schema: Schema, place: Place) -> Iterator[tuple[Schema, Place]]:
        """Schemas of which each value is one of the whole's, each with where it stands."""
        self._left -= 1
        if self._left < 0 or not is_known(schema):
            return
        rest: Schema = {k: v for k, v in schema.items() if k not in _COMBINING}
        parts: list[Sequence[Any]] = [[each] for each in schema.get("allOf", ())]
        if "$ref" in schema:
            reference = schema["$ref"]
            if reference.key in place.within:
                return
            component = self._components[reference]
            parts.append([component.schema])
            place = place.into(component.name, reference.key)
        if "anyOf" in schema:
            parts.append(sorted(schema["anyOf"], key=_NULL.__eq__))
        if "oneOf" in schema:
            tag = self._tag(schema)
            if tag is None:
                return
            rest["required"] = [*rest.get("required", ()), tag]
            parts.append(schema["oneOf"])
        for chosen in product(*parts):
            yield from self._together(rest, chosen, place)

    def _together(
        self, one: Schema, others: Sequence[Any], place: Place
    ) -> Iterator[tuple[Schema, Place]]:
        """The flat schemas of several that hold together."""
        if not others:
            yield one, place
        elif is_object(others[0]):
            for each, where in self._flat(others[0], place):
                both = merged(one, each)
                if both is not None:
                    yield from self._together(both, others[1:], where)

    def _tag(self, schema: Schema) -> str | None:
        """The property by which just one member of a `oneOf` holds; `None` where nobody knows."""
        name: str | None = schema.get("discriminator", {}).get("propertyName")
        tags = [] if name is None else [self._tags(each, name) for each in schema["oneOf"]]
        every = [repr(tag) for each in tags for tag in each]
        return name if all(tags) and len(set(every)) == len(every) else None

    def _tags(self, member: Any, name: str) -> Sequence[Any]:
        """The values that a property of a member may have; none where it may have any."""
        properties = self._components.followed(member).get("properties", {})
        found = self._components.followed(properties.get(name, {}))
        return [found["const"]] if "const" in found else list(found.get("enum", ()))

    # Values

    def _made(self, schema: Schema, place: Place) -> Any:
        given = _given(schema)
        if given is not NOTHING:
            return given
        kinds = schema.get("type", _kind_meant(schema))
        several: Sequence[Any] = [kinds] if isinstance(kinds, str) else kinds
        if "const" in schema or "enum" in schema:
            return _named(schema, several, place)
        makers = [_MAKERS[kind] for kind in several if kind in _MAKERS]
        made = (make(self, schema, place) for make in makers)
        found = next((each for each in made if each is not NOTHING), NOTHING)
        return None if found is NOTHING and "null" in several else found

    def an_array(self, schema: Schema, place: Place) -> Any:
        """An array: of all items that have a place of their own, or of one."""
        named, items = schema.get("prefixItems", ()), schema.get("items", True)
        least, most = schema.get("minItems", 0), schema.get("maxItems", ITEMS)
        wanted = min(most, ITEMS, max(least, len(named) or int("items" in schema)))
        unique = schema.get("uniqueItems", False)
        found: list[Any] = []
        for at in range(wanted):
            item, step = (named[at], str(at)) if at < len(named) else (items, "item")
            value = self._item(item, place.at(step), found, unique=unique)
            if value is NOTHING:
                break
            found.append(value)
        return found if len(found) >= least else NOTHING

    def _item(self, schema: Any, place: Place, others: list[Any], *, unique: bool) -> Any:
        """One more item, unlike the others if it must be."""
        first = len(others)
        for turn in range(first, first + (TURNS if unique else 1)):
            value = self.value(schema, place.again(turn))
            if value is NOTHING or not unique or value not in others:
                return value
        return NOTHING

    def an_object(self, schema: Schema, place: Place) -> Any:
        """An object: of all its properties, but for those that do not go in this direction."""
        properties, required = schema.get("properties", {}), schema.get("required", ())
        others = schema.get("additionalProperties", True)
        found: dict[str, Any] = {}
        for name in dict.fromkeys([*properties, *required]):
            part = properties.get(name, others)
            if name not in required and is_object(part) and part.get(self._hidden):
                continue
            value = self.value(part, place.at(name))
            if value is not NOTHING:
                found[name] = value
            elif name in required:
                return NOTHING
        return self._sized(schema, found, place)

    def _sized(self, schema: Schema, found: dict[str, Any], place: Place) -> Any:
        """The object with as many properties as it must have, and no more than it may have."""
        names, properties = schema.get("propertyNames", {}), schema.get("properties", {})
        others, required = schema.get("additionalProperties", True), schema.get("required", ())
        if names and (properties or required):
            return NOTHING  # who knows whether their names are such names
        least, most = schema.get("minProperties", 0), schema.get("maxProperties", STEPS)
        optional = [name for name in found if name not in required]
        while len(found) > most and optional:
            del found[optional.pop()]
        wanted = min(most, max(least, int(not properties and is_object(others))))
        for turn in range(TURNS if len(found) < wanted else 0):
            name = self.value({"type": "string", **names}, place.at("name").again(turn))
            value = self.value(others, place.at("value").again(turn))
            if isinstance(name, str) and name not in properties and value is not NOTHING:
                found[name] = value
            if len(found) >= wanted:
                break
        return found if least <= len(found) <= most else NOTHING


_COMBINING = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
_NULL = {"type": "null"}


def _given(schema: Schema) -> Any:
    """The user's own example."""
    examples = schema.get("examples")
    return examples[0] if is_array(examples) and examples else schema.get("example", NOTHING)


_MEANT: Mapping[str, frozenset[str]] = {
    "object": frozenset({"additionalProperties", "properties", "propertyNames", "required"}),
    "array": frozenset({"items", "minItems", "prefixItems"}),
    "number": frozenset(BOUNDS),
}
"""The types that keywords are about, where no type is said: any other value is allowed then as well."""


def _kind_meant(schema: Schema) -> str:
    return next((kind for kind, keys in _MEANT.items() if keys & schema.keys()), "string")


def _named(schema: Schema, kinds: Sequence[Any], place: Place) -> Any:
    """One of the values that a schema names, if that is all it asks for."""
    if schema.keys() & KEYWORDS.keys() - {"const", "enum", "type"}:
        return NOTHING
    values = schema.get("enum", [schema.get("const")])
    fitting = [
        each
        for each in values
        if ("const" not in schema or each == schema["const"])
        and ("type" not in schema or any(_is_a(kind, each) for kind in kinds))
    ]
    return place.one_of(fitting) if fitting else NOTHING


def _is_a(kind: str, value: Any) -> bool:
    is_boolean = isinstance(value, bool)  # an int, to Python
    return isinstance(value, _TYPES.get(kind, ())) and is_boolean == (kind == "boolean")


_TYPES: Mapping[str, Any] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "null": type(None),
    "number": int | float,
    "object": dict,
    "string": str,
}

_MAKERS: Mapping[str, Callable[[_Maker, Schema, Place], Any]] = {
    "array": _Maker.an_array,
    "boolean": lambda _, __, place: place.one_of((True, False)),
    "integer": lambda _, schema, place: number_of(schema, place, whole=True),
    "number": lambda _, schema, place: number_of(schema, place, whole=False),
    "object": _Maker.an_object,
    "string": lambda _, schema, place: text_of(schema, place),
}
"""By type; that a value is `null` is said last."""
