"""pydantic's models, which validate themselves: from the bytes, or within a value of msgspec's."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from pleiad_http.exceptions import DecodeError
from pleiad_http.invalid_values import Problem
from pleiad_http.nesting import check_nesting
from pleiad_http.problems import MOST_PROBLEMS, Nested, malformed

__all__ = ["from_pydantic", "pydantic_decoder", "validated"]

MOST_PYDANTIC_PROBLEMS = 10_000
"""Of more than these only the number is told: pydantic can only list all of them."""


def pydantic_decoder(annotation: Any, depth: int, *, packed: bool) -> Callable[[bytes | str], Any]:
    """What makes values of a type of pydantic's, straight from the document.

    Args:
        annotation: The type.
        depth: Levels of nesting that a document may have.
        packed: Whether documents are MessagePack rather than JSON.
    """
    from pydantic import TypeAdapter, ValidationError

    validator = TypeAdapter(annotation).validator

    def decode(data: bytes | str) -> Any:
        try:  # pydantic would tell in its own words of text that has no encoding
            document = data.encode() if isinstance(data, str) else data
            if len(document) > depth:
                check_nesting(document, depth)
        except UnicodeEncodeError as error:
            raise malformed(error) from None
        try:
            if not packed:
                return validator.validate_json(document)
            return validator.validate_python(msgspec.msgpack.decode(document))
        except ValidationError as error:
            raise from_pydantic(error, _document(document, packed=packed)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise malformed(error) from None

    return decode


def _document(data: bytes, *, packed: bool) -> Any:
    """A document as builtins; `None` where it is malformed."""
    try:
        return msgspec.msgpack.decode(data) if packed else msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def from_pydantic(error: Any, value: Any) -> DecodeError:
    """What pydantic's `ValidationError` tells, as ours.

    Args:
        error: The exception.
        value: What was validated, as builtins: pydantic's paths hold tags and validators' names too,
            which no client has ever sent. `None` where nobody knows it.
    """
    if error.error_count() > MOST_PYDANTIC_PROBLEMS:
        return DecodeError([Problem(f"{error.error_count()} values are wrong")])
    found = error.errors(include_url=False, include_context=False, include_input=False)
    invalid = any(each["type"] == "json_invalid" for each in found)
    problems = [
        Problem(each["msg"], _path(each["loc"], value, missing=each["type"].startswith("missing")))
        for each in found[:MOST_PROBLEMS]
    ]
    return DecodeError(problems, malformed=invalid)


def _path(loc: Sequence[str | int], value: Any, *, missing: bool) -> tuple[str | int, ...]:
    """The steps of a location that lead through the value, and the last one to what is missing."""
    if value is None:
        return tuple(loc)
    path: list[str | int] = []
    for place, step in enumerate(loc, 1):
        if isinstance(value, str):  # it has characters, not places
            break
        try:
            value = value[step]
        except (TypeError, LookupError):
            if not (missing and place == len(loc)):
                continue
        path.append(step)
    return tuple(path)


def validated(annotation: Any, value: Any, *, packed: bool) -> Any:
    """A value of pydantic's type within one of msgspec's; strict models see JSON as JSON."""
    from pydantic import ValidationError

    validator = _validator(annotation)
    try:
        if packed:
            return validator.validate_python(value)
        return validator.validate_json(msgspec.json.encode(value))
    except ValidationError as error:
        raise Nested(from_pydantic(error, value).problems) from None


@lru_cache(maxsize=512)
def _validator(annotation: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(annotation).validator
