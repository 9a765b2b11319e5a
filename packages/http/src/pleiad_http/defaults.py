"""Fields that msgspec leaves unset.

A dataclass that msgspec makes has no attribute of its own where a field was left to its plain
default, so its encoder would drop the field. What was decoded is completed, as far down as there are
such fields; where there are none, nothing is done.
"""

import dataclasses
from collections.abc import Callable, Mapping
from types import MemberDescriptorType
from typing import Any, TypeVar

from pleiad_http.kinds import Kind, field_types, items_of, models_in, parts_of

__all__ = ["filler_for"]


def filler_for(annotation: Any) -> Callable[[Any], Any] | None:
    """What completes decoded values of a type in place and returns them.

    Returns:
        `None` where nothing can be missing.
    """
    models = models_in(annotation)
    defaults = {cls: _defaults(cls) for cls, kind in models.items() if kind is Kind.DATACLASS}
    if not any(defaults.values()):
        return None
    plans = {
        cls: (defaults.get(cls, {}), _entered(cls, defaults))
        for cls, kind in models.items()
        if kind in (Kind.DATACLASS, Kind.STRUCT, Kind.ATTRS)
    }
    return _Filler(plans).fill


class _Filler:
    """Completes values.

    Args:
        plans: For a class the defaults of its own, and the fields that may hold more to complete.
    """

    def __init__(self, plans: Mapping[type[Any], tuple[dict[str, Any], list[str]]]) -> None:
        self._plans = plans

    def fill(self, value: Any) -> Any:
        """Complete a value in place; it is returned."""
        plan = self._plans.get(value.__class__)
        if plan is not None:
            defaults, names = plan
            for name, default in defaults.items():
                if name not in value.__dict__:
                    object.__setattr__(value, name, default)
            for name in names:
                self.fill(getattr(value, name))
            return value
        for each in items_of(value):
            self.fill(each)
        return value


def _defaults(cls: Any) -> dict[str, Any]:
    """The plain defaults of fields that are kept in `__dict__`; factories and slots are always set."""
    fields = [each for each in dataclasses.fields(cls) if each.default is not dataclasses.MISSING]
    return {
        field.name: field.default
        for field in fields
        if not isinstance(getattr(cls, field.name, None), MemberDescriptorType)
    }


def _entered(cls: type[Any], defaults: Mapping[type[Any], dict[str, Any]]) -> list[str]:
    """The fields whose values may hold something to complete."""
    return [
        name
        for name, annotation in field_types(cls).items()
        if any(defaults.get(model) for model in models_in(annotation))
        or any(isinstance(part, TypeVar) for part in parts_of(annotation))
    ]
