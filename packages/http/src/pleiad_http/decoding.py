"""Bytes become values.

`decoder_for` is asked once for a type and gives a callable that returns a value of it or raises
`DecodeError`: never anything else, whatever the bytes are.
"""

import dataclasses
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache, partial
from typing import Any, TypeAlias, TypeVar, get_origin

import msgspec

from pleiad_http.attrs_classes import StandIn, make_attrs, thorough, with_stand_ins
from pleiad_http.constraints import check_constraints
from pleiad_http.defaults import filler_for
from pleiad_http.encoding import MSGPACK
from pleiad_http.exceptions import DecodeError, SerializationException
from pleiad_http.kinds import Kind, classes_in, key_of, kind_of, parts_of
from pleiad_http.media_types import is_json, media_type_of
from pleiad_http.nesting import check_nesting
from pleiad_http.problems import every_problem, malformed, problems_of
from pleiad_http.pydantic_models import pydantic_decoder, validated
from pleiad_http.secrets import SecretBytes, SecretString
from pleiad_http.typed_dicts import readable

__all__ = ["Decoder", "TypeDecoders", "decode_json", "decode_msgpack", "decoder_for"]

Decoder: TypeAlias = Callable[[bytes | str], Any]
"""Makes a value of a document: MessagePack is bytes, and JSON may be text as well."""
TypeDecoders: TypeAlias = Sequence[tuple[Callable[[Any], bool], Callable[[type[Any], Any], Any]]]
"""For types that a predicate knows, what makes a value of one: `decode(type, builtin)`."""

T = TypeVar("T")

DEPTH = 512
"""Levels of nesting in JSON; the decoders recurse."""


def decode_json(
    data: bytes | str,
    type: type[T] | Any = Any,  # noqa: A002 - the name is Litestar's
    type_decoders: TypeDecoders = (),
    *,
    strict: bool = True,
) -> T | Any:
    """JSON as a value.

    Args:
        data: The document, in UTF-8.
        type: What it is to be.
        type_decoders: For types that are neither models nor builtins.
        strict: Whether `"1"` is no int.

    Raises:
        DecodeError: It is something else.
    """
    return decoder_for(type, "application/json", type_decoders, strict=strict)(data)


def decode_msgpack(
    data: bytes,
    type: type[T] | Any = Any,  # noqa: A002 - the name is Litestar's
    type_decoders: TypeDecoders = (),
    *,
    strict: bool = True,
) -> T | Any:
    """MessagePack as a value; see `decode_json`."""
    return decoder_for(type, "application/vnd.msgpack", type_decoders, strict=strict)(data)


def decoder_for(
    annotation: Any,
    media_type: str = "application/json",
    type_decoders: TypeDecoders = (),
    *,
    strict: bool = True,
    depth: int = DEPTH,
) -> Decoder:
    """The callable that makes values of a type; kept for who asks for the same again.

    pydantic validates its own types, straight from JSON; attrs runs its validators and converters.

    Args:
        annotation: The type.
        media_type: JSON or MessagePack.
        type_decoders: For types that no codec knows.
        strict: Whether `"1"` is no int; pydantic's types decide for themselves.
        depth: Levels of nesting that a JSON document may have.

    Raises:
        SerializationException: There is no codec for the media type, or for the annotation.
    """
    # PERF: making one takes 20 us and more, and many routes of an app take the same types.
    key = None if type_decoders else key_of(annotation)
    if key is None:
        return _decoder(annotation, media_type, type_decoders, strict=strict, depth=depth)
    return _known_decoder(annotation, key, media_type, strict, depth)


@lru_cache(maxsize=512)
def _known_decoder(
    annotation: Any,
    key: str,
    media_type: str,
    strict: bool,  # noqa: FBT001
    depth: int,
) -> Decoder:
    return _decoder(annotation, media_type, (), strict=strict, depth=depth)


def _decoder(
    annotation: Any, media_type: str, type_decoders: TypeDecoders, *, strict: bool, depth: int
) -> Decoder:
    kind = media_type_of(media_type)
    packed = kind in MSGPACK
    if not packed and not is_json(kind):
        raise SerializationException(f"no codec reads '{media_type}'")
    deepest = sys.maxsize if packed else depth
    classes = classes_in(annotation)
    if _is_pydantic(annotation, classes, type_decoders):
        return pydantic_decoder(annotation, deepest, packed=packed)
    _check_known(classes, type_decoders)
    check_constraints(annotation)
    hook = partial(_from_builtin, type_decoders, packed, strict)
    convert = partial(_convert, hook, strict)
    return _msgspec_decoder(
        annotation,
        classes,
        hook,
        thorough(convert) if Kind.ATTRS in classes.values() else convert,
        deepest,
        packed=packed,
        strict=strict,
    )


def _is_pydantic(
    annotation: Any, classes: Mapping[type[Any], Kind], type_decoders: TypeDecoders
) -> bool:
    """Whether pydantic must decode it: something in it is pydantic's, and nothing is msgspec's.

    Raises:
        SerializationException: A pydantic dataclass, which msgspec takes for one of its own and
            would not validate, stands within a Struct or an attrs class.
    """
    inner = next((c for c, k in classes.items() if k is Kind.PYDANTIC and _is_dataclass(c)), None)
    direct = {kind_of(part) for part in parts_of(annotation)}
    if inner is None and Kind.PYDANTIC not in direct:
        return False
    if any(_decode_of(part, type_decoders) for part in parts_of(annotation)):
        return False
    if not {Kind.STRUCT, Kind.ATTRS} & set(classes.values()):
        return True
    if inner is not None:
        raise SerializationException(
            f"pydantic dataclass '{inner.__qualname__}' stands beside or within a Struct or an attrs"
            f" class in {annotation!r:.200}, where its validators would not run: make it a BaseModel"
        )
    return False


