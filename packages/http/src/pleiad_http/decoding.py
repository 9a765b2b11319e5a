"""Bytes become values.

`decoder_for` is asked once for a type and gives a callable that returns a value of it or raises
`DecodeError`: never anything else, whatever the bytes are.
"""

import dataclasses
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar, get_origin

import msgspec

from pleiad_http.encoding import MSGPACK
from pleiad_http.exceptions import DecodeError, Problem, SerializationException
from pleiad_http.kinds import Kind, field_types, kind_of_model, parts_of
from pleiad_http.media_types import is_json, media_type_of
from pleiad_http.problems import every_problem, problem_of

__all__ = ["Decoder", "TypeDecoders", "decode_json", "decode_msgpack", "decoder_for"]

Decoder: TypeAlias = Callable[[bytes], Any]
TypeDecoders: TypeAlias = Sequence[tuple[Callable[[Any], bool], Callable[[type[Any], Any], Any]]]
"""For types that a predicate knows, what makes a value of one: `decode(type, builtin)`."""

T = TypeVar("T")
MOST_PROBLEMS = 100
"""A client is told no more problems of one document than these."""

DEPTH = 512
"""Levels of nesting in JSON; the decoders recurse."""

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
"""A string counts as one, an unclosed one to the end: so the search is linear whatever it is given."""


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
    octets = data.encode() if isinstance(data, str) else data
    return decoder_for(type, "application/json", type_decoders, strict=strict)(octets)


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
    """The callable that makes values of a type.

    pydantic validates its own types, straight from JSON; attrs runs its validators and converters.

    Args:
        annotation: The type.
        media_type: JSON or MessagePack.
        type_decoders: For types that no codec knows.
        strict: Whether `"1"` is no int.
        depth: Levels of nesting that a document may have.

    Raises:
        SerializationException: There is no codec for the media type.
    """
    kind = media_type_of(media_type)
    if not is_json(kind) and kind not in MSGPACK:
        raise SerializationException(f"no codec reads '{media_type}'")
    if not type_decoders and _is_pydantic(annotation):
        decode = _pydantic_decoder(annotation, kind, strict=strict)
    else:
        decode = _msgspec_decoder(annotation, kind, type_decoders, strict=strict)
    return _guarded(decode, depth) if is_json(kind) else decode


def _guarded(decode: Decoder, depth: int) -> Decoder:
    """The decoder behind a look at how deep the document is, where it is long enough to be deep."""

    def guarded(data: bytes) -> Any:
        if len(data) > depth and data.count(b"[") + data.count(b"{") > depth:
            _check_depth(data, depth)
        return decode(data)

    return guarded


def _check_depth(data: bytes, depth: int) -> None:
    level = 0
    for found in _BRACKETS.finditer(data):
        first = data[found.start()]
        if first in b"[{":
            level += 1
            if level > depth:
                raise DecodeError(
                    [Problem(f"JSON nested deeper than {depth} levels")], malformed=True
                )
        elif first in b"]}":
            level -= 1


def _is_pydantic(annotation: Any) -> bool:
    """Whether pydantic must decode it: something in it is pydantic's, and nothing is msgspec's."""
    kinds = {kind_of_model(part) for part in parts_of(annotation)}
    return Kind.PYDANTIC in kinds and Kind.STRUCT not in kinds


def _pydantic_decoder(annotation: Any, media_type: str, *, strict: bool) -> Decoder:
    from pydantic import TypeAdapter, ValidationError

    validator = TypeAdapter(annotation).validator
    unpack = msgspec.msgpack.decode if media_type in MSGPACK else None

    def decode(data: bytes) -> Any:
        try:
            if unpack is None:
                return validator.validate_json(data)
            return validator.validate_python(unpack(data))
        except ValidationError as error:
            raise _from_pydantic(error) from None
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise DecodeError([Problem(str(error))], malformed=True) from None

    return decode


