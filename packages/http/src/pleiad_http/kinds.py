"""What kind of model a type is, told without importing the library that made it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, TypeGuard, cast, get_args, get_origin, get_type_hints

__all__ = [
    "Kind",
    "classes_in",
    "field_types",
    "is_dict",
    "items_of",
    "key_of",
    "kind_of",
    "models_in",
    "parts_of",
]


class Kind(Enum):
    """The kinds of types, as the codecs see them."""

    STRUCT = "msgspec Struct"
    PYDANTIC = "pydantic model"
    DATACLASS = "dataclass"
    ATTRS = "attrs class"
    TYPED_DICT = "TypedDict"
    NAMED_TUPLE = "NamedTuple"
    BUILTIN = "builtin, container, or any other type"


_MARKS = (
    ("__struct_fields__", Kind.STRUCT),
    ("__pydantic_validator__", Kind.PYDANTIC),
    ("__attrs_attrs__", Kind.ATTRS),
)
"""pydantic's dataclasses have pydantic's mark as well, so they count as pydantic's."""

_PLAIN = frozenset({bool, bytes, dict, float, int, list, object, set, str, tuple, type(None)})
"""The classes asked for most, which are no models."""


def kind_of(annotation: Any) -> Kind:
    """The kind of a class, or of a generic one with its arguments."""
    # PERF: most are plain classes: asking for an origin takes 0.4 us, missing an attribute 0.5.
    found = annotation if isinstance(annotation, type) else get_origin(annotation)
    if not isinstance(found, type) or found in _PLAIN:
        return Kind.BUILTIN
    cls = cast("Any", found)
    for mark, kind in _MARKS:
        if hasattr(cls, mark):
            return kind
    if is_dataclass(cls):
        return Kind.DATACLASS
    if _is_typed_dict(cls):
        return Kind.TYPED_DICT
    return Kind.NAMED_TUPLE if tuple in cls.__mro__ and hasattr(cls, "_fields") else Kind.BUILTIN


def _is_typed_dict(cls: Any) -> bool:
    """Of `typing`, or of `typing_extensions`, which `typing.is_typeddict` does not know."""
    return dict in cls.__mro__ and hasattr(cls, "__total__")


def key_of(annotation: Any) -> str | None:
    """What, with the annotation itself, something is kept by; `None` where it has no hash.

    `A | B` equals `B | A`, and `Annotated[int, 1]` equals `Annotated[int, True]`: their texts differ.
    """
    try:
        hash(annotation)
    except TypeError:  # what stands in `Annotated[...]` may be anything
        return None
    return "" if isinstance(annotation, type) else repr(annotation)


def parts_of(annotation: Any) -> Iterator[Any]:
    """The annotation and everything it is made of.

    Members of unions, items of containers, what an alias or a `NewType` stands for; an alias that
    stands for something with itself in it is entered once.
    """
    todo, aliases = [annotation], set[int]()
    while todo:
        part = todo.pop()
        yield part
        inner = [each for each in get_args(part) if not isinstance(each, str | int | bytes)]
        meant = getattr(part, "__value__", None) or getattr(part, "__supertype__", None)
        if meant is not None and id(part) not in aliases:
            aliases.add(id(part))
            inner.insert(0, meant)
        todo.extend(reversed(inner))


def field_types(model: Any) -> Mapping[str, Any]:
    """The annotations of a model's fields; empty where they cannot be resolved."""
    try:
        return _field_types(get_origin(model) or model)
    except (NameError, TypeError):
        return {}


@lru_cache(maxsize=1024)
def _field_types(cls: Any) -> Mapping[str, Any]:
    # PERF: kept: 20 us each time, and several readers of a type ask for it.
    return get_type_hints(cls, include_extras=True)


def classes_in(annotation: Any) -> dict[type[Any], Kind]:
    """Every class in an annotation, and in the fields of the models there, with its kind.

    pydantic's models are not entered: what they hold is pydantic's business.
    """
    found: dict[type[Any], Kind] = {}
    todo = [annotation]
    while todo:
        for part in parts_of(todo.pop()):
            cls = get_origin(part) or part
            if not isinstance(cls, type) or cls in found:
                continue
            kind = found[cls] = kind_of(cls)
            if kind not in (Kind.PYDANTIC, Kind.BUILTIN):
                todo.extend(field_types(cls).values())
    return found


def models_in(annotation: Any) -> dict[type[Any], Kind]:
    """The models among `classes_in`."""
    found = classes_in(annotation).items()
    return {cls: kind for cls, kind in found if kind is not Kind.BUILTIN}


def items_of(value: Any) -> Iterable[Any]:
    """What a container of builtins holds; nothing for any other value."""
    if is_dict(value):
        return value.values()
    if isinstance(value, list | tuple | set | frozenset):
        return cast("Iterable[Any]", value)
    return ()


def is_dict(value: Any) -> TypeGuard[dict[Any, Any]]:
    """Whether it is a dict, of what nobody knows."""
    return isinstance(value, dict)