def _is_dataclass(cls: type[Any]) -> bool:
    return dataclasses.is_dataclass(cls)


def _msgspec_decoder(
    annotation: Any,
    classes: Mapping[type[Any], Kind],
    hook: Callable[[Any, Any], Any],
    convert: Callable[[Any, Any], Any],
    depth: int,
    *,
    packed: bool,
    strict: bool,
) -> Decoder:
    codec: Any = msgspec.msgpack if packed else msgspec.json
    wanted = with_stand_ins(annotation)
    fill = filler_for(annotation)
    try:
        with readable(classes):
            read = codec.Decoder(wanted, dec_hook=hook, strict=strict).decode
    except TypeError as error:
        raise SerializationException(f"{annotation!r:.200} cannot be decoded: {error}") from error

    def decode(data: bytes | str) -> Any:
        try:
            if len(data) > depth:
                check_nesting(data, depth)
            value = read(data)
        except msgspec.ValidationError as error:
            raise _told(codec.decode, data, wanted, convert, error, strict=strict) from None
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise malformed(error) from None
        return value if fill is None else fill(value)

    return decode


def _told(
    decode: Decoder,
    data: bytes | str,
    annotation: Any,
    convert: Callable[[Any, Any], Any],
    error: Exception,
    *,
    strict: bool,
) -> DecodeError:
    """All that is wrong with a document of whose problems msgspec told the first."""
    try:
        value = decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as worse:
        # The typed decoder stopped at a wrong value; what follows is not even of the format.
        return malformed(worse)
    try:
        problems = every_problem(value, annotation, convert, strict=strict)
    except RecursionError:
        problems = []
    return DecodeError(problems or problems_of(error))


# What msgspec asks for a type that it does not know


def _from_builtin(
    type_decoders: TypeDecoders,
    packed: bool,  # noqa: FBT001
    strict: bool,  # noqa: FBT001
    annotation: Any,
    value: Any,
) -> Any:
    cls: Any = get_origin(annotation) or annotation
    decode = _decode_of(cls, type_decoders)
    if decode is not None:
        return _called(decode, annotation, value)
    if isinstance(value, cls):
        return value
    if issubclass(cls, StandIn):
        hook = partial(_from_builtin, type_decoders, packed, strict)
        return make_attrs(cls, value, partial(_convert, hook, strict))
    if hasattr(cls, "__get_pydantic_core_schema__"):
        return validated(annotation, value, packed=packed)
    return _default(cls, value)


def _convert(hook: Callable[[Any, Any], Any], strict: bool, value: Any, annotation: Any) -> Any:  # noqa: FBT001
    return msgspec.convert(value, annotation, dec_hook=hook, strict=strict)


def _decode_of(
    annotation: Any, type_decoders: TypeDecoders
) -> Callable[[type[Any], Any], Any] | None:
    """The user's decoder for a class, if there is one."""
    if not isinstance(annotation, type):
        return None
    return next((decode for knows, decode in type_decoders if knows(annotation)), None)


def _called(decode: Callable[..., Any], *arguments: Any) -> Any:
    """Call what may refuse a client's value in more ways than msgspec listens to."""
    try:
        return decode(*arguments)
    except (ArithmeticError, LookupError) as error:
        raise ValueError(f"Invalid value: {error}") from None


def _default(cls: Any, value: Any) -> Any:
    """A value of a type of the standard library, or of ours."""
    for given, classes, make in _DEFAULTS:
        if issubclass(cls, classes) and isinstance(value, given):
            return make(cls, value)
    if isinstance(value, str) and _is_written(cls):
        return cls(value)
    raise TypeError(f"Expected {cls.__name__}, got {type(value).__name__}")


def _is_written(cls: Any) -> bool:
    """Whether it is a path or a network address: told without importing them."""
    return hasattr(cls, "__fspath__") or cls.__module__ == "ipaddress"


def _check_known(classes: Mapping[type[Any], Kind], type_decoders: TypeDecoders) -> None:
    """Refuse a class that nobody makes of what a client sends.

    Raises:
        SerializationException: There is one.
    """
    for cls, kind in classes.items():
        if kind is Kind.BUILTIN and not _is_known(cls) and _decode_of(cls, type_decoders) is None:
            raise SerializationException(
                f"no codec makes a value of type '{cls.__module__}.{cls.__qualname__}':"
                " give one in type_decoders"
            )


def _is_known(cls: Any) -> bool:
    """Whether msgspec, pydantic or we make values of a class that is no model."""
    return (
        cls.__module__ in _KNOWN_MODULES
        or issubclass(cls, (Enum, *(made for _, made, _ in _DEFAULTS)))
        or hasattr(cls, "__get_pydantic_core_schema__")
        or hasattr(cls, "__supertype__")
        or _is_written(cls)
    )


_KNOWN_MODULES = frozenset(
    {
        "builtins",
        "collections",
        "collections.abc",
        "datetime",
        "decimal",
        "msgspec",
        "types",
        "typing",
        "typing_extensions",
        "uuid",
    }
)
"""Whose classes msgspec knows; the few that it does not are left to it."""

_Default: TypeAlias = tuple[Any, type[Any], Callable[[Any, Any], Any]]
_DEFAULTS: tuple[_Default, ...] = (
    (str, SecretString, lambda cls, value: cls(value)),
    (
        (str, bytes),
        SecretBytes,
        lambda cls, value: cls(value if isinstance(value, bytes) else value.encode()),
    ),
    (list, deque, lambda cls, value: cls(value)),
    *((each, each, lambda cls, value: cls(value)) for each in (str, int, float, bytes)),
)
"""What is given, which classes it can become (subclasses too), and how."""
