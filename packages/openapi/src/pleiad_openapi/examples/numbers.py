"""Numbers between bounds."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from math import fmod, isfinite
from operator import ge, gt, le, lt
from typing import Any

from pleiad_openapi.examples.place import Place
from pleiad_openapi.operation import NOTHING

__all__ = ["number_of"]

SPAN = 100
"""From how many numbers one is chosen, and how many are looked at."""


def number_of(schema: Mapping[str, Any], place: Place, *, whole: bool) -> Any:
    """A number that is what a schema asks for; `NOTHING` where none was found.

    Args:
        schema: The schema.
        place: Where it stands.
        whole: Whether it is to be an integer.
    """
    step = _exact(schema.get("multipleOf", 1 if whole else 0.5))
    low = max(_finite(schema, "minimum", "exclusiveMinimum"), default=None)
    high = min(_finite(schema, "maximum", "exclusiveMaximum"), default=None)
    if step <= 0:
        return NOTHING
    first, last = _multiples(low, high, step)
    count = min(last - first + 1, SPAN)
    start = place.number(count) if count > 0 else 0
    exact = [(first + (start + each) % count) * step for each in range(count)]
    if low is not None and high is not None:
        exact.append((low + high) / 2)
    values = (_plain(each, whole=whole) for each in exact)
    fitting = (each for each in values if _fits(each, schema))
    if "multipleOf" in schema:  # for some, what counts is the remainder of the floats
        return min(fitting, key=lambda each: fmod(each, schema["multipleOf"]) != 0, default=NOTHING)
    return next(fitting, NOTHING)


def _finite(schema: Mapping[str, Any], *keys: str) -> list[Decimal]:
    return [_exact(schema[key]) for key in keys if key in schema and isfinite(schema[key])]


def _exact(number: float) -> Decimal:
    """The number as it is written, rather than as the bits that stand for it."""
    return Decimal(repr(number))


def _multiples(low: Decimal | None, high: Decimal | None, step: Decimal) -> tuple[int, int]:
    """From which to which times of a step: small and positive ones where nothing is said."""
    if low is None:
        last = SPAN if high is None else int((high / step).__floor__())
        return (1 if last >= 1 else last - SPAN + 1), last
    first = int((low / step).__ceil__())
    return first, first + SPAN if high is None else int((high / step).__floor__())


def _plain(exact: Decimal, *, whole: bool) -> int | float:
    return int(exact) if whole else float(exact)


def _fits(value: float, schema: Mapping[str, Any]) -> bool:
    """Whether a number is within all bounds, and a multiple both as written and as a float."""
    if not all(holds(value, schema[key]) for key, holds in _HOLDS.items() if key in schema):
        return False
    step = schema.get("multipleOf", value)
    try:
        return step == value or (_exact(value) % _exact(step) == 0 and (value / step).is_integer())
    except (InvalidOperation, OverflowError):  # more digits than are counted
        return False


_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "exclusiveMaximum": lt,
    "exclusiveMinimum": gt,
    "maximum": le,
    "minimum": ge,
}
