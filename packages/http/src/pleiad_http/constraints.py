"""Constraints that msgspec would pass over without a word."""

from collections.abc import Iterator
from typing import Annotated, Any, get_origin

from pleiad_http.exceptions import SerializationException
from pleiad_http.kinds import Kind, field_types, models_in, parts_of

__all__ = ["check_constraints"]

FOREIGN = ("annotated_types", "pydantic.")
"""Where the constraints come from that only pydantic sees."""

ATTRIBUTES = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "func")
"""What a constraint has, alike in all of these libraries; pydantic's validators have a `func`."""


def check_constraints(annotation: Any) -> None:
    """Refuse a model that msgspec decodes and whose fields are held to what only pydantic sees.

    Raises:
        SerializationException: There is one: it would never be looked at.
    """
    for model, kind in models_in(annotation).items():
        if kind is Kind.PYDANTIC:
            continue
        for name, field in field_types(model).items():
            found = next(_foreign(field), None)
            if found is not None:
                raise SerializationException(
                    f"field '{name}' of '{model.__qualname__}' is held to {found!r:.80}, which"
                    " only pydantic sees: write msgspec.Meta(...), or make the model pydantic's"
                )


def _foreign(annotation: Any) -> Iterator[Any]:
    """The constraints in a field's type that are not msgspec's."""
    for part in parts_of(annotation):
        if get_origin(part) is not Annotated:
            continue
        for each in part.__metadata__:
            inner = (each, *getattr(each, "metadata", ()))
            yield from (item for item in inner if _is_foreign(item))


def _is_foreign(item: Any) -> bool:
    if not type(item).__module__.startswith(FOREIGN):
        return False
    return any(getattr(item, name, None) is not None for name in ATTRIBUTES)
