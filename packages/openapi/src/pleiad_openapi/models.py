"""The fields of a model as a document has them, whatever its kind; pydantic describes its own."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from pleiad_openapi.operation import NOTHING

__all__ = ["Field", "fields_of", "is_named_tuple", "model_reader"]


class Field(msgspec.Struct, frozen=True):
    """A field of a model.

    Attributes:
        name: The name in Python.
        key: The name in a document.
        annotation: Its type, with what `Annotated` holds.
        required: Whether it must be there.
        default: Taken where it is missing; `NOTHING` where there is none, or nobody knows it.
        read_only: Whether only answers hold it.
        write_only: Whether only requests hold it.
    """

    name: str
    key: str
    annotation: Any
    required: bool
    default: Any = NOTHING
    read_only: bool = False
    write_only: bool = False


Hints = Mapping[str, Any]
Reader = Callable[[Any, Hints], Iterator[Field]]


def model_reader(cls: Any) -> Reader | None:
    """What reads the fields of a class; `None` where it is no model."""
    if hasattr(cls, "__struct_fields__"):
        return _struct
    if hasattr(cls, "__attrs_attrs__"):
        return _attrs
    if is_dataclass(cls):
        return _dataclass
    if _is_typed_dict(cls):
        return _typed_dict
    return _named_tuple if is_named_tuple(cls) else None


def _is_typed_dict(cls: Any) -> bool:
    """Of `typing`, or of `typing_extensions`, which `typing.is_typeddict` does not know."""
    return isinstance(cls, type) and dict in cls.__mro__ and hasattr(cls, "__total__")


def is_named_tuple(cls: Any) -> bool:
    """Whether it is a class of named tuples."""
    return isinstance(cls, type) and tuple in cls.__mro__ and hasattr(cls, "_fields")


def fields_of(model: Any, read: Reader) -> list[Field]:
    """The fields in the order of their declaration.

    Args:
        model: A class, or a generic one with its arguments, which then stand in the fields' types.
        read: What `model_reader` gave for the class.

    Raises:
        NameError: An annotation names what does not exist at run time.
    """
    cls = get_origin(model) or model
    bound = dict(zip(getattr(cls, "__parameters__", ()), get_args(model), strict=False))
    bound.update(_bound_by_bases(cls, bound))
    fields = read(cls, get_type_hints(cls, include_extras=True))
    if not bound:
        return list(fields)
    return [
        msgspec.structs.replace(each, annotation=substituted(each.annotation, bound))
        for each in fields
    ]


def substituted(annotation: Any, bound: Mapping[Any, Any]) -> Any:
    """The annotation, its type variables replaced."""
    if isinstance(annotation, TypeVar):
        return bound.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation  # a generic class by itself binds nothing
    if not parameters:
        return annotation
    generic: Any = annotation
    return generic[tuple(bound.get(each, each) for each in parameters)]


def _bound_by_bases(cls: Any, bound: Mapping[Any, Any]) -> dict[Any, Any]:
    """The type variables that `class Items(Page[Item])` binds."""
    found: dict[Any, Any] = {}
    for base in getattr(cls, "__orig_bases__", ()):
        origin = get_origin(base)
        parameters = getattr(origin, "__parameters__", ())
        for parameter, argument in zip(parameters, get_args(base), strict=False):
            if parameter is not argument:
                found[parameter] = substituted(argument, bound)
        if origin is not None:
            found.update(_bound_by_bases(origin, {**bound, **found}))
    return found


def _struct(model: Any, hints: Hints) -> Iterator[Field]:
    for each in msgspec.structs.fields(model):
        default: Any = NOTHING if each.default is msgspec.NODEFAULT else each.default
        if each.default_factory in (list, dict, set, tuple):
            default = cast("Any", each).default_factory()
        annotation = hints.get(each.name, each.type)
        yield Field(each.name, each.encode_name, annotation, each.required, default)


def _dataclass(model: Any, hints: Hints) -> Iterator[Field]:
    for each in dataclasses.fields(model):
        missing = each.default is dataclasses.MISSING
        required = missing and each.default_factory is dataclasses.MISSING
        yield Field(
            each.name,
            each.name,
            hints.get(each.name, Any),
            required and each.init,
            NOTHING if missing else each.default,
            read_only=not each.init,
        )


def _attrs(model: Any, hints: Hints) -> Iterator[Field]:
    for each in model.__attrs_attrs__:
        kind = type(each.default).__name__  # attrs' own `NOTHING` and `Factory`
        unknown = kind in ("_Nothing", "Factory")
        yield Field(
            each.name,
            each.name,
            hints.get(each.name, Any),
            kind == "_Nothing" and each.init,
            NOTHING if unknown else each.default,
            read_only=not each.init,
            write_only=each.name.startswith("_"),  # msgspec does not encode them
        )


def _typed_dict(model: Any, hints: Hints) -> Iterator[Field]:
    for name in model.__annotations__:
        annotation, required = _unqualified(hints.get(name, Any))
        if required is None:  # where annotations are texts, `__required_keys__` knows no qualifier
            required = name in model.__required_keys__
        yield Field(name, name, annotation, required)


_QUALIFIERS: Mapping[str | None, bool | None] = {
    "Required": True,
    "NotRequired": False,
    "ReadOnly": None,
}
"""Whether the key must be there. By name: Python 3.13 has its own `ReadOnly`, and before it came from
elsewhere. It binds the code that holds the dict: a document is told nothing of it (PEP 705)."""


def _unqualified(annotation: Any) -> tuple[Any, bool | None]:
    """The type of a TypedDict's key without its qualifiers, and whether they say it must be there."""
    required: bool | None = None
    metadata: tuple[Any, ...] = ()
    while True:
        origin = get_origin(annotation)
        name = None if isinstance(origin, type) else getattr(origin, "_name", None)
        if origin is Annotated:
            metadata = (*annotation.__metadata__, *metadata)
            annotation = annotation.__origin__
        elif name in _QUALIFIERS:
            said = _QUALIFIERS[name]
            required = required if said is None else said
            annotation = get_args(annotation)[0]
        else:
            return (Annotated[(annotation, *metadata)] if metadata else annotation), required


def _named_tuple(model: Any, hints: Hints) -> Iterator[Field]:
    for name in model._fields:
        default = model._field_defaults.get(name, NOTHING)
        yield Field(name, name, hints.get(name, Any), default is NOTHING, default)


def without_unset(annotation: Any) -> Any:
    """The annotation without msgspec's `UnsetType`, which no document shows."""
    arguments = get_args(annotation)
    if msgspec.UnsetType not in arguments:
        return annotation
    return Union[tuple(each for each in arguments if each is not msgspec.UnsetType)]  # noqa: UP007
