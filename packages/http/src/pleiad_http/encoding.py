"""Values become bytes.

`encoder_for` is asked once for a type and gives the best callable there is for it: msgspec's own
encoder where msgspec knows the type, pydantic's own serializer where it is pydantic's.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, TypeAlias, cast

import msgspec

from pleiad_http.exceptions import SerializationException
from pleiad_http.kinds import Kind, key_of, kind_of, parts_of
from pleiad_http.media_types import is_json, media_type_of
from pleiad_http.secrets import SecretBytes, SecretString

__all__ = [
    "MSGPACK",
    "TypeEncoders",
    "encode_json",
    "encode_msgpack",
    "encoder_for",
    "to_builtins",
]

TypeEncoders: TypeAlias = Mapping[Any, Callable[[Any], Any]]
"""For a class, and its subclasses, what turns a value into one that can be encoded."""

MSGPACK = frozenset({"application/vnd.msgpack", "application/x-msgpack", "application/msgpack"})

DEFAULT_ENCODERS: TypeEncoders = MappingProxyType(
    {
        deque: list,
        re.Pattern: lambda pattern: pattern.pattern,
        SecretString: str,
        SecretBytes: str,
        # subclasses of these, which msgspec refuses
        str: str.__str__,
        int: int.__int__,
        float: float.__float__,
        bytes: bytes,
    }
)


def encode_json(value: Any, type_encoders: TypeEncoders | None = None) -> bytes:
    """A value as JSON.

    Args:
        value: Of any kind of model, or builtin.
        type_encoders: For classes that are neither.

    Raises:
        SerializationException: A value of a type that nobody knows to encode.
    """
    return _encoded(msgspec.json.encode, value, type_encoders)


def encode_msgpack(value: Any, type_encoders: TypeEncoders | None = None) -> bytes:
    """A value as MessagePack; see `encode_json`."""
    return _encoded(msgspec.msgpack.encode, value, type_encoders)


def to_builtins(value: Any, type_encoders: TypeEncoders | None = None) -> Any:
    """A value as builtins that any codec knows: str, numbers, lists and dicts.

    Args:
        value: Of any kind of model, or builtin.
        type_encoders: For classes that are neither.

    Raises:
        SerializationException: A value of a type that nobody knows to encode.
    """
    return msgspec.to_builtins(value, enc_hook=partial(_as_builtin, type_encoders or {}))


def _encoded(encode: Callable[..., bytes], value: Any, type_encoders: TypeEncoders | None) -> bytes:
    try:
        return encode(value, enc_hook=partial(_as_builtin, type_encoders or {}))
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise SerializationException(str(error)) from error


def encoder_for(
    annotation: Any, media_type: str, type_encoders: TypeEncoders | None = None
) -> Callable[[Any], bytes]:
    """The callable that encodes values of a type; kept for who asks for the same again.

    It is a bound method of a compiled codec where it can be, so what it raises for a value that no
    codec knows is a `SerializationException`, and for any other bad value (a key that is a tuple, a
    lone surrogate, a list within itself) the codec's own exception.

    Args:
        annotation: The type. Values of `bytes` are sent as they are, whatever the media type.
        media_type: JSON, MessagePack, or any other, for which values are `str` or `bytes`.
        type_encoders: For classes that no codec knows.
    """
    key = None if type_encoders else key_of(annotation)
    if key is None:
        return _encoder(annotation, media_type, type_encoders or {})
    return _known_encoder(annotation, key, media_type)


@lru_cache(maxsize=512)
def _known_encoder(annotation: Any, key: str, media_type: str) -> Callable[[Any], bytes]:
    return _encoder(annotation, media_type, {})


def _encoder(annotation: Any, media_type: str, encoders: TypeEncoders) -> Callable[[Any], bytes]:
    if annotation is bytes:
        return bytes
    kind = media_type_of(media_type)
    if kind in MSGPACK:
        return msgspec.msgpack.Encoder(enc_hook=partial(_as_builtin, encoders)).encode
    if not is_json(kind):
        return str.encode if annotation is str else partial(_encoded_text, media_type)
    if _is_pydantic(annotation, encoders):
        return _pydantic_encoder(annotation, encoders)
    return msgspec.json.Encoder(enc_hook=partial(_as_builtin, encoders)).encode


@lru_cache(maxsize=512)
def encoder_of_class(cls: Any, media_type: str) -> Callable[[Any], bytes]:
    """The same for a value's class, kept."""
    return encoder_for(cls, media_type)


def _is_pydantic(annotation: Any, encoders: TypeEncoders) -> bool:
    """Whether pydantic must encode it: something in it is pydantic's, the rest is not msgspec's."""
    parts = list(parts_of(annotation))
    kinds = {kind_of(part) for part in parts}
    if Kind.PYDANTIC not in kinds or kinds & {Kind.STRUCT, Kind.ATTRS}:
        return False
    classes = [part for part in parts if isinstance(part, type)]
    return not any(base in encoders for cls in classes for base in cls.__mro__)


def _pydantic_encoder(annotation: Any, encoders: TypeEncoders) -> Callable[[Any], bytes]:
    # PERF: the serializer itself is 2 us cheaper a call than TypeAdapter.dump_json around it.
    from pydantic import TypeAdapter

    serializer = TypeAdapter(annotation).serializer
    return partial(serializer.to_json, fallback=partial(_as_builtins, encoders))


def _encoded_text(media_type: str, value: Any) -> bytes:
    """Content of a media type that no codec makes."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(cast("bytes", value))
    if value is None:
        return b""
    raise SerializationException(
        f"{type(value).__name__} cannot be sent as '{media_type}': return str or bytes,"
        " or choose a media type of JSON or MessagePack"
    )


def _as_builtin(type_encoders: TypeEncoders, value: Any) -> Any:
    """What msgspec asks for a value that it does not know."""
    cls = cast("Any", type(value))
    for base in cls.__mro__:
        encode = type_encoders.get(base) or DEFAULT_ENCODERS.get(base)
        if encode is not None:
            return encode(value)
    if hasattr(cls, "__fspath__") or cls.__module__ == "ipaddress":
        return str(value)
    if hasattr(cls, "__pydantic_serializer__"):
        fallback = partial(_as_builtins, type_encoders)
        return cls.__pydantic_serializer__.to_python(value, mode="json", fallback=fallback)
    if hasattr(cls, "__get_pydantic_core_schema__"):
        return _pydantic_adapter(cls).dump_python(value, mode="json")
    raise SerializationException(
        f"a value of type '{cls.__module__}.{cls.__qualname__}' cannot be encoded:"
        " name the type in type_encoders"
    )


def _as_builtins(type_encoders: TypeEncoders, value: Any) -> Any:
    """What pydantic asks for a value that it does not know."""
    return msgspec.to_builtins(value, enc_hook=partial(_as_builtin, type_encoders))


@lru_cache(maxsize=512)
def _pydantic_adapter(cls: Any) -> Any:
    """For pydantic's types that are no models, such as `AnyUrl`."""
    from pydantic import TypeAdapter

    return TypeAdapter(cls)
