"""Values become bytes.

`encoder_for` is asked once for a type and gives the best callable there is for it: msgspec's own
encoder where msgspec knows the type, pydantic's own serializer where it is pydantic's.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec

from pleiad_http.exceptions import SerializationException
from pleiad_http.kinds import Kind, kind_of_model, parts_of
from pleiad_http.media_types import is_json, media_type_of
from pleiad_http.secrets import SecretBytes, SecretString

__all__ = ["MSGPACK", "TypeEncoders", "encode_json", "encode_msgpack", "encoder_for"]

TypeEncoders: TypeAlias = Mapping[Any, Callable[[Any], Any]]
"""For a class, and its subclasses, what turns a value into one that can be encoded."""

MSGPACK = frozenset({"application/vnd.msgpack", "application/x-msgpack", "application/msgpack"})

DEFAULT_ENCODERS: TypeEncoders = MappingProxyType(
    {
        PurePath: str,
        IPv4Address: str,
        IPv4Interface: str,
        IPv4Network: str,
        IPv6Address: str,
        IPv6Interface: str,
        IPv6Network: str,
        deque: list,
        re.Pattern: lambda pattern: pattern.pattern,
        SecretString: str,
        SecretBytes: str,
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
    hook = partial(_as_builtin, type_encoders or {})
    try:
        return msgspec.json.encode(value, enc_hook=hook)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise SerializationException(str(error)) from error


def encode_msgpack(value: Any, type_encoders: TypeEncoders | None = None) -> bytes:
    """A value as MessagePack; see `encode_json`."""
    hook = partial(_as_builtin, type_encoders or {})
    try:
        return msgspec.msgpack.encode(value, enc_hook=hook)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise SerializationException(str(error)) from error


def encoder_for(
    annotation: Any, media_type: str, type_encoders: TypeEncoders | None = None
) -> Callable[[Any], bytes]:
    """The callable that encodes values of a type.

    Args:
        annotation: The type.
        media_type: JSON, MessagePack, or any other, for which values are `str` or `bytes`.
        type_encoders: For classes that no codec knows.
    """
    kind = media_type_of(media_type)
    encoders = type_encoders or {}
    if kind in MSGPACK:
        return msgspec.msgpack.Encoder(enc_hook=partial(_as_builtin, encoders)).encode
    if not is_json(kind):
        if annotation is str:
            return str.encode
        return bytes if annotation is bytes else partial(_encoded_text, media_type)
    if not encoders and _is_pydantic(annotation):
        return _pydantic_encoder(annotation)
    return msgspec.json.Encoder(enc_hook=partial(_as_builtin, encoders)).encode


def _is_pydantic(annotation: Any) -> bool:
    """Whether pydantic must encode it: something in it is pydantic's, and nothing is msgspec's."""
    kinds = {kind_of_model(part) for part in parts_of(annotation)}
    return Kind.PYDANTIC in kinds and Kind.STRUCT not in kinds


def _pydantic_encoder(annotation: Any) -> Callable[[Any], bytes]:
    # PERF: the serializer itself is 2 us cheaper a call than TypeAdapter.dump_json around it.
    from pydantic import TypeAdapter

    return TypeAdapter(annotation).serializer.to_json


def _encoded_text(media_type: str, value: Any) -> bytes:
    """Content of a media type that no codec makes."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if value is None:
        return b""
    raise SerializationException(
        f"{type(value).__name__} cannot be sent as '{media_type}': return str or bytes,"
        " or choose a media type of JSON or MessagePack"
    )


def _as_builtin(type_encoders: TypeEncoders, value: Any) -> Any:
    """What msgspec asks for a value that it does not know."""
    for cls in type(value).__mro__:
        encode = type_encoders.get(cls) or DEFAULT_ENCODERS.get(cls)
        if encode is not None:
            return encode(value)
    if hasattr(type(value), "__pydantic_serializer__"):
        return type(value).__pydantic_serializer__.to_python(value, mode="json")
    raise TypeError(f"a value of type '{type(value).__qualname__}' cannot be encoded")
