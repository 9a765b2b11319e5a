"""Texts that a regular expression matches, or none where that is more than is done here.

What an expression consists of is told by `re`'s own parser, which has no public name; every text is
then looked at by `re` itself. So whatever is not understood here costs an example, and makes no
wrong one.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

__all__ = ["compiled", "texts_matching"]

_parser: Any = import_module("re._parser")

MOST = 200
"""How long a text may become."""

REPEATS = (2, 1, 0, *range(3, 9))
"""How often more than it must something is repeated, the likeliest to please a reader first."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
MARKS = "-_.@/:+ ,!?#$%&*=~()[]{}<>^|'\"`;\\"
ALPHABETS = (
    LETTERS + DIGITS + LETTERS.upper() + MARKS,
    "".join(map("".join, zip(LETTERS, LETTERS.upper(), DIGITS * 3, MARKS, strict=False))),
)
"""Where characters are taken from: the second has some of each kind close together, as what
expressions for passwords look ahead for."""

_NAMED_GROUP = re.compile(r"\(\?<(?=\w)")


def compiled(pattern: str) -> re.Pattern[str] | None:
    """An expression of JSON Schema as Python reads it; `None` where it cannot."""
    try:
        return re.compile(_NAMED_GROUP.sub("(?P<", pattern))
    except (re.error, OverflowError, RecursionError):
        return None


def texts_matching(pattern: re.Pattern[str], start: int, least: int) -> Iterator[str]:
    """Texts in which an expression is found.

    Args:
        pattern: The expression.
        start: Where in the alphabet to begin.
        least: How long a text should be.
    """
    parsed = _parser.parse(pattern.pattern)
    for alphabet in ALPHABETS:
        for more in (*REPEATS, max(least, len(REPEATS))):
            text = _Writing(alphabet, start, more).whole(parsed)
            for each in () if text is None else (text, text.ljust(least, "a")):
                if pattern.search(each):
                    yield each


class _TooLong(Exception):
    """The expression asks for a text that nobody would read."""


class _Writing:
    """Writes one text.

    Args:
        alphabet: The characters that are preferred.
        start: Where in it to begin.
        more: How often more than it must something is repeated.
    """

    def __init__(self, alphabet: str, start: int, more: int) -> None:
        self._alphabet = alphabet
        self._start = start
        self._more = more
        self._text = ""
        self._groups: dict[int, str] = {}

    def whole(self, nodes: Any) -> str | None:
        """The text; `None` where there is none."""
        try:
            self.write(nodes)
        except (LookupError, RecursionError, _TooLong):
            return None
        return self._text

    def write(self, nodes: Any) -> None:
        for kind, value in nodes:
            _WRITERS[kind.name](self, value)
            if len(self._text) > MOST:
                raise _TooLong

    def add(self, fits: Callable[[str], bool], otherwise: str = "") -> None:
        """Write the next character of the alphabet that fits, or another where none does."""
        fitting = [each for each in self._alphabet if fits(each)] or [otherwise]
        self._text += fitting[(self._start + len(self._text)) % len(fitting)]

    def literal(self, code: int) -> None:
        self._text += chr(code)

    def other(self, code: int) -> None:
        self.add(lambda each: each != chr(code))

    def whatever(self, _: None) -> None:
        self.add(lambda _: True)

    def member(self, members: Sequence[Any]) -> None:
        without = members[0][0].name == "NEGATE"
        kinds = [(_MEMBERS[kind.name], value) for kind, value in members[without:]]
        named = [v if k.name == "LITERAL" else v[0] for k, v in members if k.name in _RANGES]
        self.add(
            lambda each: any(fits(each, value) for fits, value in kinds) != without,
            chr(named[0]) if named and not without else "",
        )

    def branch(self, branches: Any) -> None:
        several = branches[1]
        self.write(several[(self._start + self._more) % len(several)])

    def group(self, group: Any) -> None:
        number, *_, nodes = group
        before = len(self._text)
        self.write(nodes)
        if number is not None:
            self._groups[number] = self._text[before:]

    def again(self, number: int) -> None:
        self._text += self._groups.get(number, "")

    def repeat(self, repeated: Any) -> None:
        least, most, nodes = repeated
        times = min(int(most), least + self._more)
        if times > MOST:
            raise _TooLong
        for _ in range(times):
            self.write(nodes)

    def nothing(self, _: Any) -> None:
        """Looks, and takes no character: whether it is content is seen in the whole text."""


_WRITERS: Mapping[str, Callable[[_Writing, Any], None]] = {
    "ANY": _Writing.whatever,
    "ASSERT": _Writing.nothing,
    "ASSERT_NOT": _Writing.nothing,
    "AT": _Writing.nothing,
    "ATOMIC_GROUP": _Writing.write,
    "BRANCH": _Writing.branch,
    "GROUPREF": _Writing.again,
    "IN": _Writing.member,
    "LITERAL": _Writing.literal,
    "MAX_REPEAT": _Writing.repeat,
    "MIN_REPEAT": _Writing.repeat,
    "NOT_LITERAL": _Writing.other,
    "POSSESSIVE_REPEAT": _Writing.repeat,
    "SUBPATTERN": _Writing.group,
}
"""By what the parser calls a part of an expression."""

_RANGES = ("LITERAL", "RANGE")
_CATEGORIES: Mapping[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdigit,
    "CATEGORY_NOT_DIGIT": lambda each: not each.isdigit(),
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_NOT_SPACE": lambda each: not each.isspace(),
    "CATEGORY_WORD": lambda each: each.isalnum() or each == "_",
    "CATEGORY_NOT_WORD": lambda each: not each.isalnum() and each != "_",
}
_MEMBERS: Mapping[str, Callable[[str, Any], bool]] = {
    "CATEGORY": lambda each, kind: _CATEGORIES[kind.name](each),
    "LITERAL": lambda each, code: each == chr(code),
    "RANGE": lambda each, ends: ends[0] <= ord(each) <= ends[1],
}
"""What stands in a set of characters."""
