"""Whether a returned value is what the annotation says.

A check is made once per annotation: a function of the value that raises, or does nothing. Nothing is
converted. Subclasses pass, and the numeric tower of PEP 484, and nothing else (a bool is no int).

    "types"     the type, and the items of a container, one level deep: a generic model is one too
    "always"    every field of every model, all the way down
    "off"       nothing
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pleiad.checking.conforms import DEEP, SHALLOW, Depth, Test, Tests
from pleiad.checking.mismatch import ReturnMismatch
from pleiad.declaring.options import ResponsePolicy

__all__ = ["Check", "Known", "ReturnMismatch", "check_for", "make_test"]

Check: TypeAlias = Callable[[Any], None]
"""Raises `ReturnMismatch` where a value is not what was declared."""

DEPTHS: Mapping[ResponsePolicy, Depth] = {"types": SHALLOW, "always": DEEP}

Known: TypeAlias = dict[tuple[Any, Depth], Test | None]
"""The tests that were asked for before: many handlers of an app return the same."""


def make_test(annotation: Any, policy: ResponsePolicy, known: Known | None = None) -> Test | None:
    """The test of what handlers with this annotation return; `None` where every value passes.

    Args:
        annotation: What they declare.
        policy: How deep the test goes.
        known: Where tests are kept.
    """
    if policy == "off":
        return None
    depth = DEPTHS[policy]
    known = {} if known is None else known
    try:
        if (annotation, depth) not in known:
            known[annotation, depth] = Tests().test(annotation, depth)
        return known[annotation, depth]
    except TypeError:  # what stands in `Annotated[...]` may be anything, also what has no hash
        return Tests().test(annotation, depth)


def check_for(annotation: Any, policy: ResponsePolicy, known: Known | None = None) -> Check | None:
    """The same as a check."""
    test = make_test(annotation, policy, known)
    if test is None:
        return None
    exact, run = test.exact, test.run

    def check(value: Any) -> None:
        if type(value) not in exact:
            run(value)

    return check if exact else run
