"""The schemas of types that are one value."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from types import NoneType
from typing import Any
from uuid import UUID

import msgspec

__all__ = ["SCALARS", "is_anything", "scalar"]


def is_anything(annotation: Any) -> bool:
    """Whether values of a type may be anything; not every annotation can be hashed."""
    return annotation is Any or annotation is object or annotation is msgspec.Raw


SCALARS: Mapping[Any, Mapping[str, Any]] = {
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bytes: {"type": "string", "contentEncoding": "base64"},
    bytearray: {"type": "string", "contentEncoding": "base64"},
    memoryview: {"type": "string", "contentEncoding": "base64"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    timedelta: {"type": "string", "format": "duration"},
    UUID: {"type": "string", "format": "uuid"},
    Decimal: {"type": "string", "format": "decimal"},
    re.Pattern: {"type": "string", "format": "regex"},
    msgspec.msgpack.Ext: {"type": "string", "contentEncoding": "base64"},
    IPv4Address: {"type": "string", "format": "ipv4"},
    IPv6Address: {"type": "string", "format": "ipv6"},
    IPv4Network: {"type": "string", "format": "ipv4-network"},
    IPv6Network: {"type": "string", "format": "ipv6-network"},
    IPv4Interface: {"type": "string", "format": "ipv4-interface"},
    IPv6Interface: {"type": "string", "format": "ipv6-interface"},
}


def scalar(cls: Any) -> dict[str, Any] | None:
    """The schema of a class that is one value, or of a subclass of such a class."""
    for base in getattr(cls, "__mro__", ()):
        if base in SCALARS:
            return dict(SCALARS[base])
    if hasattr(cls, "__fspath__"):
        return {"type": "string", "format": "path"}
    return None
