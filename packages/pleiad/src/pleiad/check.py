"""Whether a returned value is what the annotation says.

A check is made once per annotation: a function of the value that returns it, or raises. The original
value is what goes on; nothing is converted. An exact type is the fast path; a miss goes to a test
that accepts subclasses, the numeric tower of PEP 484, and nothing else (a bool is no int).

    "types"     the type, and the items of a container, one level deep: a generic model is one too
    "always"    every field of every model, all the way down
    "off"       nothing
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast, get_args, get_origin, is_typeddict

from pleiad.conforms import DEEP, SHALLOW, Depth, Tests
from pleiad.declared import container_of, is_generic_model, opened_fields
from pleiad.mismatch import ReturnMismatch
from pleiad.options import ResponsePolicy

__all__ = ["Check", "ReturnMismatch", "check_for"]

Check: TypeAlias = Callable[[Any], Any]
"""Returns its argument, or raises `ReturnMismatch`."""

DEPTHS: Mapping[ResponsePolicy, Depth] = {"types": SHALLOW, "always": DEEP}


def check_for(annotation: Any, policy: ResponsePolicy, handler: str) -> Check | None:
    """The check of what a handler returns; `None` where every value passes.

    Args:
        annotation: What it declares.
        policy: How deep the check goes.
        handler: The route and its handler, for the error.
    """
    if policy == "off":
        return None
    test = Tests().test(annotation, DEPTHS[policy])
    if test is None:
        return None

    def passed(value: Any) -> Any:
        try:
            test(value)
        except ReturnMismatch as mismatch:
            mismatch.handler = handler
            raise
        return value

    if policy == "always":
        return passed
    return _fast(annotation, passed) or passed


def _fast(annotation: Any, passed: Check) -> Check | None:
    """The check that an exact type passes at once; `None` where its class does not say enough.

    PERF: 0.04 us for a class and 0.6 us for a list of 50, against 0.2 and 4.6 by `passed` alone.
    """
    if is_generic_model(annotation):
        return _fast_model(annotation, passed)
    if is_typeddict(annotation) or (isinstance(annotation, type) and container_of(annotation)):
        return None
    if type(annotation) is type or (isinstance(annotation, type) and not get_args(annotation)):
        wanted = annotation

        def check_class(value: Any) -> Any:
            return value if type(value) is wanted else passed(value)

        return check_class
    item = next(iter(get_args(annotation)), None)
    if get_origin(annotation) is list and isinstance(item, type) and not get_args(item):
        return None if is_typeddict(item) else _fast_list(item, passed)
    if get_origin(annotation) is dict and len(get_args(annotation)) == 2:
        key, value = get_args(annotation)
        return _fast_dict(key, value, passed)
    return None


def _fast_dict(key_type: Any, value_type: Any, passed: Check) -> Check | None:
    if key_type is not str or is_typeddict(value_type) or get_args(value_type):
        return None
    if value_type is not Any and not isinstance(value_type, type):
        return None
    anything = value_type in (Any, object)

    def check_dict(value: Any) -> Any:
        kind = cast("Any", type(value))
        if kind is not dict:
            return passed(value)
        for key, each in value.items():
            if type(key) is not str or not (anything or type(each) is value_type):
                return passed(value)
        return value

    return check_dict


def _fast_model(annotation: Any, passed: Check) -> Check | None:
    """A model that is a container of whatever stands for its parameters."""
    cls = get_origin(annotation) or annotation
    fields = opened_fields(annotation)
    if is_typeddict(cls) or any(is_generic_model(each) for each in fields.values()):
        return None
    checks = {name: _fast(each, _missed) for name, each in fields.items()}
    if None in checks.values():
        return None

    def check_model(value: Any) -> Any:
        if type(value) is not cls:
            return passed(value)
        for name, check in checks.items():
            if cast("Check", check)(getattr(value, name, None)) is MISSED:
                return passed(value)
        return value

    return check_model


MISSED = object()


def _missed(value: Any) -> Any:
    return MISSED


def _fast_list(item: type[Any], passed: Check) -> Check:
    def check_list(value: Any) -> Any:
        kind = cast("Any", type(value))
        if kind is not list:
            return passed(value)
        for each in value:
            if type(each) is not item:
                return passed(value)
        return value

    return check_list
