"""Text becomes a value of a type: the converter is made once, for each annotation."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, cast, get_args, get_origin
from uuid import UUID

import msgspec

from pleiad_http import Kind, SecretString, TypeDecoders, UploadFile, kind_of
from pleiad_params.metadata import meta_of, validators_in

__all__ = [
    "Convert",
    "by_pydantic",
    "constrained",
    "converter_for",
    "has_text_form",
    "is_sequence",
    "named",
    "stripped",
    "to_bool",
    "to_float",
    "to_int",
    "without_none",
]

Convert: TypeAlias = Callable[[Any], Any]
"""Makes a value of text, or of a list of texts; raises `ValueError` with a message for the client."""

MOST_DIGITS = 4300
"""Python itself refuses to read a longer int."""


def to_int(text: str) -> int:
    """ASCII digits with a sign: `1_000`, ` 1 ` and digits of other scripts are no ints."""
    # PERF: plain digits, which nearly every number is, need not be cut: 0.1 us.
    if text.isdigit() and text.isascii() and len(text) <= MOST_DIGITS:
        return int(text)
    digits = text[1:] if text[:1] in ("-", "+") else text
    if digits.isdigit() and text.isascii() and len(digits) <= MOST_DIGITS:
        return int(text)
    raise ValueError(f"Expected int, got {_shown(text)}")


def to_float(text: str) -> float:
    """A finite number in decimal notation."""
    try:
        plain = text.isascii() and "_" not in text and text.strip() == text
        value = float(text) if plain else None
    except ValueError:
        value = None
    if value is None or not isfinite(value):
        raise ValueError(f"Expected float, got {_shown(text)}")
    return value


_BOOLS = {"true": True, "1": True, "false": False, "0": False}


def to_bool(text: str) -> bool:
    """`true`, `false`, `1` or `0`, in any case."""
    try:
        return _BOOLS[text.lower()]
    except KeyError:
        raise ValueError(f"Expected bool, got {_shown(text)}") from None


def to_bytes(text: str) -> bytes:
    """The text in UTF-8."""
    return text.encode()


def to_decimal(text: str) -> Decimal:
    """A finite number in decimal notation."""
    try:
        plain = text.isascii() and "_" not in text and text.strip() == text
        value = Decimal(text) if plain and len(text) <= MOST_DIGITS else None
    except ArithmeticError:
        value = None
    if value is None or not value.is_finite():
        raise ValueError(f"Expected decimal, got {_shown(text)}")
    return value


def converter_for(annotation: Any, type_decoders: TypeDecoders = ()) -> Convert | None:
    """What makes a value of text; for a container, of a list of texts. `None` for `str`.

    Args:
        annotation: A type for which `has_text_form` is true; what `Annotated` holds counts.
        type_decoders: For types that are neither scalars nor containers.

    Raises:
        TypeError: A constraint that the type cannot have.
    """
    plain, metadata = stripped(annotation)
    convert = _plain_converter(plain, type_decoders)
    return constrained(convert, plain, meta_of(None, metadata), validators_in(metadata))


def _plain_converter(plain: Any, type_decoders: TypeDecoders) -> Convert | None:
    if plain in (str, Any, object):
        return None
    if plain in _SCALARS:
        return _SCALARS[plain]
    if is_sequence(plain):
        return _items(plain, type_decoders)
    for knows, decode in type_decoders:
        if knows(plain):
            return lambda text: decode(plain, text)
    if _is_made_of_text(plain):
        return cast("Convert", plain)
    return by_pydantic(plain) if _is_pydantic(plain) else _by_msgspec(plain)


_SCALARS: Mapping[Any, Convert] = {
    int: to_int,
    float: to_float,
    bool: to_bool,
    bytes: to_bytes,
    Decimal: to_decimal,
}


def constrained(
    convert: Convert | None,
    annotation: Any,
    meta: msgspec.Meta | None,
    validators: Sequence[Any] = (),
) -> Convert | None:
    """The converter, followed by a look at what the value must be like.

    Args:
        convert: Makes the value.
        annotation: Its type.
        meta: What it must be like.
        validators: pydantic's own, such as `AfterValidator`: they may change it.

    Raises:
        TypeError: A constraint that the type cannot have.
    """
    if meta is not None:
        holder: Any = Annotated[without_none(annotation), meta]
        msgspec.json.Decoder(holder)  # raises TypeError where the constraint does not fit the type
        convert = _then(convert, _by_msgspec(holder))
    if validators:
        convert = _then(convert, by_pydantic(Annotated[(annotation, *validators)]))
    return convert


def _then(first: Convert | None, second: Convert) -> Convert:
    if first is None:
        return second
    return lambda text: second(first(text))


def _items(annotation: Any, type_decoders: TypeDecoders) -> Convert:
    origin = get_origin(annotation) or annotation
    arguments = get_args(annotation)
    item = converter_for(arguments[0], type_decoders) if arguments else None
    made = _maker(origin)
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        return _by_msgspec(annotation)

    def convert(texts: Iterable[str]) -> Any:
        return made(texts if item is None else [item(text) for text in texts])

    return convert


_MAKERS: tuple[Any, ...] = (list, tuple, set, frozenset)


def _maker(origin: Any) -> Any:
    """What makes the container: the first one that is what the annotation asks for."""
    return next((each for each in _MAKERS if issubclass(each, origin)), list)


def _by_msgspec(annotation: Any) -> Convert:
    def convert(text: Any) -> Any:
        try:
            return msgspec.convert(text, annotation, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(_message(error)) from None

    return convert


def named(convert: Convert, name: str) -> Convert:
    """The converter, called after the parameter that it alone serves: so the source says `to_page`."""
    if "<locals>" in getattr(convert, "__qualname__", ""):
        convert.__name__ = f"to_{name}"
    return convert


def has_text_form(annotation: Any, type_decoders: TypeDecoders = ()) -> bool:
    """Whether a value of the type can be had from a query, header or cookie."""
    plain, _ = stripped(annotation)
    if plain in (Any, object, None, NoneType, *_SCALARS, str, UUID, *_TIMES):
        return True
    if any(knows(plain) for knows, _ in type_decoders):
        return True
    origin = get_origin(plain)
    if origin is Literal:
        return True
    if origin in (Union, UnionType):
        return all(has_text_form(each, type_decoders) for each in get_args(plain))
    if is_sequence(plain):
        items = [each for each in get_args(plain) if each is not Ellipsis]
        nested = any(is_sequence(stripped(each)[0]) for each in items)
        return not nested and all(has_text_form(each, type_decoders) for each in items)
    is_enum = isinstance(plain, type) and issubclass(plain, Enum)
    return is_enum or _is_made_of_text(plain) or _is_pydantic(plain)


def _is_made_of_text(cls: Any) -> bool:
    """Whether calling the class with text makes a value: a path, a network address, a secret."""
    if not isinstance(cls, type):
        return False
    is_path = hasattr(cls, "__fspath__")  # told without importing pathlib
    return is_path or issubclass(cls, SecretString) or cls.__module__ == "ipaddress"


def _is_pydantic(cls: Any) -> bool:
    """Whether it is a type of pydantic's that is no model, such as `EmailStr`."""
    known = isinstance(cls, type) and hasattr(cls, "__get_pydantic_core_schema__")
    return known and kind_of(cls) is Kind.BUILTIN and cls is not UploadFile


