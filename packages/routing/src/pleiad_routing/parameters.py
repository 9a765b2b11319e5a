"""The types of path parameters: how each is read from a segment, and written into one."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any
from uuid import UUID

__all__ = ["STANDARD", "ParameterType", "PathTypes"]


AnyType = type[Any]


class ParameterType:
    """One type of path parameters.

    Args:
        name: As templates call it.
        type: The Python type of its values.
        parse: Reads a value from a decoded segment; raises `ValueError` where it is none.
        format: Writes a value as a segment, not quoted yet.
        rest: Whether it takes all segments that are left, slashes included.
    """

    __slots__ = ("format", "name", "parse", "rest", "type")

    type: AnyType

    def __init__(
        self,
        name: str,
        type: AnyType,  # noqa: A002 - the attribute reads best so
        parse: Callable[[str], Any],
        format: Callable[[Any], str] = str,  # noqa: A002
        *,
        rest: bool = False,
    ) -> None:
        self.name = name
        self.type = type
        self.parse = parse
        self.format = format
        self.rest = rest

    def __repr__(self) -> str:
        return f"ParameterType({self.name!r}, {self.type.__name__})"


class PathTypes(Mapping[str, ParameterType]):
    """The types that templates may use, from the narrowest to the widest.

    Where several types stand at one place of a tree, they are tried in this order. A type that is
    added comes before `str`, the widest of a single segment.

    Args:
        types: All of them, in order; the standard ones by default.
    """

    __slots__ = ("_types",)

    def __init__(self, types: Mapping[str, ParameterType] | None = None) -> None:
        self._types = dict(_STANDARD if types is None else types)

    def __getitem__(self, name: str) -> ParameterType:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def with_type(self, added: ParameterType) -> "PathTypes":
        """These types and one more; one of the same name is replaced."""
        if added.name in self._types:
            return PathTypes({**self._types, added.name: added})
        names = list(self._types)
        before = names.index("str") if "str" in names else len(names)
        items = list(self._types.items())
        return PathTypes(dict([*items[:before], (added.name, added), *items[before:]]))


def _strict(pattern: str, convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser that first wants the whole text to be of a form, in ASCII."""
    fits = re.compile(pattern, re.ASCII).fullmatch

    def parse(text: str) -> Any:
        if fits(text) is None:
            raise ValueError(text)
        return convert(text)

    return parse


def _float(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


def _float_text(value: float) -> str:
    """All digits that matter, without an exponent."""
    return f"{Decimal(repr(value)):f}"


_DURATION = re.compile(
    r"P(?:(?P<days>\d{1,9})D)?(?:T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,12}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_SECONDS = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)


def _timedelta(text: str) -> timedelta:
    """Seconds, or an ISO 8601 duration of days and less."""
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=float(text))
    found = _DURATION.fullmatch(text)
    parts = {unit: float(each) for unit, each in found.groupdict().items() if each} if found else {}
    if not parts:
        raise ValueError(text)
    try:
        return timedelta(**parts)
    except OverflowError:
        raise ValueError(text) from None


_NUMBER = r"-?\d{1,400}(\.\d{1,400})?"
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?"

_STANDARD = {
    each.name: each
    for each in (
        ParameterType("int", int, _strict(r"-?\d{1,4300}", int)),
        ParameterType("uuid", UUID, _strict(_UUID, UUID)),
        ParameterType("date", date, _strict(_DATE, date.fromisoformat), date.isoformat),
        ParameterType("time", time, _strict(_TIME, time.fromisoformat), time.isoformat),
        ParameterType(
            "datetime",
            datetime,
            _strict(f"{_DATE}[T ]{_TIME}", datetime.fromisoformat),
            datetime.isoformat,
        ),
        ParameterType("decimal", Decimal, _strict(_NUMBER, Decimal), lambda value: f"{value:f}"),
        ParameterType("float", float, _strict(_NUMBER, _float), _float_text),
        ParameterType(
            "timedelta", timedelta, _timedelta, lambda value: f"{value.total_seconds():.6f}"
        ),
        ParameterType("str", str, str),
        ParameterType("path", str, str, rest=True),
    )
}

STANDARD = PathTypes()
"""The types of every template, unless it is told others."""
