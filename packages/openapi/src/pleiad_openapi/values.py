"""Values of a program as values of a document: defaults, examples, members of enums."""

from typing import Any, Final, TypeGuard, cast

import msgspec

__all__ = ["NOT_WRITABLE", "given", "is_array", "is_object", "items_of", "writable"]

NOT_WRITABLE: Final = object()
"""Stands for a value that JSON cannot hold."""


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether it is an object of JSON."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether it is an array of JSON."""
    return isinstance(value, list)


def items_of(value: Any) -> tuple[Any, ...]:
    """What a list or tuple holds; nothing for any other value."""
    return tuple(cast("Any", value)) if isinstance(value, list | tuple) else ()


def writable(value: Any) -> Any:
    """A value as JSON would have it, or `NOT_WRITABLE`."""
    if value is msgspec.UNSET or value is msgspec.NODEFAULT:
        return NOT_WRITABLE
    try:
        return msgspec.json.decode(msgspec.json.encode(value, enc_hook=_dumped))
    except (TypeError, ValueError, RecursionError, OverflowError):
        return NOT_WRITABLE


def _dumped(value: Any) -> Any:
    """What pydantic's types become, by their own serializer."""
    serializer = getattr(value.__class__, "__pydantic_serializer__", None)
    if serializer is None:
        raise TypeError(f"{type(value).__name__} is not writable")
    return serializer.to_python(value, mode="json")


def given(**values: Any) -> dict[str, Any]:
    """Those of the values that say something."""
    return {
        key: value
        for key, value in values.items()
        if value is not None and (key in _KEPT or value not in ([], {}, ""))
    }


_KEPT = frozenset({"paths", "responses", "schema", "security"})
"""What says something although it is empty: that anything is allowed, or that nothing is asked for."""
