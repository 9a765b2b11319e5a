"""Whether a returned value is what the annotation says.

A check is made once per annotation: a function of the value that returns it, or raises. The original
value is what goes on; nothing is converted. Subclasses pass, and the numeric tower of PEP 484, and
nothing else (a bool is no int).

    "types"     the type, and the items of a container, one level deep: a generic model is one too
    "always"    every field of every model, all the way down
    "off"       nothing
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pleiad.checking.conforms import DEEP, SHALLOW, Depth, Test, Tests
from pleiad.checking.mismatch import ReturnMismatch
from pleiad.declaring.options import ResponsePolicy

__all__ = ["Check", "Known", "ReturnMismatch", "check_for"]

Check: TypeAlias = Callable[[Any], Any]
"""Returns its argument, or raises `ReturnMismatch`."""

DEPTHS: Mapping[ResponsePolicy, Depth] = {"types": SHALLOW, "always": DEEP}


Known: TypeAlias = dict[tuple[Any, Depth], Test | None]
"""The tests of annotations that were asked for before: many handlers of an app return the same."""


def check_for(
    annotation: Any, policy: ResponsePolicy, handler: str, known: Known | None = None
) -> Check | None:
    """The check of what a handler returns; `None` where every value passes.

    Args:
        annotation: What it declares.
        policy: How deep the check goes.
        handler: The route and its handler, for the error.
        known: Where tests are kept.
    """
    if policy == "off":
        return None
    test = _test(annotation, DEPTHS[policy], {} if known is None else known)
    if test is None:
        return None
    exact, run = test.exact, test.run

    def check(value: Any) -> Any:
        if type(value) not in exact:
            try:
                run(value)
            except ReturnMismatch as mismatch:
                mismatch.handler = handler
                raise
        return value

    return check


def _test(annotation: Any, depth: Depth, known: Known) -> Test | None:
    try:
        if (annotation, depth) not in known:
            known[annotation, depth] = Tests().test(annotation, depth)
        return known[annotation, depth]
    except TypeError:  # what stands in `Annotated[...]` may be anything, also what has no hash
        return Tests().test(annotation, depth)
