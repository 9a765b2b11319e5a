"""A plan as a table for people."""

from collections.abc import Sequence
from typing import Any

__all__ = ["described_plan"]


def described_plan(label: str, plan: Any, first: Sequence[tuple[str, object]]) -> str:
    """What a route takes and what stands around it.

    Args:
        label: The route.
        plan: Its plan.
        first: Rows that only its kind of plan has.
    """
    layer = plan.handler.layer
    about = layer.about
    told = {key: getattr(about, key) for key in about.__struct_fields__ if getattr(about, key)}
    rows: list[tuple[str, object]] = [
        *first,
        *((f"{each.source} {each.key}", each) for each in plan.values),
        ("dependencies", ", ".join(plan.dependencies)),
        ("guards", ", ".join(_name(each) for each in layer.guards)),
        ("middleware", ", ".join(_name(each) for each in layer.middleware)),
        ("timeout", f"{layer.timeout:g} s" if layer.timeout else ""),
        ("disconnect", "cancels the work" if layer.cancel_on_disconnect is True else ""),
        *told.items(),
    ]
    lines = [f"  {name:<14} {value}" for name, value in rows if value not in ("", ())]
    return "\n".join([f"{label} -> {plan.handler.handler_name}", *lines])


def _name(value: object) -> str:
    return str(getattr(value, "__name__", type(value).__name__))
