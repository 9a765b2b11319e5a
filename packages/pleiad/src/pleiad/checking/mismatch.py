"""What tells that a returned value is not what was declared."""

from typing import Any, Self, TypeAlias

from pleiad_di import type_name

__all__ = ["ABSENT", "Path", "ReturnMismatch"]

Path: TypeAlias = tuple[str | int, ...]


class Absent:
    """Stands for a field that is not there."""


ABSENT = Absent()


class ReturnMismatch(TypeError):
    """A handler returned something else than it declares: a fault of the program, hence a 500.

    Attributes:
        handler: The route and its handler, which who answers the request knows.
        part: What of the handler's returned it, where that is not the handler itself.
        expected: The declared type, at `path`.
        found: The value there.
        path: Where in the returned value, empty for the value itself.
    """

    def __init__(self, expected: Any, found: Any, part: str = "") -> None:
        super().__init__()
        self.handler = "the handler"
        self.part = part
        self.expected = expected
        self.found = found
        self.path: Path = ()

    def within(self, step: str | int) -> Self:
        """The same, seen from what holds the value at the step."""
        self.path = (step, *self.path)
        return self

    def __str__(self) -> str:
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.path)
        at = f" at '{where.lstrip('.')}'" if where else ""
        who = f"{self.handler}, its {self.part}," if self.part else self.handler
        declared = f"{who} declares {type_name(self.expected)}{at}, but returned"
        if self.found is ABSENT:
            return f"{declared} nothing"
        return _in_one_line(f"{declared} {type(self.found).__name__} {_shown(self.found)}")


def _shown(value: Any) -> str:
    try:
        return f"{value!r:.100}"
    except Exception as error:  # noqa: BLE001 - a value's own code must not hide what is wrong
        return f"(its repr raised {type(error).__name__})"


def _in_one_line(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode()
