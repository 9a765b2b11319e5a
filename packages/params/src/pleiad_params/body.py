"""The content of a request becomes a value."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias, get_args

import msgspec

from pleiad_di import MISSING
from pleiad_http import (
    MSGPACK,
    DecodeError,
    InvalidValue,
    Limits,
    TypeDecoders,
    UnsupportedMediaTypeException,
    decoder_for,
    is_json,
    media_type_of,
)
from pleiad_params.constraints import content_hold, held
from pleiad_params.reading import Errors, told

DEPTH = Limits().depth

__all__ = ["DecodeBody", "body_decoder", "expect_json", "expect_msgpack"]

DecodeBody: TypeAlias = Callable[[bytes, Errors], Any]
"""Makes a value of the content; what is wrong with it is noted."""


def expect_json(content_type: bytes) -> None:
    """Refuse content of another type than JSON.

    Raises:
        UnsupportedMediaTypeException: 415.
    """
    if content_type != b"application/json":
        media_type = media_type_of(content_type.decode("latin-1"))
        if not is_json(media_type):
            raise _unsupported(media_type, "application/json")


def expect_msgpack(content_type: bytes) -> None:
    """Refuse content of another type than MessagePack; see `expect_json`."""
    media_type = media_type_of(content_type.decode("latin-1"))
    if media_type not in MSGPACK:
        raise _unsupported(media_type, "application/vnd.msgpack")


def _unsupported(found: str, wanted: str) -> UnsupportedMediaTypeException:
    shown = f"'{found}'" if found.isprintable() and len(found) < 80 else "another media type"
    return UnsupportedMediaTypeException(f"The content is {shown}: send it as {wanted}")


def body_decoder(
    annotation: Any,
    *,
    key: str,
    media_type: str,
    meta: msgspec.Meta | None = None,
    validators: Sequence[Any] = (),
    default: Any = MISSING,
    type_decoders: TypeDecoders = (),
    depth: int = DEPTH,
) -> DecodeBody:
    """What decodes the content.

    Args:
        annotation: What it is to be.
        key: The parameter's name, for errors of the content as a whole.
        media_type: JSON or MessagePack.
        meta: What it must be like.
        validators: pydantic's own, which are given the value.
        default: What no content at all means; `MISSING` where that is an error.
        type_decoders: For types that no codec knows.
        depth: Levels of nesting that a document may have.
    """
    wanted = annotation if meta is None else Annotated[annotation, meta]
    decode = decoder_for(wanted, media_type, type_decoders, depth=depth)
    hold = content_hold(annotation, None, validators)
    if default is MISSING and type(None) in get_args(annotation):
        default = None

    def decode_body(content: bytes, errors: Errors) -> Any:
        if content:
            try:
                value = decode(content)
            except DecodeError as error:
                errors.extend(told(error, "body", whole=key))
                return None
            return value if hold is None else held(hold, value, key, errors)
        if default is MISSING:
            errors.append(InvalidValue("Missing request body", "body", whole=key))
            return None
        return default

    return decode_body
