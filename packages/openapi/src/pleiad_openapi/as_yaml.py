"""JSON values as YAML 1.2 (and 1.1), in the block style that people read.

A document holds mappings, lists and scalars and no more, so this much of YAML is enough: text stands
plain where no reader of either version could take it for anything else, and in JSON's quotes elsewhere.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from pleiad_openapi.values import is_object

__all__ = ["to_yaml"]

_PLAIN = re.compile(r"[A-Za-z_$/][A-Za-z0-9_$/.+\-]*(?: [A-Za-z0-9_$/.+\-()]+)*")
_WORDS = frozenset(
    {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "none", "nan", "inf"}
)


def to_yaml(value: Any) -> str:
    """A value that JSON could hold, as YAML."""
    if _is_flat(value):
        return _scalar(value) + "\n"
    return "\n".join(_lines(value, "")) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    if is_object(value):
        for key, each in value.items():
            if _is_flat(each):
                yield f"{indent}{_scalar(key)}: {_scalar(each)}"
            else:
                yield f"{indent}{_scalar(key)}:"
                yield from _lines(each, f"{indent}  ")
        return
    for each in value:
        if _is_flat(each):
            yield f"{indent}- {_scalar(each)}"
        else:
            first, *rest = _lines(each, f"{indent}  ")
            yield f"{indent}- {first.lstrip(' ')}"
            yield from rest


def _is_flat(value: Any) -> bool:
    """Whether it stands on one line: a scalar, or an empty collection."""
    return not isinstance(value, dict | list) or not value


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if isinstance(value, float):
        return _number(value)
    return _quoted(value)


def _quoted(value: Any) -> str:
    """JSON, which YAML reads; but for what it takes for the end of a line, or does not print."""
    text = msgspec.json.encode(value).decode()
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _number(value: float) -> str:
    """A float with a point, without which YAML 1.1 takes `1e3` for text."""
    text = msgspec.json.encode(value).decode()
    digits, e, exponent = text.partition("e")
    if e and "." not in digits:
        digits += ".0"
    sign = "" if not e or exponent.startswith("-") else "+"
    return f"{digits}{e}{sign}{exponent.lstrip('+')}"
