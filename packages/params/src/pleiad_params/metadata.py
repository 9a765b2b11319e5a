"""Constraints out of what `Annotated` holds: our markers, msgspec's, `annotated_types`, pydantic's."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from pleiad_params.markers import Described

__all__ = ["meta_of", "validators_in"]

_ATTRIBUTES: Mapping[str, str] = {
    "gt": "gt",
    "ge": "ge",
    "lt": "lt",
    "le": "le",
    "multiple_of": "multiple_of",
    "min_length": "min_length",
    "max_length": "max_length",
    "pattern": "pattern",
}
"""The attributes that constrain, alike in all of these libraries."""


def meta_of(marker: Described | None, metadata: Iterable[Any]) -> msgspec.Meta | None:
    """All that a parameter's value must be like, as msgspec takes it; `None` for nothing."""
    found: dict[str, Any] = {}
    for each in metadata:
        for item in (each, *getattr(each, "metadata", ())):
            found.update(_constraints(item))
    own = marker.constraints.meta() if marker else None
    if own is not None:
        found.update(_constraints(own))
    return msgspec.Meta(**found) if found else None


def _constraints(item: Any) -> dict[str, Any]:
    if isinstance(item, Described):
        return {}
    found = {ours: getattr(item, name, None) for name, ours in _ATTRIBUTES.items()}
    return {name: value for name, value in found.items() if isinstance(value, int | float | str)}


def validators_in(metadata: Iterable[Any]) -> list[Any]:
    """pydantic's functional validators, such as `AfterValidator`."""
    return [each for each in metadata if type(each).__module__ == _VALIDATORS]


_VALIDATORS = "pydantic.functional_validators"
