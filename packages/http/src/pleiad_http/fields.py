"""The fields of a model, whatever its kind."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, get_origin

import msgspec

from pleiad_http.generics import bound_fields
from pleiad_http.kinds import Kind, kind_of
from pleiad_http.typed_dicts import unqualified

__all__ = ["Field", "fields_of"]


class Field(msgspec.Struct, frozen=True):
    """A field of a model.

    Attributes:
        name: The name in Python, which its constructor takes.
        key: The name in a document.
        annotation: Its type, with what `Annotated` holds.
        required: Whether it must be there.
        other_keys: Further names in a document, where the model has a choice of them.
    """

    name: str
    key: str
    annotation: Any
    required: bool
    other_keys: tuple[str, ...] = ()


def fields_of(model: Any) -> list[Field]:
    """The fields that a document may fill, in the order of their declaration.

    Args:
        model: A class of any kind but `Kind.BUILTIN`, or a generic one with its arguments, which
            then stand in the fields' types.
    """
    cls = get_origin(model) or model
    return list(_READERS[kind_of(cls)](cls, bound_fields(model)))


Hints = Mapping[str, Any]


def _struct(model: Any, hints: Hints) -> Iterator[Field]:
    for each in msgspec.structs.fields(model):
        yield Field(each.name, each.encode_name, hints.get(each.name, each.type), each.required)


def _dataclass(model: Any, hints: Hints) -> Iterator[Field]:
    nothing = dataclasses.MISSING
    for each in dataclasses.fields(model):
        if each.init:
            required = each.default is nothing and each.default_factory is nothing
            yield Field(each.name, each.name, hints.get(each.name, Any), required)


def _attrs(model: Any, hints: Hints) -> Iterator[Field]:
    for each in model.__attrs_attrs__:
        if each.init:
            required = type(each.default).__name__ == "_Nothing"
            yield Field(each.alias, each.alias, hints.get(each.name, Any), required)


def _typed_dict(model: Any, hints: Hints) -> Iterator[Field]:
    for name in model.__annotations__:
        annotation, required = unqualified(hints.get(name, Any))
        if required is None:  # where annotations are texts, `__required_keys__` knows no qualifier
            required = name in model.__required_keys__
        yield Field(name, name, annotation, required)


def _named_tuple(model: Any, hints: Hints) -> Iterator[Field]:
    for name in model._fields:
        yield Field(name, name, hints.get(name, Any), name not in model._field_defaults)


def _pydantic(model: Any, hints: Hints) -> Iterator[Field]:
    config = getattr(model, "model_config", None) or getattr(model, "__pydantic_config__", {})
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    for name, each in model.__pydantic_fields__.items():
        keys = _aliases(each.validation_alias) or [name]
        if by_name and name not in keys:
            keys.append(name)
        yield Field(name, keys[0], _annotated(each), each.is_required(), tuple(keys[1:]))


def _annotated(field: Any) -> Any:
    """A pydantic field's type, with the constraints that pydantic took off it."""
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _aliases(alias: Any) -> list[str]:
    """The names that pydantic reads a field from; of a path, where it begins."""
    if alias is None or isinstance(alias, str):
        return [alias] if alias else []
    choices = getattr(alias, "choices", None) or [alias]
    firsts = [each if isinstance(each, str) else each.path[0] for each in choices]
    return [each for each in firsts if isinstance(each, str)]


_READERS: Mapping[Kind, Callable[[Any, Hints], Iterator[Field]]] = {
    Kind.STRUCT: _struct,
    Kind.DATACLASS: _dataclass,
    Kind.ATTRS: _attrs,
    Kind.TYPED_DICT: _typed_dict,
    Kind.NAMED_TUPLE: _named_tuple,
    Kind.PYDANTIC: _pydantic,
}