def by_pydantic(annotation: Any) -> Convert:
    """What pydantic makes of a value, its error told as ours are."""
    from pydantic import TypeAdapter, ValidationError

    validate = TypeAdapter(annotation).validator.validate_python

    def convert(value: Any) -> Any:
        try:
            return validate(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            raise ValueError(first["msg"]) from None

    return convert


_TIMES = (date, datetime, time, timedelta)


def stripped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """What a name or `Annotated` stands for, `None` left out of a union; and what `Annotated` held."""
    metadata: tuple[Any, ...] = ()
    while not isinstance(annotation, type):  # PERF: a class, which most are, stands for itself
        if hasattr(annotation, "__supertype__"):
            inner = annotation.__supertype__
        elif hasattr(annotation, "__value__"):
            inner = annotation.__value__
        elif get_origin(annotation) is Annotated:
            inner, metadata = annotation.__origin__, (*annotation.__metadata__, *metadata)
        else:
            inner = without_none(annotation)
        if inner is annotation:
            break
        annotation = inner
    return annotation, metadata


def is_sequence(annotation: Any) -> bool:
    """Whether the type holds several values: a list, tuple, set, or what one of them is."""
    origin: Any = get_origin(annotation) or annotation
    return origin in (list, tuple, set, frozenset) or origin in _ABSTRACT


_ABSTRACT: Sequence[Any] = (Sequence, Collection, Iterable)


def without_none(annotation: Any) -> Any:
    """`T` of `T | None`; anything else as it is."""
    if isinstance(annotation, type) or get_origin(annotation) not in (Union, UnionType):
        return annotation
    members = get_args(annotation)
    rest = [each for each in members if each is not NoneType]
    if len(rest) == len(members):
        return annotation
    return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007


def _message(error: Exception) -> str:
    return str(error).replace("`", "")


def _shown(text: str) -> str:
    return (
        f"'{text}'" if len(text) <= 40 and text.isprintable() else f"text of {len(text)} characters"
    )
