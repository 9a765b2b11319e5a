"""What pydantic's `ValidationError` tells, as ours.

Where something is wrong pydantic says with labels between the steps: the members of a union that it
tried, the validators that it was in. They lead nowhere in the document, so they are left out.
"""

from collections.abc import Sequence
from typing import Any, cast

from pleiad_http.exceptions import DecodeError
from pleiad_http.invalid_values import Problem
from pleiad_http.kinds import is_dict
from pleiad_http.problems import MOST_PROBLEMS

__all__ = ["from_pydantic"]

MOST_LISTED = 10_000
"""Of more than these only the number is told: pydantic can only list all of them."""


def from_pydantic(error: Any, document: Any = None) -> DecodeError:
    """All that is wrong.

    Args:
        error: The `ValidationError`.
        document: The builtins that were validated; where they are unknown, labels stay in the paths.
    """
    if error.error_count() > MOST_LISTED:
        return DecodeError([Problem(f"{error.error_count()} values are wrong")])
    found = error.errors(include_url=False, include_context=False, include_input=False)
    malformed = any(each["type"] == "json_invalid" for each in found)
    problems: list[Problem] = []
    for each in found[:MOST_PROBLEMS]:
        path: tuple[str | int, ...] = tuple(each["loc"])
        if document is not None:
            path = _steps(path, document, missing=each["type"].startswith("missing"))
        problems.append(Problem(each["msg"], path))
    return DecodeError(problems, malformed=malformed)


def _steps(path: Sequence[str | int], value: Any, *, missing: bool) -> tuple[str | int, ...]:
    """The steps of a path that lead somewhere; of what is missing, the last one does not."""
    steps: list[str | int] = []
    for index, step in enumerate(path):
        if is_dict(value) and step in value:
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(cast("Any", value)):
            value = cast("Any", value)[step]
        elif not (missing and index == len(path) - 1):
            continue
        steps.append(step)
    return tuple(steps)
