"""What routes are called in a document."""

from typing import Any

from pleiad.planning.plan import RoutePlan
from pleiad.planning.socket_plan import SocketPlan
from pleiad_openapi import OpenAPIConfig

__all__ = ["in_words", "operation_id_of"]


def operation_id_of(plan: RoutePlan | SocketPlan, path: str, config: OpenAPIConfig) -> str | None:
    """The id that the handler says, or that the config makes for it."""
    given: Any = plan.handler.layer.about.operation_id
    make = given if callable(given) else config.operation_id_creator
    if given is not None and not callable(given):
        return str(given)
    segments = [each for each in path.split("/") if each]
    return None if make is None else str(make(plan.handler, plan.method, segments))


def in_words(name: str) -> str:
    """A function's name as a line of prose: `get_item` is `Get item`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
