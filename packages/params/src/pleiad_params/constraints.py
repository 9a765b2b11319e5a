"""Holding a parameter's value to what its author says of it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from pleiad_di import Asked, TypeMismatch
from pleiad_http import InvalidValue
from pleiad_params.convert import Convert, constrained
from pleiad_params.reading import ABSENT, Errors

__all__ = ["content_hold", "held", "held_to", "holding"]


def held_to(
    asked: Asked,
    convert: Convert | None,
    annotation: Any,
    meta: msgspec.Meta | None,
    validators: Sequence[Any] = (),
) -> Convert | None:
    """The converter, followed by a look at what the value must be like; see `constrained`.

    Raises:
        TypeMismatch: A constraint that the type cannot have.
    """
    try:
        return constrained(convert, annotation, meta, validators)
    except TypeError as error:
        text = str(error).replace("`", "")
        raise asked.problem(
            TypeMismatch, f"has a constraint that its type cannot have ({text})", "remove it"
        ) from None


def content_hold(
    annotation: Any, meta: msgspec.Meta | None, validators: Sequence[Any]
) -> Convert | None:
    """What looks at content that is a value already; validators of pydantic's may change it.

    Raises:
        TypeError: A constraint that the type cannot have.
    """
    return constrained(constrained(None, annotation, meta), Any, None, validators)


def held(hold: Convert, value: Any, key: str, errors: Errors, source: str = "body") -> Any:
    """A value as a whole, looked at; what is wrong with it is noted."""
    try:
        return hold(value)
    except ValueError as error:
        errors.append(InvalidValue(str(error), source, whole=key))
        return None


def holding(convert: Convert, hold: Convert | None) -> Convert:
    """The converter of a form's field, followed by a look at the value, if there is one."""
    if hold is None:
        return convert

    def converted(found: Any) -> Any:
        value = convert(found)
        return value if value is None or value is ABSENT else hold(value)

    return converted