def _from_pydantic(error: Any) -> DecodeError:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    malformed = any(each["type"] == "json_invalid" for each in found)
    return DecodeError(
        [Problem(each["msg"], tuple(each["loc"])) for each in found], malformed=malformed
    )


def _msgspec_decoder(
    annotation: Any, media_type: str, type_decoders: TypeDecoders, *, strict: bool
) -> Decoder:
    codec: Any = msgspec.msgpack if media_type in MSGPACK else msgspec.json
    hook = partial(_from_builtin, type_decoders)
    read = codec.Decoder(annotation, dec_hook=hook, strict=strict).decode
    fill = _filler(annotation)

    def convert(value: Any, part: Any) -> Any:
        return msgspec.convert(value, part, dec_hook=hook, strict=strict)

    def decode(data: bytes) -> Any:
        try:
            return read(data)
        except msgspec.ValidationError as error:
            raise told(data, error) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise DecodeError([Problem(_malformed(error))], malformed=True) from None

    def told(data: bytes, error: Exception) -> DecodeError:
        try:
            problems = every_problem(codec.decode(data), annotation, convert)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as worse:
            # The typed decoder stopped at a wrong value; what follows is not even of the format.
            return DecodeError([Problem(_malformed(worse))], malformed=True)
        return DecodeError(problems[:MOST_PROBLEMS] or [problem_of(error)])

    return decode if fill is None else lambda data: fill(decode(data))


def _malformed(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "Not UTF-8"
    return "Nested too deeply" if isinstance(error, RecursionError) else str(error)


def _from_builtin(type_decoders: TypeDecoders, cls: Any, value: Any) -> Any:
    """What msgspec asks for a type that it does not know."""
    for knows, decode in type_decoders:
        if knows(cls):
            return decode(cls, value)
    if isinstance(value, cls if isinstance(cls, type) else ()):
        return value
    if kind_of_model(cls) is Kind.PYDANTIC:
        return _validated(cls, value)
    if isinstance(cls, type) and isinstance(value, str):
        return cls(value)
    raise TypeError(f"Expected {getattr(cls, '__name__', cls)}")


def _validated(cls: Any, value: Any) -> Any:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(cls).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


# Dataclasses: msgspec leaves a field with a plain default without an attribute of its own, so that
# its encoder would drop it. What was decoded is completed, as far down as there are such fields.


def _filler(annotation: Any) -> Callable[[Any], Any] | None:
    """What completes decoded values of a type; `None` where nothing can be missing."""
    seen: set[Any] = set()
    return _fill if any(_may_lack(part, seen) for part in parts_of(annotation)) else None


def _may_lack(annotation: Any, seen: set[Any]) -> bool:
    """Whether a dataclass with plain defaults is somewhere in a model."""
    kind = kind_of_model(annotation)
    if kind is None or annotation in seen:
        return False
    seen.add(annotation)
    if kind is Kind.DATACLASS and _defaults(get_origin(annotation) or annotation):
        return True
    inner = field_types(annotation).values()
    return any(_may_lack(part, seen) for each in inner for part in parts_of(each))


def _fill(value: Any) -> Any:
    """Complete a value in place; it is returned."""
    if isinstance(value, list | tuple | set | frozenset):
        for each in value:
            _fill(each)
    elif isinstance(value, dict):
        for each in value.values():
            _fill(each)
    elif dataclasses.is_dataclass(value):
        for name, default in _defaults(type(value)).items():
            if name not in value.__dict__:
                object.__setattr__(value, name, default)
        for field in dataclasses.fields(value):
            _fill(getattr(value, field.name, None))
    elif hasattr(value, "__struct_fields__"):
        for name in value.__struct_fields__:
            _fill(getattr(value, name))
    return value


def _defaults(cls: Any) -> dict[str, Any]:
    """The plain defaults of a dataclass whose instances have a `__dict__`; factories always run."""
    if "__slots__" in vars(cls):
        return {}
    fields = dataclasses.fields(cls)
    return {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}
