"""Holding a parameter's value to what its author says of it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from pleiad_di import Asked, TypeMismatch
from pleiad_params.convert import Convert, constrained

__all__ = ["held_to"]


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
