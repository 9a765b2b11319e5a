"""Text becomes a value of a type: the converter is made once, for each annotation."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from pathlib import PurePath
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin
from uuid import UUID

import msgspec

from pleiad_http import TypeDecoders

__all__ = [
    "Convert",
    "constrained",
    "converter_for",
    "has_text_form",
    "is_sequence",
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


def converter_for(annotation: Any, type_decoders: TypeDecoders = ()) -> Convert | None:
    """What makes a value of text; for a container, of a list of texts. `None` for `str`.

    Args:
        annotation: A type for which `has_text_form` is true.
        type_decoders: For types that are neither scalars nor containers.
    """
    plain = without_none(_unnamed(annotation))
    if plain in (str, Any, object):
        return None
    if plain in _SCALARS:
        return _SCALARS[plain]
    if is_sequence(plain):
        return _items(plain, type_decoders)
    for knows, decode in type_decoders:
        if knows(plain):
            return lambda text: decode(plain, text)
    if isinstance(plain, type) and issubclass(plain, PurePath):
        return plain
    return _by_msgspec(plain)


_SCALARS: Mapping[Any, Convert] = {int: to_int, float: to_float, bool: to_bool, bytes: to_bytes}


def constrained(
    convert: Convert | None, annotation: Any, meta: msgspec.Meta | None
) -> Convert | None:
    """The converter, followed by a look at what the value must be like."""
    if meta is None:
        return convert
    holder: Any = Annotated[without_none(annotation), meta]
    msgspec.json.Decoder(holder)  # raises TypeError where the constraint does not fit the type

    def checked(text: Any) -> Any:
        value = text if convert is None else convert(text)
        try:
            return msgspec.convert(value, holder, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(_message(error)) from None

    return checked


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


def has_text_form(annotation: Any, type_decoders: TypeDecoders = ()) -> bool:
    """Whether a value of the type can be had from a query, header or cookie."""
    plain = _unnamed(annotation)
    if plain in (Any, object, None, NoneType, *_SCALARS, str, Decimal, UUID, *_TIMES):
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
        return all(has_text_form(each, type_decoders) for each in items)
    return isinstance(plain, type) and issubclass(plain, Enum | PurePath)


_TIMES = (date, datetime, time, timedelta)


def is_sequence(annotation: Any) -> bool:
    """Whether the type holds several values: a list, tuple, set, or what one of them is."""
    origin: Any = get_origin(annotation) or annotation
    return origin in (list, tuple, set, frozenset) or origin in _ABSTRACT


_ABSTRACT: Sequence[Any] = (Sequence, Collection, Iterable)


def without_none(annotation: Any) -> Any:
    """`T` of `T | None`; anything else as it is."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    rest = [each for each in get_args(annotation) if each is not NoneType]
    return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007


def _unnamed(annotation: Any) -> Any:
    """What a `NewType`, a type alias or `Annotated` stands for."""
    while True:
        if hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif hasattr(annotation, "__value__"):
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        else:
            return annotation


def _message(error: Exception) -> str:
    return str(error).replace("`", "")


def _shown(text: str) -> str:
    return (
        f"'{text}'" if len(text) <= 40 and text.isprintable() else f"text of {len(text)} characters"
    )
