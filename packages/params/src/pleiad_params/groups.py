"""A model whose fields are the values of one source: filters of a query, the fields of a form.

Each field is read as a parameter of its type would be; then the model is made of them, its own
validators included. All that is wrong is noted, not only the first.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias, get_origin

import msgspec

from pleiad_http import (
    DecodeError,
    Field,
    InvalidValue,
    Kind,
    TypeDecoders,
    attrs_instance,
    fields_of,
    from_pydantic,
    kind_of,
)
from pleiad_params.convert import Convert, converter_for, has_text_form, is_sequence, stripped
from pleiad_params.reading import ABSENT, Errors, Found, missing, told, wrong

__all__ = ["Build", "Group", "GroupField", "group_for", "is_group"]

Build: TypeAlias = Callable[[dict[str, Any]], Any]
"""Makes the model of its values. It may raise what `_REFUSED` names."""

_REFUSED = (ValueError, TypeError, ArithmeticError, LookupError)
"""What a model's own code may raise of a client's value."""


class GroupField(msgspec.Struct, frozen=True):
    """How a field is read.

    Attributes:
        name: The constructor's argument.
        keys: Its names in the source, at least one; the first that is there counts.
        required: Whether it must be there.
        annotation: Its type.
        convert: Makes the value of all that stands there under the name.
    """

    name: str
    keys: tuple[str, ...]
    required: bool
    annotation: Any
    convert: Convert

    def key_in(self, found: Found) -> str:
        """The first of its names that is there; the first of all where none is."""
        return next((key for key in self.keys if found.get(key)), self.keys[0])


class Group(msgspec.Struct, frozen=True):
    """Reads a model.

    Attributes:
        model: The model, as its author wrote it.
        source: Where the values stand.
        fields: Its fields.
        build: Makes it.
        by_key: Whether of the values by their names in the source, rather than by argument.
        key: What it is called as a whole, in an error.
        known: Other names of the source that are taken: filled while the program is built.
        refuses: Whether a name that nobody takes is an error.
        keeps: Whether such a name is kept, as text: pydantic's `extra="allow"`.
        checks_all: Whether `build` looks for wrong fields by itself, besides those found here.
    """

    model: Any
    source: str
    fields: tuple[GroupField, ...]
    build: Build
    by_key: bool
    key: str
    known: Collection[str] = ()
    refuses: bool = False
    keeps: bool = False
    checks_all: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """All names that its fields have in the source."""
        return frozenset(key for field in self.fields for key in field.keys)

    def read(self, found: Found, errors: Errors) -> Any:
        """The model; `None` where something is wrong, which is noted."""
        before = len(errors)
        values: dict[str, Any] = {}
        failed: list[GroupField] = []
        for field in self.fields:
            key = field.keys[0] if len(field.keys) == 1 else field.key_in(found)
            every = found.get(key)
            try:
                value = field.convert(every) if every else ABSENT
            except (DecodeError, ValueError, ArithmeticError) as error:
                failed.append(field)
                self._note(error, key, errors)
                continue
            if value is not ABSENT:
                values[key if self.by_key else field.name] = value
            elif field.required:
                failed.append(field)
                missing(key, errors, self.source)
        if self.refuses or self.keeps:
            self._others(found, values, errors)
        if len(errors) > before and not self.checks_all:
            return None
        built = self._built(values, failed, errors)
        return built if len(errors) == before else None

    def read_any(self, found: Found, default: Any, errors: Errors) -> Any:
        """The same; the default where the source has none of its fields."""
        return default if self.keys.isdisjoint(found) else self.read(found, errors)

    def _note(self, error: Exception, key: str, errors: Errors) -> None:
        if isinstance(error, DecodeError):
            errors.extend(told(error, self.source, key))
        else:
            wrong(error, key, errors, self.source)

    def _others(self, found: Found, values: dict[str, Any], errors: Errors) -> None:
        """What nobody takes."""
        for key in found.keys() - self.keys - set(self.known):
            if self.refuses:
                message = f"Unknown {self.source} parameter '{key:.80}'"
                errors.append(InvalidValue(message, self.source, (key,)))
            else:
                values[key] = found[key][-1]

    def _built(self, values: dict[str, Any], failed: Sequence[GroupField], errors: Errors) -> Any:
        try:
            return self.build(values)
        except DecodeError as error:
            noted = {(key,) for field in failed for key in field.keys}
            new = [each for each in error.problems if each.path[:1] not in noted]
            errors.extend(told(DecodeError(new), self.source, whole=self.key))
        except _REFUSED as error:
            if not failed:
                message = str(error) or "Invalid value"
                errors.append(InvalidValue(message, self.source, whole=self.key))
        return None


def is_group(annotation: Any) -> bool:
    """Whether a type is a model, or one that may be missing."""
    plain, _ = stripped(annotation)
    return kind_of(plain) is not Kind.BUILTIN


def group_for(
    annotation: Any,
    source: str,
    *,
    key: str,
    convert: Callable[[Any], Convert] | None = None,
    hyphens: bool = False,
    refuses: bool = False,
    known: Collection[str] = (),
    type_decoders: TypeDecoders = (),
) -> Group:
    """What reads a model.

    Args:
        annotation: The model, or one that may be missing.
        source: Where its values stand.
        key: What it is called as a whole, in an error.
        convert: Gives the converter of a field's type; by default that of texts.
        hyphens: Whether an underscore of a name stands for a hyphen, as in headers.
        refuses: Whether a name that nobody takes is an error.
        known: Other names that are taken.
        type_decoders: For types that no codec knows.

    Raises:
        TypeError: A field of a type that the source cannot give, or a constraint it cannot have.
    """
    model, _ = stripped(annotation)
    kind = kind_of(model)
    is_pydantic = kind is Kind.PYDANTIC
    make = convert or _text_converter(type_decoders, lenient=is_pydantic)
    fields: list[GroupField] = []
    for field in fields_of(model):
        try:
            fields.append(_group_field(field, make, hyphens=hyphens))
        except TypeError as error:
            colon = "" if str(error).startswith("is ") else ":"
            raise TypeError(f"field '{field.name}'{colon} {error}") from None
    forbids, allows = _extra(model, kind)
    return Group(
        model=model,
        source=source,
        fields=tuple(fields),
        build=_BUILDERS.get(kind, _by_arguments)(model),
        by_key=kind in _BY_KEY,
        key=key,
        known=known,
        refuses=(refuses or forbids) and source != "header",
        keeps=allows and source != "header",
        checks_all=is_pydantic,
    )


def _group_field(field: Field, make: Callable[[Any], Convert], *, hyphens: bool) -> GroupField:
    keys = (field.key, *field.other_keys)
    if hyphens:
        own = field.key == field.name
        keys = tuple((key.replace("_", "-") if own else key).lower() for key in keys)
    return GroupField(field.name, keys, field.required, field.annotation, make(field.annotation))


def _text_converter(type_decoders: TypeDecoders, *, lenient: bool) -> Callable[[Any], Convert]:
    """The converter of all texts of a name: a container takes each, any other type the last one."""

    def make(annotation: Any) -> Convert:
        plain, _ = stripped(annotation)
        if not has_text_form(plain, type_decoders):
            raise TypeError("is of a type that no text becomes")
        convert = (_lenient if lenient else converter_for)(annotation, type_decoders)
        if is_sequence(plain):
            return convert or list
        return _last if convert is None else lambda found: convert(found[-1])

    return make


def _last(found: list[Any]) -> Any:
    return found[-1]


def _lenient(annotation: Any, type_decoders: TypeDecoders) -> Convert | None:
    """The converter where pydantic looks at the value again: numbers are ours, the rest is its own."""
    plain, _ = stripped(annotation)
    if plain in (int, float, bool):
        return converter_for(plain, type_decoders)
    if is_sequence(plain):
        item = stripped((*getattr(plain, "__args__", ()), str)[0])[0]
        each = converter_for(item, type_decoders) if item in (int, float, bool) else None
        return None if each is None else lambda texts: [each(text) for text in texts]
    return None


# How each kind is made


def _by_arguments(model: Any) -> Build:
    cls = get_origin(model) or model
    return lambda values: cls(**values)


def _as_it_is(model: Any) -> Build:
    return lambda values: values


def _by_pydantic(model: Any) -> Build:
    from pydantic import TypeAdapter, ValidationError

    validate = TypeAdapter(model).validator.validate_python

    def build(values: dict[str, Any]) -> Any:
        try:
            return validate(values)
        except ValidationError as error:
            raise from_pydantic(error, values) from None

    return build


def _by_attrs(model: Any) -> Build:
    cls = get_origin(model) or model
    return lambda values: attrs_instance(cls, values, by_alias=True)


_BUILDERS: Mapping[Kind, Callable[[Any], Build]] = {
    Kind.ATTRS: _by_attrs,
    Kind.PYDANTIC: _by_pydantic,
    Kind.TYPED_DICT: _as_it_is,
}
_BY_KEY = (Kind.PYDANTIC, Kind.TYPED_DICT)


def _extra(model: Any, kind: Kind) -> tuple[bool, bool]:
    """Whether a model forbids names that it does not know, and whether it keeps them."""
    if kind is Kind.STRUCT:
        return bool((get_origin(model) or model).__struct_config__.forbid_unknown_fields), False
    config = getattr(model, "model_config", None) or getattr(model, "__pydantic_config__", None)
    extra: str | None = config.get("extra") if config else None
    return extra == "forbid", extra == "allow"
