"""The schemas that have a name: one for each model, and two only where what goes in really differs.

A model is known by a key of its own until all models are known. Then names are given; a schema refers
to another by a `Reference`, which becomes the text of `$ref` at the very end.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pleiad_openapi.errors import OpenAPIError
from pleiad_openapi.operation import Direction
from pleiad_openapi.values import is_array, is_object

__all__ = ["Component", "Components", "Reference"]

PREFIX = "#/components/schemas/"


class Reference:
    """Stands for a component until it has a name.

    Attributes:
        key: Whose.
        direction: In which direction.
    """

    __slots__ = ("direction", "key")

    def __init__(self, key: str, direction: Direction) -> None:
        self.key = key
        self.direction: Direction = direction

    def __eq__(self, other: object) -> bool:
        """The direction does not count: so two schemas are equal until a twin tells them apart."""
        return isinstance(other, Reference) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Reference({self.key!r}, {self.direction!r})"


class Component(msgspec.Struct, frozen=True):
    """A schema with a name.

    Attributes:
        name: The name.
        place: Where its type was written.
        where: Where it was met first.
        author: Who wrote the schema: pydantic tells less of a dataclass than its fields do.
        schema: The schema, filled in later where the model holds itself.
    """

    name: str
    place: str
    where: str
    author: str
    schema: dict[str, Any]


class Components:
    """All components of a document."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Direction, Component]] = {}
        self._found_twins: frozenset[str] | None = None

    def __contains__(self, reference: Reference) -> bool:
        return reference.direction in self._known.get(reference.key, {})

    def __getitem__(self, reference: Reference) -> Component:
        return self._known[reference.key][reference.direction]

    def followed(self, schema: Any) -> dict[str, Any]:
        """A schema, or that of the component it refers to, completed by what stands beside `$ref`."""
        found: dict[str, Any] = schema if is_object(schema) else {}
        for _ in self._known:  # an alias of an alias
            if not isinstance(found.get("$ref"), Reference):
                break
            beside = {key: each for key, each in found.items() if key != "$ref"}
            found = {**self[found["$ref"]].schema, **beside}
        return found

    def add(self, reference: Reference, component: Component) -> None:
        """Keep a component under its key."""
        self._found_twins = None
        self._known.setdefault(reference.key, {})[reference.direction] = component

    def problems(self) -> Iterator[OpenAPIError]:
        """What is wrong with the names: two models of one."""
        owners: dict[str, tuple[str, Component]] = {}
        twins = self._twins()
        for key, both in self._known.items():
            for direction, component in both.items():
                name = _named(component.name, direction, twin=key in twins)
                owner, other = owners.setdefault(name, (key, component))
                if owner != key:
                    yield OpenAPIError(
                        (other.where, component.where),
                        f"two models are called '{name}', {other.place} and {component.place}",
                        "rename one of them, or give one another name in the document:"
                        " __schema_name__ = '...' in its class",
                    )
                    break

    def schemas(self) -> dict[str, Any]:
        """Every schema by its name, in the order of names; resolved."""
        twins = self._twins()
        found: dict[str, Any] = {}
        for key, both in self._known.items():
            for direction, component in sorted(both.items()):
                name = _named(component.name, direction, twin=key in twins)
                found.setdefault(name, _resolved(component.schema, self._text(twins)))
        return dict(sorted(found.items()))

    def resolved(self, value: Any) -> Any:
        """A part of a document, its references turned into text."""
        return _resolved(value, self._text(self._twins()))

    def _text(self, twins: frozenset[str]) -> "_Text":
        return _Text(self._known, twins)

    def _twins(self) -> frozenset[str]:
        """The keys of the models that have two schemas."""
        if self._found_twins is None:
            self._found_twins = self._find_twins()
        return self._found_twins

    def _find_twins(self) -> frozenset[str]:
        both = {key: each for key, each in self._known.items() if len(each) == 2}
        twins = {key for key, each in both.items() if _differ(each["input"], each["output"])}
        if not twins:
            return frozenset()
        refers = {
            key: {r.key for c in each.values() for r in _references(c.schema)}
            for key, each in both.items()
        }
        size = -1
        while twins and size != len(twins):
            size = len(twins)
            twins |= {key for key, keys in refers.items() if keys & twins}
        return frozenset(twins)


class _Text:
    """Makes the text of a reference."""

    def __init__(
        self, known: Mapping[str, Mapping[Direction, Component]], twins: frozenset[str]
    ) -> None:
        self._known = known
        self._twins = twins

    def __call__(self, reference: Reference) -> str:
        component = self._known[reference.key][reference.direction]
        twin = reference.key in self._twins
        return PREFIX + _named(component.name, reference.direction, twin=twin)


def _named(name: str, direction: Direction, *, twin: bool) -> str:
    return f"{name}_{direction.capitalize()}" if twin else name


def _differ(one: Component, other: Component) -> bool:
    return one.author == other.author and one.schema != other.schema


def _references(value: Any) -> Iterator[Reference]:
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, Reference):
            yield each
        elif is_object(each):
            todo.extend(each.values())
        elif is_array(each):
            todo.extend(each)


def _resolved(value: Any, text: _Text) -> Any:
    return _Resolving(text).resolved(value)


class _Resolving:
    """Goes through a document once; what stands in it several times, as errors do, is made once."""

    def __init__(self, text: _Text) -> None:
        self._text = text
        self._made: dict[int, Any] = {}

    def resolved(self, value: Any) -> Any:
        """The value, its references turned into text."""
        if is_object(value):
            made = self._made.get(id(value))
            if made is None:
                made = {key: self.resolved(each) for key, each in value.items()}
                self._made[id(value)] = made
            return made
        if is_array(value):
            return [self.resolved(each) for each in value]
        return self._text(value) if isinstance(value, Reference) else value
